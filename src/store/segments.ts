import { createHash, randomUUID } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { daysBetween } from '../model/time.ts';
import { writeCacheFile } from './cache-file.ts';
import { readOurs } from './documents.ts';
import { layOut } from './join-parts.ts';
import type { Part } from './part.ts';
import { encodeSegment, isWholeSegment, openSegment } from './segment.ts';

/** A file of rollups, and how it reads; undefined when it is broken. */
export interface PartFile {
  readonly path: string;
  read(): Promise<Part | undefined>;
}

/** How many files were parsed, and how many were not, since the cache holds what they say. */
export interface ReadCounts {
  readonly parsed: number;
  readonly cached: number;
}

/** The cache of what rollups hold: what was parsed once is not parsed again as long as its content is the same. */
export interface SegmentCache {
  /**
   * Reads the files of a group, oldest first: as one part when it is cached; when it has grown, from its cached beginning and the new
   * files; broken ones are left out.
   */
  readGroup(group: string, files: readonly PartFile[]): Promise<Part[]>;
  /** Of all groups that were read. */
  readonly counts: ReadCounts;
  /** Caches the groups that were not yet, those with broken files aside, and closes their parts. */
  save(): Promise<void>;
}

/** By path: the stamp that a file had when its digest was taken, and the digest; of a segment, when all of it was as it was written. */
const Digests = z.record(z.string(), z.tuple([z.string(), z.string()]));
type Digests = z.infer<typeof Digests>;

/** Opens the cache in a folder, which need not exist. */
export async function openSegmentCache(folder: string): Promise<SegmentCache> {
  const memory = join(folder, 'digests.json');
  const saved = await readDigests(memory);
  const known: Digests = {};
  const unsaved: { pathOf: () => Promise<string | undefined>; parts: readonly Part[] }[] = [];
  const used = new Set<string>();
  const counts = { parsed: 0, cached: 0 };
  const digestsOf = async (paths: readonly string[]) => {
    const digests = await Promise.all(paths.map((path) => known[path] ?? digestOf(path, saved[path])));
    paths.forEach((path, index) => {
      known[path] = digests[index] ?? ['', ''];
    });
    return digests.map(([, digest]) => digest);
  };
  /** A segment that somebody touched since it was written is looked through before it is believed. */
  const openSound = (path: string): Part | undefined => {
    const now = wholeAt(path);
    if (now === undefined) return undefined;
    if (saved[path]?.[0] !== now[0] && !isWholeSegment(path)) return undefined;
    known[path] = now;
    return openSegment(path);
  };
  /** Where nothing is known yet, nothing is cached: what files hold is known once it is needed, after the answer. */
  const readFirst = async (group: string, files: readonly PartFile[]): Promise<Part[]> => {
    const paths = files.map(({ path }) => path);
    const before = await Promise.all(paths.map(stampAt));
    counts.parsed += files.length;
    const parts = (await Promise.all(files.map((file) => file.read()))).filter((part) => part !== undefined);
    const pathOf = async () => {
      const digests = await digestsOf(paths);
      // A file that was replaced meanwhile is not what was read.
      return paths.every((path, index) => known[path]?.[0] === before[index])
        ? segmentPath(folder, group, digests)
        : undefined;
    };
    if (parts.length === files.length) unsaved.push({ pathOf, parts });
    return parts;
  };
  return {
    counts,
    async readGroup(group, files) {
      if (files.length === 0) return [];
      if (Object.keys(saved).length === 0) return readFirst(group, files);
      const digests = await digestsOf(files.map(({ path }) => path));
      const pathOf = (count: number) => segmentPath(folder, group, digests.slice(0, count));
      let count = files.length;
      let cached = openSound(pathOf(count));
      while (cached === undefined && count > 1) {
        count -= 1;
        cached = openSound(pathOf(count));
      }
      const held = cached === undefined ? 0 : count;
      counts.cached += held;
      counts.parsed += files.length - held;
      const read = files.slice(held).map((file) => file.read());
      if (cached !== undefined && count === files.length) used.add(pathOf(count));
      const fresh = (await Promise.all(read)).filter((part) => part !== undefined);
      const parts = cached === undefined ? fresh : [cached, ...fresh];
      const isWhole = parts.length === files.length - (cached === undefined ? 0 : count - 1);
      if (fresh.length > 0 && isWhole) unsaved.push({ pathOf: async () => pathOf(files.length), parts });
      return parts;
    },
    async save() {
      for (const { pathOf, parts } of unsaved.splice(0)) {
        const path = await pathOf();
        const days = daysBetween(parts[0]?.days[0] ?? '', parts.at(-1)?.days.at(-1) ?? '');
        if (path !== undefined && (await writeCacheFile(path, encodeSegment(layOut(days, parts))))) {
          used.add(path);
          known[path] = wholeAt(path) ?? ['', ''];
        }
        for (const part of parts) part.close();
      }
      if (JSON.stringify(known) === JSON.stringify(saved)) return;
      await writeCacheFile(memory, [Buffer.from(JSON.stringify(known))]);
      await dropUnused(folder, used);
    },
  };
}

/** What nobody asked for is of content that is no more. */
async function dropUnused(folder: string, used: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const unused = names
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.segment') && !used.has(path));
  // Nothing is lost when the cache cannot be written.
  await Promise.all(unused.map((path) => rm(path, { force: true }).catch(() => undefined)));
}

function wholeAt(path: string): Digests[string] | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() ? [stampOf(status), 'whole'] : undefined;
}

async function stampAt(path: string): Promise<string> {
  return lstat(path).then(stampOf, () => '');
}

/** What changes with a file, even when another one of its size and time of modification takes its place. */
function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return [size, mtimeMs, ctimeMs, ino].join(' ');
}

function segmentPath(folder: string, group: string, digests: readonly string[]): string {
  const key = createHash('sha256').update(digests.join('\n')).digest('hex').slice(0, 24);
  return join(folder, `${group}-${key}.segment`);
}

/** The digest of a file's content; of one that has not been touched since its digest was taken, that one. */
async function digestOf(path: string, known: Digests[string] | undefined): Promise<Digests[string]> {
  // What cannot be read is told by whoever reads it. No other file is like it.
  const unlike: Digests[string] = ['', randomUUID()];
  try {
    const stamp = stampOf(await lstat(path));
    if (known?.[0] === stamp) return known;
    const digest = createHash('sha256').update(await readOurs(path));
    return [stamp, digest.digest('hex')];
  } catch {
    return unlike;
  }
}

async function readDigests(path: string): Promise<Digests> {
  try {
    return Digests.parse(JSON.parse((await readOurs(path)).toString('utf8')));
  } catch {
    // Missing, damaged or none of ours: it is made anew.
    return {};
  }
}
