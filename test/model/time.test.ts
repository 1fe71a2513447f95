import { describe, expect, test } from 'vitest';
import {
  addToDay,
  addToMonth,
  countDays,
  Day,
  Duration,
  dayBounds,
  dayOf,
  daysBetween,
  fromSeconds,
  Instant,
  Month,
  resolveWhen,
  TimeZone,
  toInstant,
  whenOf,
} from '../../src/model/time.ts';

const paris = 'Europe/Paris';
const hours = ({ start, end }: { start: number; end: number }) => (end - start) / 3600;

describe('days of Europe/Paris', () => {
  test('the day on which clocks go forward has 23 hours', () => {
    expect(hours(dayBounds('2026-03-29', paris))).toBe(23);
  });

  test('the day on which clocks go back has 25 hours', () => {
    expect(hours(dayBounds('2026-10-25', paris))).toBe(25);
  });

  test('a winter day begins at 23:00 UTC of the day before, a summer day at 22:00', () => {
    expect(fromSeconds(dayBounds('2026-01-15', paris).start)).toBe('2026-01-14T23:00:00Z');
    expect(fromSeconds(dayBounds('2026-07-15', paris).start)).toBe('2026-07-14T22:00:00Z');
  });

  test('an instant late in the UTC evening belongs to the next day', () => {
    expect(dayOf('2026-11-22T22:59:59Z', paris)).toBe('2026-11-22');
    expect(dayOf('2026-11-22T23:00:00Z', paris)).toBe('2026-11-23');
  });

  test('days follow each other without a gap through a whole year', () => {
    const days = daysBetween('2026-01-01', '2026-12-31');
    expect(days).toHaveLength(365);
    for (const day of days) expect(dayBounds(day, paris).end).toBe(dayBounds(addToDay(day, 1), paris).start);
  });
});

test('midnight that does not exist (Beirut, clocks forward at 0 h) begins the day at 1 h', () => {
  const bounds = dayBounds('2026-03-29', 'Asia/Beirut');
  expect(fromSeconds(bounds.start)).toBe('2026-03-28T22:00:00Z');
  expect(hours(bounds)).toBe(23);
});

test('months and days are added by the calendar', () => {
  expect(addToMonth('2026-01', -1)).toBe('2025-12');
  expect(addToMonth('2026-12', 13)).toBe('2028-01');
  expect(addToDay('2028-02-28', 1)).toBe('2028-02-29');
  expect(countDays('2026-10-01', '2026-11-01')).toBe(31);
});

test('durations are written with one unit', () => {
  expect(Duration.parse('5m')).toBe(300);
  expect(Duration.parse('6w')).toBe(6 * 7 * 86400);
  expect(Duration.safeParse('5').success).toBe(false);
  expect(Duration.safeParse('0m').success).toBe(false);
  expect(Duration.safeParse('1h30m').success).toBe(false);
});

test('durations last a hundred years at most', () => {
  expect(Duration.parse('100y')).toBe(100 * 365.25 * 86400);
  expect(Duration.safeParse('101y').success).toBe(false);
  expect(Duration.safeParse('999999y').success).toBe(false);
});

test('dates at the ends of the calendar are of clocks that are wrong', () => {
  expect(Instant.safeParse('1990-01-01T00:00:00Z').success).toBe(true);
  expect(Instant.safeParse('2199-12-31T23:59:59Z').success).toBe(true);
  for (const at of ['0001-01-01', '1970-01-01', '1989-12-31', '2200-01-01', '9999-12-31']) {
    expect(Instant.safeParse(`${at}T00:00:00Z`).success).toBe(false);
    expect(Day.safeParse(at).success).toBe(false);
    expect(Month.safeParse(at.slice(0, 7)).success).toBe(false);
  }
});

test('an instant has whole seconds', () => {
  expect(toInstant(new Date(Date.UTC(2026, 10, 22, 9, 35, 0, 999)))).toBe('2026-11-22T09:35:00Z');
});

test('a time zone must be known', () => {
  expect(TimeZone.safeParse('Europe/Paris').success).toBe(true);
  expect(TimeZone.safeParse('Europe/Pariss').success).toBe(false);
});

describe('an instant as people write it', () => {
  const at = (when: string, timeZone = paris) => {
    const seconds = resolveWhen(when, timeZone);
    return seconds === undefined ? undefined : fromSeconds(seconds);
  };

  test('is by the clocks of the zone, unless it names an offset', () => {
    expect(at('2026-11-22 14:03')).toBe('2026-11-22T13:03:00Z');
    expect(at('2026-07-22T14:03:05')).toBe('2026-07-22T12:03:05Z');
    expect(at('2026-11-22 14:03Z')).toBe('2026-11-22T14:03:00Z');
    expect(at('2026-11-22T14:03-02:30')).toBe('2026-11-22T16:33:00Z');
  });

  // By the table of the zones: Paris changes at 01:00 UTC, Lord Howe by half an hour, Beirut at midnight; Apia had no 30 December 2011.
  test('is the first of two where clocks showed it twice', () => {
    expect(at('2026-10-25 02:30')).toBe('2026-10-25T00:30:00Z');
    expect(at('2026-04-05 01:45', 'Australia/Lord_Howe')).toBe('2026-04-04T14:45:00Z');
  });

  test('is read as if clocks had not been changed yet where they skipped it', () => {
    expect(at('2026-03-29 02:30')).toBe('2026-03-29T01:30:00Z');
    expect(at('2026-03-29 00:30', 'Asia/Beirut')).toBe('2026-03-28T22:30:00Z');
    expect(at('2011-12-30 12:00', 'Pacific/Apia')).toBe('2011-12-30T22:00:00Z');
  });

  test('is refused when the calendar has none', () => {
    for (const when of [
      '2026-02-31 14:00',
      '2026-11-22 25:00',
      '2026-11-22 24:00',
      '2026-11-22',
      '1889-01-01 00:00',
      '',
    ])
      expect(at(when)).toBeUndefined();
  });

  test('is written as it is read', () => {
    for (const when of ['2026-11-22 14:03', '2026-07-22 00:00', '2026-07-22 14:03:05'])
      expect(whenOf(resolveWhen(when, paris) ?? 0, paris)).toBe(when);
    expect(whenOf(resolveWhen('2026-10-25 01:30Z', paris) ?? 0, paris)).toBe('2026-10-25T01:30:00Z');
  });
});
