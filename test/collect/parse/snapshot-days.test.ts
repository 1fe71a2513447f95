import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snapshotDays } from '../../../src/collect/parse/snapshot-days.ts';

const at = (instant: string) => Date.parse(instant) / 1000;

test('the first container snapshot of each day of the time zone is told, newest day first', () => {
  const facts = snapshotDays('Europe/Paris');
  expect(
    facts([
      at('2026-11-21T22:59:00Z'),
      at('2026-11-21T23:01:00Z'),
      at('2026-11-22T10:00:00Z'),
      at('2026-11-01T01:00:00Z'),
    ]),
  ).toEqual({
    newest_snapshot_at: '2026-11-22T10:00:00Z',
    snapshot_days: '2026-11-21T23:01Z 2026-11-21T22:59Z 2026-11-01T01:00Z',
  });
});

test('without container snapshots there is nothing to tell', () =>
  expect(snapshotDays('UTC')([])).toEqual({}));

test('daily ones prove seven Sundays, weekly ones a year, within the length of facts', () => {
  const facts = snapshotDays('Europe/Paris');
  const daily = facts(Array.from({ length: 400 }, (_, index) => at('2026-11-22T01:00:00Z') - index * 86_400));
  const days = `${daily.snapshot_days} ${daily.snapshot_days_older}`.split(' ');
  expect(days).toHaveLength(54);
  expect(
    days.filter((day) => new Date(day.replace('Z', ':00Z')).getUTCDay() === 0).length,
  ).toBeGreaterThanOrEqual(7);
  const weekly = facts(
    Array.from({ length: 60 }, (_, index) => at('2026-11-22T01:00:00Z') - index * 7 * 86_400),
  );
  expect(`${weekly.snapshot_days} ${weekly.snapshot_days_older}`).toContain('2025-11-23T01:00Z');
  for (const text of Object.values({ ...daily, ...weekly })) expect(text.length).toBeLessThanOrEqual(500);
});

test('any moments give facts', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (seconds) => {
      expect(() => snapshotDays('Pacific/Auckland')(seconds)).not.toThrow();
    }),
  );
});
