import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Parsed } from '../collect/collector.ts';
import type { HostCollectors } from '../collect/host-run.ts';
import type { Daily } from '../model/rollup.ts';
import type { EntityRecord, Snapshot, SourceError } from '../model/snapshot.ts';
import {
  addToDay,
  type Day,
  dayBounds,
  dayOf,
  daysBetween,
  fromSeconds,
  type Instant,
} from '../model/time.ts';
import { compactDay } from '../store/compact-day.ts';
import { formatDaily } from '../store/rollups.ts';
import { formatSnapshot, snapshotPath } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';
import { blindRecord, checkRecord } from './check-records.ts';
import { containerRecords } from './container-records.ts';
import { hostRecords } from './host-records.ts';
import { nagiosRecords } from './nagios.ts';
import { type Place, placeAt } from './place.ts';
import { toldByCollector } from './told-by-collectors.ts';
import type { World } from './world.ts';

/** Nobody looks at the runs of older days one by one. */
const everyRunDays = 130;

/**
 * How often it is told what is inside of hosts, in seconds. On the last two days, which stay snapshots: each second time that it would be
 * due, which is believed until the next. On the days before: containers a few times a day, all else in the morning, after the night's dumps;
 * and on days long past, but for Wednesdays and those of moves, not at all. Months of it would take longer to tell than anybody waits for.
 */
const paces = { containers: 2 * 3600, others: 86_400 };
const morning = 6 * 3600;
const everyInsideDays = 30;

/** The days of a world's past, in order; the last one is the day on which it is told. */
export function daysOfHistory({ fleet, story }: World): Day[] {
  return daysBetween(
    dayOf(fromSeconds(story.begin), fleet.timeZone),
    dayOf(fromSeconds(story.told), fleet.timeZone),
  );
}

/**
 * Writes some days of a world's past as Vigie would have left them: a rollup for each until the day before yesterday, raw snapshots
 * since then. The rollups are made by the same compaction as any, from snapshots that are never written.
 * Same world, same bytes, whichever days are written together.
 */
export async function writeDays(
  workspace: Workspace,
  world: World,
  collectors: HostCollectors,
  days: readonly Day[],
  onDay: () => void,
): Promise<void> {
  const [first] = days;
  // All that a day takes from the one before is its last samples, which do not depend on any day before that.
  let previous = first === undefined ? undefined : rollUp(world, collectors, addToDay(first, -1), undefined);
  for (const day of days) {
    if (isRaw(world, day)) {
      for (const snapshot of snapshotsOfDay(world, collectors, day)) {
        await write(join(workspace.data, snapshotPath(snapshot)), formatSnapshot(snapshot));
      }
    } else {
      previous = rollUp(world, collectors, day, previous);
      await write(join(workspace.data, 'daily', day.slice(0, 4), `${day}.json`), formatDaily(previous));
    }
    onDay();
  }
}

/** Whether a day is left as snapshots: the last two are. */
function isRaw({ fleet, story }: World, day: Day): boolean {
  return day >= addToDay(dayOf(fromSeconds(story.told), fleet.timeZone), -1);
}

function rollUp(world: World, collectors: HostCollectors, day: Day, previous: Daily | undefined): Daily {
  const { timeZone } = world.fleet;
  const everySeconds = intervalOn(world, day);
  const snapshots = snapshotsOfDay(world, collectors, day);
  const digest = createHash('sha256').update(`demo ${world.story.seed} ${day}`).digest('hex');
  const inputs = { snapshots: snapshots.length, digest };
  // What fell silent before that day is left out: how far back that is looked for must not depend on who tells which days.
  const yesterday = fromSeconds(dayBounds(addToDay(day, -1), timeZone).start);
  const carry = Object.fromEntries(
    Object.entries(previous?.carry ?? {}).filter(([, { at }]) => at >= yesterday),
  );
  return compactDay({ day, timeZone, everySeconds, snapshots, previous: { carry }, inputs });
}

/**
 * How often the fleet was read on a day: at every interval of fleet.yaml in the last months, at every third one before. Telling a run
 * costs time, and the first start of a demo is waited for.
 */
export function intervalOn({ fleet, story }: World, day: Day): number {
  const firstOfEvery = dayOf(fromSeconds(story.told - everyRunDays * 86_400), fleet.timeZone);
  return day < firstOfEvery ? 3 * fleet.everySeconds : fleet.everySeconds;
}

/** Whether it is told of a day what is inside of hosts. */
function isInsideTold({ fleet, story }: World, day: Day): boolean {
  const firstOfEvery = dayOf(fromSeconds(story.told - everyInsideDays * 86_400), fleet.timeZone);
  if (day >= firstOfEvery || new Date(day).getUTCDay() === 3) return true;
  // What went from one place to another is seen on the day before at the one, on that day at the other.
  const { start, end } = dayBounds(day, fleet.timeZone);
  return [...story.moves.map(({ at }) => at), ...story.failing.map(({ replaced }) => replaced)].some(
    (at) => start <= at && at < end + 86_400,
  );
}

/** What the collectors saw on a day of the fleet's time zone, up to the moment that the story is told. */
export function snapshotsOfDay(world: World, collectors: HostCollectors, day: Day): Snapshot[] {
  const { start, end } = dayBounds(day, world.fleet.timeZone);
  const every = intervalOn(world, day);
  const isRawDay = isRaw(world, day);
  const hasInside = isInsideTold(world, day);
  const containerPace = isRawDay ? 2 * every : paces.containers;
  const first = Math.max(start, world.story.begin);
  const snapshots: Snapshot[] = [];
  // The last run lies a minute back at least, so that the first real one gets a name of its own.
  for (
    let seconds = Math.ceil(first / every) * every;
    seconds < end && seconds <= world.story.told - 60;
    seconds += every
  ) {
    if (world.story.silences.some(({ from, to }) => from <= seconds && seconds < to)) continue;
    const run = runAt(world, seconds);
    snapshots.push(
      snapshotOf('host', run, ({ host, moment }) => ({
        records: hostRecords(host, moment, run.at),
        errors: [],
      })),
      probeSnapshot(world, seconds),
      snapshotOf('nagios', run, (place) => ({ records: nagiosRecords(place, run.at), errors: [] })),
    );
    if (!hasInside) continue;
    if (seconds % containerPace === 0)
      snapshots.push(
        snapshotOf('container', run, (place) => ({ records: containerRecords(place, run.at), errors: [] })),
      );
    for (const [name, collector] of collectors) {
      const pace = isRawDay ? 2 * (collector.everySeconds ?? every) : paces.others;
      if ((seconds - morning) % pace === 0)
        snapshots.push(snapshotOf(name, run, (place) => toldByCollector(name, collector, place)));
    }
  }
  return snapshots;
}

/** The hosts as a run finds them: where they are, or why they could not be read. */
interface Run {
  readonly at: Instant;
  readonly places: readonly Place[];
  readonly errors: readonly SourceError[];
}

function runAt(world: World, seconds: number): Run {
  const isBlind = isObserverBlind(world, seconds);
  const hosts = [...world.hosts.keys()].map((host) => ({
    host,
    place: isBlind ? null : placeAt(world, host, seconds),
  }));
  return {
    at: fromSeconds(seconds),
    places: hosts.flatMap(({ place }) => place ?? []),
    errors: hosts.flatMap(({ host, place }) =>
      place === null
        ? [{ source: `host:${host}`, message: `${host}: connect ${isBlind ? 'ENETUNREACH' : 'ETIMEDOUT'}` }]
        : [],
    ),
  };
}

function snapshotOf(
  collector: string,
  { at, places, errors }: Run,
  read: (place: Place) => Parsed,
): Snapshot {
  const parsed = places.map(read);
  return {
    schema: 'vigie/snapshot@1',
    collector,
    at,
    records: parsed.flatMap(({ records }) => records),
    errors: [...errors, ...parsed.flatMap((one) => one.errors)],
  };
}

function probeSnapshot(world: World, seconds: number): Snapshot {
  const { fleet } = world;
  const at = fromSeconds(seconds);
  const isBlind = isObserverBlind(world, seconds);
  const records: EntityRecord[] = [];
  for (const { id, checks } of fleet.services.values()) {
    const moment = world.services.get(id)?.(seconds);
    for (const [name, check] of checks) {
      if (check.kind !== 'http') continue;
      const entity = `check:${id}:${name}`;
      if (isBlind || moment === undefined) records.push(blindRecord(entity, fleet.controls.length, at));
      else records.push(checkRecord(entity, check, moment, at));
    }
  }
  return { schema: 'vigie/snapshot@1', collector: 'probe', at, records, errors: [] };
}

function isObserverBlind(world: World, seconds: number): boolean {
  return world.story.blindness.some(({ from, to }) => from <= seconds && seconds < to);
}

/** Not flushed to the disk: a history that is lost is told again. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
