import { FormatError } from './field.ts';
import { type Part, readIsolated } from './isolated.ts';
import { fieldAt, flagAt, numberAt, shownJson, textAt } from './json-fields.ts';
import { hostStates, type Monitored, type MonitoredState, nameOf, serviceStates } from './monitored.ts';
import type { Rows } from './rows.ts';

// Answers of Nagios's statusjson.cgi (Core 4). Its times are in milliseconds.

/** What an answer says of itself, and what it was asked for. */
interface CgiAnswer {
  /** When status.dat was written, from which the CGI reads, in seconds since 1970. */
  readonly writtenAt: number;
  readonly data: unknown;
}

/** What a Nagios says of itself. */
export interface CgiProgram {
  readonly version: string | undefined;
  readonly startedAt: number | undefined;
  readonly writtenAt: number;
}

const maxObjects = 50_000;

/** Reads the answer to `query=programstatus`. */
export function parseCgiProgram(text: string): CgiProgram {
  const { writtenAt, data } = parseAnswer(text);
  const program = fieldAt(data, 'programstatus');
  if (program === undefined) throw new FormatError('data', keysOf(data), 'programstatus');
  return {
    version: textAt(program, 'version'),
    startedAt: secondsAt(program, 'program_start'),
    writtenAt,
  };
}

/**
 * Reads the answers to `query=hostlist` and `query=servicelist`, both with `details=true`. Nothing there tells how often they are checked;
 * `intervals` does, in seconds by name.
 */
export function parseCgiObjects(
  text: string,
  intervals: ReadonlyMap<string, number> = new Map(),
): Rows<Monitored> {
  const { data } = parseAnswer(text);
  const hosts = fieldAt(data, 'hostlist');
  const services = fieldAt(data, 'servicelist');
  if (hosts === undefined && services === undefined)
    throw new FormatError('data', keysOf(data), 'hostlist or servicelist');
  const parts = [
    ...entriesOf(hosts, 'hostlist').map(([host, told]): Part<Monitored> => {
      const read = () => readObject(host, undefined, told, intervals);
      return { name: host, read };
    }),
    ...entriesOf(services, 'servicelist').flatMap(([host, own]) =>
      entriesOf(own, host).map(([service, told]): Part<Monitored> => {
        const read = () => readObject(host, service, told, intervals);
        return { name: `${host}/${service}`, read };
      }),
    ),
  ];
  return readIsolated(parts, maxObjects);
}

/** An answer without its HTTP header, as JSON that is none before it is mended. */
function parseAnswer(text: string): CgiAnswer {
  const body = text.replace(/^(?:[\w-]+:[^\n]*\n)+\r?\n/, '');
  let document: unknown;
  try {
    document = JSON.parse(mended(body));
  } catch {
    // While Nagios does not run there is no status.dat, and the CGI prints its header alone.
    throw new FormatError('answer', body.trim() || undefined, 'whole JSON');
  }
  if (numberAt(document, 'result', 'type_code') !== 0) {
    const message = textAt(document, 'result', 'message') ?? keysOf(document);
    throw new FormatError('result', message, 'a success');
  }
  const writtenAt = secondsAt(fieldAt(document, 'result'), 'last_data_update');
  if (writtenAt === undefined) throw new FormatError('last_data_update', undefined, 'an instant');
  return { writtenAt, data: fieldAt(document, 'data') };
}

/**
 * What the encoder (cgi/jsonutils.c) writes and JSON has not: `\a` and `\v`, `nan` and `inf`, and in old versions keys as they are, so that
 * a service called `C:\` takes the quote that ends it for its own. With whitespace asked for, such keys stand on lines of their own.
 */
function mended(text: string): string {
  return text
    .replaceAll(/^( *)"(.*)": ?\{$/gm, (line, indent: string, key: string) =>
      isEscaped(key) ? line : `${indent}${JSON.stringify(key)}: {`,
    )
    .replaceAll(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(.?))/gs, (written, other: string | undefined) => {
      if (other === undefined) return written;
      return other === 'a' ? '\\u0007' : other === 'v' ? '\\u000b' : `\\\\${other}`;
    })
    .replaceAll(/^( *"\w+": ?)-?(?:nan|inf)(,?)$/gm, '$1null$2');
}

function isEscaped(key: string): boolean {
  return /^(?:[^"\\]|\\.)*$/.test(key);
}

function entriesOf(value: unknown, field: string): [string, unknown][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError(field, shownJson(value), 'details of each');
  return Object.entries(value);
}

function readObject(
  host: string,
  service: string | undefined,
  told: unknown,
  intervals: ReadonlyMap<string, number>,
): Monitored {
  if (typeof told !== 'object' || told === null) throw new FormatError('details', String(told), 'an object');
  const words = service === undefined ? hostWords : serviceWords;
  const hardWords = service === undefined ? hostStates : serviceStates;
  const status = wordAt(told, 'status', words);
  const hard = wordAt(told, 'last_hard_state', hardWords);
  const isChecked = flagAt(told, 'has_been_checked') ?? status !== 'pending';
  const [ownHost, ownService] =
    service === undefined
      ? [nameAt(told, 'name', host), undefined]
      : [nameAt(told, 'host_name', host), nameAt(told, 'description', service)];
  return {
    host: ownHost,
    service: ownService,
    state: isChecked && status !== 'pending' ? status : undefined,
    isHard: wordAt(told, 'state_type', ['soft', 'hard']) === 'hard',
    hardState: hard,
    attempt: numberAt(told, 'current_attempt'),
    maxAttempts: numberAt(told, 'max_attempts'),
    checkedAt: secondsAt(told, 'last_check'),
    everySeconds: intervals.get(nameOf(ownHost, ownService)),
    output: textAt(told, 'plugin_output') ?? '',
    perfdata: textAt(told, 'perf_data') ?? '',
    isAcknowledged: flagAt(told, 'problem_has_been_acknowledged') ?? false,
    isInDowntime: (numberAt(told, 'scheduled_downtime_depth') ?? 0) > 0,
    isFlapping: flagAt(told, 'is_flapping') ?? false,
    latencySeconds: amountAt(told, 'latency'),
    executionSeconds: amountAt(told, 'execution_time'),
  };
}

/** A name by its own field, which is always escaped, or by its key. Of one that is not plain ASCII the CGI tells neither. */
function nameAt(told: object, field: string, key: string): string {
  const name = textAt(told, field) ?? key;
  if (name === '(null)') throw new FormatError(field, name, 'a name');
  return name;
}

type Words<Word extends string> = readonly Word[] | ReadonlyMap<number, Word>;

/** Statuses are bits where they are not words: `enumerate` asks for the latter. */
const hostWords = new Map<number, MonitoredState | 'pending'>([
  [1, 'pending'],
  [2, 'up'],
  [4, 'down'],
  [8, 'unreachable'],
]);
const serviceWords = new Map<number, MonitoredState | 'pending'>([
  [1, 'pending'],
  [2, 'ok'],
  [4, 'warning'],
  [8, 'unknown'],
  [16, 'critical'],
]);

/** A word, or the number that stands for it. */
function wordAt<Word extends string>(told: object, key: string, words: Words<Word>): Word {
  const value = fieldAt(told, key);
  const all: readonly (readonly [number, Word])[] = [...words.entries()];
  const found = all.find(([number, word]) => value === word || value === number)?.[1];
  if (found !== undefined) return found;
  throw new FormatError(
    key,
    value === undefined ? undefined : shownJson(value),
    all.map(([, word]) => word).join(', '),
  );
}

/** An instant, in seconds since 1970; 0 is none. */
function secondsAt(told: unknown, key: string): number | undefined {
  const milliseconds = numberAt(told, key);
  return milliseconds === undefined || milliseconds <= 0 ? undefined : milliseconds / 1000;
}

function amountAt(told: object, key: string): number | undefined {
  const value = numberAt(told, key);
  return value === undefined || value < 0 ? undefined : value;
}

function keysOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 5).join(', ') : undefined;
}
