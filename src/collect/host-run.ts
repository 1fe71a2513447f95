import { splitEntity } from '../model/entity.ts';
import type { Fleet, Host } from '../model/fleet.ts';
import type { EntityRecord, SourceError } from '../model/snapshot.ts';
import type { Command, HostCollector, HostContext, Parsed, Section } from './collector.ts';
import { rootSection } from './frames.ts';
import { extraSeconds, hostScript, type SectionCommands } from './script.ts';
import { defaultHostLimits, type HostAnswer, type HostQuestion } from './transport.ts';

/** What a collector makes of one host's answer; hundreds of disks or thousands of datasets take less. */
const maxRecordBytes = 2 * 1024 * 1024;

/** Host collectors by name. */
export type HostCollectors = ReadonlyMap<string, HostCollector>;

/** What a host is asked by several collectors: one script, in sections named `<collector>.<command>`. */
export function questionOf(collectors: HostCollectors, host: Host, fleet: Fleet): HostQuestion {
  const commands = sectionCommandsOf(collectors, host, fleet);
  return {
    script: hostScript(commands),
    collectors: [...collectors.keys()],
    seconds: defaultHostLimits.seconds + extraSeconds(commands),
  };
}

/** The commands of collectors for a host, by section; those that need root only where fleet.yaml lets us be it. */
export function sectionCommandsOf(collectors: HostCollectors, host: Host, fleet: Fleet): SectionCommands {
  const commands = [...collectors].flatMap(([name, collector]) =>
    Object.entries(commandsOf(collector, host, fleet)).map(([command, what]): [string, Command] => [
      `${name}.${command}`,
      what,
    ]),
  );
  return new Map(commands.filter(([, { asRoot = false }]) => !asRoot || host.mayBeRoot));
}

function commandsOf(collector: HostCollector, host: Host, fleet: Fleet): Readonly<Record<string, Command>> {
  return { ...collector.commands, ...collector.commandsFor?.(host, fleet) };
}

/** What each collector makes of a host's answer. What did not arrive is an error of this host; what did is still read. */
export function parseAnswer(
  collectors: HostCollectors,
  host: Host,
  answer: HostAnswer,
  { at, fleet }: Pick<HostContext, 'at' | 'fleet'>,
): Map<string, Parsed> {
  const source = `host:${host.id}`;
  const toErrors = (message: string | undefined): SourceError[] =>
    message === undefined ? [] : [{ source, message: message.slice(0, 1000) }];
  return new Map(
    [...collectors].map(([name, collector]): [string, Parsed] => {
      const commands = [...sectionCommandsOf(new Map([[name, collector]]), host, fleet).values()];
      const sections = sectionsOf(answer, name);
      const failure = [
        ...toErrors(answer.failure),
        ...toErrors(commands.some(({ asRoot }) => asRoot) ? failureOfRoot(answer) : undefined),
      ];
      // Without any section of its own there is nothing to parse, and one error says it all.
      if (sections.size === 0) {
        const none = `the answer holds no section of the collector ${name}: is the installed agent older than this Vigie?`;
        const isAsked = commands.length > 0;
        return [name, { records: [], errors: failure.length > 0 || !isAsked ? failure : toErrors(none) }];
      }
      const { records, errors } = parseSafely(collector, sections, { host: host.id, at, fleet }, source);
      const bytes = JSON.stringify(records).length;
      if (bytes > maxRecordBytes) {
        const message = `its ${records.length} records are left out: found ${bytes} bytes of them, expected at most ${maxRecordBytes}`;
        return [name, { records: [], errors: [...failure, ...errors, ...toErrors(message)] }];
      }
      const own = records.filter((record) => isOwn(record, host, fleet));
      const foreign = records.find((record) => !isOwn(record, host, fleet));
      const told = toErrors(
        foreign &&
          `${records.length - own.length} records left out: found ${foreign.entity}, which is not of this host`,
      );
      return [name, { records: own, errors: [...failure, ...errors, ...told] }];
    }),
  );
}

function sectionsOf({ sections }: HostAnswer, collector: string): Map<string, Section> {
  return new Map(
    [...sections].flatMap(([section, content]): [string, Section][] =>
      section.startsWith(`${collector}.`) ? [[section.slice(collector.length + 1), content]] : [],
    ),
  );
}

/** Why what root reads is missing; undefined when it is not. */
function failureOfRoot({ sections }: HostAnswer): string | undefined {
  const root = sections.get(rootSection);
  if (root === undefined || root.status === 0) return undefined;
  const said = root.stderr
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
  const ending = root.status === null ? 'was cut off' : `ended with status ${root.status}`;
  return `the root wrapper ${ending}${said === '' ? '' : ` (${said})`}; \`vigie agent --install\` tells how to install it, \`root: false\` in fleet.yaml does without`;
}

/** Whether a record is about the host that told it, about what belongs to that host, or about a check that is left to the Nagios there. */
function isOwn({ entity }: EntityRecord, host: Host, fleet: Fleet): boolean {
  const { kind, owner, name } = splitEntity(entity);
  if (kind !== 'check') return owner === host.id;
  const check = fleet.services.get(owner)?.checks.get(name);
  return check?.kind === 'nagios' && check.on === host.id;
}

/** A collector that throws on some host's output is a bug of ours; it costs that host and no other. */
function parseSafely(
  collector: HostCollector,
  sections: ReadonlyMap<string, Section>,
  context: HostContext,
  source: string,
): Parsed {
  try {
    return collector.parse(sections, context);
  } catch (cause) {
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return { records: [], errors: [{ source, message: `could not be parsed: ${message}`.slice(0, 1000) }] };
  }
}
