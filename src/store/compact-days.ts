import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Daily } from '../model/rollup.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { addToDay, type Day, monthOf } from '../model/time.ts';
import type { CompactOptions } from './compact.ts';
import { compactDay } from './compact-day.ts';
import { type DayFiles, digestOfFiles, newestSnapshotDay, snapshotsByDay } from './day-files.ts';
import { type DailyHead, listDays, listMonths, readDaily, readDailyHead, writeDaily } from './rollups.ts';
import { readSnapshot, type SnapshotFile } from './snapshots.ts';

/** Snapshots are read so many at once. */
const filesAtOnce = 16;

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
  const days = new Set(await listDays(workspace));
  const months = new Set(await listMonths(workspace));
  const newest = [...days, await newestSnapshotDay(workspace, timeZone, now)]
    .filter((day) => day !== undefined)
    .toSorted()
    .at(-1);
  if (newest === undefined) return { daysWritten: [], daysUnchanged: 0, openSince: '' };
  const openSince = addToDay(newest, -Math.ceil(options.retentionSeconds / 86_400));
  const isClosed = (day: Day) => day < openSince && (days.has(day) || months.has(monthOf(day)));
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
    const daily = await renewDay(day, files, before, last?.day === before ? last : undefined, options);
    if (daily !== undefined) daysWritten.push(day);
    last = daily;
    days.add(day);
  }
  return { daysWritten, daysUnchanged: open.length - daysWritten.length, openSince };
}

/** Writes a day anew if its input has changed, and gives it; undefined when it stays as it is. */
async function renewDay(
  day: Day,
  files: DayFiles,
  before: Day | undefined,
  justMade: Daily | undefined,
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
  const existing = await readExisting(day, options);
  // A rollup that cannot be read is told, and left for people to look at.
  if (existing === 'broken' || (existing !== undefined && knowsMore(existing, files.own))) return undefined;
  const previous =
    justMade ?? (before === undefined ? undefined : await readDaily(workspace, before, onBroken));
  const digest = digestAfter(previous?.carry_digest ?? 'none');
  if (existing?.inputs.digest === digest && existing.inputs.broken === undefined) return undefined;
  options.onProgress?.(`compacting ${day}: ${files.all.length} snapshots`);
  const { snapshots, broken } = await readAll(files.all, onBroken);
  const inputs = {
    snapshots: files.own.length,
    files: digestOfFiles(files.own),
    digest,
    ...(broken.length === 0 ? {} : { broken }),
  };
  const daily = compactDay({ day, timeZone, everySeconds, snapshots, previous, inputs });
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

async function readAll(
  files: readonly SnapshotFile[],
  onBroken: CompactOptions['onBroken'],
): Promise<{ snapshots: Snapshot[]; broken: string[] }> {
  const snapshots: Snapshot[] = [];
  const broken = new Set<string>();
  for (let start = 0; start < files.length; start += filesAtOnce) {
    const read = files.slice(start, start + filesAtOnce).map((file) =>
      readSnapshot(file, (set) => {
        broken.add(basename(file.path));
        onBroken(set);
      }),
    );
    for (const snapshot of await Promise.all(read)) if (snapshot !== undefined) snapshots.push(snapshot);
  }
  return { snapshots, broken: [...broken].toSorted() };
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
  return (await readAll(suspects, onBroken)).broken.length < suspects.length;
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
