import type { EntityDay, GaugeDay, Sketch } from '../model/rollup.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { sketchOf } from './sketch.ts';
import { smallest } from './smallest.ts';

/** The gauges of records, oldest first, to their day. */
export function gaugeDays(records: readonly EntityRecord[]): Pick<EntityDay, 'gauges' | 'sketches'> {
  const values = new Map<string, number[]>();
  for (const { gauges } of records) {
    for (const name in gauges) {
      const value = gauges[name];
      if (value === undefined) continue;
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return gaugeColumnDays(values, records.length);
}

/** The day's distribution of each gauge from its values, oldest first, and the sketch of each duration; names in alphabetical order. */
export function gaugeColumnDays(
  values: ReadonlyMap<string, readonly number[]>,
  samples: number,
): Pick<EntityDay, 'gauges' | 'sketches'> {
  if (values.size === 0) return {};
  const gauges: Record<string, number | GaugeDay> = {};
  const sketches: Record<string, Sketch> = {};
  for (const name of [...values.keys()].toSorted()) {
    const list = values.get(name) ?? [];
    gauges[name] = gaugeDay(list, samples);
    if (name.endsWith('_duration_seconds')) sketches[name] = sketchOf(list);
  }
  return { gauges, ...(Object.keys(sketches).length === 0 ? {} : { sketches }) };
}

/** A value as rollups hold it: to six significant digits, whole numbers below 10^9 exactly. */
export function round(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? value : Number(value.toPrecision(6));
}

/** The nearest-rank quantile of sorted values: the smallest that has at least the share `q` of them at or below it. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[rankOf(q, sorted.length)] ?? Number.NaN;
}

/** Where that quantile stands among so many sorted values. */
export function rankOf(q: number, count: number): number {
  return Math.max(0, Math.ceil(q * count) - 1);
}

/** To three significant digits, so that years of statistics stay small. */
export function shorten(value: number): number {
  return finite(Number(value.toPrecision(3)));
}

/** What grew past the greatest number as that one: JSON has no infinity, and a day must not break over what one host claims. */
export function finite(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** A gauge's samples, oldest first, to their day; `samples` is how many its entity has. */
export function gaugeDay(values: readonly number[] | Float64Array, samples: number): number | GaugeDay {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  if (min === max) {
    const count = values.length;
    const last = Number.isSafeInteger(min) ? min : round(min);
    return count === samples ? last : { count, min: last, mean: last, p50: last, p95: last, max: last, last };
  }
  const last = round(values.at(-1) ?? Number.NaN);
  const parted = new Float64Array(values);
  const middle = rankOf(0.5, values.length);
  const high = rankOf(0.95, values.length);
  const p50 = smallest(parted, middle);
  return {
    count: values.length,
    min: shortenDown(min),
    mean: shorten(Number.isFinite(sum) ? sum / values.length : meanOfHuge(values)),
    p50: shorten(p50),
    p95: shorten(high === middle ? p50 : smallest(parted, high, middle + 1)),
    max: -shortenDown(-max),
    last,
  };
}

/** Down, so that no sample lies below the least; `last`, which is exact, neither. */
function shortenDown(value: number): number {
  const near = shorten(value);
  if (near <= value) return near;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  return finite(Number((near - step).toPrecision(3)));
}

/** The mean of values whose sum is greater than any number. */
function meanOfHuge(values: readonly number[] | Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  return mean;
}
