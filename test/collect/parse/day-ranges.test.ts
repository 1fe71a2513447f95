import { expect, test } from 'vitest';
import { dayRangesBefore } from '../../../src/collect/parse/day-ranges.ts';

const seconds = (...instants: readonly string[]): number[] =>
  instants.map((instant) => Date.parse(instant) / 1000);

test('days in a row are one range, newest first', () => {
  const rangesOf = dayRangesBefore('2026-11-22T12:00:00Z', 'UTC', 40);
  const days = [
    '2026-11-15T03:00:00Z',
    '2026-11-20T01:00:00Z',
    '2026-11-22T00:00:00Z',
    '2026-11-21T23:59:59Z',
    '2026-11-21T00:00:00Z',
  ];
  expect(rangesOf(seconds(...days))).toBe('2026-11-20..2026-11-22 2026-11-15');
  expect(rangesOf([])).toBe('');
});

test('a day is one of the time zone, also where its clocks change', () => {
  const rangesOf = dayRangesBefore('2026-11-22T12:00:00Z', 'Europe/Paris', 40);
  // Clocks went back on 25 October at 3 h: that day had 25 hours, from 22:00 to 23:00 UTC.
  expect(rangesOf(seconds('2026-10-24T21:59:59Z'))).toBe('2026-10-24');
  expect(rangesOf(seconds('2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z'))).toBe('2026-10-25');
  expect(rangesOf(seconds('2026-10-25T23:00:00Z'))).toBe('2026-10-26');
});

test('what is older than asked, or of the future, is left out', () => {
  const rangesOf = dayRangesBefore('2026-11-22T12:00:00Z', 'UTC', 3);
  expect(rangesOf(seconds('2026-11-19T23:59:59Z', '2026-11-23T00:00:00Z', '2199-01-01T00:00:00Z'))).toBe('');
  expect(rangesOf(seconds('2026-11-20T00:00:00Z', '2026-11-22T23:59:59Z'))).toBe('2026-11-22 2026-11-20');
});

test('a text has 480 characters at most, and tells of the newest days', () => {
  const rangesOf = dayRangesBefore('2026-11-22T12:00:00Z', 'UTC', 400);
  const everyOther = Array.from(
    { length: 200 },
    (_, index) => Date.parse('2026-11-22T06:00:00Z') / 1000 - index * 2 * 86_400,
  );
  const text = rangesOf(everyOther);
  expect(text.length).toBeLessThanOrEqual(480);
  expect(text.startsWith('2026-11-22 2026-11-20 2026-11-18 ')).toBe(true);
  expect(text.split(' ')).toHaveLength(43); // 43 dates of 10 characters and 42 blanks are 472
});
