import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Day, daysBetween, type Instant } from '../model/time.ts';
import { layOut } from './join-parts.ts';
import type { Part } from './part.ts';
import { encodeSegment, openSegment } from './segment.ts';

/** A file of rollups, and how it reads; undefined when it is broken. */
export interface PartFile {
  readonly path: string;
  read(): Promise<Part | undefined>;
}

/** The cache of what rollups hold: what was parsed once is not parsed again as long as its content is the same. */
export interface SegmentCache {
  /**
   * Reads the files of a group, oldest first, as one part; as several where one is broken (it is left out) or the cache cannot be written.
   * A group that has grown is read from its cached beginning and the new files.
   */
  readGroup(group: string, files: readonly PartFile[]): Promise<Part[]>;
  /** Keeps what it learnt of the files for the next time. */
  save(): Promise<void>;
}

/** By path: the size and time of modification that a file had when its digest was taken, and the digest. */
const Digests = z.record(z.string(), z.tuple([z.number(), z.number(), z.string()]));
type Digests = z.infer<typeof Digests>;

/** Opens the cache in a folder, which need not exist. */
export async function openSegmentCache(
  folder: string,
  startOf: (day: Day) => Instant,
): Promise<SegmentCache> {
  const memory = join(folder, 'digests.json');
  const before = await readDigests(memory);
  const after: Digests = {};
  return {
    async readGroup(group, files) {
      if (files.length === 0) return [];
      const digests: string[] = [];
      for (const { path } of files) {
        const digest = await digestOf(path, before[path]);
        after[path] = digest;
        digests.push(digest[2]);
      }
      return readThrough(folder, group, files, digests, startOf);
    },
    async save() {
      const text = JSON.stringify(after);
      if (text !== JSON.stringify(before)) await tryToWrite(memory, [Buffer.from(text)]);
    },
  };
}

async function readThrough(
  folder: string,
  group: string,
  files: readonly PartFile[],
  digests: readonly string[],
  startOf: (day: Day) => Instant,
): Promise<Part[]> {
  const pathOf = (count: number) => join(folder, `${group}-${keyOf(digests.slice(0, count))}.segment`);
  let count = files.length;
  let cached = openSegment(pathOf(count));
  while (cached === undefined && count > 0) {
    count -= 1;
    if (count > 0) cached = openSegment(pathOf(count));
  }
  if (cached !== undefined && count === files.length) return [cached];
  const fresh: Part[] = [];
  for (const file of files.slice(count)) {
    const part = await file.read();
    if (part !== undefined) fresh.push(part);
  }
  const parts = cached === undefined ? fresh : [cached, ...fresh];
  if (fresh.length < files.length - count) return parts;
  const days = daysBetween(parts[0]?.days[0] ?? '', parts.at(-1)?.days.at(-1) ?? '');
  const path = pathOf(files.length);
  if (!(await tryToWrite(path, encodeSegment(layOut(days, parts, startOf))))) return parts;
  const segment = openSegment(path);
  if (segment === undefined) return parts;
  for (const part of parts) part.close();
  await dropOthers(folder, group, path);
  return [segment];
}

/** The other segments of a group are of content that is no more. */
async function dropOthers(folder: string, group: string, path: string): Promise<void> {
  const pattern = /^(.+)-[0-9a-f]{24}\.segment$/;
  for (const name of await readdir(folder)) {
    if (pattern.exec(name)?.[1] === group && name !== basename(path))
      await rm(join(folder, name), { force: true });
  }
}

function keyOf(digests: readonly string[]): string {
  return createHash('sha256').update(digests.join('\n')).digest('hex').slice(0, 24);
}

/** The digest of a file's content; of one that has not been touched since its digest was taken, that one. */
async function digestOf(path: string, known: Digests[string] | undefined): Promise<Digests[string]> {
  const { size, mtimeMs } = await stat(path);
  if (known !== undefined && known[0] === size && known[1] === mtimeMs) return known;
  const digest = createHash('sha256').update(await readFile(path));
  return [size, mtimeMs, digest.digest('hex')];
}

async function readDigests(path: string): Promise<Digests> {
  try {
    return Digests.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Missing or damaged: it is made anew.
    return {};
  }
}

/** Whether it could: a cache that cannot be written costs time and nothing else. */
async function tryToWrite(path: string, chunks: readonly Buffer[]): Promise<boolean> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, chunks);
    await rename(temporary, path);
    return true;
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
    return false;
  }
}
