import { addToDay, type Day, dayBounds, dayOf, type Instant, toSeconds } from '../model/time.ts';

/** A stretch of time, in seconds since 1970; its end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** When days begin and end. */
export interface Calendar {
  readonly dayAt: (at: Instant) => Day;
  readonly spanOf: (day: Day) => Span;
}

/**
 * The days of a time zone, some of which keep another one, that they were made in: each begins where the one before it ends, so that an
 * instant lies in one day, whatever zones a fleet was in. Where they meet a day has up to two days' hours, or none.
 */
export function calendarOf(timeZone: string, kept: ReadonlyMap<Day, string>): Calendar {
  const dayIn = daysOf(timeZone);
  if ([...kept.values()].every((zone) => zone === timeZone))
    return { dayAt: dayIn, spanOf: (day) => dayBounds(day, timeZone) };
  // A day that comes late, between some that are kept, ends where the next one was made to begin.
  const endIn = (day: Day) => dayBounds(day, kept.get(day) ?? kept.get(addToDay(day, 1)) ?? timeZone).end;
  const endOf = (day: Day) => Math.max(endIn(day), endIn(addToDay(day, -1)));
  return {
    dayAt(at) {
      const day = dayIn(at);
      const seconds = toSeconds(at);
      const near = [-2, -1, 0, 1].map((offset) => addToDay(day, offset));
      return near.find((candidate) => seconds < endOf(candidate)) ?? addToDay(day, 2);
    },
    spanOf: (day) => ({ start: endOf(addToDay(day, -1)), end: endOf(day) }),
  };
}

/** The day of an instant; what the clocks of a time zone showed is slow to find out, and hours do not part days. */
function daysOf(timeZone: string): (at: Instant) => Day {
  const known = new Map<string, Day>();
  return (at) => {
    // Every zone's midnight is on a quarter of an hour.
    const quarter = `${at.slice(0, 14)}${Math.floor(Number(at.slice(14, 16)) / 15)}`;
    const day = known.get(quarter) ?? dayOf(at, timeZone);
    known.set(quarter, day);
    return day;
  };
}
