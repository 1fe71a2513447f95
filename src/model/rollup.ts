import { z } from 'zod';
import { EntityId } from './entity.ts';
import { MetricName } from './metric.ts';
import { State } from './state.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

/** A gauge over a day. Quantiles are of the samples (nearest rank); `last` is the day's last sample. */
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

/** From when a state held; it holds until the next step. */
export const TimelineStep = z.tuple([Instant, State]);
export type TimelineStep = z.infer<typeof TimelineStep>;

/** The day's last sample: where the next day goes on. */
export const Carry = z.strictObject({
  at: Instant,
  epoch: z.string().optional(),
  clock_seconds: z.number().optional(),
  state: State.optional(),
  counters: z.record(MetricName, z.number()).optional(),
});
export type Carry = z.infer<typeof Carry>;

/** All that a day says of one entity. */
export const EntityDay = z.strictObject({
  gauges: z.record(MetricName, GaugeDay).optional(),
  counters: z.record(MetricName, CounterDay).optional(),
  /**
   * For what has a state: complete from the start of the day; `unknown` where no result can be believed. The last step may lie after
   * the day's end: when its last result is no longer believed, unless the next day knows more.
   */
  timeline: z.array(TimelineStep).optional(),
  facts: z.record(z.string(), z.string()).optional(),
  /** When its counters began anew (reboots). */
  restarts: z.array(Instant).optional(),
  carry: Carry,
});
export type EntityDay = z.infer<typeof EntityDay>;

/** `data/daily/2026/2026-11-22.json`: a day of the fleet's time zone, with its 23, 24 or 25 hours. */
export const Daily = z.strictObject({
  schema: z.literal('vigie/daily@1'),
  day: Day,
  timeZone: TimeZone,
  /** What it was made from: the same input gives the same bytes, and a late snapshot changes the digest. */
  inputs: z.strictObject({
    /** How many snapshot files there were, those set aside too. */
    snapshots: z.int().nonnegative(),
    digest: z.string(),
    /** The names of those that could not be read: they are tried again at each compaction, and told as long as they lie there. */
    broken: z.array(z.string()).optional(),
  }),
  entities: z.record(EntityId, EntityDay),
});
export type Daily = z.infer<typeof Daily>;

const column = z.array(z.number().nullable());

/** A month of one entity in columns, one item a day of the month; null where the day has none. */
export const EntityMonth = z.strictObject({
  gauges: z
    .record(MetricName, z.strictObject({ mean: column, p50: column, p95: column, max: column, last: column }))
    .optional(),
  counters: z
    .record(MetricName, z.strictObject({ total: column, covered_seconds: column, p95: column }))
    .optional(),
  /** The days' timelines joined; a day without data is `unknown`. */
  timeline: z.array(TimelineStep).optional(),
  /** The last value of each in the month. */
  facts: z.record(z.string(), z.string()).optional(),
  restarts: z.array(Instant).optional(),
});
export type EntityMonth = z.infer<typeof EntityMonth>;

/** `data/monthly/2026-11.json`: a closed month, so that years load fast. */
export const Monthly = z.strictObject({
  schema: z.literal('vigie/monthly@1'),
  month: Month,
  timeZone: TimeZone,
  days: z.array(Day),
  inputs: z.strictObject({ days: z.int().nonnegative(), digest: z.string() }),
  entities: z.record(EntityId, EntityMonth),
});
export type Monthly = z.infer<typeof Monthly>;
