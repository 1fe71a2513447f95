import { basename } from 'node:path';
import { addToDay, type Day, dayOf, type Instant } from '../model/time.ts';
import { calendarOf, type Span } from './calendar.ts';
import type { BrokenFile } from './documents.ts';
import { dailyPath, listDays, readDailyHead } from './rollups.ts';
import { latestCredible, listSnapshotDays, listSnapshots, reachOf, type SnapshotFile } from './snapshots.ts';
import type { Workspace } from './workspace.ts';

/** The snapshot files of a day. */
export interface DayFiles {
  /** Those that may hold records of the day, oldest first: also a run from just before midnight that may have gone on past it. */
  readonly all: readonly SnapshotFile[];
  /** Those whose run began in the day. */
  readonly own: readonly SnapshotFile[];
  /** When it begins and ends. */
  readonly span: Span;
}

/** Which snapshot files to sort into days. */
export interface DayFilesOptions {
  readonly workspace: Workspace;
  readonly timeZone: string;
  /** UTC days whose folder is not opened. */
  readonly isDone: (utcDay: Day) => boolean;
  /** Whether the rollup of a day stays as it is, in the time zone that it was made in. */
  readonly isKept: (day: Day) => boolean;
  readonly now: Instant;
  readonly onBroken: (broken: BrokenFile) => void;
}

/**
 * The snapshot files of each day of a time zone that any may hold records of, oldest day first. A snapshot dated in the future is told, and waits until
 * its time has come.
 */
export async function snapshotsByDay(options: DayFilesOptions): Promise<Map<Day, DayFiles>> {
  const { workspace, isDone, now, onBroken } = options;
  const folders = (await listSnapshotDays(workspace, onBroken)).filter((day) => !isDone(day));
  const latest = latestCredible(now);
  const byDay = new Map<Day, { own: SnapshotFile[]; all: SnapshotFile[]; span: Span }>();
  const { dayAt, spanOf } = calendarOf(options.timeZone, await keptZones(folders, options));
  for (const file of await listSnapshots(workspace, folders, onBroken)) {
    if (file.at > latest) {
      onBroken({
        file: file.path,
        message: `dated in the future: found ${file.at}, expected at most ${latest}`,
      });
      continue;
    }
    const own = dayAt(file.at);
    for (const day of new Set([own, ...reachOf(file.at).map(dayAt)])) {
      const found = byDay.get(day) ?? { own: [], all: [], span: spanOf(day) };
      if (day === own) found.own.push(file);
      found.all.push(file);
      byDay.set(day, found);
    }
  }
  return new Map([...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The day of the newest snapshot that is not dated in the future; undefined without any. */
export async function newestSnapshotDay(
  workspace: Workspace,
  timeZone: string,
  now: Instant,
): Promise<Day | undefined> {
  const latest = latestCredible(now);
  for (const folder of (await listSnapshotDays(workspace)).toReversed()) {
    const file = (await listSnapshots(workspace, [folder])).findLast(({ at }) => at <= latest);
    if (file !== undefined) return dayOf(file.at, timeZone);
  }
  return undefined;
}

/** The days that have a rollup of their own, oldest first; one of the future is told, and decides nothing. */
export async function credibleDays(
  { workspace, timeZone, now }: Pick<DayFilesOptions, 'workspace' | 'timeZone' | 'now'>,
  onBroken: (broken: BrokenFile) => void = () => undefined,
): Promise<Day[]> {
  const latest = dayOf(latestCredible(now), timeZone);
  const days = await listDays(workspace);
  for (const day of days.filter((candidate) => candidate > latest)) {
    const message = `dated in the future: found ${day}, expected at most ${latest}`;
    onBroken({ file: dailyPath(workspace, day), message });
  }
  return days.filter((day) => day <= latest);
}

/** Snapshots are immutable and their names unique: the names tell whether a day has new input. */
export function namesOf(files: readonly SnapshotFile[]): string[] {
  return files.map(({ path }) => basename(path));
}

/** The time zones of the days that keep theirs, as far as they are near some folders of UTC days. */
async function keptZones(
  utcDays: readonly Day[],
  { workspace, isKept }: DayFilesOptions,
): Promise<Map<Day, string>> {
  // A UTC day touches the local days beside it, which begin and end where others do.
  const offsets = [-3, -2, -1, 0, 1, 2, 3];
  const near = new Set(utcDays.flatMap((utcDay) => offsets.map((offset) => addToDay(utcDay, offset))));
  const zones = new Map<Day, string>();
  for (const day of [...near].filter(isKept)) {
    const head = await readDailyHead(workspace, day);
    if (head?.timeZone !== undefined) zones.set(day, head.timeZone);
  }
  return zones;
}
