import { describe, expect, test } from 'vitest';
import { robustLine } from '../../src/analysis/robust-line.ts';
import { trendOf } from '../../src/analysis/trend.ts';

const series = (values: (number | null)[], thresholds: number[] = []) =>
  trendOf({ first: '2026-01-01', values, kind: 'store', thresholds });

describe('the robust line', () => {
  test("is Sen's own: the median of all pairs' slopes, worked by hand", () => {
    // Pairs of (0,1) (1,2) (2,4) (3,5) (4,20): slopes 1, 1.5, 4/3, 4.75, 2, 1.5, 6, 1, 8, 15; sorted, the middle two are 1.5 and 2.
    const points = [1, 2, 4, 5, 20].map((value, day) => ({ day, value }));
    expect(robustLine(points, 'last').slope).toBeCloseTo(1.75, 12);
  });

  test('is not moved by a fifth of wild values', () => {
    const points = Array.from({ length: 50 }, (_, day) => ({
      day,
      value: day % 5 === 0 ? 1e6 : 3 * day + 10,
    }));
    expect(robustLine(points, 'median').slope).toBeCloseTo(3, 6);
  });
});

describe('a trend', () => {
  test('is not drawn from too little history, and says how much it takes', () => {
    expect(series(Array.from({ length: 29 }, (_, day) => day))).toEqual({
      kind: 'collecting',
      days: 29,
      needed_days: 30,
    });
    expect(series(Array.from({ length: 60 }, (_, day) => (day % 2 === 0 ? day : null)))).toMatchObject({
      kind: 'line',
    });
  });

  test('of a steady growth crosses the threshold on the day that arithmetic gives', () => {
    // 1 GB a day from 0: day 99 (2026-04-10) holds 99 GB, so 150 GB are reached 51 days later, on 2026-05-31.
    const trend = series(
      Array.from({ length: 100 }, (_, day) => day * 1e9),
      [150e9],
    );
    if (trend.kind !== 'line') throw new Error('expected a line');
    expect(trend.slope_per_day).toBe(1e9);
    expect(trend.crossings).toEqual([
      { threshold: 150e9, earliest: '2026-05-31', median: '2026-05-31', latest: '2026-05-31' },
    ]);
    // A hundred days are too few to judge the method by.
    expect(trend.backtest).toBeNull();
  });

  test('is judged on its own past, beside "as today"', () => {
    // A steady growth is foreseen without error; "as today" is four weeks of growth behind, always.
    const trend = series(Array.from({ length: 400 }, (_, day) => day * 1e9));
    expect(trend.kind === 'line' && trend.backtest).toMatchObject({
      horizon_days: 28,
      error: 0,
      error_of_last_value: 28e9,
      held: 1,
    });
  });

  test('that does not grow crosses nothing', () => {
    const trend = series(
      Array.from({ length: 100 }, () => 5),
      [10],
    );
    expect(trend).toMatchObject({
      crossings: [{ threshold: 10, earliest: null, median: null, latest: null }],
    });
  });

  test('is as uncertain as its own past was: a restless series gets a wider band', () => {
    // A fixed sequence with no drift; the second one swings ten times as far.
    const swing = (size: number) => Array.from({ length: 300 }, (_, day) => 100 + size * Math.sin(day * day));
    const width = (values: number[]) => {
      const trend = series(values);
      return trend.kind === 'line' ? (trend.ahead.high[4] ?? 0) - (trend.ahead.low[4] ?? 0) : 0;
    };
    expect(width(swing(10))).toBeGreaterThan(5 * width(swing(1)));
  });

  test('never says that a store holds less than nothing', () => {
    const trend = series(Array.from({ length: 60 }, (_, day) => 60 - day));
    expect(
      trend.kind === 'line' &&
        trend.ahead.median.every((value) => value >= 0) &&
        trend.ahead.low.every((value) => value >= 0),
    ).toBe(true);
  });

  test('waits for enough days again after a silence of months, and is not judged by what lay before it', () => {
    const gap = Array.from({ length: 130 }, () => null);
    const before = Array.from({ length: 71 }, (_, day) => day);
    expect(series([...before, ...gap, 5])).toEqual({ kind: 'collecting', days: 1, needed_days: 30 });
    expect(series([...before, ...gap, ...Array.from({ length: 60 }, () => 5)])).toMatchObject({
      kind: 'line',
      days: 60,
    });
  });
});
