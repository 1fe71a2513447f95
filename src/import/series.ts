import type { EntityId } from '../model/entity.ts';
import type { MetricName } from '../model/metric.ts';

/** More readings than this are refused: two columns of them take 240 MB. */
const maxReadings = 20_000_000;

/** The readings of one metric of one entity, by time; of several at one instant, the last that was added. */
export interface Series {
  readonly entity: EntityId;
  readonly metric: MetricName;
  /** Seconds since 1970, rising. */
  readonly seconds: Uint32Array;
  readonly values: Float64Array;
}

/** Gathers readings in columns of numbers, so that years of them fit into memory. */
export interface SeriesStore {
  /** Whether there was room for it. */
  add(entity: EntityId, metric: MetricName, seconds: number, value: number): boolean;
  /** How many readings were added. */
  readonly count: number;
  /** All series, entities and their metrics in alphabetical order. */
  sorted(): Series[];
}

interface Growing {
  seconds: Uint32Array;
  values: Float64Array;
  length: number;
  isSorted: boolean;
}

/** An empty store. */
export function seriesStore(): SeriesStore {
  const entities = new Map<EntityId, Map<MetricName, Growing>>();
  let count = 0;
  return {
    add(entity, metric, seconds, value) {
      if (count >= maxReadings) return false;
      let metrics = entities.get(entity);
      if (metrics === undefined) {
        metrics = new Map();
        entities.set(entity, metrics);
      }
      let series = metrics.get(metric);
      if (series === undefined) {
        series = { seconds: new Uint32Array(64), values: new Float64Array(64), length: 0, isSorted: true };
        metrics.set(metric, series);
      }
      append(series, seconds, value);
      count += 1;
      return true;
    },
    get count() {
      return count;
    },
    sorted() {
      return [...entities]
        .toSorted(byName)
        .flatMap(([entity, metrics]) =>
          [...metrics].toSorted(byName).map(([metric, series]) => ({ entity, metric, ...inOrder(series) })),
        );
    },
  };
}

function append(series: Growing, seconds: number, value: number): void {
  const { length } = series;
  if (length === series.seconds.length) {
    const longer = { seconds: new Uint32Array(length * 2), values: new Float64Array(length * 2) };
    longer.seconds.set(series.seconds);
    longer.values.set(series.values);
    Object.assign(series, longer);
  }
  series.isSorted &&= length === 0 || (series.seconds[length - 1] ?? 0) < seconds;
  series.seconds[length] = seconds;
  series.values[length] = value;
  series.length = length + 1;
}

function inOrder({ seconds, values, length, isSorted }: Growing): Pick<Series, 'seconds' | 'values'> {
  if (isSorted) return { seconds: seconds.subarray(0, length), values: values.subarray(0, length) };
  // The sort is stable: of several readings at one instant, the last added comes last.
  const order = Uint32Array.from({ length }, (_, index) => index).sort(
    (a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0),
  );
  const kept = order.filter((from, index) => seconds[order[index + 1] ?? -1] !== seconds[from]);
  return {
    seconds: kept.map((from) => seconds[from] ?? 0),
    values: Float64Array.from(kept, (from) => values[from] ?? Number.NaN),
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
