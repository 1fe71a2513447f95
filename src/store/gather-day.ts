import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Snapshot } from '../model/snapshot.ts';
import { type Day, fromSeconds } from '../model/time.ts';
import { writeCacheFile } from './cache-file.ts';
import type { Span } from './calendar.ts';
import { DaySamples } from './day-samples.ts';
import { type BrokenFile, readOurs } from './documents.ts';
import { readSnapshot, type SnapshotFile, snapshotPath } from './snapshots.ts';
import type { Workspace } from './workspace.ts';

/** Snapshots are read so many at once. */
const filesAtOnce = 16;

/** Which day to gather, from which files. */
export interface GatherOptions {
  readonly workspace: Workspace;
  readonly day: Day;
  /** When it begins and ends. */
  readonly span: Span;
  readonly files: readonly SnapshotFile[];
  /** Whether more is to come: then what was read is kept, and not read again. */
  readonly isGrowing: boolean;
  readonly onBroken: (broken: BrokenFile) => void;
}

/**
 * Reads the samples of a day; `broken` are the names of the files that could not be read, or not whole. Undefined when a file that was
 * listed is there no more: from what is left no day may be made.
 */
export async function gatherDay(
  options: GatherOptions,
): Promise<{ samples: DaySamples; broken: string[] } | undefined> {
  const { workspace, day, span, files, isGrowing } = options;
  const within = [fromSeconds(span.start), fromSeconds(span.end)] as const;
  const path = join(workspace.cache, 'cache', `${day}.samples`);
  const key = `vigie/samples@4 ${within.join(' ')}`;
  const samples = (isGrowing ? await resume(path, key, files) : undefined) ?? DaySamples.empty();
  const gathered = new Set(samples.files);
  const fresh = files.filter((file) => !gathered.has(basename(file.path)));
  const unsound: Snapshot[] = [];
  const broken: string[] = [];
  for (let start = 0; start < fresh.length; start += filesAtOnce) {
    const read = fresh.slice(start, start + filesAtOnce).map((file) => readSoundly(file, options.onBroken));
    for (const { name, snapshot, isSound } of await Promise.all(read)) {
      if (!isSound) broken.push(name);
      if (snapshot === undefined && isSound) return undefined;
      if (snapshot === undefined) continue;
      if (isSound) samples.add(name, snapshot.records, within);
      else unsound.push(snapshot);
    }
  }
  if (isGrowing && fresh.length > 0) await keep(path, samples.keep(key));
  // Not kept: what is wrong with them is told again as long as they lie there.
  for (const snapshot of unsound) samples.add(basename(snapshotPath(snapshot)), snapshot.records, within);
  return { samples, broken: broken.toSorted() };
}

/** Reads a snapshot, and whether all of it could be read. */
export async function readSoundly(
  file: SnapshotFile,
  onBroken: (broken: BrokenFile) => void,
): Promise<{ name: string; snapshot: Snapshot | undefined; isSound: boolean }> {
  let isSound = true;
  const snapshot = await readSnapshot(file, (set) => {
    isSound = false;
    onBroken(set);
  });
  return { name: basename(file.path), snapshot, isSound };
}

/** What was gathered before, as long as all its files are still there. */
async function resume(
  path: string,
  key: string,
  files: readonly SnapshotFile[],
): Promise<DaySamples | undefined> {
  try {
    const samples = DaySamples.resume(await readOurs(path, Number.POSITIVE_INFINITY), key);
    const present = new Set(files.map((file) => basename(file.path)));
    return samples?.files.every((name) => present.has(name)) ? samples : undefined;
  } catch {
    // Missing or not to be read: all is gathered anew.
    return undefined;
  }
}

/** One day grows at a time. */
async function keep(path: string, bytes: Buffer): Promise<void> {
  if (!(await writeCacheFile(path, [bytes]))) return;
  const folder = join(path, '..');
  for (const name of await readdir(folder)) {
    if (/^\d{4}-\d\d-\d\d\.samples$/.test(name) && name !== basename(path))
      await rm(join(folder, name), { force: true });
  }
}
