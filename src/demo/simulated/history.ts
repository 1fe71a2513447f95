import { createHash } from 'node:crypto';
import type { Fleet } from '../../model/fleet.ts';
import type { Carry, Daily, EntityDay } from '../../model/rollup.ts';
import type { EntityRecord, Snapshot } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { compactDay } from '../../store/compact-day.ts';
import { parseFleet } from '../../store/fleet.ts';
import { createRhythm } from '../rhythm.ts';
import { type Bad, badTimesOf, checkEntity, latencyOf } from './check-entities.ts';
import { type ContainerLoad, containerEntities, containerLoadOf } from './container-entities.ts';
import { type DiskWear, diskEntity, wearOf } from './disk-entities.ts';
import { lastRecord, type SimulatedEntity } from './entity.ts';
import { drawEvents, type FleetEvents } from './events.ts';
import { fleetText } from './fleet-text.ts';
import { type ContainerGrowth, growContainer, growHost, type HostGrowth } from './growth.ts';
import { type HostLoad, hostEntities, loadOf } from './host-entities.ts';
import type { Line } from './line.ts';
import { type Calendar, createCalendar, everySeconds, runAt, type SimulatedDay } from './moments.ts';
import { type FleetPlan, planFleet, type SimulationOptions } from './plan.ts';

/** An invented fleet with all that happened to it. */
export interface Simulation {
  readonly plan: FleetPlan;
  readonly fleetYaml: string;
  readonly fleet: Fleet;
  readonly events: FleetEvents;
  readonly calendar: Calendar;
  /** By name, as the others. */
  readonly containers: ReadonlyMap<
    string,
    { readonly growth: ContainerGrowth; readonly load: ContainerLoad }
  >;
  readonly hosts: ReadonlyMap<string, { readonly growth: HostGrowth; readonly load: HostLoad }>;
  /** By serial number. */
  readonly wear: ReadonlyMap<string, DiskWear>;
  readonly services: ReadonlyMap<string, { readonly bad: readonly Bad[]; readonly latency: Line }>;
  readonly entities: readonly SimulatedEntity[];
}

/** Invents a fleet. Pure: the same options give the same one. */
export function createSimulation(options: SimulationOptions): Simulation {
  const plan = planFleet(options);
  const events = drawEvents(plan);
  const fleetYaml = fleetText(plan);
  const fleet = parseFleet(fleetYaml, 'fleet.yaml');
  const rhythm = createRhythm(plan.timeZone);
  const calendar = createCalendar(plan.days[0] ?? '', plan.timeZone, rhythm);
  const setting = { seed: plan.seed, calendar };
  const containers = new Map(
    plan.containers.map((container) => [
      container.name,
      { growth: growContainer(plan, container), load: containerLoadOf(plan, container) },
    ]),
  );
  const growths = new Map([...containers].map(([name, { growth }]) => [name, growth]));
  const hosts = new Map(
    plan.hosts.map((host) => [
      host.id,
      { growth: growHost(plan, events, growths, host), load: loadOf(plan, events, host) },
    ]),
  );
  const wear = new Map(events.disks.map((life) => [life.serial, wearOf(plan, life)]));
  const services = new Map(
    plan.services.map((service) => [
      service.id,
      { bad: badTimesOf(plan, events, service), latency: latencyOf(plan, service) },
    ]),
  );
  const entities: SimulatedEntity[] = [
    ...plan.hosts.flatMap((host) => {
      const { growth, load } = known(hosts, host.id);
      return hostEntities(plan, events, host, growth, load, setting);
    }),
    ...events.disks.map((life) => diskEntity(plan, events, life, known(wear, life.serial), setting)),
    ...plan.containers.flatMap((container) => {
      const { growth, load } = known(containers, container.name);
      return containerEntities(plan, events, container, growth, load, setting);
    }),
    ...[...fleet.services.values()].flatMap((service) =>
      [...service.checks].map((check) =>
        checkEntity(
          plan,
          events,
          service,
          check,
          known(services, service.id),
          setting,
          fleet.controls.length,
        ),
      ),
    ),
  ];
  return { plan, fleetYaml, fleet, events, calendar, containers, hosts, wear, services, entities };
}

/** How much of a day is asked for: its entities alone, as a month needs them, or also what the next day builds on. */
export type DayExtent = 'entities' | 'whole';

/**
 * A day that is over, as compaction makes it of its snapshots. What went on as on any day is summed up from numbers, the rest by
 * compaction itself; the result is the same. `carry` is complete when the whole day is asked for.
 */
export function rollUpDay({ plan, calendar, entities }: Simulation, index: number, extent: DayExtent): Daily {
  const moment = calendar.dayAt(index);
  const isCarried = extent === 'whole';
  const regular = new Set(entities.filter((entity) => entity.isRegular(moment)));
  const regularNames = new Set([...regular].map(({ entity }) => entity));
  const told = entities.filter((entity) => isCarried || !regular.has(entity));
  const carry = told.flatMap((entity): [string, Carry][] => {
    const record = lastRecord(entity, calendar, index);
    return record === null ? [] : [[entity.entity, carriedBy(record)]];
  });
  const records = told.flatMap((entity) =>
    runsOf(moment, entity.everyRuns)
      .slice(regular.has(entity) ? -1 : 0)
      .flatMap((run) => entity.record(moment, run) ?? []),
  );
  const digest = createHash('sha256')
    .update(`simulated ${plan.seed} ${moment.day}`)
    .digest('hex')
    .slice(0, 32);
  const daily = compactDay({
    day: moment.day,
    timeZone: plan.timeZone,
    everySeconds,
    snapshots: [snapshotOf('host', fromSeconds(moment.start), records)],
    previous: { carry: Object.fromEntries(carry) },
    inputs: { snapshots: snapshotCount(moment), digest },
  });
  const days = [
    ...Object.entries(daily.entities).filter(([name]) => !regularNames.has(name)),
    ...[...regular].map((entity): [string, EntityDay] => [entity.entity, entity.regularDay(moment)]),
  ];
  return { ...daily, entities: Object.fromEntries(days.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

const collectors = ['host', 'disk', 'container', 'probe'] as const;

/** What the collectors saw at each run of a day that lies in the past, oldest first. */
export function* snapshotsOfDay(
  { plan, calendar, entities, events, fleet }: Simulation,
  index: number,
): Generator<Snapshot> {
  const moment = calendar.dayAt(index);
  const byCollector = Map.groupBy(entities, ({ collector }) => collector);
  const isIn = (intervals: FleetEvents['silences'], seconds: number) =>
    intervals.some(({ from, to }) => from <= seconds && seconds < to);
  for (let run = 0; run < moment.runs; run += 1) {
    const seconds = runAt(moment.start, run);
    // The last run lies a minute back at least, so that the first real one gets a name of its own.
    if (seconds > plan.now - 60) return;
    if (isIn(events.silences, seconds)) continue;
    for (const collector of collectors) {
      const own = (byCollector.get(collector) ?? []).filter(({ everyRuns }) => run % everyRuns === 0);
      if (own.length === 0) continue;
      const records = own.flatMap((entity) => entity.record(moment, run) ?? []);
      const lost = plan.hosts.filter(
        ({ id }) =>
          isIn(events.blindness, seconds) ||
          isIn(events.stops.get(id) ?? [], seconds) ||
          isIn(events.unreadable.get(id) ?? [], seconds),
      );
      const errors = lost.map(({ id }) => ({
        source: `host:${id}`,
        message: `${fleet.hosts.get(id)?.name ?? id}: connect ETIMEDOUT`,
      }));
      const snapshot = snapshotOf(collector, fromSeconds(seconds), records);
      yield collector === 'probe' ? snapshot : { ...snapshot, errors };
    }
  }
}

function snapshotOf(collector: string, at: string, records: EntityRecord[]): Snapshot {
  return { schema: 'vigie/snapshot@1', collector, at, records, errors: [] };
}

/** What a day hands over to the next one of an entity's last record. */
function carriedBy({ at, epoch, clock_seconds, state, reason, counters }: EntityRecord): Carry {
  return {
    at,
    ...(epoch === undefined ? {} : { epoch }),
    ...(clock_seconds === undefined ? {} : { clock_seconds }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(counters === undefined ? {} : { counters }),
  };
}

/** The runs of a day that read an entity. */
function runsOf({ runs }: SimulatedDay, everyRuns: number): number[] {
  return Array.from({ length: Math.ceil(runs / everyRuns) }, (_, index) => index * everyRuns);
}

/** Three collectors at each run, and the disks' one each hour. */
function snapshotCount({ runs }: SimulatedDay): number {
  return 3 * runs + runs / 12;
}

function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new RangeError(`found no ${name} in the invented fleet`);
  return value;
}
