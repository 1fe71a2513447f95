import type { EntityId } from '../model/entity.ts';
import type { EntityRecord, Snapshot } from '../model/snapshot.ts';
import { addToDay, type Instant } from '../model/time.ts';
import type { BrokenFile } from '../store/documents.ts';
import {
  latestCredible,
  listSnapshotDays,
  listSnapshots,
  readSnapshot,
  type SnapshotFile,
} from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';

/** So many UTC days back snapshots are read; older ones are looked at by their names alone. */
export const recentDays = 2;

/** What a record says of time. */
export interface ClockSample {
  readonly at: Instant;
  readonly vantage: string;
  readonly epoch: string | undefined;
  readonly clock_seconds: number;
}

/** What the snapshots of the last days say, without the bulk of it. */
export interface Recent {
  /** All snapshot files of all days, oldest first. */
  readonly files: readonly SnapshotFile[];
  /** Those dated in the future. */
  readonly future: readonly SnapshotFile[];
  /** Recent ones that cannot be read, or not whole. */
  readonly broken: readonly BrokenFile[];
  /** When each entity was last seen. */
  readonly lastSeen: ReadonlyMap<EntityId, Instant>;
  /** By entity, oldest first: of those that have a steady clock. */
  readonly clocks: ReadonlyMap<EntityId, readonly ClockSample[]>;
  /** The newest record of each disk. */
  readonly disks: ReadonlyMap<EntityId, EntityRecord>;
  /** What the newest run of each collector could not read, by source. */
  readonly errors: ReadonlyMap<string, string>;
}

/** Reads the snapshots of the last days. Files of other days are listed and not opened. */
export async function readRecent(workspace: Workspace, now: Instant): Promise<Recent> {
  const all = await listSnapshots(workspace, await listSnapshotDays(workspace));
  const latest = latestCredible(now);
  const files = all.filter(({ at }) => at <= latest);
  const since = addToDay((files.at(-1)?.at ?? now).slice(0, 10), 1 - recentDays);
  const broken: BrokenFile[] = [];
  const lastSeen = new Map<EntityId, Instant>();
  const clocks = new Map<EntityId, ClockSample[]>();
  const disks = new Map<EntityId, EntityRecord>();
  const newest = new Map<string, Snapshot>();
  for (const file of files) {
    if (file.at < since) continue;
    const snapshot = await readSnapshot(file, (set) => broken.push(set));
    if (snapshot === undefined) continue;
    newest.set(file.source, snapshot);
    for (const record of snapshot.records) {
      const { entity, at, epoch, clock_seconds } = record;
      if ((lastSeen.get(entity) ?? '') < at) lastSeen.set(entity, at);
      if (entity.startsWith('disk:')) disks.set(entity, record);
      if (!entity.startsWith('host:') || clock_seconds === undefined) continue;
      const sample = { at, vantage: snapshot.vantage ?? '', epoch, clock_seconds };
      const list = clocks.get(entity);
      if (list === undefined) clocks.set(entity, [sample]);
      else list.push(sample);
    }
  }
  const errors = new Map(
    [...newest.values()].flatMap((snapshot) =>
      snapshot.errors.map(({ source, message }): [string, string] => [source, message]),
    ),
  );
  return { files, future: all.filter(({ at }) => at > latest), broken, lastSeen, clocks, disks, errors };
}
