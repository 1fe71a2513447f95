import { DDSketch } from '@datadog/sketches-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Sketch } from '../../src/model/rollup.ts';
import { quantileOf, sketchOf } from '../../src/store/sketch.ts';

/** From microseconds, the least that sketches tell apart, to a year. */
const duration = fc.oneof(
  fc.double({ min: 1e-6, max: 60, noNaN: true }),
  fc.double({ min: 1e-6, max: 3e7, noNaN: true }),
  fc.constantFrom(1e-6, 0.001, 0.25, 1),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 60 });
const share = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1),
);

/** The value that so large a share of the others lies at or below. */
function exactQuantile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(quantile * (sorted.length - 1))] ?? Number.NaN;
}

/** The bins of a sketch as its format is documented: from key to count. */
function binsOf(sketch: Sketch): Map<number, number> {
  const [first = 0, ...counts] = sketch.split(' ').map(Number);
  const bins = new Map<number, number>();
  let key = first;
  for (const count of counts) {
    if (count > 0) bins.set(key, count);
    key += count > 0 ? 1 : -count;
  }
  return bins;
}

describe('a sketch', () => {
  test('gives each quantile within 5 % of the true one', () => {
    fc.assert(
      fc.property(durations, share, (values, quantile) => {
        const exact = exactQuantile(values, quantile);
        const told = quantileOf([sketchOf(values)], quantile) ?? Number.NaN;
        expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  test('of several days together gives the quantiles of the sketch of all their values', () => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 5 }), share, (days, quantile) => {
        expect(quantileOf(days.map(sketchOf), quantile)).toBe(quantileOf([sketchOf(days.flat())], quantile));
      }),
    );
  });

  test('of many days gives the quantiles that the library gives of all their values', () => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 5 }), share, (days, quantile) => {
        const library = new DDSketch({ relativeAccuracy: 0.05 });
        for (const value of days.flat()) library.accept(value);
        expect(quantileOf(days.map(sketchOf), quantile)).toBe(library.getValueAtQuantile(quantile));
      }),
    );
  });

  test('counts each value in the bin that its documentation names, in whatever order they come', () => {
    const logGamma = Math.log(1.05 / 0.95);
    fc.assert(
      fc.property(durations, (values) => {
        const sketch = sketchOf(values);
        const bins = binsOf(sketch);
        expect([...bins.values()].reduce((sum, count) => sum + count, 0)).toBe(values.length);
        for (const value of values) {
          const key = Math.ceil(Math.log(value) / logGamma);
          // Where a value lies on the border of two bins, the last digit of a logarithm decides.
          const near = [key - 1, key, key + 1].filter(
            (candidate) => Math.abs(Math.log(value) / logGamma - candidate) < 1e-6 || candidate === key,
          );
          expect(near.some((candidate) => bins.has(candidate))).toBe(true);
        }
        expect(sketchOf(values.toReversed())).toBe(sketch);
        expect(Sketch.safeParse(sketch).success).toBe(true);
      }),
    );
  });

  test('reads what takes no time at all as a microsecond', () => {
    expect(quantileOf([sketchOf([0, 0, 0])], 0.5)).toBeCloseTo(1e-6, 7);
  });

  test('reads back whatever a source claims', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (values) => {
          const sketch = sketchOf(values);
          expect(Sketch.parse(sketch)).toBe(sketch);
          expect(quantileOf([sketch], 1)).toBeLessThanOrEqual(1.05e9);
        },
      ),
    );
    const everywhere = Array.from({ length: 600 }, (_, exponent) => 10 ** (exponent - 300));
    expect(Sketch.safeParse(sketchOf(everywhere)).success).toBe(true);
  });

  test('of nothing has no quantile', () => {
    expect(quantileOf([], 0.5)).toBeNull();
  });
});
