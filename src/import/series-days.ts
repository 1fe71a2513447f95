import type { CounterDay, EntityDay } from '../model/rollup.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { type Day, dayBounds, dayOf, daysBetween, fromSeconds } from '../model/time.ts';
import { counterDays, type Sample } from '../store/counters.ts';
import { gaugeDays } from '../store/gauges.ts';
import type { ImportedDay } from './imported.ts';
import type { Series } from './series.ts';

/** Between two readings that lie further apart than a collector's, what was counted is shared by the days that the time lies in. */
const longStepSeconds = 3600;
/** Over a longer gap than this nobody knows when it was counted. */
const longestStepSeconds = 35 * 86_400;

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** A series and how far its days have been read. */
interface Cursor {
  readonly series: Series;
  next: number;
}

/**
 * Series to the days on which they have readings, as if a collector had read them: those whose metric ends in `_total` are counters.
 * Entities and metrics come in alphabetical order.
 */
export function* daysOfSeries(all: readonly Series[], timeZone: string): Generator<ImportedDay> {
  const entities = new Map<string, Cursor[]>();
  for (const series of all) {
    const cursors = entities.get(series.entity) ?? [];
    cursors.push({ series, next: 0 });
    entities.set(series.entity, cursors);
  }
  for (const day of daysWithReadings(all, timeZone)) {
    const bounds = dayBounds(day, timeZone);
    const own = [...entities].flatMap(([entity, cursors]): [string, EntityDay][] => {
      const entityDay = dayOfEntity(entity, cursors, bounds);
      return entityDay === undefined ? [] : [[entity, entityDay]];
    });
    if (own.length > 0) yield { day, entities: Object.fromEntries(own) };
  }
}

/** All days from the first reading to the last; a stretch of years without any is passed over. */
function* daysWithReadings(all: readonly Series[], timeZone: string): Generator<Day> {
  const months = new Set<number>();
  // Coarse on purpose: whoever asks skips the days that turn out empty.
  for (const { seconds } of all) for (const at of seconds) months.add(Math.floor(at / 2_000_000));
  let last = '';
  for (const month of [...months].toSorted((a, b) => a - b)) {
    const from = dayOf(fromSeconds(month * 2_000_000), timeZone);
    const to = dayOf(fromSeconds((month + 1) * 2_000_000), timeZone);
    for (const day of daysBetween(from, to)) {
      if (day <= last) continue;
      last = day;
      yield day;
    }
  }
}

function dayOfEntity(entity: string, cursors: readonly Cursor[], bounds: Bounds): EntityDay | undefined {
  const records = new Map<number, EntityRecord>();
  const counters: [string, CounterDay][] = [];
  for (const cursor of cursors) {
    const { series } = cursor;
    const from = cursor.next;
    let to = from;
    while ((series.seconds[to] ?? Number.POSITIVE_INFINITY) < bounds.end) to += 1;
    cursor.next = to;
    const isCounter = series.metric.endsWith('_total');
    for (let index = from; index < to; index += 1) {
      const at = series.seconds[index] ?? 0;
      let record = records.get(at);
      if (record === undefined) {
        record = { entity, at: fromSeconds(at), gauges: {} };
        records.set(at, record);
      }
      if (!isCounter && record.gauges) record.gauges[series.metric] = series.values[index] ?? Number.NaN;
    }
    if (isCounter) {
      const samples = samplesOf(series, from, to, bounds);
      counters.push(...Object.entries(counterDays(samples, bounds)));
    }
  }
  if (records.size === 0) return undefined;
  const sorted = [...records].toSorted(([a], [b]) => a - b).map(([, record]) => record);
  return {
    samples: sorted.length,
    ...gaugeDays(sorted),
    ...(counters.length === 0 ? {} : { counters: Object.fromEntries(counters) }),
  };
}

/** A counter's readings of a day, the one before, and what it showed at the day's ends where its readings lie far apart. */
function samplesOf({ metric, seconds, values }: Series, from: number, to: number, bounds: Bounds): Sample[] {
  const sample = (at: number, value: number): Sample => ({
    seconds: at,
    record: { counters: { [metric]: value } },
  });
  const samples: Sample[] = [];
  for (let index = Math.max(0, from - 1); index < to; index += 1) {
    samples.push(sample(seconds[index] ?? 0, values[index] ?? 0));
  }
  const [before, after] = [seconds[to - 1], seconds[to]];
  if (before === undefined || after === undefined || after - before > longestStepSeconds) return samples;
  const [low, high] = [values[to - 1] ?? 0, values[to] ?? 0];
  if (after - before > longStepSeconds && after > bounds.end && high >= low) {
    samples.push(sample(bounds.end, low + ((high - low) * (bounds.end - before)) / (after - before)));
  }
  return samples;
}
