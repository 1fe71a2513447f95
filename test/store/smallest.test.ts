import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallest } from '../../src/store/smallest.ts';

describe('the smallest but so many', () => {
  test('is what stands there once the numbers are sorted', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true })), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(numbers, fc.nat(), (values, at) => {
        const index = at % values.length;
        const sorted = values.toSorted((a, b) => a - b);
        // 0 and -0 are equal, and either may stand first.
        expect(smallest(Float64Array.from(values), index) === sorted[index]).toBe(true);
      }),
    );
  });

  test('holds when asked twice of the same numbers', () => {
    const values = Float64Array.from([9, 1, 8, 2, 7, 3]);
    expect([smallest(values, 2), smallest(values, 5)]).toEqual([3, 9]);
  });

  test('is found beyond an index that was asked before, in what lies there alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2 }), fc.nat(), fc.nat(), (values, one, other) => {
        const low = one % (values.length - 1);
        const high = low + 1 + (other % (values.length - low - 1));
        const parted = Float64Array.from(values);
        smallest(parted, low);
        expect(smallest(parted, high, low + 1)).toBe(values.toSorted((a, b) => a - b)[high]);
      }),
    );
  });
});
