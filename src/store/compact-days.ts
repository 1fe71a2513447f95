import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Daily } from '../model/rollup.ts';
import { addToDay, type Day, dayBounds, type Month, monthOf } from '../model/time.ts';
import type { CompactOptions } from './compact.ts';
import { compactSamples } from './compact-day.ts';
import { credibleDays, type DayFiles, namesOf, newestSnapshotDay, snapshotsByDay } from './day-files.ts';
import { maxSeries } from './day-samples.ts';
import { writeUnlessTooLarge } from './documents.ts';
import { gatherDay, readSoundly } from './gather-day.ts';
import {
  type DailyHead,
  dailyPath,
  dropDaily,
  listMonths,
  readDaily,
  readDailyHead,
  readMonthlyHead,
  writeDaily,
} from './rollups.ts';
import { listSnapshotDays, type SnapshotFile } from './snapshots.ts';
import type { Workspace } from './workspace.ts';

type Inputs = Daily['inputs'];

/** What became of the days. */
export interface DaysSummary {
  readonly daysWritten: Day[];
  readonly daysUnchanged: number;
  /** The first day that is still open; empty without any data. */
  readonly openSince: Day;
}

/** Makes the rollup of each open day that has new snapshots, and of each older day that has none yet. */
export async function compactDays(options: CompactOptions): Promise<DaysSummary> {
  const { workspace, timeZone, now, onBroken } = options;
  const days = new Set(await credibleDays(options, onBroken));
  const [newestCompacted] = [...days].toSorted().toReversed();
  const newestSeen = await newestSnapshotDay(workspace, timeZone, now);
  const newest = [newestCompacted, newestSeen]
    .filter((day) => day !== undefined)
    .toSorted()
    .at(-1);
  if (newest === undefined) return { daysWritten: [], daysUnchanged: 0, openSince: '' };
  const openSinceOf = (day: Day) => addToDay(day, -Math.ceil(options.retentionSeconds / 86_400));
  // As the last compaction left it: what came since was in time, however long none ran.
  const wasOpenSince = openSinceOf(newestCompacted ?? newest);
  const isInMonth = await monthsHold(workspace);
  const isClosed = (day: Day) => day < wasOpenSince && (days.has(day) || isInMonth(day));
  const byDay = await snapshotsByDay({
    workspace,
    timeZone,
    isDone: (utcDay) => [-1, 0, 1].every((offset) => isClosed(addToDay(utcDay, offset))),
    isKept: (day) => days.has(day) && isClosed(day),
    now,
    onBroken,
  });
  const open = [...byDay].filter(([day]) => !isClosed(day));
  const present = new Set([...byDay.values()].flatMap(({ own }) => namesOf(own)));
  const drop = async (day: Day) => {
    if (await dropOtherZone(workspace, day, present)) days.delete(day);
  };
  for (const day of days) if (!isClosed(day) && !byDay.has(day)) await drop(day);
  const daysWritten: Day[] = [];
  let daysUnchanged = 0;
  let last: Daily | undefined;
  for (const [day, files] of open) {
    const before = newestBefore(days, day);
    const daily = await renewDay(
      day,
      files,
      before,
      last?.day === before ? last : undefined,
      newest,
      present,
      options,
    );
    if (daily === 'empty') {
      await drop(day);
      continue;
    }
    if (daily === undefined) daysUnchanged += 1;
    else daysWritten.push(day);
    last = daily;
    days.add(day);
  }
  return { daysWritten, daysUnchanged, openSince: openSinceOf(newest) };
}

/**
 * Writes a day anew if its input has changed, and gives it; undefined when it stays as it is. A day on which no run began is empty
 * unless one of the days beside it read something in it.
 */
async function renewDay(
  day: Day,
  files: DayFiles,
  before: Day | undefined,
  justMade: Daily | undefined,
  newest: Day,
  present: ReadonlySet<string>,
  options: CompactOptions,
): Promise<Daily | 'empty' | undefined> {
  const { workspace, timeZone, everySeconds, onBroken } = options;
  const { span } = files;
  const { start, end } = dayBounds(day, timeZone);
  // Where the time zone changed, a day is not as long as others.
  const settings = [
    timeZone,
    everySeconds,
    ...(span.start === start && span.end === end ? [] : [span.start, span.end]),
  ];
  const head = await readDailyHead(workspace, day);
  const names = namesOf(files.all);
  const digestAfter = (carryDigest: string) =>
    digestOf([`vigie/daily@2 ${settings.join(' ')} ${carryDigest}`, ...names]);
  const handedOver =
    justMade?.carry_digest ??
    (before === undefined ? 'none' : ((await readDailyHead(workspace, before))?.carry_digest ?? 'none'));
  if (head?.inputs.digest === digestAfter(handedOver) && !(await isAnyMended(head, files.all, onBroken)))
    return undefined;
  const existing = head === undefined ? await readExisting(day, options) : undefined;
  // A rollup that cannot be read is told, and left for people to look at.
  if (existing === 'broken') return undefined;
  const known = (head ?? existing)?.inputs;
  if (known !== undefined && !mayRenew(known, files, present, day === newest)) {
    tellLate(known, files.own, onBroken);
    return undefined;
  }
  const previous =
    justMade ?? (before === undefined ? undefined : await readDaily(workspace, before, onBroken));
  const digest = digestAfter(previous?.carry_digest ?? 'none');
  if (known?.digest === digest && known.broken === undefined) return undefined;
  options.onProgress?.(`compacting ${day}: ${files.all.length} snapshots`);
  const isGrowing = day === newest;
  const gathered = await gatherDay({ workspace, day, span, files: files.all, isGrowing, onBroken });
  // Somebody removes snapshots at this moment: the next run sees what that is about.
  if (gathered === undefined) return undefined;
  const { samples, broken } = gathered;
  if (files.own.length === 0 && samples.names.length === 0)
    return known !== undefined && broken.length > 0 ? undefined : 'empty';
  for (const owner of samples.limit())
    onBroken({
      file: dailyPath(workspace, day),
      message: `more than ${maxSeries} metrics and facts of ${owner} in a day: its last entities are left out`,
    });
  const inputs = {
    snapshots: files.own.length,
    files: names,
    digest,
    ...(broken.length === 0 ? {} : { broken }),
  };
  const daily = compactSamples(samples, { day, timeZone, everySeconds, previous, inputs }, span);
  const isWritten = await writeUnlessTooLarge(
    dailyPath(workspace, day),
    () => writeDaily(workspace, daily),
    onBroken,
  );
  return isWritten ? daily : undefined;
}

/**
 * Whether a day may be made anew: all that its rollup was made from is still there, as far as that is known; be it, where the fleet's
 * time zone has changed, among the files of other days. What could not be read then may be gone. Of the newest day, what came since counts
 * in any case: it would be missing in all that is to come.
 */
function mayRenew(known: Inputs, files: DayFiles, present: ReadonlySet<string>, isNewest: boolean): boolean {
  const { files: names, broken = [] } = known;
  // Nothing tells what it was made from: a run of another day that touches it is not enough.
  if (names === undefined) return files.own.length > 0 && files.own.length >= known.snapshots;
  if (names.every((name) => present.has(name) || broken.includes(name))) return true;
  // Names begin with their instant.
  const [lastKnown = '', last = ''] = [names.at(-1), namesOf(files.own).at(-1)];
  return isNewest && last > lastKnown;
}

/**
 * Removes a day that the present time zone gives nothing, when each snapshot that it was made from is there to count on another day;
 * whether it was.
 */
async function dropOtherZone(workspace: Workspace, day: Day, present: ReadonlySet<string>): Promise<boolean> {
  const { files = [] } = (await readDailyHead(workspace, day))?.inputs ?? {};
  if (files.length === 0 || !files.every((name) => present.has(name))) return false;
  await dropDaily(workspace, day);
  return true;
}

/** Tells what came for a day that can no longer be made anew. */
function tellLate(
  { files: known }: Inputs,
  files: readonly SnapshotFile[],
  onBroken: CompactOptions['onBroken'],
): void {
  if (known === undefined) return;
  const late = files.filter(({ path }) => !known.includes(basename(path)));
  for (const { path } of late)
    onBroken({
      file: path,
      message: 'arrived after other snapshots of its day were removed: it stays, and is in no rollup',
    });
}

async function readExisting(
  day: Day,
  { workspace, onBroken }: CompactOptions,
): Promise<Daily | 'broken' | undefined> {
  let isBroken = false;
  const daily = await readDaily(workspace, day, (file) => {
    isBroken = true;
    onBroken(file);
  });
  return isBroken ? 'broken' : daily;
}

/** Whether a file that could not be read can be now; those that still cannot are told. */
async function isAnyMended(
  { inputs: { broken = [] } }: DailyHead,
  files: readonly SnapshotFile[],
  onBroken: CompactOptions['onBroken'],
): Promise<boolean> {
  const suspects = files.filter(({ path }) => broken.includes(basename(path)));
  const read = await Promise.all(suspects.map((file) => readSoundly(file, onBroken)));
  return read.some(({ isSound }) => isSound);
}

/**
 * Whether a month has a day, for the months that may have snapshots left; others are not looked at. One that does not tell its days, of
 * version 1 or broken, is taken to have them all.
 */
async function monthsHold(workspace: Workspace): Promise<(day: Day) => boolean> {
  const months = new Set(await listMonths(workspace));
  // A UTC day touches the local days beside it.
  const near = (await listSnapshotDays(workspace)).flatMap((day) =>
    [-1, 1].map((offset) => monthOf(addToDay(day, offset))),
  );
  const looked = [...new Set(near)].filter((month) => months.has(month));
  const days = new Map(
    await Promise.all(
      looked.map(async (month): Promise<[Month, ReadonlySet<Day> | undefined]> => {
        const head = await readMonthlyHead(workspace, month);
        return [month, head && new Set(head.inputs.days)];
      }),
    ),
  );
  return (day) => days.has(monthOf(day)) && (days.get(monthOf(day))?.has(day) ?? true);
}

function newestBefore(days: ReadonlySet<Day>, day: Day): Day | undefined {
  let newest: Day | undefined;
  for (const candidate of days) {
    if (candidate < day && (newest === undefined || candidate > newest)) newest = candidate;
  }
  return newest;
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 32);
}
