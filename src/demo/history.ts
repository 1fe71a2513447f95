import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fleet } from '../model/fleet.ts';
import type { Daily } from '../model/rollup.ts';
import type { EntityRecord, Snapshot, SourceError } from '../model/snapshot.ts';
import { type Day, dayBounds, dayOf, daysBetween, fromSeconds } from '../model/time.ts';
import { compactDay } from '../store/compact-day.ts';
import { formatDocument } from '../store/documents.ts';
import { formatSnapshot, snapshotPath } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';
import { blindRecord, checkRecord } from './check-records.ts';
import { hostRecords } from './host-records.ts';
import type { World } from './world.ts';

interface HistoryOptions {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  readonly world: World;
  readonly signal?: AbortSignal;
  /** Called after each day. */
  readonly onProgress?: (done: number, days: number) => void;
}

/**
 * Writes a world's past as Vigie would have left it: a rollup for each day until the day before yesterday, raw snapshots since then.
 * The rollups are made by the same compaction as any, from snapshots that are never written. Same world, same bytes.
 */
export async function writeHistory({ workspace, fleet, world, signal, onProgress }: HistoryOptions): Promise<void> {
  const { begin, told, seed } = world.story;
  const days = daysBetween(
    dayOf(fromSeconds(begin), fleet.timeZone),
    dayOf(fromSeconds(told), fleet.timeZone),
  );
  const firstRawDay = days.slice(-2)[0] ?? '';
  let previous: Daily | undefined;
  for (const [index, day] of days.entries()) {
    signal?.throwIfAborted();
    const snapshots = snapshotsOfDay(fleet, world, day);
    if (day < firstRawDay) {
      const digest = createHash('sha256').update(`demo ${seed} ${day}`).digest('hex');
      previous = compactDay({
        day,
        timeZone: fleet.timeZone,
        everySeconds: fleet.everySeconds,
        snapshots,
        previous,
        digest,
      });
      await write(
        join(workspace.data, 'daily', day.slice(0, 4), `${day}.json`),
        formatDocument(previous, ['entities']),
      );
    } else {
      for (const snapshot of snapshots)
        await write(join(workspace.data, snapshotPath(snapshot)), formatSnapshot(snapshot));
    }
    onProgress?.(index + 1, days.length);
  }
}

/** What the collectors saw on a day of the fleet's time zone, up to the moment that the story is told. */
export function snapshotsOfDay(fleet: Fleet, world: World, day: Day): Snapshot[] {
  const { start, end } = dayBounds(day, fleet.timeZone);
  const every = fleet.everySeconds;
  const snapshots: Snapshot[] = [];
  // The last run lies a minute back at least, so that the first real one gets a name of its own.
  for (
    let seconds = Math.ceil(start / every) * every;
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
