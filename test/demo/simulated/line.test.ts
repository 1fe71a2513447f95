import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, crossing, lineOf, sumOf, valueAt } from '../../../src/demo/simulated/line.ts';
import { toSeconds } from '../../../src/model/time.ts';

const day = 86_400;
const begin = toSeconds('2025-01-01T00:00:00Z');

const changes = fc.array(
  fc.record({
    at: fc.integer({ min: begin + 1, max: begin + 1000 * day }),
    by: fc.integer({ min: -50, max: 50 }),
    perDay: fc.integer({ min: -3, max: 3 }),
    cause: fc.constant('test'),
  }),
  { maxLength: 6 },
);
const instants = fc.integer({ min: begin, max: begin + 1200 * day });

/** The value by adding up what happened, one change after the other. */
function added(value: number, perDay: number, happened: readonly Change[], until: number): number {
  let [sum, at, slope] = [value, begin, perDay];
  for (const change of happened.toSorted((a, b) => a.at - b.at)) {
    if (change.at > until) break;
    sum += ((change.at - at) / day) * slope + (change.by ?? 0);
    [at, slope] = [change.at, change.perDay ?? slope];
  }
  return sum + ((until - at) / day) * slope;
}

describe('a planted line', () => {
  test('is what its trends and steps add up to', () => {
    fc.assert(
      fc.property(changes, instants, (happened, at) => {
        expect(valueAt(lineOf(begin, 100, 2, happened), at)).toBeCloseTo(added(100, 2, happened, at), 6);
      }),
    );
  });

  test('of several things together is their sum, each while it was there', () => {
    fc.assert(
      fc.property(changes, changes, instants, instants, instants, (own, other, from, to, at) => {
        const share = { line: lineOf(begin, 40, 1, other), from, to, arrival: 'came', departure: 'left' };
        const sum = sumOf(lineOf(begin, 100, 2, own), [share]);
        const expected = added(100, 2, own, at) + (from <= at && at < to ? added(40, 1, other, at) : 0);
        expect(valueAt(sum, at)).toBeCloseTo(expected, 6);
      }),
    );
  });

  test('crosses a threshold at the first second that is at it or above', () => {
    const threshold = fc.integer({ min: -100, max: 2000 });
    const until = begin + 1200 * day;
    fc.assert(
      fc.property(changes, threshold, instants, (happened, limit, from) => {
        const line = lineOf(begin, 100, 2, happened);
        const at = crossing(line, limit, from, until);
        const last = at === null ? until : toSeconds(at) - 1;
        if (at !== null) expect(valueAt(line, toSeconds(at))).toBeGreaterThanOrEqual(limit - 1e-6);
        for (let seconds = from; seconds < last; seconds += 5 * day)
          expect(valueAt(line, seconds)).toBeLessThan(limit + 1e-6);
      }),
    );
  });

  test('that is full already is full now, and one that never fills up is told as such', () => {
    const now = begin + 10 * day;
    expect(crossing(lineOf(begin, 100, 1), 50, now, now + 100 * day)).toBe('2025-01-11T00:00:00Z');
    expect(crossing(lineOf(begin, 100, 1), 120, now, now + 100 * day)).toBe('2025-01-21T00:00:00Z');
    expect(crossing(lineOf(begin, 100, 0), 120, now, now + 100 * day)).toBeNull();
  });
});
