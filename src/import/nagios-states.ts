import { gravity, type State } from '../model/state.ts';
import type { NagiosEvent, NagiosObject } from './nagios-line.ts';
import type { ServicesOf } from './nagios-services.ts';
import type { ImportedStep } from './timeline-months.ts';

/** A file is rotated a little late now and then; what comes later than this share of the period says that a file is missing. */
const rotationPatience = 1.1;

/** What is known of an object. */
interface Known {
  readonly name: string;
  readonly host: string;
  readonly services: readonly Group[];
  /** Undefined as long as nothing is. */
  state: State | undefined;
  reason: string;
  isInDowntime: boolean;
  mentionedAt: number;
}

/** A service of ours, and the objects of Nagios that are part of it. */
interface Group {
  readonly steps: ImportedStep[];
  readonly members: Known[];
}

/** Follows the hard states of services through logs whose events come in the order of time. */
export interface NagiosStates {
  take(event: NagiosEvent): void;
  /** The steps of each service of ours; nothing is known after the last event. */
  end(): ReadonlyMap<string, readonly ImportedStep[]>;
  /** Objects that are part of no service of ours, sorted. */
  unmapped(): string[];
}

/**
 * A service is as bad as the worst of its objects. While Nagios does not run, or where a file is missing, it is unknown; Nagios
 * keeps states over a restart, and so do we. A planned downtime in which an object is not up is maintenance; that of a host is its services' too.
 */
export function nagiosStates(servicesOf: ServicesOf): NagiosStates {
  const objects = new Map<string, Known>();
  const groups = new Map<string, Group>();
  const hostsInDowntime = new Set<string>();
  let [lastAt, isRunning] = [0, true];
  let rotation:
    | { at: number; dueAt: number; lateAt: number; hasCurrent: boolean; isSwept: boolean }
    | undefined;

  const known = (object: NagiosObject): Known => {
    const key = JSON.stringify([object.host, object.service]);
    const own = objects.get(key);
    if (own !== undefined) return own;
    const services = servicesOf(object).map((id) => {
      const group = groups.get(id) ?? { steps: [], members: [] };
      groups.set(id, group);
      return group;
    });
    const name = object.service === undefined ? object.host : `${object.host}/${object.service}`;
    const fresh: Known = {
      name,
      host: object.host,
      services,
      state: undefined,
      reason: '',
      isInDowntime: false,
      mentionedAt: 0,
    };
    for (const { members } of services) members.push(fresh);
    objects.set(key, fresh);
    return fresh;
  };
  const tell = (at: number, own: Iterable<Group>) => {
    for (const { steps, members } of own)
      put(steps, isRunning ? { at, ...worstOf(members, hostsInDowntime) } : { at, state: 'unknown' });
  };
  /** From an instant on nothing is known of some objects. */
  const forget = (at: number, forgotten: Iterable<Known>) => {
    for (const object of forgotten) {
      object.state = undefined;
      object.isInDowntime = false;
      if (object.name === object.host) plan(at, object.host, { isStart: false });
      tell(at, object.services);
    }
  };
  /** A downtime of a host begins or ends, for all that is on it. */
  const plan = (at: number, host: string, { isStart }: { readonly isStart: boolean }) => {
    if (isStart === hostsInDowntime.has(host)) return;
    if (isStart) hostsInDowntime.add(host);
    else hostsInDowntime.delete(host);
    for (const object of objects.values()) if (object.host === host) tell(at, object.services);
  };
  const look = (event: NagiosEvent) => {
    if (rotation === undefined) return;
    if (isRunning && event.at > rotation.lateAt) {
      forget(Math.max(rotation.dueAt, lastAt), objects.values());
      rotation = undefined;
      return;
    }
    const isRepeat = event.kind === 'state' && event.isCurrent;
    if (isRepeat) rotation.hasCurrent = true;
    else if (event.at > rotation.at && rotation.hasCurrent && !rotation.isSwept) {
      // Each file begins with all objects: those that are not among them are no more.
      const { at } = rotation;
      forget(
        lastAt,
        [...objects.values()].filter(({ mentionedAt }) => mentionedAt < at),
      );
      rotation.isSwept = true;
    }
  };

  return {
    take(event) {
      const at = Math.max(event.at, lastAt);
      look(event);
      if (event.kind === 'state' || event.kind === 'downtime') {
        const object = known(event.object);
        object.mentionedAt = at;
        if (event.kind === 'downtime') {
          if (event.object.service === undefined) plan(at, event.object.host, event);
          else object.isInDowntime = event.isStart;
        } else if (event.isHard) {
          object.state = event.state;
          object.reason = event.output;
        }
        tell(at, object.services);
      } else if (event.kind === 'rotation') {
        const { periodSeconds } = event;
        rotation = {
          at,
          dueAt: at + periodSeconds,
          lateAt: at + periodSeconds * rotationPatience,
          hasCurrent: false,
          isSwept: false,
        };
      } else if (event.kind === 'stop') {
        isRunning = false;
        tell(at, groups.values());
      } else if (event.kind === 'start') {
        // It began without having ended: it was killed, at some time after its last line.
        if (isRunning && lastAt > 0) {
          isRunning = false;
          tell(Math.min(lastAt + 1, at), groups.values());
        }
        isRunning = true;
        tell(at, groups.values());
      }
      lastAt = at;
    },
    end() {
      isRunning = false;
      tell(lastAt + 1, groups.values());
      return new Map([...groups].map(([id, { steps }]) => [id, steps]));
    },
    unmapped: () =>
      [...objects.values()]
        .filter(({ services }) => services.length === 0)
        .map(({ name }) => name)
        .toSorted(),
  };
}

function worstOf(
  members: readonly Known[],
  hostsInDowntime: ReadonlySet<string>,
): { state: State; reason?: string } {
  let worst: { state: State; reason: string } | undefined;
  for (const { name, host, state, reason, isInDowntime } of members) {
    if (state === undefined) continue;
    const isPlanned = isInDowntime || hostsInDowntime.has(host);
    const own = isPlanned && state !== 'up' ? 'maintenance' : state;
    if (worst === undefined || gravity.indexOf(own) < gravity.indexOf(worst.state)) {
      worst = { state: own, reason: `${name}: ${reason}` };
    }
  }
  return worst ?? { state: 'unknown' };
}

/** Adds a step; of several at one instant the last one counts, and one that changes nothing is none. */
function put(steps: ImportedStep[], step: ImportedStep): void {
  if ((steps.at(-1)?.at ?? -1) >= step.at) steps.pop();
  if (steps.at(-1)?.state !== step.state) steps.push(step);
}
