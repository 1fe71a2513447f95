import { FormatError, readCount } from './field.ts';
import { type Part, readIsolated } from './isolated.ts';
import { hostStates, type Monitored, type MonitoredState, nameOf, serviceStates } from './monitored.ts';
import { type NagiosBlock, parseNagiosBlocks } from './nagios-blocks.ts';
import type { Rows } from './rows.ts';

/** What a Nagios says of itself and of all that it watches. Times are of its clock, in seconds since 1970. */
export interface NagiosStatus extends Rows<Monitored> {
  readonly version: string | undefined;
  readonly startedAt: number | undefined;
  /** When the states were written down. */
  readonly writtenAt: number;
}

/** Nagios's `interval_length` when its configuration says nothing. */
export const defaultIntervalLength = 60;

/** More than any Nagios carries. */
const maxObjects = 50_000;

/**
 * Reads status.dat. Its intervals are in units that nagios.cfg alone tells, in seconds.
 * Retained states (retention.dat) are of another time, and refused.
 */
export function parseNagiosStatus(text: string, intervalLength = defaultIntervalLength): NagiosStatus {
  const blocks = parseNagiosBlocks(text);
  const info = blocks.find(({ type }) => type === 'info')?.values;
  const program = blocks.find(({ type }) => type === 'programstatus')?.values;
  if (info === undefined || program === undefined)
    throw new FormatError('blocks', blocks[0]?.type, 'info and programstatus, as status.dat has them');
  const parts = blocks.flatMap((block): Part<Monitored>[] =>
    block.type === 'hoststatus' || block.type === 'servicestatus'
      ? [{ name: `line ${block.line}`, read: () => readObject(block, intervalLength) }]
      : [],
  );
  const startedAt = program.get('program_start');
  return {
    version: info.get('version') || undefined,
    startedAt: startedAt === undefined ? undefined : readCount(startedAt, 'program_start'),
    writtenAt: readCount(info.get('created'), 'created'),
    ...readIsolated(parts, maxObjects),
  };
}

/** How often hosts and services are checked, in seconds, by their names: reads objects.cache, for what tells states without it. */
export function parseCheckIntervals(
  text: string,
  intervalLength = defaultIntervalLength,
): ReadonlyMap<string, number> {
  const intervals = new Map<string, number>();
  const blocks = parseNagiosBlocks(text);
  const objects = blocks.filter(({ type }) => type === 'host' || type === 'service');
  if (objects.length === 0)
    throw new FormatError('blocks', blocks[0]?.type, 'hosts, as objects.cache has them');
  for (const { values } of objects) {
    const host = values.get('host_name');
    const every = secondsOf(values.get('check_interval'), intervalLength);
    if (host !== undefined && every !== undefined)
      intervals.set(nameOf(host, values.get('service_description')), every);
  }
  return intervals;
}

function readObject({ type, values }: NagiosBlock, intervalLength: number): Monitored {
  const states = type === 'hoststatus' ? hostStates : serviceStates;
  const flag = (key: string): boolean => values.has(key) && readCount(values.get(key), key) > 0;
  const count = (key: string): number | undefined =>
    values.has(key) ? readCount(values.get(key), key) : undefined;
  const isChecked = readCount(values.get('has_been_checked'), 'has_been_checked') === 1;
  const state = stateOf(states, values.get('current_state'), 'current_state');
  return {
    host: textOf(values, 'host_name'),
    service: type === 'hoststatus' ? undefined : textOf(values, 'service_description'),
    state: isChecked ? state : undefined,
    isHard: readCount(values.get('state_type'), 'state_type') === 1,
    hardState: stateOf(states, values.get('last_hard_state'), 'last_hard_state'),
    attempt: count('current_attempt'),
    maxAttempts: count('max_attempts'),
    checkedAt: count('last_check') || undefined,
    everySeconds: secondsOf(values.get('check_interval'), intervalLength),
    output: values.get('plugin_output') ?? '',
    perfdata: values.get('performance_data') ?? '',
    isAcknowledged: flag('problem_has_been_acknowledged'),
    isInDowntime: flag('scheduled_downtime_depth'),
    isFlapping: flag('is_flapping'),
    latencySeconds: decimalOf(values.get('check_latency')),
    executionSeconds: decimalOf(values.get('check_execution_time')),
  };
}

function textOf(values: ReadonlyMap<string, string>, key: string): string {
  const text = values.get(key) ?? '';
  if (text === '') throw new FormatError(key, undefined, 'a name');
  return text;
}

function stateOf(states: readonly MonitoredState[], text: string | undefined, field: string): MonitoredState {
  const state = states[readCount(text, field)];
  if (state === undefined) throw new FormatError(field, text, `0 to ${states.length - 1}`);
  return state;
}

/** Seconds of an interval; none where it is 0: then it is checked when something asks for it, and never by schedule. */
function secondsOf(text: string | undefined, intervalLength: number): number | undefined {
  return (decimalOf(text) ?? 0) * intervalLength || undefined;
}

/** A latency may be negative where a clock was set back: then it is not known. */
function decimalOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
