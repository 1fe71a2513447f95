import { z } from 'zod';
import { EntityId } from './entity.ts';
import { isMetricName, MetricName } from './metric.ts';
import { State } from './state.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

/**
 * A gauge over a day. Quantiles are of the samples (nearest rank); `last` is the day's last sample, to six. The others have
 * three significant digits, `min` rounded down and `max` up; on a day on which all samples are equal they are as exact as `last`.
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
 * How a duration was distributed, so that days can be merged: the bins of a DDSketch (Masson, Rim, Lee, VLDB 2019) of 5 % relative
 * accuracy, as whole numbers with a space between two. The first is the key of the first bin; then come the counts of the bins one by
 * one, where a negative number -n stands for n empty bins: `-25 1 3 -2 1`. The bin of key k holds the values v with γ^(k-1) < v ≤ γ^k,
 * γ = 1.05 / 0.95. Text, since few who read years of it ask for it.
 */
export const Sketch = z.custom<string>(isSketch, { error: 'expected a sketch such as "-25 1 3 -2 1"' });
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
    /** The names of all files that it was made from, the neighbours' that touch it too; left out where they are not known. */
    files: z.array(z.string()).optional(),
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

/**
 * What stands for a column in a month: an item a day, null where the day has none; or one number, the same on all days with samples; or,
 * where that is shorter, a power of ten and the whole numbers that it multiplies: `[-4, [996, 982]]` is `[0.0996, 0.0982]`.
 */
export type StoredColumn = number | (number | null)[] | [exponent: number, items: (number | null)[]];

const column = z.custom<StoredColumn>(isColumn, {
  error:
    'expected a number, a list of at most 31 numbers and nulls, or an exponent from -20 to 20 and such a list',
});

const sketches = z.custom<(Sketch | null)[]>(
  (value) =>
    Array.isArray(value) && value.length <= 31 && value.every((item) => item === null || isSketch(item)),
  { error: 'expected a list of at most 31 sketches and nulls' },
);

/** A gauge through a month. A statistic that is left out equals `last` on every day, `count` the entity's `samples`. */
export type GaugeMonth = Readonly<
  { last: StoredColumn } & Partial<Record<Exclude<GaugeStat, 'last'> | 'count', StoredColumn>>
>;
const gaugeMonths = columns<GaugeMonth>(['last'], ['min', 'mean', 'p50', 'p95', 'max', 'count']);

/** A counter through a month. `covered_seconds` is left out when it equals the entity's. */
export type CounterMonth = Readonly<
  Record<'total' | 'p95' | 'max', StoredColumn> & { covered_seconds?: StoredColumn }
>;
const counterMonths = columns<CounterMonth>(['total', 'p95', 'max'], ['covered_seconds']);

/** A month of one entity in columns, one item a day of the month. */
export const EntityMonth = z.strictObject({
  /** How many samples each day has; one number when that is the same on all days of the month. */
  samples: column,
  gauges: gaugeMonths.optional(),
  sketches: z.record(MetricName, sketches).optional(),
  counters: counterMonths.optional(),
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
  /** The days that it was made from, and the digest of what they were made from. */
  inputs: z.strictObject({ days: z.array(Day), digest: z.string() }),
  entities: z.record(EntityId, EntityMonth),
});
export type Monthly = z.infer<typeof Monthly>;

// By hand from here on: years of columns hold tens of millions of items.

function isSketch(value: unknown): boolean {
  return typeof value === 'string' && value.length < 10_000 && /^-?\d+( -?\d+)+$/.test(value);
}

function isColumn(value: unknown): value is StoredColumn {
  if (typeof value === 'number' || isNumbers(value)) return true;
  if (!Array.isArray(value) || value.length !== 2 || !isNumbers(value[1])) return false;
  return Number.isInteger(value[0]) && Math.abs(Number(value[0])) <= 20;
}

function isNumbers(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 31) return false;
  for (const item of value) if (item !== null && typeof item !== 'number') return false;
  return true;
}

/** By the name of a metric, an object of columns by these names. */
function columns<Columns>(
  required: readonly string[],
  optional: readonly string[],
): z.ZodType<Record<string, Columns>> {
  const known = [...required, ...optional];
  const isGood = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return false;
    for (const name in value) if (!known.includes(name) || !isColumn(Reflect.get(value, name))) return false;
    return required.every((name) => Object.hasOwn(value, name));
  };
  return z.custom<Record<string, Columns>>(
    (value) => {
      if (typeof value !== 'object' || value === null) return false;
      for (const name of Object.keys(value))
        if (!isMetricName(name) || !isGood(Reflect.get(value, name))) return false;
      return true;
    },
    { error: `expected metrics with columns by the names ${known.join(', ')}` },
  );
}
