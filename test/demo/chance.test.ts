import { describe, expect, test } from 'vitest';
import { normal, seedOf, uniform, wander } from '../../src/demo/chance.ts';

/** mulberry32 as Tommy Ettinger published it (public domain), a generator that is called again and again. */
function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a |= 0;
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe('seeded chance', () => {
  test.each([0, 1, 42, 0xffffffff])('reads the sequence of mulberry32 of seed %i at any position', (seed) => {
    const next = mulberry32(seed);
    const sequence = Array.from({ length: 200 }, () => next());
    expect(sequence.map((_, position) => uniform(seed, position))).toEqual(sequence);
  });

  test('draws normal numbers of mean 0 and deviation 1', () => {
    const numbers = Array.from({ length: 20_000 }, (_, position) => normal(5, position));
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.sqrt(variance)).toBeCloseTo(1, 1);
  });

  test('wanders without jumps, through a normal number at each period', () => {
    expect(wander(3, 7200, 3600)).toBe(normal(3, 2));
    expect(wander(3, 9000, 3600)).toBeCloseTo((normal(3, 2) + normal(3, 3)) / 2, 12);
  });

  test('gives each purpose a seed of its own', () => {
    const seeds = [
      seedOf(1, 'host', 'hv1'),
      seedOf(1, 'host', 'hv2'),
      seedOf(2, 'host', 'hv1'),
      seedOf(1, 'hosthv1'),
    ];
    expect(new Set(seeds).size).toBe(4);
  });
});
