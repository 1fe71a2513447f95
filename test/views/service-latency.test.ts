import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../src/model/fleet.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { calendarOf } from '../../src/views/calendar.ts';
import { serviceLatency } from '../../src/views/service-latency.ts';
import { historyOf } from './fleet-days.ts';

const fleet: Fleet = parseFleet(
  `fleet: { name: Réseau }
services:
  koha:
    name: Catalogue
    url: https://catalogue.example.org
    checks: { page: { kind: http }, search: { kind: http } }
`,
  'fleet.yaml',
);
const [koha] = fleet.services.values();
if (koha === undefined) throw new Error('expected a service');
const now = '2026-11-22T20:00:00Z';
const calendar = calendarOf(now, fleet.timeZone);
const spans = [2, 7, 30];

/** Answers of a check, one a minute from noon (UTC) on a day of November. */
function answers(check: string, day: number, seconds: readonly number[]): EntityRecord[] {
  return seconds.map((check_duration_seconds, minute) => ({
    entity: `check:koha:${check}`,
    at: toInstant(new Date(Date.UTC(2026, 10, day, 12, minute))),
    state: 'up',
    gauges: { check_duration_seconds },
  }));
}

const latencyOf = (...records: EntityRecord[]) => serviceLatency(koha, historyOf(records), calendar, spans);

describe('how long a service took to answer', () => {
  test('on a day is the median and the percentiles of its answers, within 5 %', () => {
    // 1 to 100 hundredths of a second: their median is 0.50 or 0.51, the others 0.95 and 0.99.
    const told = latencyOf(
      ...answers(
        'page',
        22,
        Array.from({ length: 100 }, (_, index) => (index + 1) / 100),
      ),
    );
    const { p50_seconds, p95_seconds, p99_seconds } = told.days.at(-1) ?? {};
    expect(p50_seconds).toBeCloseTo(0.5, 1);
    expect(p95_seconds).toBeCloseTo(0.95, 2);
    expect(Math.abs((p99_seconds ?? 0) - 0.99) / 0.99).toBeLessThan(0.05);
    expect(told.days.slice(0, -1).every((day) => day.p99_seconds === null)).toBe(true);
  });

  test('over several days is of all their answers, not an average of their percentiles', () => {
    // 95 quick answers on one day and 5 slow ones on another: the median is quick, the 99th percentile slow.
    const told = latencyOf(
      ...answers('page', 21, new Array(95).fill(0.1)),
      ...answers('page', 22, new Array(5).fill(10)),
    ).last(2);
    expect(told).toEqual({ p50_seconds: 0.1, p95_seconds: 0.1, p99_seconds: 10 });
  });

  test('in a window and a month counts their days alone', () => {
    const told = latencyOf(
      ...answers('page', 1, [3]),
      ...answers('page', 15, [2]),
      ...answers('page', 21, [1]),
    );
    // Of 1, 2 and 3 seconds the median is 2, within 5 %.
    expect([2, 7].map((days) => told.last(days).p50_seconds)).toEqual([1, 1]);
    for (const latency of [told.last(30), told.months.at(-1)]) expect(latency?.p50_seconds).toBeCloseTo(2, 0);
    expect(told.months.at(-2)).toEqual({ p50_seconds: null, p95_seconds: null, p99_seconds: null });
  });

  test('is that of its slowest check', () => {
    const told = latencyOf(...answers('page', 22, [0.1, 0.1, 5]), ...answers('search', 22, [0.4, 0.4, 0.4]));
    expect(told.last(7)).toEqual({ p50_seconds: 0.4, p95_seconds: 0.4, p99_seconds: 0.4 });
    const slow = latencyOf(...answers('page', 22, [0.1, 5, 5]), ...answers('search', 22, [0.4, 0.4, 0.4]));
    expect(slow.last(7)).toEqual({ p50_seconds: 5, p95_seconds: 5, p99_seconds: 5 });
  });

  test('is nothing where nothing answered', () => {
    expect(latencyOf().last(30)).toEqual({ p50_seconds: null, p95_seconds: null, p99_seconds: null });
  });
});

test('percentiles never cross, and lie between the quickest and the slowest answer', () => {
  const seconds = fc.array(fc.double({ min: 0.001, max: 60, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(seconds, seconds, (first, second) => {
      const told = latencyOf(...answers('page', 21, first), ...answers('page', 22, second));
      const all = [...first, ...second];
      const windows = [told.last(2), told.last(7), told.months.at(-1)];
      for (const latency of [...windows, ...told.days.slice(-2)]) {
        const { p50_seconds, p95_seconds, p99_seconds } = latency ?? {};
        expect(p50_seconds).toBeLessThanOrEqual(p95_seconds ?? 0);
        expect(p95_seconds).toBeLessThanOrEqual(p99_seconds ?? 0);
        // Rounded to two digits.
        expect(p50_seconds).toBeGreaterThanOrEqual(Math.min(...all) * 0.95);
        expect(p99_seconds).toBeLessThanOrEqual(Math.max(...all) * 1.05);
      }
    }),
    { numRuns: 50 },
  );
});
