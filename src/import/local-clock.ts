import { dayBounds } from '../model/time.ts';
import type { WrittenDate } from './dates.ts';

/** Turns what a clock on the wall showed into instants, and remembers what it could not know. */
export interface LocalClock {
  readonly timeZone: string;
  /** Seconds since 1970. */
  secondsOf(date: WrittenDate): number;
  /** How many times stood in an hour that clocks showed twice: the first of the two is taken. */
  readonly ambiguous: number;
  /** How many stood in an hour that clocks skipped: they are read as if the clocks had not been changed yet. */
  readonly skipped: number;
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** The clock of a time zone. Dates that name a zone of their own are read by that. */
export function localClock(timeZone: string): LocalClock {
  const days = new Map<number, Bounds>();
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  let [ambiguous, skipped] = [0, 0];
  const boundsOf = ({ year, month, day }: WrittenDate): Bounds => {
    const key = (year * 16 + month) * 32 + day;
    const known = days.get(key);
    if (known !== undefined) return known;
    const text = [
      String(year).padStart(4, '0'),
      String(month).padStart(2, '0'),
      String(day).padStart(2, '0'),
    ];
    const bounds = dayBounds(text.join('-'), timeZone);
    days.set(key, bounds);
    return bounds;
  };
  const shows = (seconds: number, secondOfDay: number): boolean => {
    const [hour = 0, minute = 0, second = 0] = wall
      .format(seconds * 1000)
      .split(':')
      .map(Number);
    return hour * 3600 + minute * 60 + second === secondOfDay;
  };
  return {
    timeZone,
    get ambiguous() {
      return ambiguous;
    },
    get skipped() {
      return skipped;
    },
    secondsOf(date) {
      if (date.zone !== undefined) {
        return Date.UTC(date.year, date.month - 1, date.day) / 1000 + date.secondOfDay - date.zone;
      }
      const { start, end } = boundsOf(date);
      const change = end - start - 86_400;
      const before = start + date.secondOfDay;
      if (change === 0 || date.secondOfDay === 0) return before;
      const after = before + change;
      const [isBefore, isAfter] = [shows(before, date.secondOfDay), shows(after, date.secondOfDay)];
      if (isBefore && isAfter) ambiguous += 1;
      if (!isBefore && !isAfter) skipped += 1;
      return isAfter && !isBefore ? after : before;
    },
  };
}
