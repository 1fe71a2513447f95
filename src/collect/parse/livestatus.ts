import { FormatError } from './field.ts';
import { type Part, readIsolated } from './isolated.ts';
import { shownJson } from './json-fields.ts';
import { hostStates, type Monitored, serviceStates } from './monitored.ts';
import type { Rows } from './rows.ts';

// Livestatus: Nagios (as a module), Naemon, Checkmk and Icinga 2 answer to its queries on a socket.
// https://docs.checkmk.com/latest/en/livestatus_references.html

const common = [
  'state',
  'state_type',
  'last_hard_state',
  'has_been_checked',
  'current_attempt',
  'max_check_attempts',
  'last_check',
  'check_interval',
  'plugin_output',
  'perf_data',
  'acknowledged',
  'scheduled_downtime_depth',
  'is_flapping',
  'latency',
  'execution_time',
];

/** What is asked of each table. */
export const livestatusColumns = {
  status: ['program_version', 'program_start', 'interval_length'],
  hosts: ['name', ...common],
  services: ['host_name', 'description', ...common],
} as const;

/** What the program behind a socket says of itself. */
export interface LivestatusProgram {
  readonly version: string | undefined;
  readonly startedAt: number | undefined;
  /** The unit of its intervals, in seconds. */
  readonly intervalLength: number | undefined;
}

const maxObjects = 50_000;

/** Reads the answer about the table `status`. */
export function parseLivestatusProgram(text: string): LivestatusProgram {
  const [row] = parseAnswer(text);
  if (row === undefined) throw new FormatError('status', undefined, 'one row');
  const cells = cellsOf(row, livestatusColumns.status);
  const version = cells.get('program_version');
  return {
    version: typeof version === 'string' && version !== '' ? version : undefined,
    startedAt: numberOf(cells, 'program_start') || undefined,
    intervalLength: numberOf(cells, 'interval_length') || undefined,
  };
}

/** Reads the answer about the table `hosts` or `services`. */
export function parseLivestatusObjects(
  table: 'hosts' | 'services',
  text: string,
  intervalLength: number,
): Rows<Monitored> {
  const rows = parseAnswer(text);
  const parts = rows.map((row, index): Part<Monitored> => {
    const read = () => readObject(table, cellsOf(row, livestatusColumns[table]), intervalLength);
    return { name: `row ${index + 1}`, read };
  });
  return readIsolated(parts, maxObjects);
}

/** The rows behind a `fixed16` header: three digits of status, a blank, the payload's length in 11 places, a line break. */
function parseAnswer(text: string): unknown[] {
  const header = /^(\d{3}) {1,11}(\d{1,11})\n/.exec(text);
  if (header === null) throw new FormatError('answer', text.slice(0, 16), 'a header such as 200         120');
  const payload = text.slice(header[0].length);
  if (header[1] !== '200') throw new FormatError('status', `${header[1]} ${payload.trim()}`, '200');
  // Bytes that are no text have become longer by now: only what is too short was cut.
  if (new TextEncoder().encode(payload).length < Number(header[2]))
    throw new FormatError('payload', `${payload.length} characters`, `${header[2]} bytes`);
  let rows: unknown;
  try {
    rows = JSON.parse(payload);
  } catch {
    throw new FormatError('payload', payload.trim(), 'JSON');
  }
  if (!Array.isArray(rows)) throw new FormatError('payload', payload.trim(), 'a list of rows');
  return rows;
}

function cellsOf(row: unknown, columns: readonly string[]): ReadonlyMap<string, unknown> {
  if (!Array.isArray(row) || row.length !== columns.length) {
    const found = Array.isArray(row) ? `${row.length} cells` : typeof row;
    throw new FormatError('row', found, `${columns.length} cells`);
  }
  return new Map(columns.map((column, index) => [column, row[index]]));
}

function readObject(
  table: 'hosts' | 'services',
  cells: ReadonlyMap<string, unknown>,
  intervalLength: number,
): Monitored {
  const states = table === 'hosts' ? hostStates : serviceStates;
  const stateOf = (column: string) => {
    const number = numberOf(cells, column);
    const state = states[number ?? -1];
    if (state === undefined) throw new FormatError(column, String(number), `0 to ${states.length - 1}`);
    return state;
  };
  return {
    host: nameIn(cells, table === 'hosts' ? 'name' : 'host_name'),
    service: table === 'hosts' ? undefined : nameIn(cells, 'description'),
    state: numberOf(cells, 'has_been_checked') === 1 ? stateOf('state') : undefined,
    isHard: numberOf(cells, 'state_type') === 1,
    hardState: stateOf('last_hard_state'),
    attempt: numberOf(cells, 'current_attempt'),
    maxAttempts: numberOf(cells, 'max_check_attempts'),
    checkedAt: numberOf(cells, 'last_check') || undefined,
    everySeconds: (numberOf(cells, 'check_interval') ?? 0) * intervalLength || undefined,
    output: textIn(cells, 'plugin_output'),
    perfdata: textIn(cells, 'perf_data'),
    isAcknowledged: isSo(cells, 'acknowledged'),
    isInDowntime: isSo(cells, 'scheduled_downtime_depth'),
    isFlapping: isSo(cells, 'is_flapping'),
    latencySeconds: numberOf(cells, 'latency'),
    executionSeconds: numberOf(cells, 'execution_time'),
  };
}

/** A number from 0 up; undefined when there is none. */
function numberOf(cells: ReadonlyMap<string, unknown>, column: string): number | undefined {
  const value = cells.get(column);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A flag: a number as Nagios has them, or a truth as Icinga 2 does. */
function isSo(cells: ReadonlyMap<string, unknown>, column: string): boolean {
  return cells.get(column) === true || (numberOf(cells, column) ?? 0) > 0;
}

function textIn(cells: ReadonlyMap<string, unknown>, column: string): string {
  const value = cells.get(column);
  return typeof value === 'string' ? value : '';
}

function nameIn(cells: ReadonlyMap<string, unknown>, column: string): string {
  const name = textIn(cells, column);
  if (name === '') throw new FormatError(column, shownJson(cells.get(column)), 'a name');
  return name;
}
