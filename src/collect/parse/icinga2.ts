import { FormatError } from './field.ts';
import { type Part, readIsolated } from './isolated.ts';
import { fieldAt, flagAt, listAt, numberAt, textAt } from './json-fields.ts';
import { hostStates, type Monitored, type MonitoredState, serviceStates } from './monitored.ts';
import type { Rows } from './rows.ts';

// Answers of Icinga 2 to queries of objects: https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#config-objects

const common = [
  'name',
  'state',
  'state_type',
  'last_hard_state',
  'check_attempt',
  'max_check_attempts',
  'check_interval',
  'last_check',
  'last_check_result',
  'acknowledgement',
  'downtime_depth',
  'flapping',
];

/** What is asked of each object. */
export const icingaAttributes = {
  hosts: [...common, 'last_reachable'],
  services: [...common, 'host_name'],
} as const;

/** The objects that are asked for, and what a filter calls their whole names. */
export const icingaKinds = { hosts: 'host.__name', services: 'service.__name' } as const;
type Kind = keyof typeof icingaKinds;

const maxObjects = 50_000;

/**
 * Reads an answer to `/v1/objects/hosts` or `/v1/objects/services`. That no object has such a name is told by a 404.
 * Throws FormatError for what is not an answer, and with what Icinga 2 says where it refuses one.
 */
export function parseIcingaAnswer(kind: Kind, status: number, text: string): Rows<Monitored> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError(`answer (status ${status})`, text.trim() || undefined, 'whole JSON');
  }
  const says = fieldAt(document, 'status');
  if (status === 404 && says === 'No objects found.') return { rows: [], faults: [] };
  const results = fieldAt(document, 'results');
  if (status !== 200 || !Array.isArray(results))
    throw new FormatError(
      `answer (status ${status})`,
      typeof says === 'string' ? says : typeof results,
      'a list of results',
    );
  const parts = results.map((result: unknown, index): Part<Monitored> => {
    const read = () => readObject(kind, fieldAt(result, 'attrs'));
    return { name: `result ${index + 1}`, read };
  });
  return readIsolated(parts, maxObjects);
}

function readObject(kind: Kind, attributes: unknown): Monitored {
  const isHost = kind === 'hosts';
  const count = (key: string) => amountAt(attributes, key);
  const result = fieldAt(attributes, 'last_check_result');
  const checkedAt = count('last_check') || undefined;
  const [scheduledAt, beganAt, endedAt] = ['schedule_start', 'execution_start', 'execution_end'].map((key) =>
    amountAt(result, key),
  );
  const state = stateAt(attributes, 'state', isHost);
  return {
    host: nameAt(attributes, isHost ? 'name' : 'host_name'),
    service: isHost ? undefined : nameAt(attributes, 'name'),
    // Before the first check it is called UNKNOWN or UP, and has no result.
    state: result === undefined || checkedAt === undefined ? undefined : state,
    isHard: count('state_type') === 1,
    hardState: stateAt(attributes, 'last_hard_state', isHost),
    attempt: count('check_attempt'),
    maxAttempts: count('max_check_attempts'),
    checkedAt,
    everySeconds: count('check_interval') || undefined,
    output: textAt(result, 'output')?.split('\n')[0] ?? '',
    perfdata: listAt(result, 'performance_data').map(perfdataOf).join(' '),
    isAcknowledged: (count('acknowledgement') ?? 0) > 0,
    isInDowntime: (count('downtime_depth') ?? 0) > 0,
    isFlapping: flagAt(attributes, 'flapping') ?? false,
    latencySeconds: secondsBetween(scheduledAt, beganAt),
    executionSeconds: secondsBetween(beganAt, endedAt),
  };
}

function stateAt(attributes: unknown, key: string, isHost: boolean): MonitoredState {
  const states = isHost ? hostStates.slice(0, 2) : serviceStates;
  const number = numberAt(attributes, key);
  const state = states[number ?? -1];
  if (state === undefined) throw new FormatError(key, number?.toString(), `0 to ${states.length - 1}`);
  // That a host on the way is down is told apart from the state here.
  return state === 'down' && flagAt(attributes, 'last_reachable') === false ? 'unreachable' : state;
}

/** Units of Icinga, as plugins write them. */
const units = new Map([
  ['seconds', 's'],
  ['bytes', 'B'],
  ['percent', '%'],
]);

/** One value as a plugin writes it: Icinga's own checks tell it as an object. */
function perfdataOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [label, number] = [textAt(value, 'label'), numberAt(value, 'value')];
  if (label === undefined || number === undefined) return '';
  const unit = textAt(value, 'unit') ?? '';
  const written = flagAt(value, 'counter') === true ? 'c' : (units.get(unit) ?? unit);
  return `'${label.replaceAll("'", "''")}'=${number}${written};;;;${numberAt(value, 'max') ?? ''}`;
}

function nameAt(attributes: unknown, key: string): string {
  const name = textAt(attributes, key);
  if (name === undefined) throw new FormatError(key, undefined, 'a name');
  return name;
}

/** A number from 0 up; what is not known is -1 there. */
function amountAt(value: unknown, key: string): number | undefined {
  const number = numberAt(value, key);
  return number === undefined || number < 0 ? undefined : number;
}

function secondsBetween(start: number | undefined, end: number | undefined): number | undefined {
  if (start === undefined || end === undefined || start === 0 || end < start) return undefined;
  return Math.round((end - start) * 1e6) / 1e6;
}
