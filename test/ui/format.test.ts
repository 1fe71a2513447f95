import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDay,
  formatDuration,
  formatInstant,
  formatInterval,
  formatLatency,
  formatMonth,
  formatPercent,
  formatPromise,
} from '../../src/ui/format.ts';

/** Special spaces as plain ones, so that a test can be read. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('a percentage', () => {
  test('is rounded down', () => {
    expect(plain(formatPercent(0.99996, 'fr'))).toBe('99,99 %');
    expect(formatPercent(0.99996, 'en')).toBe('99.99%');
    expect(formatPercent(0.9899999, 'en', 0)).toBe('98%');
    // A promise is not measured: it stands as it was written.
    expect([99.995, 99.5, 100].map((promise) => formatPromise(promise, 'en'))).toEqual([
      '99.995%',
      '99.50%',
      '100%',
    ]);
  });

  test('is 100 only when nothing was lost: one second in ten years shows', () => {
    expect(plain(formatPercent(1, 'fr'))).toBe('100 %');
    expect(plain(formatPercent(1 - 1 / (3653 * 86_400), 'fr'))).toBe('99,99 %');
  });

  test('keeps what binary fractions cannot write: 0.57 is 57 %', () => {
    expect(formatPercent(0.57, 'en', 0)).toBe('57%');
    expect(formatPercent(0.29, 'en')).toBe('29.00%');
  });

  test('of very little is not nothing', () => {
    expect(plain(formatPercent(0.004, 'fr', 0))).toBe('< 1 %');
    expect(formatPercent(0, 'en', 0)).toBe('0%');
  });

  test('never says more than the share', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        const text = formatPercent(ratio, 'en');
        return text === '<0.01%' ? ratio < 0.0001 : Number.parseFloat(text) <= ratio * 100 + 1e-8;
      }),
    );
  });

  test('has the narrow no-break space of French typography before its sign', () => {
    expect(formatPercent(0.5, 'fr')).toBe('50,00\u202f%');
  });
});

test('an instant names its zone, in winter and in summer', () => {
  expect(plain(formatInstant('2026-11-22T09:35:00Z', 'fr', 'Europe/Paris'))).toBe(
    '22 novembre 2026 à 10:35 (UTC+1)',
  );
  expect(plain(formatInstant('2026-07-22T09:35:00Z', 'fr', 'Europe/Paris'))).toBe(
    '22 juillet 2026 à 11:35 (UTC+2)',
  );
});

test('a day and a month are those of the calendar, whatever the zone of this machine', () => {
  expect(formatDay('2026-03-29', 'fr')).toBe('29 mars 2026');
  expect(formatMonth('2026-12', 'en')).toBe('December 2026');
});

test('an interval says once what both its ends have in common, and both zones when clocks change in between', () => {
  const interval = (from: string, to: string) =>
    formatInterval(from, to, 'fr', 'Europe/Paris').replaceAll(/\s/g, ' ');
  expect(interval('2026-11-22T10:30:00Z', '2026-11-22T12:00:00Z')).toBe(
    '22 novembre 2026, 11:30 – 13:00 (UTC+1)',
  );
  expect(interval('2026-11-30T21:00:00Z', '2026-11-30T23:00:00Z')).toBe(
    '30 novembre 2026 à 22:00 – 1er décembre 2026 à 00:00 (UTC+1)',
  );
  expect(interval('2026-10-24T21:00:00Z', '2026-10-25T05:00:00Z')).toBe(
    '24 octobre 2026 à 23:00 (UTC+2) – 25 octobre 2026 à 06:00 (UTC+1)',
  );
});

test('the first of a month is an ordinal in French, and only the first', () => {
  expect(formatDay('2026-11-01', 'fr')).toBe('1er novembre 2026');
  expect(formatDay('2026-11-11', 'fr')).toBe('11 novembre 2026');
  expect(formatDay('2026-11-01', 'en')).toBe('1 November 2026');
});

test('a duration has its two largest units, the rest cut', () => {
  expect(plain(formatDuration(2 * 3600 + 14 * 60 + 59, 'fr'))).toBe('2 h 14 min');
  expect(plain(formatDuration(40, 'fr'))).toBe('40 s');
  expect(plain(formatDuration(86_400, 'en'))).toBe('1 d');
  expect(plain(formatDuration(0, 'en'))).toBe('0 s');
});

test('bytes are decimal, as disks are sold, and named in French', () => {
  expect(plain(formatBytes(8e12, 'fr'))).toBe('8,0 To');
  expect(plain(formatBytes(999_600, 'en'))).toBe('1.0 MB');
  expect(plain(formatBytes(512, 'en'))).toBe('512 B');
});

test('an answer takes milliseconds below a second', () => {
  expect(plain(formatLatency(0.3204, 'fr'))).toBe('320 ms');
  expect(plain(formatLatency(1.44, 'fr'))).toBe('1,4 s');
});
