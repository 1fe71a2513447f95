import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Daily } from '../model/rollup.ts';
import { addToDay, type Day, monthOf } from '../model/time.ts';
import type { CompactOptions } from './compact.ts';
import { compactSamples } from './compact-day.ts';
import {
  credibleDays,
  type DayFiles,
  digestOfFiles,
  newestSnapshotDay,
  snapshotsByDay,
} from './day-files.ts';
import { gatherDay, readSoundly } from './gather-day.ts';
import { type DailyHead, listMonths, readDaily, readDailyHead, writeDaily } from './rollups.ts';
import type { SnapshotFile } from './snapshots.ts';

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
  const months = new Set(await listMonths(workspace));
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
  const isClosed = (day: Day) => day < wasOpenSince && (days.has(day) || months.has(monthOf(day)));
  const byDay = await snapshotsByDay({
    workspace,
    timeZone,
    isDone: (utcDay) => [-1, 0, 1].every((offset) => isClosed(addToDay(utcDay, offset))),
    now,
    onBroken,
  });
  const open = [...byDay].filter(([day]) => !isClosed(day));
  const daysWritten: Day[] = [];
  let last: Daily | undefined;
  for (const [day, files] of open) {
    const before = newestBefore(days, day);
    const daily = await renewDay(
      day,
      files,
      before,
      last?.day === before ? last : undefined,
      newest,
      options,
    );
    if (daily !== undefined) daysWritten.push(day);
    last = daily;
    days.add(day);
  }
  return { daysWritten, daysUnchanged: open.length - daysWritten.length, openSince: openSinceOf(newest) };
}

/** Writes a day anew if its input has changed, and gives it; undefined when it stays as it is. */
async function renewDay(
  day: Day,
  files: DayFiles,
  before: Day | undefined,
  justMade: Daily | undefined,
  newest: Day,
  options: CompactOptions,
): Promise<Daily | undefined> {
  const { workspace, timeZone, everySeconds, onBroken } = options;
  const head = await readDailyHead(workspace, day);
  const filesDigest = digestOfFiles(files.all);
  const digestAfter = (carryDigest: string) =>
    digestOf(`vigie/daily@2 ${timeZone} ${everySeconds} ${carryDigest} ${filesDigest}`);
  const handedOver =
    justMade?.carry_digest ??
    (before === undefined ? 'none' : ((await readDailyHead(workspace, before))?.carry_digest ?? 'none'));
  if (head?.inputs.digest === digestAfter(handedOver) && !(await isAnyMended(head, files.all, onBroken)))
    return undefined;
  // The head tells whether it was made from more than is left; only then, or without one, is the whole of it looked at.
  const isExtended = head !== undefined && head.inputs.snapshots <= files.own.length;
  const existing = isExtended ? undefined : await readExisting(day, options);
  // A rollup that cannot be read is told, and left for people to look at.
  if (existing === 'broken' || (existing !== undefined && knowsMore(existing, files.own))) return undefined;
  const previous =
    justMade ?? (before === undefined ? undefined : await readDaily(workspace, before, onBroken));
  const digest = digestAfter(previous?.carry_digest ?? 'none');
  const known = head?.inputs ?? existing?.inputs;
  if (known?.digest === digest && known.broken === undefined) return undefined;
  options.onProgress?.(`compacting ${day}: ${files.all.length} snapshots`);
  const isGrowing = day === newest;
  const gathered = await gatherDay({ workspace, timeZone, day, files: files.all, isGrowing, onBroken });
  // Somebody removes snapshots at this moment: the next run sees what that is about.
  if (gathered === undefined) return undefined;
  const { samples, broken } = gathered;
  const inputs = {
    snapshots: files.own.length,
    files: digestOfFiles(files.own),
    digest,
    ...(broken.length === 0 ? {} : { broken }),
  };
  const daily = compactSamples(samples, { day, timeZone, everySeconds, previous, inputs });
  await writeDaily(workspace, daily);
  return daily;
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

/** Whether a rollup was made from more than is left, and nothing came since: then it keeps what it knows. */
function knowsMore({ inputs, carry }: Daily, files: readonly SnapshotFile[]): boolean {
  if (inputs.snapshots <= files.length) return false;
  const newest = Object.values(carry).reduce((latest, { at }) => (at > latest ? at : latest), '');
  return files.every(({ at }) => at <= newest);
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

function newestBefore(days: ReadonlySet<Day>, day: Day): Day | undefined {
  let newest: Day | undefined;
  for (const candidate of days) {
    if (candidate < day && (newest === undefined || candidate > newest)) newest = candidate;
  }
  return newest;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
