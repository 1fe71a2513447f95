import type { State } from '../model/state.ts';

/** A host of Nagios, or one of its services. */
export interface NagiosObject {
  readonly host: string;
  /** Its description; undefined for the host itself. */
  readonly service: string | undefined;
}

/** What a line of nagios.log tells; `at` in seconds since 1970. */
export type NagiosEvent = { readonly at: number } & (
  | {
      readonly kind: 'state';
      readonly object: NagiosObject;
      readonly state: State;
      /** Soft states are those of a check that is still being tried again. */
      readonly isHard: boolean;
      /** Whether it only repeats the state of an object, as at the beginning of each file. */
      readonly isCurrent: boolean;
      readonly output: string;
    }
  | { readonly kind: 'downtime'; readonly object: NagiosObject; readonly isStart: boolean }
  | { readonly kind: 'rotation'; readonly periodSeconds: number }
  | { readonly kind: 'start' | 'stop' | 'other' }
);

const states: Readonly<Record<string, State>> = {
  OK: 'up',
  UP: 'up',
  WARNING: 'degraded',
  CRITICAL: 'down',
  DOWN: 'down',
  UNKNOWN: 'unknown',
  // Something on the way is down: nobody could look.
  UNREACHABLE: 'unknown',
};

const periods: Readonly<Record<string, number>> = {
  HOURLY: 3600,
  DAILY: 86_400,
  WEEKLY: 7 * 86_400,
  MONTHLY: 31 * 86_400,
};

const line = /^\[(\d{9,11})\] (.*)$/s;
const told = /^(?:(CURRENT|INITIAL) (HOST|SERVICE) STATE|(HOST|SERVICE) (ALERT|DOWNTIME ALERT)): (.*)$/s;
const rotation = /^LOG ROTATION: ([A-Z]+)$/;
const start = /^\S+ \S+ starting\.\.\. /;
const stop =
  /^(?:Caught SIG[A-Z]+, (?:shutting down|restarting)|Successfully shutdown|Bailing out|Program shutdown)/;

/** Reads a line of the log of Nagios (also of Naemon and Icinga 1); undefined when it is none. */
export function parseNagiosLine(text: string): NagiosEvent | undefined {
  const [, seconds, message = ''] = line.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const at = Number(seconds);
  const match = told.exec(message);
  if (match !== null) return parseTold(at, match);
  const period = periods[rotation.exec(message)?.[1] ?? ''];
  if (period !== undefined) return { at, kind: 'rotation', periodSeconds: period };
  if (start.test(message)) return { at, kind: 'start' };
  return { at, kind: stop.test(message) ? 'stop' : 'other' };
}

function parseTold(at: number, match: RegExpExecArray): NagiosEvent | undefined {
  const [, current, currentOf, alertOf, alert, rest = ''] = match;
  const isService = (currentOf ?? alertOf) === 'SERVICE';
  // Nagios turns semicolons of the output into colons, but not those that commands pass in.
  const [host = '', ...fields] = rest.split(';');
  const service = isService ? fields.shift() : undefined;
  const object: NagiosObject = { host, service };
  const [state = '', type = '', ...others] = fields;
  if (host === '' || (isService && (service === undefined || service === ''))) return undefined;
  if (alert === 'DOWNTIME ALERT') return { at, kind: 'downtime', object, isStart: state === 'STARTED' };
  if (!Object.hasOwn(states, state) || (type !== 'HARD' && type !== 'SOFT')) return undefined;
  const output = others.slice(1).join(';');
  return {
    at,
    kind: 'state',
    object,
    state: states[state] ?? 'unknown',
    isHard: type === 'HARD',
    isCurrent: current !== undefined,
    output: output === '(null)' ? '' : output,
  };
}
