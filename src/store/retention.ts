import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Daily, Monthly, TimelineStep } from '../model/rollup.ts';
import { addToDay, type Day, dayBounds, fromSeconds, monthOf } from '../model/time.ts';
import type { CompactOptions, CompactSummary } from './compact.ts';
import { credibleDays, namesOf, snapshotsByDay } from './day-files.ts';
import { dropFiles, finishDropping } from './drop-files.ts';
import { removeEmpty } from './leftovers.ts';
import { dayOfMonth, timelineWithin } from './month-days.ts';
import { dailyPath, dropDaily, listMonths, readDaily, readMonthly } from './rollups.ts';

/**
 * Removes what is kept twice. Snapshots go once their day and the next one, which also reads its last hour, are closed and their
 * rollup reads back as made from exactly these files, each of them whole. Daily files go once all days of their month are closed and
 * the month reads back as saying all that they say. Whatever is doubtful stays.
 */
export async function dropCompacted(
  options: CompactOptions,
  openSince: Day,
): Promise<Pick<CompactSummary, 'snapshotsDropped' | 'daysDropped'>> {
  if (openSince === '') return { snapshotsDropped: 0, daysDropped: 0 };
  await finishDropping(options.workspace);
  // A clock that leaps ahead makes all days old at once. What is dropped has had that many days of data come after it, too.
  const retentionDays = Math.ceil(options.retentionSeconds / 86_400);
  const [oldest = ''] = [openSince, (await credibleDays(options)).at(-1 - retentionDays) ?? ''].toSorted();
  if (oldest === '') return { snapshotsDropped: 0, daysDropped: 0 };
  return {
    snapshotsDropped: await dropSnapshots(options, oldest),
    daysDropped: await dropDays(options, oldest),
  };
}

async function dropSnapshots(options: CompactOptions, openSince: Day): Promise<number> {
  const { workspace, timeZone, now, onBroken, onProgress } = options;
  const days = new Set(await credibleDays(options));
  const isOpen = (day: Day) => addToDay(day, 1) >= openSince;
  const byDay = await snapshotsByDay({
    workspace,
    timeZone,
    // The folder of a UTC day holds snapshots of the days beside it.
    isDone: (utcDay) =>
      isOpen(addToDay(utcDay, 1)) || ![-1, 0, 1].some((offset) => days.has(addToDay(utcDay, offset))),
    isKept: (day) => days.has(day),
    now,
    onBroken: () => undefined,
  });
  let dropped = 0;
  for (const [day, files] of byDay) {
    if (isOpen(day) || !days.has(day)) continue;
    const daily = await readDaily(workspace, day, onBroken);
    if (daily === undefined || daily.inputs.broken !== undefined) continue;
    const known = new Set(daily.inputs.files);
    if (daily.inputs.snapshots !== files.own.length) continue;
    if (!namesOf(files.own).every((name) => known.has(name))) continue;
    onProgress?.(`dropping the snapshots of ${day}`);
    const paths = files.own.map(({ path }) => path);
    await dropFiles(workspace, paths);
    dropped += paths.length;
  }
  return dropped;
}

async function dropDays(options: CompactOptions, openSince: Day): Promise<number> {
  const { workspace, onBroken, onProgress } = options;
  const days = await credibleDays(options);
  const months = new Set(await listMonths(workspace));
  // The newest closed day hands its last samples over to the first open one. Three days later its snapshots are gone too, also where days
  // begin in the folder of the next UTC day: they go with its daily file, and that of the day before, in sight.
  const newestClosed = days.findLast((day) => addToDay(day, 3) < openSince);
  const closed = days.filter(
    (day) => newestClosed !== undefined && monthOf(day) < monthOf(newestClosed) && months.has(monthOf(day)),
  );
  let dropped = 0;
  for (const [month, own] of Map.groupBy(closed, monthOf)) {
    const monthly = await readMonthly(workspace, month, onBroken);
    if (monthly === undefined) continue;
    onProgress?.(`dropping the days of ${month}`);
    for (const day of own) {
      const daily = await readDaily(workspace, day, onBroken);
      if (daily === undefined || !saysAll(monthly, daily)) continue;
      await dropDaily(workspace, day);
      dropped += 1;
    }
    const [first = ''] = own;
    await removeEmpty(dirname(dailyPath(workspace, first)));
  }
  return dropped;
}

/** Whether a month says all that one of its days says. */
function saysAll(monthly: Monthly, { day, timeZone, entities }: Daily): boolean {
  const end = fromSeconds(dayBounds(day, timeZone).end);
  const kept = dayOfMonth(monthly, day, timeZone);
  return Object.entries(entities).every(([name, own]) => {
    const other = kept[name];
    if (other === undefined) return false;
    const { timeline, facts = {}, restarts = [], ...numbers } = own;
    const { timeline: _timeline, facts: keptFacts = {}, restarts: _restarts, ...keptNumbers } = other;
    const keptTimeline = monthly.entities[name]?.timeline ?? [];
    // As the day has it: where the time zone changed, it may begin elsewhere.
    const within = { start: timeline?.[0]?.[0] ?? end, end };
    return (
      isDeepStrictEqual(numbers, keptNumbers) &&
      (timeline === undefined ||
        isDeepStrictEqual(
          states(timelineWithin(timeline, within)),
          states(timelineWithin(keptTimeline, within)),
        )) &&
      Object.entries(facts).every(([fact, value]) => keptFacts[fact] === value) &&
      restarts.every((instant) => monthly.entities[name]?.restarts?.includes(instant))
    );
  });
}

/** Without reasons: of a state that goes on past midnight a month keeps the first one. */
function states(timeline: readonly TimelineStep[]): unknown[] {
  return timeline.map(([at, state]) => [at, state]);
}
