import { addToDay, countDays, type Day, dayBounds, dayOf, type Instant } from '../../model/time.ts';

const maxLength = 480;

/** Tells on which days something happened: instants in seconds since 1970 to days as ranges, newest first. */
export type DayRanges = (seconds: readonly number[]) => string;

/**
 * The days with at least one instant among them: `2026-11-20..2026-11-22 2026-11-15`, of the days before `at` in a time zone. In 480
 * characters: of more, the newest.
 */
export function dayRangesBefore(at: Instant, timeZone: string, dayCount: number): DayRanges {
  const last = dayOf(at, timeZone);
  const first = addToDay(last, 1 - dayCount);
  let starts: readonly number[] | undefined;
  return (seconds) => {
    // Once for all: to ask the time zone for each of thousands of instants would take seconds.
    starts ??= Array.from(
      { length: dayCount + 1 },
      (_, index) => dayBounds(addToDay(first, index), timeZone).start,
    );
    const days = new Set(seconds.map((instant) => lastIndexUpTo(starts ?? [], instant)));
    // Before the first of them, or after now (a clock that is wrong).
    days.delete(-1);
    days.delete(dayCount);
    return write([...days].toSorted((a, b) => b - a).map((index) => addToDay(first, index)));
  };
}

/** The index of the last that is not greater; -1 when all are. */
function lastIndexUpTo(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Days, newest first, to text. */
function write(days: readonly Day[]): string {
  const ranges: { from: Day; to: Day }[] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && countDays(day, range.from) === 1) range.from = day;
    else ranges.push({ from: day, to: day });
  }
  let text = '';
  for (const { from, to } of ranges) {
    const range = from === to ? from : `${from}..${to}`;
    if (text.length + range.length + 1 > maxLength) break;
    text = text === '' ? range : `${text} ${range}`;
  }
  return text;
}
