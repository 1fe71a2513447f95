import { Argument, Command, Option } from 'commander';
import { type Maintenance, MaintenanceStep } from '../model/announcement.ts';
import type { PublicMaintenance } from '../model/status-file.ts';
import { formatAnnouncement } from '../store/announcement-format.ts';
import { servicesConcerned } from '../store/announcement-interval.ts';
import { aheadSeconds } from '../store/announcement-text.ts';
import { shownPath } from '../store/fleet.ts';
import { parseMaintenance } from '../store/maintenance-file.ts';
import { publicMaintenances } from '../views/announcements.ts';
import { everybody } from '../views/audiences.ts';
import { maintenanceTemplates, stepTexts } from './announcement-templates.ts';
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
import { maintenanceLines } from './told.ts';

const kind: Kind<Maintenance> = {
  command: 'vigie maintenance',
  folder: 'maintenance',
  parse: parseMaintenance,
};

interface PlanFlags extends ConcernedFlags {
  readonly template?: keyof typeof maintenanceTemplates;
  readonly from: string;
  readonly to?: string;
  readonly duration?: string;
  readonly repeat?: string;
  readonly except?: string;
  readonly text?: string;
  readonly json?: true;
}

const plan = new Command('plan')
  .exitOverride()
  .description('write a new file that tells of a maintenance to come')
  .argument('[title]', "in the fleet's first language; a template has one of its own")
  .requiredOption('--from <when>', 'when it begins')
  .option('--to <when>', 'when it ends')
  .option('--duration <duration>', 'how long it takes, in the place of --to')
  .option('--service <names>', 'the services concerned, with commas between them')
  .option('--library <names>', 'all services of these libraries')
  .option('--all', 'all services')
  .option('--repeat <rule>', 'when it comes again: a rule of RFC 5545')
  .option('--except <days>', 'days on which it does not come, with commas between them')
  .addOption(
    new Option('--template <kind>', 'title and text of a kind').choices(Object.keys(maintenanceTemplates)),
  )
  .option('--text <markdown>', 'what is said of it')
  .option('--json', 'print what the page will say as JSON')
  .addHelpText(
    'after',
    `
It prints the file's path and what the page will say. It begins and ends by itself. A campaign, in which each library has a date of its own,
is written by hand (docs/incidents.md).

Examples:
  vigie maintenance plan "Nouvelle version" --service koha-mulhouse --from "2026-12-01 06:00" --duration 1h
  vigie maintenance plan --template system --all --from "2026-12-06 05:00" --duration 30m --repeat "FREQ=MONTHLY;BYDAY=1SU"

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(async (title: string | undefined, flags: PlanFlags, self: Command) => {
    const desk = await deskOf(workspaceOf(self));
    print(await planMaintenance(title, flags, desk), flags, desk);
  });

async function planMaintenance(
  given: string | undefined,
  flags: PlanFlags,
  desk: Desk,
): Promise<Written<Maintenance>> {
  const { fleet } = desk;
  const { from, to, duration, repeat, except } = flags;
  const concerned = concernedBy(flags);
  const template = flags.template === undefined ? undefined : maintenanceTemplates[flags.template];
  const names = namesOf(servicesConcerned(concerned, [], fleet, []), fleet);
  const title = given ?? (template === undefined ? undefined : titleOf(names, template.title, fleet));
  if (title === undefined) throw refusal('vigie maintenance plan', 'no title', 'a title or --template');
  const text = formatAnnouncement(
    {
      title,
      ...concerned,
      from,
      ...(to === undefined ? {} : { to }),
      ...(duration === undefined ? {} : { duration }),
      ...(repeat === undefined ? {} : { repeat }),
      ...(except === undefined ? {} : { except: except.split(',').map((day) => day.trim()) }),
    },
    said(
      kind,
      flags.text,
      template?.text ?? stepTexts.scheduled,
      { when: thisMinute(desk), step: 'scheduled' },
      fleet,
    ),
  );
  const check = ({ occurrences }: Maintenance) => {
    if (occurrences.length === 0)
      throw refusal('vigie maintenance plan', JSON.stringify(repeat), 'a rule that comes once at least');
  };
  return createAnnouncement(kind, desk, { from, title, check }, text);
}

const update = new Command('update')
  .exitOverride()
  .description(
    'add to the file of a maintenance: that it is being verified, completed before its time, cancelled',
  )
  .argument('<id>', 'as vigie maintenance list shows it, or the path of its file')
  .addArgument(new Argument('<step>', 'how far it is').choices(MaintenanceStep.options))
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
Of what comes again, it is about the turn that is under way; cancelled is the next one where none is.

Examples:
  vigie maintenance update 2026-12-01-nouvelle-version completed
  vigie maintenance update 2026-12-01-nouvelle-version cancelled "Nous la reportons à janvier."

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(
    async (
      id: string,
      step: MaintenanceStep,
      text: string | undefined,
      flags: UpdateFlags,
      self: Command,
    ) => {
      const desk = await deskOf(workspaceOf(self));
      print(await addUpdate(kind, desk, id, { step, text, flags }), flags, desk);
    },
  );

const list = new Command('list')
  .exitOverride()
  .description('what the page will say of maintenance, by when it comes next')
  .option('--json', 'print it as JSON')
  .addHelpText(
    'after',
    `
Exit codes: 0 listed, 1 listed, but some files cannot be read (each is named), 2 nothing could be done.`,
  )
  .action(async (flags: { json?: true }, self: Command) => {
    const desk = await deskOf(workspaceOf(self));
    const { maintenances } = await readTold(desk);
    const all = shown(maintenances, desk);
    if (flags.json) console.log(JSON.stringify(all, null, 2));
    else if (all.length === 0) console.log('no maintenance');
    else for (const one of all) for (const line of linesOf({ ...one, updates: [] }, desk)) console.log(line);
  });

/** `vigie maintenance` */
export const command = new Command('maintenance').description(
  'tell of maintenance: files below data/maintenance/',
);
for (const own of [plan, update, list]) command.addCommand(own);

function shown(maintenances: readonly Maintenance[], { fleet, now }: Desk): PublicMaintenance[] {
  return publicMaintenances(maintenances, { audiences: [everybody(fleet.services.keys())], now, since: 0 });
}

function print({ path, value }: Written<Maintenance>, flags: { json?: true }, desk: Desk): void {
  const file = shownPath(path);
  const [maintenance] = shown([value], { ...desk, now: desk.now + aheadSeconds });
  if (flags.json) console.log(JSON.stringify({ file, maintenance }, null, 2));
  else if (maintenance !== undefined) console.log([file, ...linesOf(maintenance, desk)].join('\n'));
}

function linesOf(maintenance: PublicMaintenance, { fleet, now }: Desk): string[] {
  return maintenanceLines(maintenance, fleet, now).map(printable);
}
