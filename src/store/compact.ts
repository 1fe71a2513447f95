import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Daily } from '../model/rollup.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { addToDay, type Day, dayBounds, dayOf, type Month, monthOf, toSeconds } from '../model/time.ts';
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
  /** How long a day stays open for late snapshots. */
  readonly retentionSeconds: number;
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
 * Snapshots to days, closed months of days to months. A day is open as long as the fleet's retention: a snapshot that arrives late
 * re-opens it, and the days after it as far as they build on it; older days that were compacted stay as they are. Only days with new
 * input are written; killed at any point, the next run goes on.
 */
export async function compact(options: CompactOptions): Promise<CompactSummary> {
  const { workspace, timeZone, onBroken } = options;
  const daysWritten: Day[] = [];
  let daysUnchanged = 0;
  const byDay = await snapshotsByDay(workspace, timeZone);
  const written = await listDays(workspace);
  const openSince = openDays([...byDay.keys()], written, options.retentionSeconds);
  let previous: Daily | undefined;
  for (const [day, own] of byDay) {
    const exists = written.includes(day);
    if (exists && day < openSince) continue;
    const earlier = [...written, ...daysWritten]
      .filter((candidate) => candidate < day)
      .toSorted()
      .at(-1);
    if (previous?.day !== earlier) {
      previous = earlier === undefined ? undefined : await readDaily(workspace, earlier, onBroken);
    }
    const files = [...lateOf(byDay.get(addToDay(day, -1)) ?? [], day, timeZone), ...own];
    const digest = await digestOf(files, previous, options);
    const existing = exists ? await readDaily(workspace, day, onBroken) : undefined;
    // A rollup that cannot be read is told, and left for people to look at.
    const isLeft = exists && (existing === undefined || knowsMore(existing, files));
    if (isLeft || (existing?.inputs.digest === digest && !(await isAnyMended(existing, files, onBroken)))) {
      daysUnchanged += 1;
      previous = existing;
      continue;
    }
    options.onProgress?.(`compacting ${day}: ${files.length} snapshots`);
    const { snapshots, broken } = await readAll(files, onBroken);
    const daily = compactDay({
      day,
      timeZone,
      everySeconds: options.everySeconds,
      snapshots,
      previous,
      digest,
    });
    const inputs = { snapshots: files.length, digest, ...(broken.length === 0 ? {} : { broken }) };
    previous = { ...daily, inputs };
    await writeDaily(workspace, previous);
    daysWritten.push(day);
  }
  const open = [...byDay.keys()].filter((day) => day >= openSince);
  return { daysWritten, daysUnchanged, monthsWritten: await compactMonths(options, open) };
}

/** The first day that is still open: the retention before the newest day, whatever the clock says. */
function openDays(withSnapshots: readonly Day[], written: readonly Day[], retentionSeconds: number): Day {
  const newest = [...withSnapshots, ...written].toSorted().at(-1) ?? '';
  return newest === '' ? '' : addToDay(newest, -Math.ceil(retentionSeconds / 86_400));
}

/** The snapshot files of each day of the fleet's time zone, by when their run began, oldest day first. */
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

/** The runs of the day before that may have gone on past midnight: those of its last hour. */
function lateOf(files: readonly SnapshotFile[], day: Day, timeZone: string): SnapshotFile[] {
  const { start } = dayBounds(day, timeZone);
  return files.filter(({ at }) => toSeconds(at) >= start - 3600);
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
): Promise<{ snapshots: Snapshot[]; broken: string[] }> {
  const snapshots: Snapshot[] = [];
  const broken: string[] = [];
  for (const { path } of files) {
    const snapshot = await readSnapshot(path, onBroken);
    if (snapshot === undefined) broken.push(basename(path));
    else snapshots.push(snapshot);
  }
  return { snapshots, broken };
}

/** Whether a rollup was made from more than is left, and nothing came since: then it keeps what it knows. */
function knowsMore({ inputs, entities }: Daily, files: readonly SnapshotFile[]): boolean {
  if (inputs.snapshots <= files.length) return false;
  const newest = Object.values(entities).reduce(
    (latest, { carry }) => (carry.at > latest ? carry.at : latest),
    '',
  );
  return files.every(({ at }) => at <= newest);
}

/** Whether a file that could not be read can be now; those that still cannot are told. */
async function isAnyMended(
  { inputs: { broken = [] } }: Daily,
  files: readonly SnapshotFile[],
  onBroken: (broken: BrokenFile) => void,
): Promise<boolean> {
  const suspects = files.filter(({ path }) => broken.includes(basename(path)));
  const { snapshots } = await readAll(suspects, onBroken);
  return snapshots.length > 0;
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
    if (before?.inputs.digest === monthly.inputs.digest || (before?.inputs.days ?? 0) > dailies.length)
      continue;
    options.onProgress?.(`compacting ${month}: ${dailies.length} days`);
    await writeMonthly(workspace, monthly);
    written.push(month);
  }
  return written;
}
