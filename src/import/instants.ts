import { type DateStyle, type dateStyles, readDate, readEpoch } from './dates.ts';
import type { LocalClock } from './local-clock.ts';

/** Dates before are mistakes: nobody collected metrics then. 1990-01-01. */
const earliest = 631_152_000;

/** What an import expects of a date, for its messages. */
export const expectedDate = 'a date from 1990 to today';

/** Reads the dates of a file: seconds since 1970, `hasTime` false where only a day is named; undefined when a cell is none. */
export type InstantReader = (
  cell: string,
) => { readonly seconds: number; readonly hasTime: boolean } | undefined;

/** Reads dates of one style by one clock; nothing lies further ahead of `now` (seconds since 1970) than a day. */
export function instantReader(
  style: (typeof dateStyles)[number],
  clock: LocalClock,
  now: number,
): InstantReader {
  const within = (seconds: number, hasTime: boolean) =>
    seconds >= earliest && seconds <= now + 86_400 ? { seconds: Math.floor(seconds), hasTime } : undefined;
  if (style === 'seconds' || style === 'milliseconds') {
    return (cell) => {
      const seconds = readEpoch(cell, style);
      return seconds === undefined ? undefined : within(seconds, true);
    };
  }
  return (cell) => {
    const date = readDate(cell, style);
    return date === undefined ? undefined : within(clock.secondsOf(date), date.hasTime);
  };
}

/** Whether a style says what each date means. */
export function isDecided(style: DateStyle): style is (typeof dateStyles)[number] {
  return style !== 'undecided';
}
