import { seedOf, uniform } from '../chance.ts';
import { footprintOf } from '../containers.ts';
import type { Interval } from '../story.ts';
import type { SimulatedEntity } from './entity.ts';
import { type FleetEvents, moveSeconds } from './events.ts';
import { type ContainerGrowth, staysOf } from './growth.ts';
import { absencesOf, bootsOf } from './host-entities.ts';
import { type Line, lineOf } from './line.ts';
import { createMetered } from './metered.ts';
import type { Epoch, Setting } from './metered-plan.ts';
import type { ContainerPlan, FleetPlan } from './plan.ts';
import { counterFrom, fillingGauge, gaugeOf } from './series-plans.ts';

const day = 86_400;

/** What a container does in a day. */
export interface ContainerLoad {
  readonly busy: Line;
  readonly received: Line;
  readonly sent: Line;
  readonly processes: Line;
}

/** How busy a container is, from its seed. */
export function containerLoadOf(
  { seed, begin }: FleetPlan,
  { name, application }: ContainerPlan,
): ContainerLoad {
  const chance = seedOf(seed, 'load', name);
  const { threads } = footprintOf(seed, { id: name, application, libraries: [] });
  const yearly = 0.01 + 0.1 * uniform(chance, 0);
  const growing = (value: number) => lineOf(begin, value, (value * yearly) / 365.25);
  return {
    busy: growing(0.31 * threads * day),
    received: growing((0.02 + 0.1 * uniform(chance, 1)) * 1e6 * day),
    sent: growing((0.05 + 0.4 * uniform(chance, 2)) * 1e6 * day),
    processes: lineOf(begin, 30 + Math.round(60 * uniform(chance, 3)), 0),
  };
}

/** A container on each of the hosts that it was on: what a host tells is its own. */
export function containerEntities(
  plan: FleetPlan,
  events: FleetEvents,
  container: ContainerPlan,
  growth: ContainerGrowth,
  load: ContainerLoad,
  setting: Setting,
): SimulatedEntity[] {
  const moves = events.moves.get(container.name) ?? [];
  const hosts = new Set([...moves.map(({ from }) => from), container.host]);
  return [...hosts].map((host) => containerOn(host, plan, events, container, growth, load, setting));
}

function containerOn(
  on: string,
  plan: FleetPlan,
  events: FleetEvents,
  container: ContainerPlan,
  { memory, disk }: ContainerGrowth,
  load: ContainerLoad,
  setting: Setting,
): SimulatedEntity {
  const { name, host } = container;
  const moves = events.moves.get(name) ?? [];
  const epochs = startsOf(plan, events, container);
  const counterOf = counterFrom((plan.begin - (epochs[0]?.from ?? plan.begin)) / day);
  const processNoise = 0.06 * (load.processes[0]?.value ?? 0);
  return createMetered(
    {
      entity: `container:${on}:${name}`,
      collector: 'container',
      everyRuns: 1,
      gauges: [
        { ...fillingGauge('memory_used_bytes', memory, 0.02, 4096), visitsRatio: 0.06 },
        { kind: 'constant', metric: 'memory_limit_bytes', value: memory.capacity },
        fillingGauge('disk_used_bytes', disk, 0.002, 4096),
        { kind: 'constant', metric: 'disk_limit_bytes', value: disk.capacity },
        { ...gaugeOf('processes_count', load.processes, processNoise, 1), visitsRatio: 0.2 },
      ],
      counters: [
        { ...counterOf('cpu_busy_seconds_total', load.busy, 0.01, 8), restRatio: 0.15, night: 0.4 },
        { ...counterOf('network_received_bytes_total', load.received, 1), restRatio: 0.1 },
        { ...counterOf('network_sent_bytes_total', load.sent, 1), restRatio: 0.05 },
      ],
      facts: () => ({ state: 'running' }),
      epochs,
      absences: [...containerAbsences(events, container), ...elsewhere(staysOf(name, moves, host, on))],
    },
    setting,
  );
}

/** A container that moves is away for a moment; it is never seen while its host is not. */
export function awayOf(events: FleetEvents, container: string): Interval[] {
  return (events.moves.get(container) ?? []).map(({ at }) => ({ from: at, to: at + moveSeconds }));
}

/** What happened to the hosts of a container while it was there. */
export function whileThere<Kind extends Interval>(
  events: FleetEvents,
  { name, host }: Pick<ContainerPlan, 'name' | 'host'>,
  hosts: readonly string[],
  of: (host: string) => readonly Kind[],
): Kind[] {
  const moves = events.moves.get(name) ?? [];
  return hosts.flatMap((id) =>
    staysOf(name, moves, host, id).flatMap((stay) =>
      of(id).filter(({ from }) => stay.from <= from && from < stay.to),
    ),
  );
}

/** When a container is not on a host, by its stays there, oldest first. */
function elsewhere(stays: readonly Interval[]): Interval[] {
  const ends = [Number.NEGATIVE_INFINITY, ...stays.map(({ to }) => to)];
  const begins = [...stays.map(({ from }) => from), Number.POSITIVE_INFINITY];
  return ends.map((from, index) => ({ from, to: begins[index] ?? from })).filter(({ from, to }) => from < to);
}

function containerAbsences(events: FleetEvents, container: ContainerPlan): Interval[] {
  const hosts = [...events.stops.keys()];
  const ofHosts = whileThere(events, container, hosts, (id) => absencesOf(events, id));
  return [
    ...new Set([...ofHosts, ...events.silences, ...events.blindness]),
    ...awayOf(events, container.name),
  ];
}

/** A container starts with its host, and where it was moved to. */
function startsOf({ seed }: FleetPlan, events: FleetEvents, container: ContainerPlan): Epoch[] {
  const { name } = container;
  const hosts = [...events.stops.keys()];
  const boots = whileThere(events, container, hosts, (id) =>
    bootsOf(seed, events, id).map(({ from }) => ({ from, to: from })),
  ).map(({ from }) => from);
  const starts = [...boots, ...awayOf(events, name).map(({ to }) => to)].toSorted((a, b) => a - b);
  return starts.map((from, index) => ({ id: seedOf(seed, 'start', name, String(index)).toString(16), from }));
}
