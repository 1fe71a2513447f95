import type { EntityId } from '../model/entity.ts';
import type { MetricName } from '../model/metric.ts';
import type { CounterDay, EntityDay, GaugeDay } from '../model/rollup.ts';
import { dayBounds, dayOf, daysBetween, fromSeconds } from '../model/time.ts';
import { counterDays, type Sample } from '../store/counters.ts';
import { gaugeDay } from '../store/gauges.ts';
import { sketchOf } from '../store/sketch.ts';
import type { ImportedDay } from './imported.ts';
import type { RrdPoint } from './rrd-points.ts';

/** What an RRD holds of one metric. */
export interface RrdSeries {
  readonly entity: EntityId;
  readonly metric: MetricName;
  /** Averages; of a metric that ends in `_total`, rates per second. */
  readonly averages: readonly RrdPoint[];
  /** The least and the greatest value in each stretch of time; empty where no archive keeps them. */
  readonly minima: readonly RrdPoint[];
  readonly maxima: readonly RrdPoint[];
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** A point stands for the day in which its middle lies: a coarse archive has one a day, by the clock of UTC. */
export function* daysOfRrd(all: readonly RrdSeries[], timeZone: string): Generator<ImportedDay> {
  const starts = all.flatMap(({ averages }) => averages[0]?.start ?? []);
  const ends = all.flatMap(({ averages }) => averages.at(-1)?.end ?? []);
  if (starts.length === 0) return;
  const [first, last] = [Math.min(...starts), Math.max(...ends) - 1];
  const sorted = all.toSorted((a, b) => compare(a.entity, b.entity) || compare(a.metric, b.metric));
  for (const day of daysBetween(dayOf(fromSeconds(first), timeZone), dayOf(fromSeconds(last), timeZone))) {
    const bounds = dayBounds(day, timeZone);
    const entities: Record<EntityId, EntityDay> = {};
    for (const entity of new Set(sorted.map((series) => series.entity))) {
      const own = dayOfEntity(
        sorted.filter((series) => series.entity === entity),
        bounds,
      );
      if (own !== undefined) entities[entity] = own;
    }
    if (Object.keys(entities).length > 0) yield { day, entities };
  }
}

function dayOfEntity(all: readonly RrdSeries[], bounds: Bounds): EntityDay | undefined {
  const counts = all.map(({ averages }) => middlesWithin(averages, bounds).length);
  const samples = Math.max(...counts);
  if (samples === 0) return undefined;
  const day: EntityDay = { samples };
  for (const { metric, averages, minima, maxima } of all) {
    if (metric.endsWith('_total')) {
      const counter = counterDayOf(metric, averages, bounds);
      if (counter !== undefined) day.counters = { ...day.counters, [metric]: counter };
      continue;
    }
    const values = middlesWithin(averages, bounds);
    if (values.length === 0) continue;
    const extremes = [...middlesWithin(minima, bounds), ...middlesWithin(maxima, bounds)];
    day.gauges = { ...day.gauges, [metric]: gaugeDayOf(values, extremes, samples) };
    if (metric.endsWith('_duration_seconds')) {
      day.sketches = { ...day.sketches, [metric]: sketchOf(values) };
    }
  }
  return day;
}

/** The distribution of the averages, between the least and the greatest value that was kept. */
function gaugeDayOf(
  values: readonly number[],
  extremes: readonly number[],
  samples: number,
): number | GaugeDay {
  const inner = gaugeDay(values, samples);
  const outer = gaugeDay([...extremes, ...values], samples);
  if (typeof outer === 'number' || (typeof inner === 'object' && extremes.length === 0)) return inner;
  const { min, max } = outer;
  if (typeof inner === 'object') return { ...inner, min, max };
  return { count: values.length, min, mean: inner, p50: inner, p95: inner, max, last: inner };
}

/** Rates to a counter that shows what was counted; it begins anew after a gap. */
function counterDayOf(
  metric: MetricName,
  rates: readonly RrdPoint[],
  bounds: Bounds,
): CounterDay | undefined {
  const samples: Sample[] = [];
  let [counted, epoch, reached] = [0, 0, Number.NaN];
  const put = (seconds: number) =>
    samples.push({ seconds, record: { epoch: String(epoch), counters: { [metric]: counted } } });
  for (const { start, end, value } of overlapping(rates, bounds)) {
    const [from, to] = [Math.max(start, bounds.start), Math.min(end, bounds.end)];
    if (from !== reached) {
      epoch += 1;
      put(from);
    }
    counted += Math.max(0, value) * (to - from);
    put(to);
    reached = to;
  }
  return counterDays(samples, bounds)[metric];
}

function middlesWithin(points: readonly RrdPoint[], { start, end }: Bounds): number[] {
  return overlapping(points, { start, end })
    .filter((point) => (point.start + point.end) / 2 >= start && (point.start + point.end) / 2 < end)
    .map(({ value }) => value);
}

/** Those of sorted points that lie in a stretch of time, in part at least. */
function overlapping(points: readonly RrdPoint[], { start, end }: Bounds): readonly RrdPoint[] {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  let after = low;
  while ((points[after]?.start ?? Number.POSITIVE_INFINITY) < end) after += 1;
  return points.slice(low, after);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
