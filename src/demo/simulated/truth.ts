import { z } from 'zod';
import { EntityId, Slug } from '../../model/entity.ts';
import { MetricName } from '../../model/metric.ts';
import { Day, Instant, TimeZone } from '../../model/time.ts';

/** What is planted in one series. */
export const SeriesTruth = z.strictObject({
  /** A gauge is a value at an instant; of a counter, what it counts in a day. */
  kind: z.enum(['gauge', 'counter']),
  /** At the first second of the first day. */
  start: z.number(),
  /** From the first one on, the value grows by so much a day, until the next one. */
  trends: z.array(z.strictObject({ from: Instant, per_day: z.number(), cause: z.string().optional() })),
  /** Where it jumps, besides. Regular clean-ups are told ten years ahead. */
  shifts: z.array(z.strictObject({ at: Instant, by: z.number(), cause: z.string() })),
  /** How much more of it there is when the public is twice as busy as usual: by the hour, the weekday and the month. */
  visits_ratio: z.number(),
  /** Standard deviation from run to run. */
  noise: z.number().nonnegative(),
  /** Standard deviation of what wanders from week to week. */
  wander: z.number().nonnegative(),
  /** Standard deviation from day to day, as a share of the value. */
  day_noise_ratio: z.number().nonnegative(),
  /** Where it is full. */
  capacity: z.number().positive().optional(),
  /** When the value without noise is at a share of the capacity, from `now` on; null: not within ten years. */
  crossings: z.array(z.strictObject({ ratio: z.number(), at: Instant.nullable() })).optional(),
});
export type SeriesTruth = z.infer<typeof SeriesTruth>;

/** A time in which a service was not well. */
export const OutageTruth = z.strictObject({
  service: Slug,
  state: z.enum(['down', 'degraded']),
  from: Instant,
  to: Instant,
  cause: z.string(),
  /** The first run that met it, and the first one after it; null when it fell between two runs. */
  seen: z.strictObject({ from: Instant, to: Instant }).nullable(),
});
export type OutageTruth = z.infer<typeof OutageTruth>;

const interval = { from: Instant, to: Instant };

/** `truth.json`, beside `data/`: all that is planted in a simulated workspace. */
export const Truth = z.strictObject({
  schema: z.literal('vigie/truth@1'),
  options: z.strictObject({
    hosts: z.int(),
    services: z.int(),
    containers: z.int(),
    days: z.int(),
    seed: z.int(),
  }),
  now: Instant,
  timeZone: TimeZone,
  first_day: Day,
  last_day: Day,
  every_seconds: z.int().positive(),
  /** In order of time, as all lists. */
  outages: z.array(OutageTruth),
  /** A host that stopped and started. */
  stops: z.array(z.strictObject({ host: Slug, ...interval, cause: z.enum(['reboot', 'outage']) })),
  moves: z.array(z.strictObject({ container: z.string(), from: Slug, to: Slug, at: Instant })),
  /** A disk that died, since when its bay had been busier every day, and the disk that followed it. */
  disk_deaths: z.array(
    z.strictObject({
      disk: EntityId,
      host: Slug,
      device: z.string(),
      tires_from: Instant,
      died: Instant,
      replaced: Instant,
      replaced_by: EntityId,
    }),
  ),
  missing: z.array(
    z.strictObject({
      /** `silence`: nobody collected; `blindness`: the observer was offline; `unreadable`: one host could not be read. */
      kind: z.enum(['silence', 'blindness', 'unreadable']),
      host: Slug.optional(),
      ...interval,
    }),
  ),
  series: z.record(EntityId, z.record(MetricName, SeriesTruth)),
});
export type Truth = z.infer<typeof Truth>;
