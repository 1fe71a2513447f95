import {
  addToDay,
  addToMonth,
  Day,
  dayBounds,
  dayOf,
  fromSeconds,
  monthOf,
  toSeconds,
} from '../../model/time.ts';

/**
 * What is known of a copy. `valid`: read to its end and found whole. `unverifiable`: nothing in it tells whether it is whole. `bad`: not
 * whole. `unverified`: nobody has looked, or could.
 */
export const verdicts = ['valid', 'unverifiable', 'unverified', 'bad'] as const;
export type Verdict = (typeof verdicts)[number];

/** One dump, snapshot or archive. */
export interface Copy {
  readonly verdict: Verdict;
  /** Why it is not valid. */
  readonly why?: string;
  /** Absent when the source does not tell. */
  readonly bytes?: number;
  /** When it was written, in seconds since 1970; absent where that cannot be. */
  readonly seconds?: number;
  /** What it is a copy of, among others of the same service; copies of one series stand for each other. */
  readonly series: string;
  readonly name: string;
  /** It is no copy of the data (a schema alone, a file of another kind): beside one that is, it does not count. */
  readonly isAside?: true;
}

const shownDays = 40;
const shownMonths = 13;

/**
 * Facts such as `d_2026_11_22: 'bad 396 its closing line is missing'`: what each day has, of the last 40 days, and of each of 13 months
 * the first day of the best verdict. Of copies of one series the best counts, of several series the worst, and their bytes together.
 */
export function dayFacts(copies: readonly Copy[], at: string, timeZone: string): Record<string, string> {
  const today = dayOf(at, timeZone);
  const byDay = new Map<Day, Copy[]>();
  for (const copy of copies) {
    const day = dayOfCopy(copy, timeZone);
    if (day === undefined) continue;
    const others = byDay.get(day);
    if (others === undefined) byDay.set(day, [copy]);
    else others.push(copy);
  }
  const firstDay = addToDay(today, 1 - shownDays);
  const firstMonth = addToMonth(monthOf(today), 1 - shownMonths);
  const days = [...byDay]
    .filter(([day]) => monthOf(day) >= firstMonth && day <= addToDay(today, 1))
    .map(([day, found]) => ({ day, ...together(found) }))
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const ofMonths = Map.groupBy(days, ({ day }) => monthOf(day))
    .values()
    .map((own) => own.reduce((best, next) => (isBetter(next.verdict, best.verdict) ? next : best)));
  const kept = new Set([...days.filter(({ day }) => day >= firstDay), ...ofMonths]);
  return Object.fromEntries(
    [...kept].map(({ day, verdict, bytes, why }) => [
      `d_${day.replaceAll('-', '_')}`,
      [verdict, bytes ?? '-', why].filter((part) => part !== undefined).join(' '),
    ]),
  );
}

/** The day in a copy's name, else that on which it was written. A name may tell of the past, never of what was still to come. */
export function dayOfCopy(
  { name, seconds }: Pick<Copy, 'name' | 'seconds'>,
  timeZone: string,
): Day | undefined {
  const named = dayInName(name);
  const latest = seconds === undefined ? undefined : addToDay(fromSeconds(seconds).slice(0, 10), 1);
  if (named !== undefined && (latest === undefined || named <= latest)) return named;
  return seconds === undefined ? undefined : dayOf(fromSeconds(seconds), timeZone);
}

/**
 * When a copy was made, in seconds since 1970. A file that was copied without its time is as old as the day in its name: from the
 * second day after it on, that day's end counts.
 */
export function secondsOfCopy(copy: Pick<Copy, 'name' | 'seconds'>, timeZone: string): number | undefined {
  const named = dayInName(copy.name);
  if (named === undefined || copy.seconds === undefined) return copy.seconds;
  const isLater = copy.seconds - toSeconds(`${named}T00:00:00Z`) > 48 * 3600;
  return isLater ? dayBounds(named, timeZone).end : copy.seconds;
}

/** The date in a name such as `koha-2026-11-22.sql.gz` or `dump_20261122T030000.sql`. */
function dayInName(name: string): Day | undefined {
  const dates = name.matchAll(/(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?=\D|$|\d{4}(?:\d\d)?(?:\D|$))/g);
  for (const [, year, , month, date] of dates) {
    const day = Day.safeParse(`${year}-${month}-${date}`);
    if (day.success) return day.data;
  }
  return undefined;
}

/** A name without its date and time: what copies of one database share. */
export function seriesOf(name: string): string {
  return name.replaceAll(
    /(?<!\d)(?:\d{10,}|(?:19|20)\d\d([-_.]?)\d\d\1\d\d(?:[-_.T ]?\d\d[-_.:h]?\d\d(?:[-_.:m]?\d\d)?)?)(?!\d)/g,
    '',
  );
}

function isBetter(one: Verdict, other: Verdict): boolean {
  return verdicts.indexOf(one) < verdicts.indexOf(other);
}

function together(copies: readonly Copy[]): Pick<Copy, 'verdict' | 'why' | 'bytes'> {
  const counted = copies.filter(({ isAside }) => isAside === undefined);
  const best = Map.groupBy(counted.length > 0 ? counted : copies, ({ series }) => series)
    .values()
    .map((own) => own.reduce((found, next) => (isBetter(next.verdict, found.verdict) ? next : found)))
    .toArray();
  const worst = best.reduce((found, next) => (isBetter(found.verdict, next.verdict) ? next : found));
  const sizes = best.flatMap(({ bytes }) => bytes ?? []);
  return {
    verdict: worst.verdict,
    ...(worst.why === undefined ? {} : { why: worst.why.slice(0, 200) }),
    ...(sizes.length === best.length ? { bytes: sizes.reduce((sum, size) => sum + size, 0) } : {}),
  };
}
