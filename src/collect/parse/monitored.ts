import type { CheckOfService } from '../../model/fleet-checks.ts';
import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { beliefIntervals, type State } from '../../model/state.ts';
import { fromSeconds } from '../../model/time.ts';
import { known } from './known.ts';
import { answerSeconds, parsePerfdata, perfMetrics } from './perfdata.ts';

/** How Nagios and Icinga call the states of hosts and services. */
export const hostStates = ['up', 'down', 'unreachable'] as const;
export const serviceStates = ['ok', 'warning', 'critical', 'unknown'] as const;
export type MonitoredState = (typeof hostStates)[number] | (typeof serviceStates)[number];

/** A host or service that Nagios or Icinga watches. Times are of their clock, in seconds since 1970. */
export interface Monitored {
  readonly host: string;
  /** Undefined for a host. */
  readonly service: string | undefined;
  /** What the last check found; undefined before the first. */
  readonly state: MonitoredState | undefined;
  /** Whether that was tried as often as it should be: a soft state is one that may still be a slip. */
  readonly isHard: boolean;
  /** The last hard state. */
  readonly hardState: MonitoredState;
  readonly attempt: number | undefined;
  readonly maxAttempts: number | undefined;
  readonly checkedAt: number | undefined;
  /** How often it is checked; undefined when that is not known, or never by schedule. */
  readonly everySeconds: number | undefined;
  readonly output: string;
  readonly perfdata: string;
  readonly isAcknowledged: boolean;
  readonly isInDowntime: boolean;
  readonly isFlapping: boolean;
  /** How late the last check began, and how long it took. */
  readonly latencySeconds: number | undefined;
  readonly executionSeconds: number | undefined;
}

/** A check of a service of ours that somebody else's prober answers. */
export type WatchedCheck = CheckOfService<'nagios'> | CheckOfService<'icinga2'>;

/** The states of all that one prober watches, as they were at an instant of its clock. */
export interface Watch {
  /** Whose states: `Nagios`. */
  readonly prober: string;
  readonly seenAt: number;
  find(host: string, service: string | undefined): Monitored | undefined;
}

/** What is told with a check. What plugins tell besides is in `perf_<label>_<unit>`. */
export const checkMetrics = {
  check_duration_seconds: {
    type: 'gauge',
    meaning: 'How long the service took to answer, where the plugin tells it as `time`.',
    example: 0.065,
  },
  check_attempts_count: {
    type: 'gauge',
    meaning: 'The attempt that the state was found by; up to the limit of the check it is a soft one.',
    example: 1,
  },
  check_execution_seconds: { type: 'gauge', meaning: 'How long the plugin ran.', example: 0.103 },
  check_latency_seconds: { type: 'gauge', meaning: 'How late the check began.', example: 0.004 },
} satisfies Record<string, Metric>;

/** What states are to us. A host that is unreachable is one that nobody could look at. */
const meaning: Readonly<Record<MonitoredState, State>> = {
  ok: 'up',
  up: 'up',
  warning: 'degraded',
  critical: 'down',
  down: 'down',
  unknown: 'unknown',
  unreachable: 'unknown',
};

const maxReasonLength = 500;
const maxLeftOut = 10;

/** All that was found, to be asked for by name. */
export function watchOf(prober: string, seenAt: number, all: Iterable<Monitored>): Watch {
  const byName = new Map<string, Monitored>();
  for (const one of all) byName.set(nameOf(one.host, one.service), one);
  return { prober, seenAt, find: (host, service) => byName.get(nameOf(host, service)) };
}

/** One name for a host or a service. */
export function nameOf(host: string, service: string | undefined): string {
  return JSON.stringify(service === undefined ? [host] : [host, service]);
}

/**
 * What a check of ours is by the word of its prober. The state is the last hard one: while a fault is soft, the prober is trying again, as
 * our own probe does before it calls anybody down. What is not up in a downtime (the service's own, or its host's) is maintenance. A result
 * that is too old is believed no longer: its check is overdue, or was switched off.
 */
export function watchedRecord(
  { entity, check }: WatchedCheck,
  { prober, seenAt, find }: Watch,
  { at, fleetSeconds }: { readonly at: string; readonly fleetSeconds: number },
): EntityRecord {
  const found = find(check.host, check.service);
  if (found === undefined) {
    const what = check.service === undefined ? 'no host' : `no service ${JSON.stringify(check.service)} on`;
    return unknownRecord(entity, at, `${prober} knows ${what} ${JSON.stringify(check.host)}`);
  }
  const doubt = doubtOf(found, check.maxAge, seenAt, fleetSeconds);
  if (doubt !== undefined) return { ...unknownRecord(entity, at, doubt), ...factsOf(found, []) };
  const values = parsePerfdata(found.perfdata).rows;
  const { gauges, counters, leftOut } = perfMetrics(values);
  const seconds = answerSeconds(values);
  const isPlanned = found.isInDowntime || (find(check.host, undefined)?.isInDowntime ?? false);
  const { state, reason } = verdictOf(found, isPlanned, seconds, check.slowAfter);
  return {
    entity,
    at,
    state,
    ...(reason === undefined ? {} : { reason: printable(reason) }),
    gauges: {
      ...known({
        check_duration_seconds: seconds,
        check_attempts_count: found.attempt,
        check_execution_seconds: found.executionSeconds,
        check_latency_seconds: found.latencySeconds,
      }),
      ...gauges,
    },
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...factsOf(found, leftOut),
  };
}

/** A check of which nothing is known, and why. */
export function unknownRecord(entity: string, at: string, reason: string): EntityRecord {
  return { entity, at, state: 'unknown', reason: printable(reason) };
}

function verdictOf(
  found: Monitored,
  isPlanned: boolean,
  seconds: number | undefined,
  slowAfter: number | undefined,
): { state: State; reason?: string } {
  const told = found.isHard ? (found.state ?? found.hardState) : found.hardState;
  const state = meaning[told];
  if (state === 'up') {
    if (slowAfter === undefined || seconds === undefined || seconds <= slowAfter) return { state };
    return {
      state: 'degraded',
      reason: `answered in ${seconds.toFixed(1)} s, expected within ${slowAfter} s`,
    };
  }
  const reason = found.output.trim() === '' ? told : found.output;
  return isPlanned ? { state: 'maintenance', reason: `in downtime: ${reason}` } : { state, reason };
}

/** Why a result is not believed; undefined when it is. */
function doubtOf(
  { state, checkedAt, everySeconds }: Monitored,
  maxAge: number | undefined,
  seenAt: number,
  fleetSeconds: number,
): string | undefined {
  if (state === undefined) return 'not checked yet';
  if (checkedAt === undefined) return 'it is not told when it was checked';
  const age = seenAt - checkedAt;
  const limit = maxAge ?? beliefIntervals * (everySeconds ?? fleetSeconds);
  if (age <= limit) return undefined;
  const when = checkedAt < 0 || checkedAt > 4e9 ? '' : ` at ${fromSeconds(checkedAt)}`;
  return `last checked${when}, ${Math.round(age)} s before, expected at most ${Math.round(limit)} s`;
}

function factsOf(found: Monitored, leftOut: readonly string[]): Pick<EntityRecord, 'facts'> {
  const isSoft = found.state !== undefined && !found.isHard;
  return {
    facts: known({
      monitored_state: found.state ?? 'pending',
      soft_attempt:
        isSoft && found.attempt !== undefined ? `${found.attempt}/${found.maxAttempts}` : undefined,
      acknowledged: found.isAcknowledged ? 'yes' : undefined,
      in_downtime: found.isInDowntime ? 'yes' : undefined,
      flapping: found.isFlapping ? 'yes' : undefined,
      perfdata_left_out:
        leftOut.length === 0 ? undefined : printable(leftOut.slice(0, maxLeftOut).join(', ')),
    }),
  };
}

/** Text of a plugin as one line that can be shown. */
function printable(text: string): string {
  return text
    .slice(0, maxReasonLength)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
}
