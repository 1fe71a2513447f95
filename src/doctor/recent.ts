import { stat } from 'node:fs/promises';
import { type EntityId, splitEntity } from '../model/entity.ts';
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

/** A disk as one host tells of it, and from when to when it did. */
export interface DiskSighting {
  readonly entity: EntityId;
  readonly host: string;
  /** Its serial number and its WWN, those that are told. */
  readonly identities: readonly string[];
  readonly first: Instant;
  readonly last: Instant;
}

/** A snapshot that was read, and when its file was written by the clock of whoever wrote it, in seconds since 1970. */
export interface WrittenSnapshot extends SnapshotFile {
  readonly writtenAt: number;
}

/** What the snapshots of the last days say, without the bulk of it. */
export interface Recent {
  /** All snapshot files of all days, oldest first. */
  readonly files: readonly SnapshotFile[];
  /** Those dated in the future. */
  readonly future: readonly SnapshotFile[];
  /** Recent ones that cannot be read, or not whole. */
  readonly broken: readonly BrokenFile[];
  /** The recent ones that could be read, oldest first. */
  readonly read: readonly WrittenSnapshot[];
  /** When each entity was last seen. */
  readonly lastSeen: ReadonlyMap<EntityId, Instant>;
  /** By entity, oldest first: of those that have a steady clock. */
  readonly clocks: ReadonlyMap<EntityId, readonly ClockSample[]>;
  readonly disks: readonly DiskSighting[];
  /** What the newest run of each collector could not read, by source. */
  readonly errors: ReadonlyMap<string, string>;
}

/** What stands for the recent snapshots where their folders cannot be read. */
export const nothingRecent: Recent = {
  files: [],
  future: [],
  broken: [],
  read: [],
  lastSeen: new Map(),
  clocks: new Map(),
  disks: [],
  errors: new Map(),
};

/** Reads the snapshots of the last days. Files of other days are listed and not opened. */
export async function readRecent(workspace: Workspace, now: Instant): Promise<Recent> {
  const all = await listSnapshots(workspace, await listSnapshotDays(workspace));
  const latest = latestCredible(now);
  const files = all.filter(({ at }) => at <= latest);
  const since = addToDay((files.at(-1)?.at ?? now).slice(0, 10), 1 - recentDays);
  const broken: BrokenFile[] = [];
  const read: WrittenSnapshot[] = [];
  const lastSeen = new Map<EntityId, Instant>();
  const clocks = new Map<EntityId, ClockSample[]>();
  const disks = new Map<string, DiskSighting>();
  const newest = new Map<string, Snapshot>();
  for (const file of files) {
    if (file.at < since) continue;
    const snapshot = await readSnapshot(file, (set) => broken.push(set));
    if (snapshot === undefined) continue;
    const status = await stat(file.path).catch(() => undefined);
    // A compaction has dropped it since.
    if (status === undefined) continue;
    read.push({ ...file, writtenAt: status.mtimeMs / 1000 });
    newest.set(file.source, snapshot);
    for (const record of snapshot.records) {
      const { entity, at, epoch, clock_seconds } = record;
      if ((lastSeen.get(entity) ?? '') < at) lastSeen.set(entity, at);
      if (entity.startsWith('disk:')) sight(disks, record);
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
  const future = all.filter(({ at }) => at > latest);
  return { files, future, broken, read, lastSeen, clocks, disks: [...disks.values()], errors };
}

/** An entity may be told by two hosts, and may become another disk: each is a sighting of its own. */
function sight(disks: Map<string, DiskSighting>, { entity, at, facts = {} }: EntityRecord): void {
  const host = facts.host ?? splitEntity(entity).owner;
  const identities = [facts.serial, facts.wwn].filter((text): text is string => !!text);
  const key = JSON.stringify([entity, host, ...identities]);
  const before = disks.get(key);
  disks.set(key, { entity, host, identities, first: before?.first ?? at, last: at });
}
