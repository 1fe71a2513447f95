import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Snapshot } from '../model/snapshot.ts';
import { addToDay, type Day, fromSeconds, Instant, toSeconds } from '../model/time.ts';
import { type BrokenFile, formatDocument, isAbsence, readDocument } from './documents.ts';
import type { Workspace } from './workspace.ts';

const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([a-z][a-z0-9-]*)\.json$/;

/** A snapshot file, by what its name says. */
export interface SnapshotFile {
  readonly path: string;
  /** When its run began. */
  readonly at: Instant;
  /** `<collector>[-<vantage>][-only-<host>]` */
  readonly source: string;
}

/** The text of a snapshot file: a record a line, so that two can be compared. */
export function formatSnapshot(snapshot: Snapshot): string {
  return formatDocument(snapshot, ['records', 'errors']);
}

/** Where a snapshot lies below `data/`: `snapshots/2026-11-22/20261122T093500Z-host.json`; the folder is the UTC day. */
export function snapshotPath(snapshot: Pick<Snapshot, 'at' | 'collector' | 'vantage' | 'onlyHost'>): string {
  const stamp = snapshot.at.replace(/[-:]/g, '');
  const vantage = snapshot.vantage === undefined ? '' : `-${snapshot.vantage}`;
  const only = snapshot.onlyHost === undefined ? '' : `-only-${snapshot.onlyHost}`;
  return join('snapshots', snapshot.at.slice(0, 10), `${stamp}-${snapshot.collector}${vantage}${only}.json`);
}

/**
 * Writes a snapshot that nothing will change afterwards, and gives its path. Two runs that began in the same second get two files:
 * the later one is dated a second later.
 */
export async function writeSnapshot(workspace: Workspace, snapshot: Snapshot): Promise<string> {
  const path = join(workspace.data, snapshotPath(snapshot));
  const folder = join(path, '..');
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  await mkdir(folder, { recursive: true });
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(formatSnapshot(snapshot));
      await file.sync();
    } finally {
      await file.close();
    }
    // A link, not a rename: it refuses to replace what another run wrote meanwhile.
    await link(temporary, path);
    return path;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    return await writeSnapshot(workspace, { ...snapshot, at: fromSeconds(toSeconds(snapshot.at) + 1) });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The snapshot files of some UTC days, oldest first. Other files (temporary ones, notes) are passed over. */
export async function listSnapshots(workspace: Workspace, utcDays: readonly Day[]): Promise<SnapshotFile[]> {
  const files = await Promise.all(
    utcDays.map(async (day) => {
      const folder = join(workspace.data, 'snapshots', day);
      const names = await readdir(folder).catch((cause: unknown) => {
        if (isAbsence(cause)) return [];
        throw cause;
      });
      return names.flatMap((name): SnapshotFile[] => {
        const match = namePattern.exec(name);
        if (match === null) return [];
        const [, year, month, date, hour, minute, second, source = ''] = match;
        const at = `${year}-${month}-${date}T${hour}:${minute}:${second}Z`;
        if (!Instant.safeParse(at).success) return [];
        return [{ path: join(folder, name), at, source }];
      });
    }),
  );
  return files.flat().toSorted((a, b) => compare(a.at, b.at) || compare(a.source, b.source));
}

/** The UTC days that have a folder of snapshots, oldest first. */
export async function listSnapshotDays(workspace: Workspace): Promise<Day[]> {
  try {
    const names = await readdir(join(workspace.data, 'snapshots'));
    return names.filter((name) => /^\d{4}-\d\d-\d\d$/.test(name)).toSorted();
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}

/** Reads a snapshot; undefined when it is broken, which is told. */
export async function readSnapshot(
  path: string,
  onBroken: (broken: BrokenFile) => void,
): Promise<Snapshot | undefined> {
  return readDocument(path, 'vigie/snapshot@1', Snapshot, onBroken);
}

/** The snapshots of the last `seconds` before the newest one, newest first: what is still believed. */
export async function readRecentSnapshots(
  workspace: Workspace,
  seconds: number,
  onBroken: (broken: BrokenFile) => void,
): Promise<Snapshot[]> {
  const last = (await listSnapshotDays(workspace)).at(-1);
  if (last === undefined) return [];
  const files = await listSnapshots(workspace, [addToDay(last, -1), last]);
  const since = toSeconds(files.at(-1)?.at ?? `${last}T00:00:00Z`) - seconds;
  const snapshots: Snapshot[] = [];
  for (const { path, at } of files.toReversed()) {
    if (toSeconds(at) < since) break;
    const snapshot = await readSnapshot(path, onBroken);
    if (snapshot !== undefined) snapshots.push(snapshot);
  }
  return snapshots;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
