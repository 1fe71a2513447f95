import { seedOf, uniform } from '../chance.ts';
import { footprintOf } from '../containers.ts';
import type { ContainerMove, FleetEvents } from './events.ts';
import { type Change, type Line, lineOf, rangeOf, type Share, sumOf, valueAt } from './line.ts';
import type { ContainerPlan, FleetPlan, HostPlan } from './plan.ts';

// How an invented fleet fills up. Bytes, and bytes a day.

const day = 86_400;
const year = 365.25 * day;
const GB = 1e9;
const GiB = 2 ** 30;

/** The true runway is known as far as this. */
export const horizonSeconds = 10 * year;

/** What is used of something that ends somewhere. */
export interface Filling {
  readonly used: Line;
  readonly capacity: number;
}

export interface ContainerGrowth {
  readonly memory: Filling;
  readonly disk: Filling;
}

export interface HostGrowth {
  readonly memory: Filling;
  readonly root: Filling;
  /** Where containers live; the reverse proxy has none. */
  readonly pool?: Filling;
}

/** How a container grows, wherever it runs. */
export function growContainer(plan: FleetPlan, { name, application }: ContainerPlan): ContainerGrowth {
  const { seed, begin, now } = plan;
  const chance = seedOf(seed, 'growth', name);
  const { memoryBytes, diskBytes, diskDailyBytes } = footprintOf(seed, {
    id: name,
    application,
    libraries: [],
  });
  const leak = uniform(chance, 3) < 0.06 ? 0.3 : 0.05 * uniform(chance, 4);
  const memory = drawLine(seedOf(chance, 'memory'), plan, memoryBytes * 0.8, (memoryBytes * leak) / 365.25, {
    trendDays: 1500,
    jumpDays: 2500,
  });
  const disk = drawLine(
    seedOf(chance, 'disk'),
    plan,
    diskBytes * (0.35 + 0.35 * uniform(chance, 0)),
    diskDailyBytes * (0.3 + 1.2 * uniform(chance, 1)),
    { trendDays: 1100, jumpDays: 900 },
  );
  return {
    memory: fitting(memory, begin, now, 0.55 + 0.35 * uniform(chance, 5), GiB),
    disk: fitting(disk, begin, now, 0.35 + 0.57 * uniform(chance, 2), GiB),
  };
}

/** How a host grows, with the containers that came to it and left it. */
export function growHost(
  plan: FleetPlan,
  events: FleetEvents,
  containers: ReadonlyMap<string, ContainerGrowth>,
  { id, isEntry }: HostPlan,
): HostGrowth {
  const { seed, begin, now } = plan;
  const chance = seedOf(seed, 'growth', id);
  const sharesOf = (line: (growth: ContainerGrowth) => Line) =>
    plan.containers.flatMap(({ name, host }) => {
      const growth = containers.get(name);
      return growth === undefined
        ? []
        : staysOf(name, events.moves.get(name) ?? [], host, id).map(
            ({ from, to }): Share => ({
              line: line(growth),
              from,
              to,
              arrival: `container:${name} came`,
              departure: `container:${name} left`,
            }),
          );
    });
  const memoryOwn = lineOf(
    begin,
    (isEntry ? 1.2 : 14 + 20 * uniform(chance, 0)) * GiB,
    1e6 * uniform(chance, 1),
  );
  const memory = sumOf(
    memoryOwn,
    sharesOf((growth) => growth.memory.used),
  );
  const root = sawTooth(seedOf(chance, 'root'), plan);
  const common = {
    memory: fitting(memory, begin, now, 0.5 + 0.38 * uniform(chance, 2), 4 * GiB),
    root: fitting(root, begin, now, 0.3 + 0.55 * uniform(chance, 3), GB),
  };
  if (isEntry) return common;
  const poolOwn = drawLine(
    seedOf(chance, 'pool'),
    plan,
    (60 + 150 * uniform(chance, 4)) * GB,
    (30 + 220 * uniform(chance, 5)) * 1e6,
    { trendDays: 900, jumpDays: 1200 },
  );
  const pool = sumOf(
    poolOwn,
    sharesOf((growth) => growth.disk.used),
  );
  return { ...common, pool: fitting(pool, begin, now, 0.42 + 0.48 * uniform(chance, 6), 10 * GB) };
}

/** When a container was on a host. */
export function staysOf(
  container: string,
  moves: readonly ContainerMove[],
  present: string,
  host: string,
): { container: string; from: number; to: number }[] {
  const hosts = [...moves.map(({ from }) => from), present];
  return hosts.flatMap((stay, index) =>
    stay === host
      ? [
          {
            container,
            from: moves[index - 1]?.at ?? Number.NEGATIVE_INFINITY,
            to: moves[index]?.at ?? Number.POSITIVE_INFINITY,
          },
        ]
      : [],
  );
}

/** A line whose trend changes now and then, with imports and clean-ups; never below a quarter of where it began. */
function drawLine(
  chance: number,
  { begin, now }: FleetPlan,
  value: number,
  perDay: number,
  { trendDays, jumpDays }: { trendDays: number; jumpDays: number },
): Line {
  const changes: Change[] = [];
  const times = [
    ...timesOf(seedOf(chance, 'trends'), begin, now, trendDays).map((at) => ({ at, isTrend: true })),
    ...timesOf(seedOf(chance, 'jumps'), begin, now, jumpDays).map((at) => ({ at, isTrend: false })),
  ].toSorted((a, b) => a.at - b.at);
  for (const [index, { at, isTrend }] of times.entries()) {
    const draw = uniform(chance, 100 + index);
    if (isTrend) {
      changes.push({ at, perDay: perDay * (0.3 + 2 * draw), cause: 'trend' });
      continue;
    }
    const present = valueAt(lineOf(begin, value, perDay, changes), at);
    const isCleanUp = draw < 0.4 && present > 0.6 * value;
    const by = present * (isCleanUp ? -(0.1 + 0.5 * draw) : 0.06 + 0.25 * (draw - 0.3) ** 2);
    changes.push({ at, by: Math.round(by), cause: isCleanUp ? 'clean-up' : 'import' });
  }
  return lineOf(begin, value, perDay, changes);
}

/** Logs and packages that pile up until a job removes most of them, every so many days, in the future too. */
function sawTooth(chance: number, { begin, now }: FleetPlan): Line {
  const perDay = (60 + 240 * uniform(chance, 0)) * 1e6;
  const everyDays = Math.round(25 + 50 * uniform(chance, 1));
  const changes: Change[] = [];
  for (
    let at = begin + 4.5 * 3600 + everyDays * day * uniform(chance, 2);
    at < now + horizonSeconds;
    at += everyDays * day
  ) {
    changes.push({ at: Math.round(at), by: -0.94 * perDay * everyDays, cause: 'clean-up' });
  }
  return lineOf(begin, (16 + 14 * uniform(chance, 3)) * GB, perDay, changes.slice(1));
}

/** A capacity that is filled to a share now and has never overflowed, in whole units. */
function fitting(used: Line, begin: number, now: number, share: number, unit: number): Filling {
  const needed = Math.max(valueAt(used, now) / share, rangeOf(used, begin, now).most * 1.06);
  return { used, capacity: Math.ceil(needed / unit) * unit };
}

function timesOf(chance: number, begin: number, now: number, gapDays: number): number[] {
  const times: number[] = [];
  for (let at = begin + 10 * day, index = 0; ; index += 1) {
    at += Math.round(-Math.log(1 - uniform(chance, index)) * gapDays * day) + 20 * day;
    if (at > now - 10 * day) return times;
    times.push(at);
  }
}
