import { z } from 'zod';
import { EntityId } from './entity.ts';
import { MetricName } from './metric.ts';
import { State } from './state.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

/**
 * A gauge over a day. Quantiles are of the samples (nearest rank); `last` is the day's last sample, as it was read. The others have
 * four significant digits, `min` rounded down and `max` up.
 */
export const GaugeDay = z.strictObject({
  count: z.int().positive(),
  min: z.number(),
  mean: z.number(),
  p50: z.number(),
  p95: z.number(),
  max: z.number(),
  last: z.number(),
});
export type GaugeDay = z.infer<typeof GaugeDay>;

/** The names of a gauge's statistics but `count`. */
export const gaugeStats = ['min', 'mean', 'p50', 'p95', 'max', 'last'] as const;
export type GaugeStat = (typeof gaugeStats)[number];

/** A counter over a day. Rates are per second, between neighbouring samples of one epoch. */
export const CounterDay = z.strictObject({
  /** What was counted in the covered part of the day. */
  total: z.number().nonnegative(),
  /** How much of the day lies between samples that could be subtracted, in seconds. */
  covered_seconds: z.number().nonnegative(),
  p95: z.number().nonnegative(),
  max: z.number().nonnegative(),
});
export type CounterDay = z.infer<typeof CounterDay>;

/** The names of a counter's statistics. */
export const counterStats = ['total', 'covered_seconds', 'p95', 'max'] as const;
export type CounterStat = (typeof counterStats)[number];

/**
 * How a duration was distributed, so that days can be merged: the bins of a DDSketch (Masson, Rim, Lee, VLDB 2019) of 2 % relative
 * accuracy. The first item is the key of the first bin; then come the counts of the bins one by one, where a negative number -n
 * stands for n empty bins. The bin of key k holds the values v with γ^(k-1) < v ≤ γ^k, γ = 1.02 / 0.98.
 */
export const Sketch = z.array(z.int()).min(2);
export type Sketch = z.infer<typeof Sketch>;

/** From when a state held, and why when it is not `up`; it holds until the next step. */
export const TimelineStep = z.tuple([Instant, State, z.string().max(500).optional()]);
export type TimelineStep = z.infer<typeof TimelineStep>;

/** An entity's last sample: where the next day goes on. */
export const Carry = z.strictObject({
  at: Instant,
  epoch: z.string().optional(),
  clock_seconds: z.number().optional(),
  state: State.optional(),
  reason: z.string().optional(),
  counters: z.record(MetricName, z.number()).optional(),
});
export type Carry = z.infer<typeof Carry>;

/** All that a day says of one entity. */
export const EntityDay = z.strictObject({
  /** How many samples the day has. */
  samples: z.int().positive(),
  /** One number instead of statistics: every sample of the day had this value. */
  gauges: z.record(MetricName, z.union([z.number(), GaugeDay])).optional(),
  /** Of each gauge that is a duration (`…_duration_seconds`). */
  sketches: z.record(MetricName, Sketch).optional(),
  counters: z.record(MetricName, CounterDay).optional(),
  /**
   * For what has a state: complete from the start of the day; `unknown` where no result can be believed. The last step may lie after
   * the day's end: when its last result is no longer believed, unless the next day knows more.
   */
  timeline: z.array(TimelineStep).optional(),
  /** The last value of each in the day. */
  facts: z.record(z.string(), z.string()).optional(),
  /** When its counters began anew (reboots). */
  restarts: z.array(Instant).optional(),
});
export type EntityDay = z.infer<typeof EntityDay>;

/** `data/daily/2026/2026-11-22.json`: a day of the fleet's time zone, with its 23, 24 or 25 hours. */
export const Daily = z.strictObject({
  schema: z.literal('vigie/daily@2'),
  day: Day,
  timeZone: TimeZone,
  /** What it was made from: the same input gives the same bytes. */
  inputs: z.strictObject({
    /** How many snapshot files the day has, those set aside too. */
    snapshots: z.int().nonnegative(),
    /** The digest of their names. */
    files: z.string(),
    /** Of all that the day was made from: its files, the neighbours' that touch it, the fleet's settings, what the day before hands over. */
    digest: z.string(),
    /** The names of those that could not be read whole: they are tried again at each compaction, and told as long as they lie there. */
    broken: z.array(z.string()).optional(),
  }),
  /** Of `carry`: the day after has to be made anew when it changes. */
  carry_digest: z.string(),
  entities: z.record(EntityId, EntityDay),
  /** The last sample of each entity, also of one that has been silent for a while. */
  carry: z.record(EntityId, Carry),
});
export type Daily = z.infer<typeof Daily>;

/** What stands for a column in a month: an item a day, null where the day has none; or one number, the same on all days with samples. */
export type StoredColumn = number | (number | null)[];

const column = z.custom<StoredColumn>(isColumn, {
  error: 'expected a number, or a list of at most 31 numbers and nulls',
});

/** A gauge through a month. A statistic that is left out equals `last` on every day, `count` the entity's `samples`. */
export const GaugeMonth = z.strictObject({
  last: column,
  min: column.optional(),
  mean: column.optional(),
  p50: column.optional(),
  p95: column.optional(),
  max: column.optional(),
  count: column.optional(),
});
export type GaugeMonth = z.infer<typeof GaugeMonth>;

/** A counter through a month. `covered_seconds` is left out when it equals the entity's. */
export const CounterMonth = z.strictObject({
  total: column,
  p95: column,
  max: column,
  covered_seconds: column.optional(),
});
export type CounterMonth = z.infer<typeof CounterMonth>;

/** A month of one entity in columns, one item a day of the month. */
export const EntityMonth = z.strictObject({
  /** How many samples each day has; one number when that is the same on all days of the month. */
  samples: column,
  gauges: z.record(MetricName, GaugeMonth).optional(),
  sketches: z.record(MetricName, z.array(Sketch.nullable())).optional(),
  counters: z.record(MetricName, CounterMonth).optional(),
  covered_seconds: column.optional(),
  /** The days' timelines joined; a day without data is `unknown`. */
  timeline: z.array(TimelineStep).optional(),
  /** Each value that a fact had, with the first day on which it had it. */
  facts: z.record(z.string(), z.array(z.tuple([Day, z.string()]))).optional(),
  restarts: z.array(Instant).optional(),
});
export type EntityMonth = z.infer<typeof EntityMonth>;

/** `data/monthly/2026-11.json`: a closed month, so that years load fast. It says all that its days said. */
export const Monthly = z.strictObject({
  schema: z.literal('vigie/monthly@2'),
  month: Month,
  timeZone: TimeZone,
  days: z.array(Day),
  inputs: z.strictObject({ days: z.int().nonnegative(), digest: z.string() }),
  entities: z.record(EntityId, EntityMonth),
});
export type Monthly = z.infer<typeof Monthly>;

/** By hand: years of columns hold tens of millions of items. */
function isColumn(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return (
    Array.isArray(value) &&
    value.length <= 31 &&
    value.every((item: unknown) => item === null || typeof item === 'number')
  );
}
