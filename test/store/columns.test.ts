import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredColumn } from '../../src/model/rollup.ts';
import { expandColumn, storeColumn, writeColumn } from '../../src/store/columns.ts';

/** Any double that JSON can hold; it has no negative zero. */
const anyNumber = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    // As rollups hold most of them: few digits, of any size.
    fc
      .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -30, max: 30 }))
      .map(([digits, exponent]) => Number(`${digits}e${exponent}`)),
  )
  .map((value) => value + 0);

/** A column and the samples of its entity: a value at most on the days that have samples. */
const columns = fc
  .array(
    fc.record({
      samples: fc.option(fc.constantFrom(1, 24, 288)),
      value: fc.option(anyNumber, { freq: 4 }),
    }),
    { minLength: 1, maxLength: 31 },
  )
  .chain((days) =>
    fc.constantFrom(
      days,
      // Often the same on all days.
      days.map(({ samples }) => ({ samples, value: days[0]?.value ?? 7 })),
    ),
  )
  .map((days) => ({
    samples: days.map(({ samples }) => samples),
    values: days.map(({ samples, value }) => (samples === null ? null : value)),
  }));

/** Through JSON, as a month's file. */
function reread(column: StoredColumn): StoredColumn {
  return JSON.parse(JSON.stringify(column)) as StoredColumn;
}

function storedSamples(samples: readonly (number | null)[]): StoredColumn {
  return reread(
    storeColumn(
      samples,
      samples.map(() => 1),
    ),
  );
}

describe('a column', () => {
  test('reads back as it was, whatever numbers it holds', () => {
    fc.assert(
      fc.property(columns, ({ samples, values }) => {
        const stored = reread(storeColumn(values, samples));
        expect(expandColumn(stored, storedSamples(samples), values.length)).toEqual(values);
        expect(expandColumn(storedSamples(samples), storedSamples(samples), values.length)).toEqual(samples);
      }),
      { numRuns: 2000 },
    );
  });

  test('is written into a longer one at its place, over what stands there, and no further than that one goes', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: -40, max: 40 }), ({ samples, values }, at) => {
        const into = new Float64Array(20).fill(-1);
        writeColumn(reread(storeColumn(values, samples)), samples, into, at);
        expect([...into]).toEqual(Array.from(into, (_, index) => values[index - at] ?? -1));
      }),
    );
  });

  test('is stored as a number when it is the same on all days with samples, and never longer than it is', () => {
    expect(storeColumn([5, null, 5], [24, null, 24])).toBe(5);
    // Seen on the second day, but without this value.
    expect(storeColumn([5, null, 5], [24, 24, 24])).toEqual([5, null, 5]);
    const terabytes = [2.1e12, 2.11e12, null, 2.12e12];
    expect(storeColumn(terabytes, [24, 24, 24, 24])).toEqual([10, [210, 211, null, 212]]);
    fc.assert(
      fc.property(columns, ({ samples, values }) => {
        const length = JSON.stringify(storeColumn(values, samples)).length;
        expect(length).toBeLessThanOrEqual(JSON.stringify(values).length);
      }),
    );
  });
});
