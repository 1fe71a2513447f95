import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fleet } from '../model/fleet.ts';
import type { Daily } from '../model/rollup.ts';
import type { EntityRecord, Snapshot, SourceError } from '../model/snapshot.ts';
import { addToDay, type Day, dayBounds, dayOf, daysBetween, fromSeconds } from '../model/time.ts';
import { compactDay } from '../store/compact-day.ts';
import { formatDaily } from '../store/rollups.ts';
import { formatSnapshot, snapshotPath } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';
import { blindRecord, checkRecord } from './check-records.ts';
import { hostRecords } from './host-records.ts';
import type { World } from './world.ts';

/** Nobody looks at the runs of older days one by one. */
const everyRunDays = 130;

/** The days of a world's past, in order; the last one is the day on which it is told. */
export function daysOfHistory(fleet: Fleet, { story }: World): Day[] {
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
  fleet: Fleet,
  world: World,
  days: readonly Day[],
  onDay: () => void,
): Promise<void> {
  const firstRawDay = daysOfHistory(fleet, world).at(-2) ?? '';
  const [first] = days;
  // All that a day takes from the one before is its last samples, which do not depend on any day before that.
  let previous = first === undefined ? undefined : rollUp(fleet, world, addToDay(first, -1), undefined);
  for (const day of days) {
    if (day < firstRawDay) {
      previous = rollUp(fleet, world, day, previous);
      await write(join(workspace.data, 'daily', day.slice(0, 4), `${day}.json`), formatDaily(previous));
    } else {
      for (const snapshot of snapshotsOfDay(fleet, world, day)) {
        await write(join(workspace.data, snapshotPath(snapshot)), formatSnapshot(snapshot));
      }
    }
    onDay();
  }
}

function rollUp(fleet: Fleet, world: World, day: Day, previous: Daily | undefined): Daily {
  const { timeZone } = fleet;
  const everySeconds = intervalOn(fleet, world, day);
  const snapshots = snapshotsOfDay(fleet, world, day);
  const digest = createHash('sha256').update(`demo ${world.story.seed} ${day}`).digest('hex');
  const inputs = { snapshots: snapshots.length, digest };
  return compactDay({ day, timeZone, everySeconds, snapshots, previous, inputs });
}

/**
 * How often the fleet was read on a day: at every interval of fleet.yaml in the last months, at every third one before. Telling a run
 * costs time, and the first start of a demo is waited for.
 */
export function intervalOn({ everySeconds, timeZone }: Fleet, { story }: World, day: Day): number {
  const firstOfEvery = dayOf(fromSeconds(story.told - everyRunDays * 86_400), timeZone);
  return day < firstOfEvery ? 3 * everySeconds : everySeconds;
}

/** What the collectors saw on a day of the fleet's time zone, up to the moment that the story is told. */
export function snapshotsOfDay(fleet: Fleet, world: World, day: Day): Snapshot[] {
  const { start, end } = dayBounds(day, fleet.timeZone);
  const every = intervalOn(fleet, world, day);
  const first = Math.max(start, world.story.begin);
  const snapshots: Snapshot[] = [];
  // The last run lies a minute back at least, so that the first real one gets a name of its own.
  for (
    let seconds = Math.ceil(first / every) * every;
    seconds < end && seconds <= world.story.told - 60;
    seconds += every
  ) {
    if (!world.story.silences.some(({ from, to }) => from <= seconds && seconds < to)) {
      snapshots.push(hostSnapshot(fleet, world, seconds), probeSnapshot(fleet, world, seconds));
    }
  }
  return snapshots;
}

function hostSnapshot(fleet: Fleet, world: World, seconds: number): Snapshot {
  const at = fromSeconds(seconds);
  const isBlind = isObserverBlind(world, seconds);
  const records: EntityRecord[] = [];
  const errors: SourceError[] = [];
  for (const [host, truth] of world.hosts) {
    const moment = isBlind ? null : truth(seconds);
    if (moment === null) {
      const address = fleet.hosts.get(host)?.name ?? host;
      errors.push({
        source: `host:${host}`,
        message: `${address}: connect ${isBlind ? 'ENETUNREACH' : 'ETIMEDOUT'}`,
      });
    } else records.push(...hostRecords(host, moment, at));
  }
  return { schema: 'vigie/snapshot@1', collector: 'host', at, records, errors };
}

function probeSnapshot(fleet: Fleet, world: World, seconds: number): Snapshot {
  const at = fromSeconds(seconds);
  const isBlind = isObserverBlind(world, seconds);
  const records: EntityRecord[] = [];
  for (const { id, checks } of fleet.services.values()) {
    const moment = world.services.get(id)?.(seconds);
    for (const [name, check] of checks) {
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
