import { seedOf, uniform } from '../chance.ts';
import type { Interval } from '../story.ts';
import type { SimulatedEntity } from './entity.ts';
import type { DiskLife, FleetEvents } from './events.ts';
import type { Filling, HostGrowth } from './growth.ts';
import { type Line, lineOf } from './line.ts';
import { createMetered } from './metered.ts';
import type { Epoch, MeteredPlan, Setting } from './metered-plan.ts';
import { runAt } from './moments.ts';
import type { Bay, FleetPlan, HostPlan } from './plan.ts';
import { type Counter, type DerivedSeries, type MeasuredGauge, roundTo } from './series.ts';
import { counterFrom, fillingGauge, gaugeOf } from './series-plans.ts';

// What the host collector tells of an invented host.

const day = 86_400;
const GiB = 2 ** 30;

/** Lines that only this file draws, told as truth too. */
export interface HostLoad {
  /** Processor seconds a day. */
  readonly busy: Line;
  /** The busy seconds a day of each bay. */
  readonly disks: readonly {
    readonly bay: Bay;
    readonly busy: Line;
    readonly read: Line;
    readonly written: Line;
  }[];
  readonly received: Line;
  readonly sent: Line;
}

/** How busy a host is, from its seed and the disks that tired. */
export function loadOf({ seed, begin }: FleetPlan, { disks }: FleetEvents, host: HostPlan): HostLoad {
  const chance = seedOf(seed, 'load', host.id);
  const busy = host.threads * day * (0.07 + 0.12 * uniform(chance, 0));
  const yearly = 0.02 + 0.06 * uniform(chance, 1);
  const growing = (value: number) => lineOf(begin, value, (value * yearly) / 365.25);
  return {
    busy: growing(busy),
    received: growing((0.3 + 2 * uniform(chance, 2)) * 1e6 * day),
    sent: growing((0.6 + 6 * uniform(chance, 3)) * 1e6 * day),
    disks: host.bays.map((bay, index) => {
      const own = seedOf(chance, bay.device);
      const lives = disks.filter((life) => life.bay === bay);
      const rest = day * (bay.isSolid ? 0.02 + 0.05 * uniform(own, 0) : 0.05 + 0.09 * uniform(own, 0));
      const tired = lives.flatMap(({ tiresFrom, to }) =>
        tiresFrom === undefined
          ? []
          : [
              { at: tiresFrom, perDay: (0.36 * day) / ((to - tiresFrom) / day), cause: 'disk tires' },
              { at: to, by: -0.36 * day, perDay: 0, cause: 'disk died' },
            ],
      );
      return {
        bay,
        busy: lineOf(begin, rest, 0, tired),
        read: growing((0.3 + 4 * uniform(own, 1)) * 1e6 * day * (index + 1)),
        written: growing((0.5 + 2 * uniform(own, 2)) * 1e6 * day),
      };
    }),
  };
}

/** The host, its bays, its network and its file systems. */
export function hostEntities(
  plan: FleetPlan,
  events: FleetEvents,
  host: HostPlan,
  growth: HostGrowth,
  load: HostLoad,
  setting: Setting,
): SimulatedEntity[] {
  const { id, threads } = host;
  const common = {
    collector: 'host',
    everyRuns: 1,
    epochs: bootsOf(plan.seed, events, id),
    absences: absencesOf(events, id),
    facts: () => ({}),
  } satisfies Partial<MeteredPlan>;
  const bootSeconds = plan.begin - (common.epochs[0]?.from ?? plan.begin);
  const counterOf = counterFrom(bootSeconds / day);
  const entities: MeteredPlan[] = [
    {
      ...common,
      entity: `host:${id}`,
      gauges: [
        ...([1, 0.55, 0.3] as const).map(
          (noise, index): MeasuredGauge => ({
            ...gaugeOf(
              `load${[1, 5, 15][index]}_count`,
              scaled(load.busy, 1 / day),
              0.05 * threads * noise,
              0.01,
            ),
            visitsRatio: 0.55,
          }),
        ),
        { kind: 'constant', metric: 'cpu_count', value: threads },
        { kind: 'constant', metric: 'memory_total_bytes', value: growth.memory.capacity },
        {
          ...fillingGauge('memory_used_bytes', growth.memory, 0.006, 1024),
          visitsRatio: 0.03,
        },
        { kind: 'constant', metric: 'swap_total_bytes', value: 4 * GiB },
        gaugeOf('swap_used_bytes', lineOf(plan.begin, 0.05 * GiB, 2e4), 4e6, 1024, 0.02 * GiB),
        ...pressures.map(
          ([metric, level]): MeasuredGauge => ({
            ...gaugeOf(metric, lineOf(plan.begin, level, 0), 0.3 * level, 0.0001),
            visitsRatio: 0.5,
            most: 1,
          }),
        ),
        uptime(common.epochs),
      ],
      counters: [
        {
          ...counterOf('cpu_busy_seconds_total', load.busy, 0.01, threads),
          restRatio: 0.35,
          night: 0.6,
        },
        counterOf('cpu_iowait_seconds_total', scaled(load.busy, 0.05), 0.01, threads),
        counterOf('cpu_steal_seconds_total', scaled(load.busy, 0.01), 0.01, threads),
        idle(threads, common.epochs[0]?.from ?? plan.begin),
        { kind: 'constant', metric: 'oom_kills_count_total', value: 0 },
      ],
      facts: () => ({ kernel: '6.1.0-41-amd64', os_name: 'Debian GNU/Linux', os_version: '12' }),
    },
    ...load.disks.map(
      ({ bay, busy, read, written }): MeteredPlan => ({
        ...common,
        entity: `block:${id}:${bay.device}`,
        absences: [...common.absences, ...gapsOf(events.disks.filter((life) => life.bay === bay))],
        gauges: [],
        counters: [
          { ...counterOf('disk_busy_seconds_total', busy, 0.001, 1), restRatio: 0.6, night: 0.4 },
          { ...counterOf('disk_read_bytes_total', read, 512), night: 5 },
          { ...counterOf('disk_written_bytes_total', written, 512), night: 2 },
        ],
      }),
    ),
    {
      ...common,
      entity: `network:${id}:eno1`,
      gauges: [],
      counters: [
        { kind: 'constant', metric: 'network_drops_count_total', value: 0 },
        { kind: 'constant', metric: 'network_errors_count_total', value: 0 },
        { ...counterOf('network_received_bytes_total', load.received, 1), restRatio: 0.1, night: 3 },
        { ...counterOf('network_sent_bytes_total', load.sent, 1), restRatio: 0.05, night: 2 },
      ],
    },
    fileSystem(id, '/', '/dev/md1', 'ext4', growth.root, common),
    ...(growth.pool === undefined ? [] : [fileSystem(id, '/tank', 'tank', 'zfs', growth.pool, common)]),
  ];
  return entities.map((entity) => createMetered(entity, setting));
}

/** A host's boots. */
export function bootsOf(seed: number, { stops }: FleetEvents, host: string): Epoch[] {
  return (stops.get(host) ?? []).map(({ to }, index) => ({
    id: bootId(seedOf(seed, 'boot', host, String(index))),
    from: to,
  }));
}

/** When nothing was told of a host and what is in it. */
export function absencesOf(
  { stops, silences, blindness, unreadable }: FleetEvents,
  host: string,
): Interval[] {
  return [...(stops.get(host) ?? []), ...silences, ...blindness, ...(unreadable.get(host) ?? [])];
}

/** Seconds since the last boot. */
function uptime(boots: readonly Epoch[]): DerivedSeries {
  return {
    kind: 'derived',
    metric: 'uptime_seconds',
    derive:
      (_, { start }) =>
      (run) => {
        const seconds = runAt(start, run);
        return seconds - (boots.findLast(({ from }) => from <= seconds)?.from ?? seconds);
      },
  };
}

/** What is left of the time of all threads. */
function idle(threads: number, since: number): Counter {
  const others = ['cpu_busy_seconds_total', 'cpu_iowait_seconds_total', 'cpu_steal_seconds_total'];
  return {
    kind: 'derived',
    metric: 'cpu_idle_seconds_total',
    derive(read, { start }) {
      const counted = others.map(read);
      return (run) =>
        threads * (runAt(start, run) - since) - counted.reduce((sum, values) => sum + (values[run] ?? 0), 0);
    },
  };
}

function fileSystem(
  host: string,
  mountPoint: string,
  device: string,
  type: string,
  filling: Filling,
  common: Omit<MeteredPlan, 'entity' | 'gauges' | 'counters'>,
): MeteredPlan {
  const reserve = type === 'ext4' ? 0.05 * filling.capacity : 0;
  const size = Math.floor(filling.capacity / 4096) * 4096;
  const inodes = Math.floor(size / 16_384);
  const used = fillingGauge('filesystem_used_bytes', filling, 0.002, 4096);
  return {
    ...common,
    entity: `filesystem:${host}:${mountPoint}`,
    gauges: [
      { kind: 'constant', metric: 'filesystem_size_bytes', value: size },
      { ...used, most: size - reserve, capacity: size - reserve },
      {
        kind: 'derived',
        metric: 'filesystem_available_bytes',
        derive(read) {
          const usedBytes = read('filesystem_used_bytes');
          return (run) => Math.max(0, roundTo(size - reserve - (usedBytes[run] ?? 0), 4096));
        },
      },
      { kind: 'constant', metric: 'filesystem_inodes_count', value: inodes },
      {
        kind: 'derived',
        metric: 'filesystem_inodes_used_count',
        derive(read) {
          const usedBytes = read('filesystem_used_bytes');
          return (run) => Math.min(inodes, Math.floor((usedBytes[run] ?? 0) / 61_000));
        },
      },
    ],
    counters: [],
    facts: () => ({ device, type }),
  };
}

const pressures: readonly (readonly [metric: string, level: number])[] = [
  ['pressure_cpu_some_ratio', 0.03],
  ['pressure_memory_some_ratio', 0.0008],
  ['pressure_memory_full_ratio', 0.0004],
  ['pressure_io_some_ratio', 0.02],
  ['pressure_io_full_ratio', 0.012],
];

/** When a bay was empty: from a disk's death to the next disk. */
function gapsOf(lives: readonly DiskLife[]): Interval[] {
  return lives.slice(1).map(({ from }, index) => ({ from: lives[index]?.to ?? from, to: from }));
}

function scaled(line: Line, by: number): Line {
  return line.map((piece) => ({ ...piece, value: piece.value * by, perDay: piece.perDay * by }));
}

function bootId(chance: number): string {
  const digits = [0, 1, 2, 3]
    .map((index) => seedOf(chance, String(index)).toString(16).padStart(8, '0'))
    .join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
