import { normal, uniform, wander } from '../chance.ts';
import { isStraight, type Line, valueAt } from './line.ts';
import { type Calendar, runAt, type SimulatedDay } from './moments.ts';

const day = 86_400;

/** A gauge that follows a line: the line, times what the public does, plus noise. */
export interface MeasuredGauge {
  readonly kind: 'measured';
  readonly metric: string;
  readonly line: Line;
  /** How much of it follows the public: 0.2 makes it 20 % higher when the public is twice as busy as usual. */
  readonly visitsRatio: number;
  /** Standard deviation of what differs from run to run. */
  readonly noise: number;
  /** Standard deviation of what wanders from week to week. */
  readonly wander: number;
  readonly least: number;
  readonly most: number;
  /** Values are whole multiples of it. */
  readonly unit: number;
  /** Where it is full. */
  readonly capacity?: number;
}

/** A value that does not change. */
export interface ConstantGauge {
  readonly kind: 'constant';
  readonly metric: string;
  readonly value: number;
}

/** What follows from the series before it of the same entity. */
export interface DerivedSeries {
  readonly kind: 'derived';
  readonly metric: string;
  readonly derive: (read: (metric: string) => Float64Array, day: SimulatedDay) => (run: number) => number;
  /** What it follows without any noise, when it follows something of its own. */
  readonly line?: Line;
  readonly capacity?: number;
}

/** What a counter counts in a day follows a line; within the day it follows the public and the night's work. */
export interface MeasuredCounter {
  readonly kind: 'measured';
  readonly metric: string;
  /** Counted a day, on a day of usual visits. */
  readonly line: Line;
  /** The share that does not depend on the public. */
  readonly restRatio: number;
  /** How much the night's work weighs, beside the public's usual visits. */
  readonly night: number;
  /** Standard deviation of a day, relative to it. */
  readonly dayNoise: number;
  /** Standard deviation of a run, relative to it. */
  readonly noise: number;
  readonly unit: number;
  /** Of one run, should the line ask for more. */
  readonly mostPerSecond: number;
  /** What it had counted before the first day. */
  readonly initial: number;
}

export type Gauge = MeasuredGauge | ConstantGauge | DerivedSeries;
export type Counter = MeasuredCounter | ConstantGauge | DerivedSeries;

/** Normal numbers to draw noise from: each day of each series begins somewhere else among them. */
const pool = Float64Array.from({ length: 1 << 16 }, (_, index) => normal(0x51ab1e, index));
const poolMask = pool.length - 1;

/** The values of a gauge at each run of a day, rounded as its source rounds. */
export function fillGauge(
  gauge: MeasuredGauge,
  seed: number,
  moment: SimulatedDay,
  into: Float64Array,
): void {
  const { line, visitsRatio, noise, least, most, unit } = gauge;
  const { start, end, runs, visits, index } = moment;
  const offset = offsetOf(seed, index);
  const [first, last] = [runAt(start, 0), runAt(start, runs - 1)];
  const straight = isStraight(line, first, last);
  const firstValue = valueAt(line, first);
  const step = (valueAt(line, last) - firstValue) / (runs - 1);
  const drift = gauge.wander === 0 ? 0 : gauge.wander * wander(seed, start, 7 * day);
  const driftStep = gauge.wander === 0 ? 0 : (gauge.wander * wander(seed, end, 7 * day) - drift) / runs;
  for (let run = 0; run < runs; run += 1) {
    const level = straight ? firstValue + run * step : valueAt(line, runAt(start, run));
    const busy = visitsRatio === 0 ? 1 : 1 + visitsRatio * ((visits[run] ?? 1) - 1);
    const value = level * busy + noise * noiseAt(offset, run) + drift + run * driftStep;
    into[run] = roundTo(Math.min(Math.max(value, least), most), unit);
  }
}

/** What a counter has counted since the first day, and before it, at each run of a day; not rounded. */
export type Cumulative = (moment: SimulatedDay, into: Float64Array) => void;

/** A counter through all days. Fastest when asked in order of time. */
export function createCumulative(
  counter: MeasuredCounter,
  seed: number,
  { startOf, visitsAt }: Calendar,
): Cumulative {
  let reached = { index: 0, sum: counter.initial };
  const totalOf = (index: number) => {
    const start = startOf(index);
    const seconds = startOf(index + 1) - start;
    const { restRatio, dayNoise, mostPerSecond, line } = counter;
    const activity = restRatio + (1 - restRatio) * visitsAt(index);
    const noise = Math.exp(dayNoise * noiseAt(offsetOf(seed, index), 700));
    const asked = (valueAt(line, start + day / 2) * activity * noise * seconds) / day;
    return Math.min(Math.max(0, asked), 0.5 * mostPerSecond * seconds);
  };
  return (moment, into) => {
    if (moment.index < reached.index) reached = { index: 0, sum: counter.initial };
    while (reached.index < moment.index)
      reached = { index: reached.index + 1, sum: reached.sum + totalOf(reached.index) };
    const { runs, visits, dumps, index } = moment;
    const offset = offsetOf(seed + 1, index);
    const { restRatio, night, noise } = counter;
    let weight = 0;
    into[0] = 0;
    for (let run = 1; run < runs; run += 1) {
      const asked = restRatio + (1 - restRatio) * (visits[run] ?? 1) + night * (dumps[run] ?? 0);
      weight += asked * Math.max(0.1, 1 + noise * noiseAt(offset, run));
      into[run] = weight;
    }
    // The step over midnight is as long as any other, and counts as much as the average one.
    const counted = totalOf(index) * (1 - 1 / runs);
    for (let run = 0; run < runs; run += 1) into[run] = reached.sum + (counted * (into[run] ?? 0)) / weight;
  };
}

/** Down to a whole multiple of a unit: 4096, 1, or a decimal such as 0.01. */
export function roundTo(value: number, unit: number): number {
  if (unit >= 1) return Math.floor(value / unit) * unit;
  const parts = Math.round(1 / unit);
  return Math.floor(value * parts) / parts;
}

/** Where the noise of a day begins among the numbers of `noiseAt`. */
export function offsetOf(seed: number, index: number): number {
  return Math.floor(uniform(seed, index) * pool.length);
}

/** A normal number. */
export function noiseAt(offset: number, run: number): number {
  return pool[(offset + run) & poolMask] ?? 0;
}
