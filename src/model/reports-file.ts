import { z } from 'zod';
import { Slug } from './entity.ts';
import { State } from './state.ts';
import { Availability } from './status-file.ts';
import { Day, Instant, TimeZone } from './time.ts';

// .vigie/reports.json: what the hosting team and its management may know.

const column = z.array(z.number().nullable());

/** A robust line through a series, with what it is worth on that very series. */
export const Trend = z.discriminatedUnion('kind', [
  /** Too little history for a line: how much there is, and how much it takes. */
  z.strictObject({ kind: z.literal('collecting'), days: z.int(), needed_days: z.int() }),
  z.strictObject({
    kind: z.literal('line'),
    /** How many days of data it rests on. */
    days: z.int(),
    /** Theil–Sen slope in the series' unit a day, and its 80 % interval. */
    slope_per_day: z.number(),
    slope_low: z.number(),
    slope_high: z.number(),
    /** The line ahead, one item every `step_days` from tomorrow: median, and the band that held 80 % of past errors. */
    ahead: z.strictObject({
      first: Day,
      step_days: z.int(),
      median: z.array(z.number()),
      low: z.array(z.number()),
      high: z.array(z.number()),
    }),
    /** When each threshold is crossed; null: not within the horizon shown. */
    crossings: z.array(
      z.strictObject({
        threshold: z.number(),
        earliest: Day.nullable(),
        median: Day.nullable(),
        latest: Day.nullable(),
      }),
    ),
    /** How the same method did on this series' own past. Null when there is too little of it. */
    backtest: z
      .strictObject({
        horizon_days: z.int(),
        trials: z.int(),
        /** Mean absolute error at the horizon, in the series' unit. */
        error: z.number(),
        /** The same for "as today", the yardstick. */
        error_of_last_value: z.number(),
        /** The share of trials that the 80 % band held. */
        held: z.number(),
      })
      .nullable(),
  }),
]);
export type Trend = z.infer<typeof Trend>;

/** One resource of a host over time. */
export const Resource = z.strictObject({
  kind: z.enum(['cpu', 'memory', 'filesystem']),
  /** The mount point for a file system; else empty. */
  name: z.string(),
  /** `ratio`: a share of the capacity, 0 to 1. `bytes`: to be seen against `capacity`. */
  unit: z.enum(['ratio', 'bytes']),
  capacity: z.number().nullable(),
  /** In the unit of the series, ascending. */
  thresholds: z.array(z.number()),
  /** The newest value; null when it was not read of late. */
  now: z.number().nullable(),
  first: Day,
  /** One item a day from `first`. What is planned on: a gauge's 95th percentile of the day, a store's last value of the day. */
  values: column,
  /** The day's mean, for gauges. */
  means: column.nullable(),
  trend: Trend,
});
export type Resource = z.infer<typeof Resource>;

export const HostReport = z.strictObject({
  id: Slug,
  name: z.string(),
  provider: z.string().nullable(),
  site: z.string().nullable(),
  isEntry: z.boolean(),
  /** `up` when the last run could read it, `unknown` when nothing was heard of it within 2.5 intervals. */
  state: State,
  readAt: Instant.nullable(),
  /** Why it could not be read, when it could not. */
  fault: z.string().nullable(),
  os: z.string().nullable(),
  kernel: z.string().nullable(),
  bootedAt: Instant.nullable(),
  cpu_count: z.number().nullable(),
  memory_bytes: z.number().nullable(),
  load5_per_cpu_ratio: z.number().nullable(),
  /** From hardware.csv. */
  hardware: z.array(
    z.strictObject({
      part: z.string(),
      description: z.string(),
      acquisition: z.enum(['bought', 'leased']),
      contract: z.string().nullable(),
      from: Day,
      until: Day.nullable(),
      price_eur: z.number().nullable(),
      monthly_eur: z.number().nullable(),
      age_days: z.int(),
    }),
  ),
  resources: z.array(Resource),
  events: z.array(
    z.strictObject({ at: Instant, kind: z.enum(['reboot', 'silence']), seconds: z.number().nullable() }),
  ),
  services: z.array(Slug),
});
export type HostReport = z.infer<typeof HostReport>;

export const ServiceReport = z.strictObject({
  id: Slug,
  name: z.string(),
  application: z.string(),
  host: Slug.nullable(),
  container: z.string().nullable(),
  state: State,
  reason: z.string().nullable(),
  last90Days: Availability,
  /** The 95th percentile of all answers of the last 7 days together, of the slowest check, within 5 %. */
  p95_seconds: z.number().nullable(),
});
export type ServiceReport = z.infer<typeof ServiceReport>;

export const ReportsFile = z.strictObject({
  schema: z.literal('vigie/reports@1'),
  fleet: z.strictObject({ name: z.string(), timeZone: TimeZone, locale: z.enum(['fr', 'en']) }),
  builtAt: Instant,
  dataUntil: Instant.nullable(),
  every_seconds: z.int().positive(),
  firstDay: Day.nullable(),
  policies: z.strictObject({ hostMaxAge_days: z.int(), hostLeadTime_days: z.int() }),
  hosts: z.array(HostReport),
  services: z.array(ServiceReport),
  /** What the last run of each collector could not read. */
  errors: z.array(
    z.strictObject({
      collector: z.string(),
      at: Instant,
      source: z.string(),
      part: z.string().nullable(),
      message: z.string(),
    }),
  ),
  /** Files in data/ that could not be read and were set aside. */
  broken: z.array(z.strictObject({ file: z.string(), message: z.string() })),
});
export type ReportsFile = z.infer<typeof ReportsFile>;
