import { normal, seedOf, uniform } from '../chance.ts';
import type { Interval } from '../story.ts';
import type { Bay, FleetPlan } from './plan.ts';

// What happened to an invented fleet. Times are seconds since 1970.

const minute = 60;
const hour = 3600;
const day = 86_400;
const year = 365.25 * day;

/** A host that stopped at `from` and ran again from `to`. */
export interface Stop extends Interval {
  readonly host: string;
  readonly cause: 'reboot' | 'outage';
}

/** A container that went from one host to another; it answers again `moveSeconds` later. */
export interface ContainerMove {
  readonly container: string;
  readonly from: string;
  readonly to: string;
  readonly at: number;
}

/** A time in which a service alone was not well. */
export interface Trouble extends Interval {
  readonly kind: 'error' | 'slow';
}

/** A disk in its bay, from when it was put in until it died. */
export interface DiskLife extends Interval {
  readonly bay: Bay;
  readonly serial: string;
  /** Set when it died and did not simply go on: from then on its bay was busier every day. */
  readonly tiresFrom?: number;
}

export interface FleetEvents {
  /** Nobody collected. */
  readonly silences: readonly Interval[];
  /** The observer collected without a network of its own. */
  readonly blindness: readonly Interval[];
  /** By host, in order; the first one of each lies before the first day. */
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** By host: it ran, but could not be read. */
  readonly unreadable: ReadonlyMap<string, readonly Interval[]>;
  /** By container, in order. */
  readonly moves: ReadonlyMap<string, readonly ContainerMove[]>;
  /** By service, in order; none overlaps anything else that touches the service. */
  readonly troubles: ReadonlyMap<string, readonly Trouble[]>;
  /** In order of bays, and of time within one. */
  readonly disks: readonly DiskLife[];
}

/** How long a container that moves is away. */
export const moveSeconds = 240;
/** Two events that touch the same thing lie so far apart, so that each is seen by itself. */
const marginSeconds = 2 * hour;

/** Draws what happened to a fleet from its seed. Pure. */
export function drawEvents(plan: FleetPlan): FleetEvents {
  const { seed, hosts } = plan;
  const years = (plan.now - plan.begin) / year;
  // The first day has no day before it, and what happens now would not be over.
  const [from, to] = [plan.begin + day, plan.now - 3 * hour];
  const common: Interval[] = [];
  const keep = <Event extends Interval>(events: readonly Event[], others: Interval[]): Event[] => {
    const free = events.filter((event) => event.to < to && isFree(event, others));
    others.push(...free);
    return free;
  };
  const drawn = (label: string, gapDays: number, least: number, lengthOf: (chance: number) => number) => {
    const chance = seedOf(seed, label);
    return instants(chance, from, to, gapDays, least).map((at, index) => ({
      from: at,
      to: at + Math.round(lengthOf(seedOf(chance, String(index)))),
    }));
  };
  const silences = keep(
    drawn('silences', 300, years > 0.08 ? 1 : 0, (chance) => hour * (1 + 9 * uniform(chance, 0))),
    common,
  );
  const blindness = keep(
    drawn('blindness', 320, years > 0.08 ? 1 : 0, (chance) => minute * (20 + 40 * uniform(chance, 0))),
    common,
  );

  const outages = drawn('outages', (500 / hosts.length) * 2, years > 0.04 ? 1 : 0, outageSeconds).map(
    (interval, index): Stop => {
      const place = Math.floor(hosts.length * uniform(seedOf(seed, 'stricken'), index));
      return { ...interval, host: hosts[place]?.id ?? '', cause: 'outage' };
    },
  );
  const stopped = keep(outages, common);
  const stops = new Map(
    hosts.map(({ id }): [string, Stop[]] => {
      const chance = seedOf(seed, 'reboots', id);
      const reboots = instants(chance, from, to, 170, 0).map((at, index): Stop => {
        const night =
          Math.floor(at / day) * day + 3 * hour + Math.round(50 * uniform(chance, 500 + index)) * minute;
        const down = Math.max(night, plan.begin + day);
        return {
          from: down,
          to: down + 150 + Math.round(420 * uniform(chance, 900 + index)),
          host: id,
          cause: 'reboot',
        };
      });
      const own = [...stopped.filter(({ host }) => host === id), ...keep(reboots, common)];
      const first = plan.begin - Math.round((20 + 200 * uniform(chance, 300)) * day);
      const boot: Stop = { from: first - 200, to: first, host: id, cause: 'reboot' };
      return [id, [boot, ...own.toSorted(byTime)]];
    }),
  );
  const unreadable = new Map(
    hosts.map(({ id }): [string, Interval[]] => {
      const label = `unreadable ${id}`;
      return [
        id,
        keep(
          drawn(label, 900, 0, (chance) => hour * (4 + 36 * uniform(chance, 0))),
          [...common],
        ),
      ];
    }),
  );
  const moves = drawMoves(plan, from, to, common);
  return {
    silences,
    blindness,
    stops,
    unreadable,
    moves,
    troubles: new Map(
      plan.services.map(({ id, container }): [string, Trouble[]] => {
        const away = (moves.get(container ?? '') ?? []).map(({ at }) => ({ from: at, to: at + moveSeconds }));
        return [
          id,
          keep(drawTroubles(seedOf(seed, 'troubles', id), from, to), [...common, ...away]).toSorted(byTime),
        ];
      }),
    ),
    disks: drawDisks(plan),
  };
}

/** A container moves every three years or so, at night, from any other host to where it runs next. */
function drawMoves(
  plan: FleetPlan,
  from: number,
  to: number,
  common: readonly Interval[],
): Map<string, ContainerMove[]> {
  const homes = plan.hosts.filter(({ isEntry }) => !isEntry).map(({ id }) => id);
  return new Map(
    plan.containers.map(({ name, host }): [string, ContainerMove[]] => {
      const chance = seedOf(plan.seed, 'moves', name);
      const taken = [...common];
      const times = homes.length < 2 ? [] : instants(chance, from, to, 1000, 0);
      const free = times
        .map((at) => Math.floor(at / day) * day + 2 * hour + 7 * minute)
        .filter((at) => {
          const interval = { from: at, to: at + moveSeconds };
          const isGood = at > from && at < to && isFree(interval, taken);
          if (isGood) taken.push(interval);
          return isGood;
        });
      // Backward from where it runs now.
      const moves: ContainerMove[] = [];
      let next = host;
      for (const [index, at] of free.toReversed().entries()) {
        const others = homes.filter((home) => home !== next);
        const before = others[Math.floor(others.length * uniform(chance, 700 + index))] ?? next;
        moves.unshift({ container: name, from: before, to: next, at });
        next = before;
      }
      return [name, moves];
    }),
  );
}

/** An outage every eight months or so, mostly short, and a slow hour every six. */
function drawTroubles(chance: number, from: number, to: number): Trouble[] {
  return instants(chance, from, to, 105, 0).map((at, index): Trouble => {
    const own = seedOf(chance, String(index));
    const kind = uniform(own, 0) < 0.45 ? 'error' : 'slow';
    const length = (kind === 'slow' ? 55 : 24) * minute * Math.exp(0.8 * normal(own, 1));
    return { from: at, to: at + Math.round(Math.min(Math.max(length, 6 * minute), 2 * day)), kind };
  });
}

/** Of a hundred disks with platters five die in a year, of a hundred without two; one dies in any fleet and half a year. */
function drawDisks({ seed, begin, now, hosts }: FleetPlan): DiskLife[] {
  const bays = hosts.flatMap((host) => host.bays);
  const doomed = now - begin > 120 * day ? Math.floor(bays.length * uniform(seedOf(seed, 'doomed'), 0)) : -1;
  return bays.flatMap((bay, index) => {
    const chance = seedOf(seed, 'disk', bay.host, bay.device);
    const lives: DiskLife[] = [];
    const deaths = instants(
      chance,
      begin + 60 * day,
      now - 20 * day,
      bay.isSolid ? 18_000 : 7300,
      index === doomed ? 1 : 0,
    );
    let from = begin - (0.2 + 3.8 * uniform(chance, 400)) * year;
    for (const [generation, death] of [...deaths, Number.POSITIVE_INFINITY].entries()) {
      const isLast = death === Number.POSITIVE_INFINITY;
      const serial = `SIM${seedOf(chance, String(generation)).toString(16).toUpperCase().padStart(8, '0')}`;
      if (death - from < 60 * day) continue;
      const tires = isLast ? {} : { tiresFrom: Math.max(begin, death - 45 * day) };
      lives.push({ bay, serial, from: Math.round(from), to: death, ...tires });
      from = Math.floor(death / day + 1 + 5 * uniform(chance, 450 + generation)) * day + 9 * hour;
    }
    return lives;
  });
}

/** Instants of chance, so many days apart on average; so many at least. */
function instants(chance: number, from: number, to: number, gapDays: number, least: number): number[] {
  if (to <= from) return [];
  const found: number[] = [];
  for (let at = from, index = 0; ; index += 1) {
    at += Math.round(-Math.log(1 - uniform(chance, index)) * gapDays * day) + minute;
    if (at >= to) break;
    found.push(at);
  }
  while (found.length < least)
    found.push(from + Math.floor((to - from) * (0.1 + 0.7 * uniform(chance, 5000 + found.length))));
  return found.toSorted((a, b) => a - b);
}

function outageSeconds(chance: number): number {
  return Math.min(55 * minute * Math.exp(0.7 * normal(chance, 0)), 8 * hour) + 12 * minute;
}

function isFree({ from, to }: Interval, others: readonly Interval[]): boolean {
  return others.every((other) => other.to + marginSeconds < from || to + marginSeconds < other.from);
}

function byTime(a: Interval, b: Interval): number {
  return a.from - b.from;
}
