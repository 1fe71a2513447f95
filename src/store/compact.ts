import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Daily } from '../model/rollup.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { addToDay, type Day, dayOf, type Month, monthOf } from '../model/time.ts';
import { compactDay } from './compact-day.ts';
import { compactMonth } from './compact-month.ts';
import type { BrokenFile } from './documents.ts';
import { listDays, listMonths, readDaily, readMonthly, writeDaily, writeMonthly } from './rollups.ts';
import { listSnapshotDays, listSnapshots, readSnapshot, type SnapshotFile } from './snapshots.ts';
import type { Workspace } from './workspace.ts';

/** What compaction needs to know of the fleet. */
export interface CompactOptions {
  readonly workspace: Workspace;
  readonly timeZone: string;
  readonly everySeconds: number;
  /** Told of each file that is set aside. */
  readonly onBroken: (broken: BrokenFile) => void;
  readonly onProgress?: (message: string) => void;
}

/** What a compaction did. */
export interface CompactSummary {
  readonly daysWritten: Day[];
  readonly daysUnchanged: number;
  readonly monthsWritten: Month[];
}

/**
 * Snapshots to days, closed months of days to months. Only what has new input is read and written; killed at any point, the next
 * run goes on. A snapshot that arrives late re-opens its day, and the days after it as far as they build on it.
 */
export async function compact(options: CompactOptions): Promise<CompactSummary> {
  const { workspace, timeZone } = options;
  const daysWritten: Day[] = [];
  let daysUnchanged = 0;
  let previous: Daily | undefined;
  const byDay = await snapshotsByDay(workspace, timeZone);
  for (const [day, files] of byDay) {
    if (previous?.day !== addToDay(day, -1))
      previous = await readDaily(workspace, addToDay(day, -1), options.onBroken);
    const digest = await digestOf(files, previous, options);
    const existing = await readDaily(workspace, day, options.onBroken);
    if (existing?.inputs.digest === digest) {
      daysUnchanged += 1;
      previous = existing;
      continue;
    }
    options.onProgress?.(`compacting ${day}: ${files.length} snapshots`);
    const snapshots = await readAll(files, options.onBroken);
    const daily = compactDay({
      day,
      timeZone,
      everySeconds: options.everySeconds,
      snapshots,
      previous,
      digest,
    });
    await writeDaily(workspace, daily);
    daysWritten.push(day);
    previous = daily;
  }
  return { daysWritten, daysUnchanged, monthsWritten: await compactMonths(options, [...byDay.keys()]) };
}

/** The snapshot files of each day of the fleet's time zone, oldest day first. */
async function snapshotsByDay(workspace: Workspace, timeZone: string): Promise<Map<Day, SnapshotFile[]>> {
  const byDay = new Map<Day, SnapshotFile[]>();
  for (const file of await listSnapshots(workspace, await listSnapshotDays(workspace))) {
    const day = dayOf(file.at, timeZone);
    const list = byDay.get(day);
    if (list === undefined) byDay.set(day, [file]);
    else list.push(file);
  }
  return byDay;
}

/** Snapshots are immutable, so their names and sizes tell whether a day has new input; so does what the day before hands over. */
async function digestOf(
  files: readonly SnapshotFile[],
  previous: Daily | undefined,
  options: CompactOptions,
): Promise<string> {
  const hash = createHash('sha256');
  hash.update(
    `vigie/daily@1 ${options.timeZone} ${options.everySeconds} ${previous?.inputs.digest ?? 'none'}\n`,
  );
  for (const { path } of files) hash.update(`${basename(path)} ${(await stat(path)).size}\n`);
  return hash.digest('hex').slice(0, 32);
}

async function readAll(
  files: readonly SnapshotFile[],
  onBroken: (broken: BrokenFile) => void,
): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const { path } of files) {
    const snapshot = await readSnapshot(path, onBroken);
    if (snapshot !== undefined) snapshots.push(snapshot);
  }
  return snapshots;
}

/**
 * Writes each closed month (one that a later day follows) that is missing, or whose days have changed: in this run, or in one that
 * was killed before it came to the month. Only days that still have snapshots can have.
 */
async function compactMonths(options: CompactOptions, openDays: readonly Day[]): Promise<Month[]> {
  const { workspace, timeZone, onBroken } = options;
  const days = await listDays(workspace);
  const newest = days.at(-1);
  if (newest === undefined) return [];
  const existing = new Set(await listMonths(workspace));
  const open = new Set(openDays.map(monthOf));
  const closed = [...new Set(days.map(monthOf))].filter((month) => month < monthOf(newest));
  const written: Month[] = [];
  for (const month of closed.filter((candidate) => !existing.has(candidate) || open.has(candidate))) {
    const dailies: Daily[] = [];
    for (const day of days.filter((candidate) => monthOf(candidate) === month)) {
      const daily = await readDaily(workspace, day, onBroken);
      if (daily !== undefined) dailies.push(daily);
    }
    const digest = createHash('sha256')
      .update(dailies.map(({ day, inputs }) => `${day} ${inputs.digest}\n`).join(''))
      .digest('hex');
    const monthly = compactMonth(month, timeZone, dailies, digest.slice(0, 32));
    const before = existing.has(month) ? await readMonthly(workspace, month, onBroken) : undefined;
    if (before?.inputs.digest === monthly.inputs.digest) continue;
    options.onProgress?.(`compacting ${month}: ${dailies.length} days`);
    await writeMonthly(workspace, monthly);
    written.push(month);
  }
  return written;
}
