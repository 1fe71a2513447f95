import { TZDate, tzOffset } from '@date-fns/tz';
// By their own files: the whole of date-fns costs every command a second and a quarter of a gigabyte.
import { addMonths } from 'date-fns/addMonths';
import { format } from 'date-fns/format';
import { startOfDay } from 'date-fns/startOfDay';
import { z } from 'zod';

// The one file that does day arithmetic. Instants are UTC, ISO 8601 with seconds; days and months are those of the fleet's time zone.

// Years from 1990 to 2199: a clock that shows another is wrong, and the ends of the calendar are no place for loops.
const year = '(199\\d|2[01]\\d\\d)';

/** An instant: UTC, ISO 8601 with seconds, e.g. `2026-11-22T09:35:00Z`. */
export const Instant = z
  .string()
  .regex(new RegExp(`^${year}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$`), {
    error: 'expected a UTC instant such as 2026-11-22T09:35:00Z',
    abort: true,
  })
  .refine((text) => exists(text), 'expected an instant that exists');
export type Instant = z.infer<typeof Instant>;

/** A calendar day of the fleet's time zone, e.g. `2026-11-22`. */
export const Day = z
  .string()
  .regex(new RegExp(`^${year}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$`), {
    error: 'expected a day such as 2026-11-22',
    abort: true,
  })
  .refine((text) => exists(`${text}T00:00:00Z`), 'expected a day of the calendar');
export type Day = z.infer<typeof Day>;

/** A calendar month of the fleet's time zone, e.g. `2026-11`. */
export const Month = z
  .string()
  .regex(new RegExp(`^${year}-(0[1-9]|1[0-2])$`), 'expected a month such as 2026-11');
export type Month = z.infer<typeof Month>;

/** An IANA time zone that this machine knows. */
export const TimeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Paris');

const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600,
};

const longestSeconds = 100 * 31_557_600;

/** A duration as people write it (`30s`, `5m`, `2h`, `14d`, `6w`, `6y`), a hundred years at most; parsed to seconds. A year is 365.25 days. */
export const Duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhdwy]$/, {
    error: 'expected a duration such as 30s, 5m, 2h, 14d, 6w or 6y',
    abort: true,
  })
  .refine((text) => secondsOf(text) <= longestSeconds, 'expected a duration of at most 100y')
  .transform(secondsOf);

/** A date to an instant; fractions of a second are cut. */
export function toInstant(date: Date): Instant {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** An instant in seconds since 1970. */
export function toSeconds(instant: Instant): number {
  return Date.parse(instant) / 1000;
}

/** Seconds since 1970 to an instant; fractions of a second are cut. */
export function fromSeconds(seconds: number): Instant {
  return toInstant(new Date(Math.floor(seconds) * 1000));
}

/** The day of an instant in a time zone. */
export function dayOf(instant: Instant, timeZone: string): Day {
  return format(new TZDate(Date.parse(instant), timeZone), 'yyyy-MM-dd');
}

/** What the clocks of a time zone showed at an instant, hours and minutes: `1403`. */
export function clockOf(instant: Instant, timeZone: string): string {
  return format(new TZDate(Date.parse(instant), timeZone), 'HHmm');
}

/**
 * An instant as people write it (`2026-11-22 14:03` by the clocks of a time zone, or ISO 8601 with an offset), in seconds since 1970; undefined
 * when the calendar has no such day. A time that clocks showed twice is the first of the two; one that they skipped is read as if they
 * had not been changed yet (RFC 5545, section 3.3.5).
 */
export function resolveWhen(when: string, timeZone: string): number | undefined {
  const [, day = '', time = '', zone] = /^(\d{4}-\d\d-\d\d)[ T]([\d:]+)(Z|[+-].*)?$/.exec(when) ?? [];
  const wall = `${day}T${time.length === 5 ? `${time}:00` : time}`;
  // Date reads 24:00 as the next day.
  if (!Instant.safeParse(`${wall}Z`).success || time.startsWith('24')) return undefined;
  if (zone !== undefined) {
    const seconds = Date.parse(`${wall}${zone}`) / 1000;
    return Number.isNaN(seconds) ? undefined : seconds;
  }
  const asUtc = Date.parse(`${wall}Z`);
  const [before, after] = [-1, 1].map((days) => tzOffset(timeZone, new Date(asUtc + days * 86_400_000)) * 60);
  const at = asUtc / 1000;
  const isShown = (offset: number) => tzOffset(timeZone, new Date((at - offset) * 1000)) * 60 === offset;
  const offset = [before, after].filter((one) => one !== undefined).find(isShown) ?? before ?? 0;
  return at - offset;
}

/** An instant (seconds since 1970) as people write it, so that it is read back: `2026-11-22 14:03`; in UTC where clocks show that a second time. */
export function whenOf(seconds: number, timeZone: string): string {
  const wall = new TZDate(seconds * 1000, timeZone);
  const when = format(wall, seconds % 60 === 0 ? 'yyyy-MM-dd HH:mm' : 'yyyy-MM-dd HH:mm:ss');
  return resolveWhen(when, timeZone) === seconds ? when : fromSeconds(seconds);
}

/** When a day begins and ends in a time zone, in seconds since 1970: 23, 24 or 25 hours apart. */
export function dayBounds(day: Day, timeZone: string): { start: number; end: number } {
  // Local midnight may not exist (clocks that change at 0 h): the first second of the next date is right all the same.
  return { start: startOf(day, timeZone), end: startOf(addToDay(day, 1), timeZone) };
}

/** The day that comes so many days after another (before, when negative). */
export function addToDay(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The month that comes so many months after another (before, when negative). */
export function addToMonth(month: Month, months: number): Month {
  return format(addMonths(dateOf(`${month}-01`, 'UTC'), months), 'yyyy-MM');
}

/** The month of a day. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** All days from one to another, both included, in order. */
export function daysBetween(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = addToDay(day, 1)) days.push(day);
  return days;
}

/** How many days lie from one day to another; negative when the second is earlier. */
export function countDays(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** All days of a month. */
export function daysOfMonth(month: Month): Day[] {
  return daysBetween(`${month}-01`, addToDay(`${addToMonth(month, 1)}-01`, -1));
}

/** The first second of a day, kept: to ask what the clocks of a time zone showed is slow, and the same days are asked for again and again. */
function startOf(day: Day, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  const known = startByDay.get(key);
  if (known !== undefined) return known;
  const start = startOfDay(dateOf(day, timeZone)).getTime() / 1000;
  if (startByDay.size >= mostKeptDays) startByDay.clear();
  startByDay.set(key, start);
  return start;
}

const startByDay = new Map<string, number>();
/** More than fifty years in one zone. */
const mostKeptDays = 20_000;

function dateOf(day: Day, timeZone: string): TZDate {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new TZDate(year, month - 1, date, 12, timeZone);
}

function secondsOf(duration: string): number {
  return Number(duration.slice(0, -1)) * (unitSeconds[duration.slice(-1)] ?? Number.NaN);
}

/** Whether a day or an instant is one of the calendar, but of years that only a clock which is wrong shows. */
export function isBeyondBelief(text: Day | Instant): boolean {
  const at = text.length === 10 ? `${text}T00:00:00Z` : text;
  return exists(at) && !Instant.safeParse(at).success;
}

/** Whether the calendar has this instant: Date reads the 31st of February as a day of March. */
function exists(text: string): boolean {
  return new Date(text).getUTCDate() === Number(text.slice(8, 10));
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
