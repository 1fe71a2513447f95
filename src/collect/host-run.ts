import type { Host } from '../model/fleet.ts';
import type { SourceError } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import type { Command, HostCollector, Parsed, Section } from './collector.ts';
import { hostScript } from './script.ts';
import type { HostAnswer } from './transport.ts';

/** Host collectors by name. */
export type HostCollectors = ReadonlyMap<string, HostCollector>;

/** The one script that carries the commands of several collectors, in sections named `<collector>.<command>`. */
export function scriptOf(collectors: HostCollectors): string {
  const commands = [...collectors].flatMap(([collector, { commands }]) =>
    Object.entries(commands).map(([name, command]): [string, Command] => [`${collector}.${name}`, command]),
  );
  return hostScript(new Map(commands));
}

/** What each collector makes of a host's answer. What did not arrive is an error of this host; what did is still read. */
export function parseAnswer(
  collectors: HostCollectors,
  host: Host,
  answer: HostAnswer,
  at: Instant,
): Map<string, Parsed> {
  const source = `host:${host.id}`;
  return new Map(
    [...collectors].map(([name, collector]): [string, Parsed] => {
      const sections = new Map(
        [...answer.sections].flatMap(([section, content]): [string, Section][] =>
          section.startsWith(`${name}.`) ? [[section.slice(name.length + 1), content]] : [],
        ),
      );
      const failure: SourceError[] =
        answer.failure === undefined ? [] : [{ source, message: answer.failure.slice(0, 1000) }];
      // Without any section of its own there is nothing to parse, and one error says it all.
      if (sections.size === 0) {
        const none = {
          source,
          message: `the answer holds no section of the collector ${name}: is the installed agent older than this Vigie?`,
        };
        return [name, { records: [], errors: failure.length > 0 ? failure : [none] }];
      }
      return [name, withFailure(parseSafely(collector, sections, { host: host.id, at }, source), failure)];
    }),
  );
}

function withFailure({ records, errors }: Parsed, failure: readonly SourceError[]): Parsed {
  return { records, errors: [...failure, ...errors] };
}

/** A collector that throws on some host's output is a bug of ours; it costs that host and no other. */
function parseSafely(
  collector: HostCollector,
  sections: ReadonlyMap<string, Section>,
  context: { host: string; at: Instant },
  source: string,
): Parsed {
  try {
    return collector.parse(sections, context);
  } catch (cause) {
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return { records: [], errors: [{ source, message: `could not be parsed: ${message}`.slice(0, 1000) }] };
  }
}
