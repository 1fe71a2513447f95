import { FormatError, readCount } from './field.ts';
import { parseLivestatusObjects, parseLivestatusProgram } from './livestatus.ts';
import type { Monitored } from './monitored.ts';
import { parseCgiObjects, parseCgiProgram } from './nagios-cgi.ts';
import { defaultIntervalLength, parseCheckIntervals, parseNagiosStatus } from './nagios-status.ts';
import type { Rows } from './rows.ts';

/** What a Nagios told, or why it told nothing: there is none, it does not run, or it may not be asked. */
export type NagiosAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'stopped' | 'failed'; readonly why: string }
  | NagiosTold;

/** Times are of the host's clock, in seconds since 1970. */
export interface NagiosTold extends Rows<Monitored> {
  readonly kind: 'told';
  /** By which of its ways. */
  readonly way: 'CGI' | 'status.dat' | 'Livestatus';
  readonly version: string | undefined;
  readonly startedAt: number | undefined;
  readonly askedAt: number;
  /** When the states were so, by Nagios's own word. */
  readonly seenAt: number;
  /** How often it writes its states down; undefined when it is asked itself. */
  readonly writesEverySeconds: number | undefined;
}

/** Nagios's `status_update_interval` when its configuration says nothing. */
const defaultWriteSeconds = 10;

/** Reads what nagios-command.ts prints: lines that begin with `@`, and documents after them. */
export function parseNagiosAnswer(text: string): NagiosAnswer {
  const { words, documents } = partsOf(text);
  if (words.has('none')) return { kind: 'none' };
  const [missing, why] = [words.get('stopped'), words.get('failed')];
  if (missing !== undefined) return { kind: 'stopped', why: `Nagios does not run: there is no ${missing}` };
  if (why !== undefined) return { kind: 'failed', why };
  const askedAt = readCount(words.get('now'), 'now');
  const intervalLength = settingOf(words, 'interval_length') ?? defaultIntervalLength;
  const way = words.get('source');
  const document = (name: string): string => {
    const found = documents.get(name);
    if (found === undefined) throw new FormatError(name, undefined, 'a document');
    return found;
  };
  if (way === 'Livestatus') {
    const program = parseLivestatusProgram(document('status'));
    const length = program.intervalLength ?? intervalLength;
    const hosts = parseLivestatusObjects('hosts', document('hosts'), length);
    const services = parseLivestatusObjects('services', document('services'), length);
    return {
      kind: 'told',
      way,
      version: program.version,
      startedAt: program.startedAt,
      askedAt,
      seenAt: askedAt,
      writesEverySeconds: undefined,
      rows: [...hosts.rows, ...services.rows],
      faults: [...hosts.faults, ...services.faults],
    };
  }
  const writesEverySeconds = settingOf(words, 'status_update_interval') ?? defaultWriteSeconds;
  if (way === 'status.dat') {
    const status = parseNagiosStatus(document('status'), intervalLength);
    const { version, startedAt, writtenAt: seenAt, rows, faults } = status;
    return { kind: 'told', way, version, startedAt, askedAt, seenAt, writesEverySeconds, rows, faults };
  }
  if (way !== 'CGI') throw new FormatError('source', way, 'CGI, status.dat or Livestatus');
  const { version, startedAt, writtenAt: seenAt } = parseCgiProgram(document('program'));
  const intervals = intervalsOf(document('objects'), intervalLength);
  const hosts = parseCgiObjects(document('hosts'), intervals.found);
  const services = parseCgiObjects(document('services'), intervals.found);
  const rows = [...hosts.rows, ...services.rows];
  const faults = [...intervals.faults, ...hosts.faults, ...services.faults];
  return { kind: 'told', way, version, startedAt, askedAt, seenAt, writesEverySeconds, rows, faults };
}

/** How often things are checked; where that cannot be read, their states can be all the same. */
function intervalsOf(
  text: string,
  intervalLength: number,
): { found: ReadonlyMap<string, number>; faults: readonly string[] } {
  try {
    return { found: parseCheckIntervals(text, intervalLength), faults: [] };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { found: new Map(), faults: [`objects.cache: ${error.message}`] };
  }
}

/** What is said in a line, and what follows one that says nothing but a name. */
function partsOf(text: string): { words: Map<string, string>; documents: Map<string, string> } {
  const words = new Map<string, string>();
  const documents = new Map<string, string>();
  const [before = '', ...parts] = `\n${text}`.split('\n@ ');
  if (before.trim() !== '' || parts.length === 0)
    throw new FormatError('answer', text.trim() || undefined, 'a line that begins with @');
  for (const part of parts) {
    const end = part.indexOf('\n');
    const line = end === -1 ? part : part.slice(0, end);
    const [, name = '', said = ''] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
    words.set(name, said.trim());
    if (end !== -1) documents.set(name, part.slice(end + 1));
  }
  return { words, documents };
}

/** A number of seconds that the configuration says. */
function settingOf(words: ReadonlyMap<string, string>, name: string): number | undefined {
  const said = words.get(name);
  return said === undefined || said === '' ? undefined : readCount(said, name) || undefined;
}
