import type { GaugeDay } from '../model/rollup.ts';
import type { EntityRecord } from '../model/snapshot.ts';

/** The day's distribution of each gauge; names in alphabetical order. */
export function gaugeDays(records: readonly EntityRecord[]): Record<string, GaugeDay> {
  const values = new Map<string, number[]>();
  for (const { gauges } of records) {
    // Not Object.entries: a day holds hundreds of thousands of values, and each record would cost an array or more.
    for (const name in gauges) {
      const value = gauges[name];
      if (value === undefined) continue;
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return Object.fromEntries(
    [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => [name, gaugeDay(list)]),
  );
}

/** A value as rollups hold it: whole numbers exactly, others to 6 significant digits. */
export function round(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(6));
}

/** The nearest-rank quantile of sorted values: the smallest that has at least the share `q` of them at or below it. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function gaugeDay(values: readonly number[]): GaugeDay {
  const sorted = Float64Array.from(values).sort();
  // Summed in sorted order, so that the order of snapshots cannot change the last digit.
  const sum = sorted.reduce((total, value) => total + value, 0);
  return {
    count: values.length,
    min: round(sorted[0] ?? Number.NaN),
    mean: round(sum / values.length),
    p50: round(quantile(sorted, 0.5)),
    p95: round(quantile(sorted, 0.95)),
    max: round(sorted.at(-1) ?? Number.NaN),
    last: round(values.at(-1) ?? Number.NaN),
  };
}
