import { DDSketch } from '@datadog/sketches-js';
import type { Sketch } from '../model/rollup.ts';

/** Quantiles from sketches are within this share of the true ones. */
const relativeAccuracy = 0.05;
/** What is shorter or longer counts as this long: a sketch of logarithms has no bin for zero, and one over all numbers is a long text. */
const leastSeconds = 1e-6;
const mostSeconds = 1e9;

/** Characters of a sketch's text. */
const [space, minus, zero] = [32, 45, 48];

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

/** How many durations lie in each bin of sketches that were added up; sums of sketches are sums of their bins. */
export type Bins = Float64Array;

const { mapping } = new DDSketch({ relativeAccuracy });
const firstKey = mapping.key(leastSeconds);
const lastKey = mapping.key(mostSeconds);

/** No durations. */
export function noBins(): Bins {
  return new Float64Array(lastKey - firstKey + 1);
}

/** Adds a sketch to bins. Read by hand: years of days of many services are many sketches. */
export function addSketch(bins: Bins, sketch: Sketch): void {
  const last = bins.length - 1;
  let bin: number | undefined;
  for (let start = 0; start < sketch.length; ) {
    const isNegative = sketch.charCodeAt(start) === minus;
    let end = isNegative ? start + 1 : start;
    let number = 0;
    for (
      let code = sketch.charCodeAt(end);
      code !== space && end < sketch.length;
      code = sketch.charCodeAt(end)
    ) {
      number = number * 10 + code - zero;
      end += 1;
    }
    start = end + 1;
    if (bin === undefined) bin = (isNegative ? -number : number) - firstKey;
    else if (isNegative) bin += number;
    else {
      const index = Math.min(Math.max(bin, 0), last);
      bins[index] = (bins[index] ?? 0) + number;
      bin += 1;
    }
  }
}

/** Quantiles (0 to 1, in order) of the durations in bins, in seconds; null when there is none. */
export function quantilesIn(bins: Bins, quantiles: readonly number[]): number[] | null {
  let count = 0;
  for (const own of bins) count += own;
  if (count === 0) return null;
  let index = 0;
  let seen = bins[0] ?? 0;
  return quantiles.map((quantile) => {
    // The rank of DDSketch: the value that so large a share of the others lies at or below.
    while (seen <= quantile * (count - 1)) {
      index += 1;
      seen += bins[index] ?? 0;
    }
    return mapping.value(index + firstKey);
  });
}

/** A quantile (0 to 1) of all durations in some sketches together, in seconds; null when there is none. */
export function quantileOf(sketches: readonly Sketch[], quantile: number): number | null {
  const bins = noBins();
  for (const sketch of sketches) addSketch(bins, sketch);
  return quantilesIn(bins, [quantile])?.[0] ?? null;
}
