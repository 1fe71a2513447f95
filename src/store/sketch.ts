import { DDSketch } from '@datadog/sketches-js';
import type { Sketch } from '../model/rollup.ts';

/** Quantiles from sketches are within this share of the true ones. */
const relativeAccuracy = 0.05;
/** What is shorter or longer counts as this long: a sketch of logarithms has no bin for zero, and one over all numbers is a long text. */
const leastSeconds = 1e-6;
const mostSeconds = 1e9;

/** Durations in seconds, in any order, to their sketch. */
export function sketchOf(seconds: readonly number[]): Sketch {
  const sketch = new DDSketch({ relativeAccuracy });
  for (const value of seconds) sketch.accept(Math.min(Math.max(value, leastSeconds), mostSeconds));
  const { bins, minKey, maxKey, offset } = sketch.store;
  const stored: number[] = [minKey];
  let empty = 0;
  for (let key = minKey; key <= maxKey; key += 1) {
    const count = bins[key - offset] ?? 0;
    if (count === 0) {
      empty += 1;
      continue;
    }
    if (empty > 0) stored.push(-empty);
    empty = 0;
    stored.push(count);
  }
  return stored.join(' ');
}

/** A quantile (0 to 1) of all durations in some sketches together, in seconds; null when there is none. */
export function quantileOf(sketches: readonly Sketch[], quantile: number): number | null {
  const sum = new DDSketch({ relativeAccuracy });
  for (const text of sketches) {
    const [first = 0, ...counts] = text.split(' ').map(Number);
    let key = first;
    for (const count of counts) {
      if (count > 0) sum.accept(sum.mapping.value(key), count);
      key += count > 0 ? 1 : -count;
    }
  }
  return sum.count === 0 ? null : sum.getValueAtQuantile(quantile);
}
