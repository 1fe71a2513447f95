import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import {
  AnnouncementId,
  type Announcements,
  type Incident,
  type Maintenance,
} from '../model/announcement.ts';
import { type Fault, formatFault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { show } from '../model/problem.ts';
import { type Instant, toSeconds } from '../model/time.ts';
import type { ReadAnnouncement, ReadingContext } from './announcement-text.ts';
import { type BrokenFile, isAbsence, readOurs } from './documents.ts';
import { shownPath } from './fleet.ts';
import { parseIncident } from './incident-file.ts';
import { parseMaintenance } from './maintenance-file.ts';

/** A file larger than this is none that people wrote. */
const maxBytes = 256 * 1024;
/** Of more files the newest count. */
const mostFiles = 20_000;
const filesAtOnce = 16;
/** So many faults of a file are told. */
const mostFaults = 5;

/** Where announcements are read, and by what. */
export interface AnnouncementsInput {
  readonly dataFolder: string;
  readonly fleet: Fleet;
  /** By the clock: what is dated later is a mistake. */
  readonly now: Instant;
  /** Told of each file that cannot be read; it costs itself alone. */
  readonly onBroken: (broken: BrokenFile) => void;
  /** Told of names that fleet.yaml does not know (any more); they are left out. */
  readonly onUnknown?: (fault: Fault) => void;
}

/** The folders of announcements below `data/`. */
export type AnnouncementFolder = 'incidents' | 'maintenance';

/** Reads `data/incidents/*.md` and `data/maintenance/*.md`. */
export async function readAnnouncements(input: AnnouncementsInput): Promise<Announcements> {
  return {
    incidents: await readFolder<Incident>('incidents', parseIncident, input),
    maintenances: await readFolder<Maintenance>('maintenance', parseMaintenance, input),
  };
}

/** Where the file of an announcement lies. */
export function announcementPath(dataFolder: string, folder: AnnouncementFolder, id: AnnouncementId): string {
  return join(dataFolder, folder, `${id}.md`);
}

/**
 * The bytes of an announcement's file as text.
 * @throws BrokenDocument when it is no file of ours; whatever kept it from being read.
 */
export async function readAnnouncementFile(path: string): Promise<string | undefined> {
  const bytes = await readOurs(path, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function readFolder<Value>(
  folder: AnnouncementFolder,
  parse: (text: string, file: string, id: string, context: ReadingContext) => ReadAnnouncement<Value>,
  { dataFolder, fleet, now, onBroken, onUnknown }: AnnouncementsInput,
): Promise<Value[]> {
  const path = join(dataFolder, folder);
  const context = { fleet, now: toSeconds(now) };
  const found = await namesIn(path, onBroken);
  if (found.length > mostFiles)
    onBroken({ file: path, message: `found ${found.length} files, expected at most ${mostFiles}` });
  const names = found.slice(-mostFiles);
  const read = async (name: string): Promise<ReadAnnouncement<Value>> => {
    const id = AnnouncementId.safeParse(name.replace(/\.md$/, ''));
    if (!name.endsWith('.md') || !id.success)
      throw new Error(`found ${show(name)}, expected a name such as 2026-11-22-catalogue-de-mulhouse.md`);
    const file = join(path, name);
    const text = await readAnnouncementFile(file);
    if (text === undefined) throw new Error('expected text in UTF-8');
    return parse(text, shownPath(file), id.data, context);
  };
  // Several at once: thousands of small files are waited for longer than they are read.
  const limit = pLimit(filesAtOnce);
  const results = await Promise.allSettled(names.map((name) => limit(read, name)));
  return results.flatMap((result, index) => {
    const file = join(path, names[index] ?? '');
    if (result.status === 'rejected') {
      // Unless it was taken away since its folder was read.
      if (!isAbsence(result.reason)) onBroken({ file, message: messageOf(result.reason) });
      return [];
    }
    const { value, faults, unknown } = result.value;
    for (const fault of unknown) onUnknown?.(fault);
    if (value !== undefined) return [value];
    onBroken({ file, message: describe(faults) });
    return [];
  });
}

/** What lies in a folder, by name, hence by day; what editors leave behind is none of ours. */
async function namesIn(path: string, onBroken: (broken: BrokenFile) => void): Promise<string[]> {
  try {
    const names = await readdir(path);
    return names.filter((name) => !/^\.|~$|^#.*#$/.test(name)).toSorted();
  } catch (cause) {
    if (!isAbsence(cause)) onBroken({ file: path, message: messageOf(cause) });
    return [];
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The faults of one file, on one line. */
function describe(faults: readonly Omit<Fault, 'file'>[]): string {
  const told = faults.slice(0, mostFaults).map(({ line, ...fault }) => {
    const place = line === undefined ? '' : `line ${line}`;
    return formatFault({ ...fault, file: place }).replace(/^: /, '');
  });
  const more = faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : [];
  return [...told, ...more].join('; ');
}
