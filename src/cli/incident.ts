import { readFile } from 'node:fs/promises';
import { Argument, Command, Option } from 'commander';
import { Impact, type Incident, IncidentStep } from '../model/announcement.ts';
import { type PublicIncident, UntoldFile } from '../model/status-file.ts';
import { type Instant, toSeconds, whenOf } from '../model/time.ts';
import { formatAnnouncement } from '../store/announcement-format.ts';
import { servicesConcerned } from '../store/announcement-interval.ts';
import { aheadSeconds } from '../store/announcement-text.ts';
import { isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import { parseIncident } from '../store/incident-file.ts';
import type { Workspace } from '../store/workspace.ts';
import { publicIncidents } from '../views/announcements.ts';
import { everybody } from '../views/audiences.ts';
import { incidentTemplates, stepTexts } from './announcement-templates.ts';
import {
  addUpdate,
  type ConcernedFlags,
  concernedBy,
  createAnnouncement,
  type Desk,
  deskOf,
  type Kind,
  namesOf,
  readTold,
  refusal,
  said,
  thisMinute,
  titleOf,
  type UpdateFlags,
  type Written,
} from './announcing.ts';
import { printable } from './progress.ts';
import { workspaceOf } from './root.ts';
import { incidentLines } from './told.ts';

const kind: Kind<Incident> = {
  command: 'vigie incident',
  folder: 'incidents',
  parse: parseIncident,
};

interface OpenFlags extends ConcernedFlags {
  readonly template?: keyof typeof incidentTemplates;
  readonly fromOutage?: string;
  readonly impact?: Impact;
  readonly from?: string;
  readonly to?: string;
  readonly step?: IncidentStep;
  readonly text?: string;
  readonly json?: true;
}

const open = new Command('open')
  .exitOverride()
  .description('write a new file that tells of an incident')
  .argument('[title]', "in the fleet's first language; a template has one of its own")
  .option('--service <names>', 'the services concerned, with commas between them')
  .option('--library <names>', 'all services of these libraries')
  .option('--all', 'all services')
  .addOption(
    new Option('--template <kind>', 'title and text of a kind').choices(Object.keys(incidentTemplates)),
  )
  .option('--from-outage <id>', 'about an outage that the last build found, as vigie incident list shows it')
  .addOption(new Option('--impact <impact>', 'how much visitors feel (major)').choices(Impact.options))
  .option('--from <when>', 'since when (now)')
  .option('--to <when>', 'until when, if it is over')
  .addOption(new Option('--step <step>', 'what is said first (investigating)').choices(IncidentStep.options))
  .option('--text <markdown>', 'what is said with it')
  .option('--json', 'print what the page will say as JSON')
  .addHelpText(
    'after',
    `
It prints the file's path and what the page will say. The page changes with the next vigie build. More can be written into the file by hand:
corrections, other languages (docs/incidents.md).

Examples:
  vigie incident open "Catalogue lent" --service koha-mulhouse --impact minor
  vigie incident open --template outage --library mulhouse --from "2026-11-22 14:03"
  vigie incident open --from-outage 2026-11-22-koha-mulhouse-1403

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(async (title: string | undefined, flags: OpenFlags, self: Command) => {
    const desk = await deskOf(workspaceOf(self));
    print(await openIncident(title, flags, desk), flags, desk);
  });

async function openIncident(
  given: string | undefined,
  flags: OpenFlags,
  desk: Desk,
): Promise<Written<Incident>> {
  const { fleet } = desk;
  const outage =
    flags.fromOutage === undefined ? undefined : await outageNamed(flags.fromOutage, desk.workspace);
  const concerned = outage === undefined ? concernedBy(flags) : { services: outage.services };
  const template = incidentTemplates[flags.template ?? 'outage'];
  const names = namesOf(servicesConcerned(concerned, [], fleet, []), fleet);
  const isNamed = given !== undefined || flags.template !== undefined || outage !== undefined;
  if (!isNamed) throw refusal('vigie incident open', 'no title', 'a title, --template or --from-outage');
  const title = given ?? titleOf(names, template.title, fleet);
  const from = flags.from ?? (outage === undefined ? thisMinute(desk) : whenAt(outage.from, desk));
  const to = flags.to ?? (outage === undefined || outage.to === null ? undefined : whenAt(outage.to, desk));
  const step = flags.step ?? (to === undefined ? 'investigating' : 'resolved');
  const isOfKind = step === 'investigating' && (flags.template !== undefined || outage !== undefined);
  const update = { when: thisMinute(desk), step };
  const text = formatAnnouncement(
    {
      title,
      impact: flags.impact ?? outage?.impact ?? 'major',
      ...concerned,
      from,
      ...(to === undefined ? {} : { to }),
    },
    said(kind, flags.text, isOfKind ? template.text : stepTexts[step], update, fleet),
  );
  return createAnnouncement(
    kind,
    desk,
    { from, title, ...(outage === undefined ? {} : { id: outage.id }) },
    text,
  );
}

const update = new Command('update')
  .exitOverride()
  .description('add what is known by now to the file of an incident')
  .argument('<id>', 'as vigie incident list shows it, or the path of its file')
  .addArgument(new Argument('<step>', 'how far it is').choices(IncidentStep.options))
  .argument('[text]', 'Markdown; of most steps a sentence is known')
  .option('--at <when>', 'when it was said (now)')
  .option(
    '--locale <locale>',
    "the language of the text (the fleet's first); that of an update that is there adds to it",
  )
  .option('--json', 'print what the page will say as JSON')
  .addHelpText(
    'after',
    `
Examples:
  vigie incident update 2026-11-22-catalogue-lent identified "Un disque fatigue, nous le remplaçons."
  vigie incident update 2026-11-22-catalogue-lent identified "A disk is tired, we are replacing it." --locale en
  vigie incident update 2026-11-22-catalogue-lent postmortem "$(cat bilan.md)"

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(
    async (id: string, step: IncidentStep, text: string | undefined, flags: UpdateFlags, self: Command) => {
      const desk = await deskOf(workspaceOf(self));
      print(await addUpdate(kind, desk, id, { step, text, flags }), flags, desk);
    },
  );

const resolve = new Command('resolve')
  .exitOverride()
  .description('say that an incident is over')
  .argument('<id>', 'as vigie incident list shows it, or the path of its file')
  .argument('[text]', 'Markdown')
  .option('--at <when>', 'since when (now)')
  .option('--json', 'print what the page will say as JSON')
  .addHelpText(
    'after',
    `
Example:
  vigie incident resolve 2026-11-22-catalogue-lent "Le disque est remplacé."

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(async (id: string, text: string | undefined, flags: UpdateFlags, self: Command) => {
    const desk = await deskOf(workspaceOf(self));
    const written = await addUpdate(kind, desk, id, {
      step: 'resolved',
      text,
      flags,
      check: ({ to }) => {
        if (to !== null)
          throw refusal('vigie incident resolve', JSON.stringify(id), 'an incident that goes on');
      },
    });
    print(written, flags, desk);
  });

const list = new Command('list')
  .exitOverride()
  .description(
    'what the page will say of incidents, newest first, and the outages that nobody has written of',
  )
  .option('--open', 'those that go on')
  .option('--json', 'print them as JSON')
  .addHelpText(
    'after',
    `
Outages are those that the last vigie build found.

Exit codes: 0 listed, 1 listed, but some files cannot be read (each is named), 2 nothing could be done.`,
  )
  .action(async (flags: { open?: true; json?: true }, self: Command) => {
    const desk = await deskOf(workspaceOf(self));
    const { incidents } = await readTold(desk);
    const told = shown(incidents, desk);
    const ids = new Set(told.map(({ id }) => id));
    const outages = (await outagesOf(desk.workspace)).filter(({ id }) => !ids.has(id));
    const all = [...told, ...outages]
      .filter(({ to }) => to === null || !flags.open)
      .toSorted((a, b) => toSeconds(b.from) - toSeconds(a.from));
    if (flags.json) console.log(JSON.stringify(all, null, 2));
    else if (all.length === 0) console.log('no incidents');
    else
      for (const one of all)
        for (const line of incidentLines({ ...one, updates: [], corrections: [] }, desk.fleet))
          console.log(printable(line));
  });

/** `vigie incident` */
export const command = new Command('incident').description('tell of incidents: files below data/incidents/');
for (const own of [open, update, resolve, list]) command.addCommand(own);

function shown(incidents: readonly Incident[], { fleet, now }: Desk): PublicIncident[] {
  return publicIncidents(incidents, [], { audiences: [everybody(fleet.services.keys())], now, since: 0 });
}

function print({ path, value }: Written<Incident>, flags: { json?: true }, desk: Desk): void {
  const file = shownPath(path);
  const [incident] = shown([value], { ...desk, now: desk.now + aheadSeconds });
  if (flags.json) console.log(JSON.stringify({ file, incident }, null, 2));
  else if (incident !== undefined)
    console.log([file, ...incidentLines(incident, desk.fleet).map(printable)].join('\n'));
}

/** The outages of the last build that nobody had written of. */
async function outagesOf({ untoldFile }: Workspace): Promise<PublicIncident[]> {
  try {
    // Of another version, it is written anew by the next build.
    return UntoldFile.safeParse(JSON.parse(await readFile(untoldFile, 'utf8'))).data ?? [];
  } catch (cause) {
    if (isAbsence(cause) || cause instanceof SyntaxError) return [];
    throw cause;
  }
}

async function outageNamed(id: string, workspace: Workspace): Promise<PublicIncident> {
  const outages = await outagesOf(workspace);
  const outage = outages.find((one) => one.id === id);
  if (outage !== undefined) return outage;
  const some = outages.slice(0, 5).map((one) => one.id);
  const expected = `an outage of the last build (${some.join(', ') || 'there is none that nobody has written of'})`;
  throw refusal('vigie incident open', JSON.stringify(id), expected);
}

function whenAt(at: Instant, { fleet }: Desk): string {
  return whenOf(toSeconds(at), fleet.timeZone);
}
