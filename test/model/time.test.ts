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
  TimeZone,
  toInstant,
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
