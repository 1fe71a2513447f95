import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DocumentKind } from '../model/json-document.ts';
import { type EntityRecord, maxRecords, Snapshot } from '../model/snapshot.ts';
import { addToDay, Day, fromSeconds, Instant, isBeyondBelief, toSeconds } from '../model/time.ts';
import { type BrokenFile, formatDocument, isAbsence, readDocument } from './documents.ts';
import type { Workspace } from './workspace.ts';

/** A run's snapshot. */
const snapshotKind: DocumentKind<typeof Snapshot> = {
  name: 'vigie/snapshot@1',
  schema: Snapshot,
  // A run over thousands of services has a tenth of it; in memory a file takes many times its size.
  maxBytes: 32 * 1024 * 1024,
  maxObjects: 5 * maxRecords,
};

/** A run reads for so long at most; what claims to have been read later was not. */
const longestRunSeconds = 3600;
/** A run whose name was taken is dated a little later than it was. */
const earliestSeconds = 60;

const believed = 'a date from 1990 to 2199';

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

/** The snapshot files of some UTC days, oldest first. Other files (temporary ones, notes) are passed over; links to elsewhere too, which are told. */
export async function listSnapshots(
  workspace: Workspace,
  utcDays: readonly Day[],
  onBroken: (broken: BrokenFile) => void = () => undefined,
): Promise<SnapshotFile[]> {
  const files = await Promise.all(
    utcDays.map(async (day) => {
      const folder = join(workspace.data, 'snapshots', day);
      const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
        if (!isAbsence(cause))
          onBroken({ file: folder, message: cause instanceof Error ? cause.message : String(cause) });
        return [];
      });
      return entries.flatMap((entry): SnapshotFile[] => {
        const { name } = entry;
        const match = namePattern.exec(name);
        if (match === null) return [];
        if (!entry.isFile()) {
          onBroken({ file: join(folder, name), message: `found ${kindOf(entry)}, expected a file` });
          return [];
        }
        const [, year, month, date, hour, minute, second, source = ''] = match;
        const at = `${year}-${month}-${date}T${hour}:${minute}:${second}Z`;
        if (isBeyondBelief(at))
          onBroken({ file: join(folder, name), message: `dated ${at}: expected ${believed}` });
        return Instant.safeParse(at).success ? [{ path: join(folder, name), at, source }] : [];
      });
    }),
  );
  return files.flat().toSorted((a, b) => compare(a.at, b.at) || compare(a.source, b.source));
}

/** The UTC days that have a folder of snapshots, oldest first. What is called like one and is none (a link to elsewhere) is told. */
export async function listSnapshotDays(
  workspace: Workspace,
  onBroken: (broken: BrokenFile) => void = () => undefined,
): Promise<Day[]> {
  const folder = join(workspace.data, 'snapshots');
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const named = entries.filter(({ name }) => /^\d{4}-\d\d-\d\d$/.test(name));
    const days = named.filter(({ name }) => Day.safeParse(name).success);
    for (const { name } of named.filter((entry) => isBeyondBelief(entry.name)))
      onBroken({ file: join(folder, name), message: `dated ${name}: expected ${believed}` });
    for (const entry of days) {
      if (!entry.isDirectory())
        onBroken({ file: join(folder, entry.name), message: `found ${kindOf(entry)}, expected a folder` });
    }
    return days
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}

/** The first and the last instant at which a run that began at an instant may have read something. */
export function reachOf(at: Instant): [first: Instant, last: Instant] {
  const seconds = toSeconds(at);
  return [fromSeconds(seconds - earliestSeconds), fromSeconds(seconds + longestRunSeconds)];
}

/** Reads a snapshot; undefined when it is broken, which is told, as are records in it that cannot be of its run. */
export async function readSnapshot(
  file: SnapshotFile,
  onBroken: (broken: BrokenFile) => void,
): Promise<Snapshot | undefined> {
  const snapshot = await readDocument(file.path, snapshotKind, onBroken);
  if (snapshot === undefined) return undefined;
  const named = basename(snapshotPath(snapshot));
  if (named !== basename(file.path)) {
    onBroken({ file: file.path, message: `found the content of ${named}, expected that of its own name` });
    return undefined;
  }
  const [from, until] = reachOf(snapshot.at);
  const isStray = ({ at }: EntityRecord) => at < from || at > until;
  const stray = snapshot.records.find(isStray);
  if (stray === undefined) return snapshot;
  const records = snapshot.records.filter((record) => !isStray(record));
  onBroken({
    file: file.path,
    message: `${snapshot.records.length - records.length} records left out: found ${stray.entity} read at ${stray.at}, expected from ${from} to ${until}`,
  });
  return { ...snapshot, records };
}

/** The snapshots of the last `seconds` before the newest one that is not later than `now`, newest first: what is still believed. */
export async function readRecentSnapshots(
  workspace: Workspace,
  now: Instant,
  seconds: number,
  onBroken: (broken: BrokenFile) => void,
): Promise<Snapshot[]> {
  const latest = latestCredible(now);
  const last = (await listSnapshotDays(workspace)).findLast((day) => day <= latest.slice(0, 10));
  if (last === undefined) return [];
  const files = (await listSnapshots(workspace, [addToDay(last, -1), last])).filter(({ at }) => at <= latest);
  // Before now, should the newest one be of a clock that is fast: it must not hide the others.
  const newest = Math.min(toSeconds(files.at(-1)?.at ?? now), toSeconds(now));
  const since = newest - seconds;
  const snapshots: Snapshot[] = [];
  for (const file of files.toReversed()) {
    if (toSeconds(file.at) < since) break;
    const snapshot = await readSnapshot(file, onBroken);
    if (snapshot !== undefined) snapshots.push(snapshot);
  }
  return snapshots;
}

/** Clocks differ and zones are mistaken; a snapshot dated more than a day ahead is of a clock that is wrong, and not believed. */
export function latestCredible(now: Instant): Instant {
  return fromSeconds(toSeconds(now) + 86_400);
}

function kindOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a link';
  if (entry.isDirectory()) return 'a folder';
  return entry.isFile() ? 'a file' : 'a device';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
