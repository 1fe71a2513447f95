import type { Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { Sketch } from '../model/rollup.ts';
import type { Latency } from '../model/status-file.ts';
import { countDays, type Day, monthOf } from '../model/time.ts';
import { addSketch, type Bins, noBins, quantilesIn } from '../store/sketch.ts';
import type { Calendar } from './calendar.ts';

/** How long a service took to answer. */
export interface ServiceLatency {
  /** On each of the calendar's days. */
  readonly days: readonly Latency[];
  /** In each of its months. */
  readonly months: readonly Latency[];
  /** Over so many last days together, today included. */
  last(days: number): Latency;
}

const metric = 'check_duration_seconds';
/** No answer, or none that was measured. */
export const noLatency: Latency = { p50_seconds: null, p95_seconds: null, p99_seconds: null };

/**
 * How long a service took to answer on the calendar's days, in its months, and over spans of the last days: percentiles of all answers in
 * them together, from the sketches of the days. Of several checks the slowest tells, for percentiles cannot be averaged.
 */
export function serviceLatency(
  service: Service,
  history: History,
  calendar: Calendar,
  spans: readonly number[],
): ServiceLatency {
  const checks = [...service.checks.keys()].flatMap((name) => {
    const answers = answersOf(`check:${service.id}:${name}`, history);
    return answers === undefined ? [] : [checkLatency(answers, calendar, spans)];
  });
  return {
    days: calendar.days.map((_, index) => slowest(checks.map(({ days }) => days[index]))),
    months: calendar.months.map((_, index) => slowest(checks.map(({ months }) => months[index]))),
    last: (days) => slowest(checks.map((check) => check.last(days))),
  };
}

/** What is known of a check's answers, an item a day of the history. */
interface Answers {
  readonly days: readonly Day[];
  readonly sketches: readonly (Sketch | null)[];
  readonly min: Float64Array;
  readonly p50: Float64Array;
  readonly p95: Float64Array;
  readonly max: Float64Array;
}

function answersOf(name: string, { days, entities }: History): Answers | undefined {
  const entity = entities.get(name);
  const gauge = entity?.gauges.get(metric);
  if (gauge === undefined) return undefined;
  const { min, p50, p95, max } = gauge;
  return { days, sketches: entity?.sketches.get(metric)?.() ?? [], min, p50, p95, max };
}

function checkLatency(answers: Answers, calendar: Calendar, spans: readonly number[]): ServiceLatency {
  const [first = '', today = ''] = [answers.days[0], calendar.days.at(-1)?.day];
  const months = new Map(calendar.months.map(({ month }) => [month, noDurations()]));
  const [firstMonth = ''] = months.keys();
  const [recent, ofDay] = [noDurations(), noBins()];
  const last = new Map<number, Latency>();
  const [latest, longest] = [countDays(first, today), Math.max(...spans)];
  for (
    let index = latest;
    index > latest - longest || (answers.days[index] ?? '') >= firstMonth;
    index -= 1
  ) {
    const month = months.get(monthOf(answers.days[index] ?? ''));
    if (month !== undefined) addDay(month, answers, index);
    const span = latest - index + 1;
    if (span <= longest) addDay(recent, answers, index);
    if (spans.includes(span)) last.set(span, latencyOf(recent));
  }
  return {
    days: calendar.days.map((_, index) =>
      latencyOfDay(answers, latest - calendar.days.length + 1 + index, ofDay),
    ),
    months: [...months.values()].map(latencyOf),
    last: (days) => last.get(days) ?? noLatency,
  };
}

/** Durations of several days together. */
interface Durations {
  readonly bins: Bins;
  least: number;
  most: number;
}

function noDurations(): Durations {
  return { bins: noBins(), least: Number.POSITIVE_INFINITY, most: 0 };
}

function addDay(durations: Durations, { sketches, min, max }: Answers, index: number): void {
  const sketch = sketches[index] ?? null;
  if (sketch === null) return;
  addSketch(durations.bins, sketch);
  durations.least = Math.min(durations.least, finite(min[index]) ?? 0);
  durations.most = Math.max(durations.most, finite(max[index]) ?? Number.POSITIVE_INFINITY);
}

/** What sketches tell is within 5 %: two digits. The extremes are known better, and nothing lies beyond them. */
function latencyOf({ bins, least, most }: Durations): Latency {
  const told = quantilesIn(bins, [0.5, 0.95, 0.99]);
  if (told === null) return noLatency;
  const [p50 = 0, p95 = 0, p99 = 0] = told.map((seconds) =>
    round(Math.min(Math.max(seconds, least), most), 2),
  );
  return { p50_seconds: p50, p95_seconds: p95, p99_seconds: p99 };
}

/** A day's median and 95th percentile are stored as they were; only the 99th is from its sketch, and lies between the latter and the longest. */
function latencyOfDay({ sketches, p50, p95, max }: Answers, index: number, bins: Bins): Latency {
  const sketch = sketches[index] ?? null;
  const [median, high, most] = [p50, p95, max].map((column) => finite(column[index]));
  bins.fill(0);
  if (sketch !== null) addSketch(bins, sketch);
  const told = quantilesIn(bins, [0.99])?.[0];
  return {
    p50_seconds: median ?? null,
    p95_seconds: high ?? null,
    p99_seconds:
      told === undefined
        ? null
        : Math.min(Math.max(round(told, 3), high ?? 0), most ?? Number.POSITIVE_INFINITY),
  };
}

function round(seconds: number, significantDigits: number): number {
  return Number(seconds.toPrecision(significantDigits));
}

function finite(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Each percentile of the check for which it is longest. */
function slowest(latencies: readonly (Latency | undefined)[]): Latency {
  const longest = (of: (latency: Latency) => number | null) =>
    latencies
      .map((latency) => (latency === undefined ? null : of(latency)))
      .reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b)), null);
  return {
    p50_seconds: longest(({ p50_seconds }) => p50_seconds),
    p95_seconds: longest(({ p95_seconds }) => p95_seconds),
    p99_seconds: longest(({ p99_seconds }) => p99_seconds),
  };
}
