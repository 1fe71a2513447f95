import { z } from 'zod';
import { Slug } from './entity.ts';
import { State } from './state.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

// .vigie/status.json: all that the public may know. Every field is written out; nothing internal has a place here.

/** A share of a window, 0 to 1; null when nothing was seen. */
const ratio = z.number().min(0).max(1).nullable();
const seconds = z.number().nonnegative();

/** Availability over a window: 1 − down / (window − unknown − maintenance). */
export const Availability = z.strictObject({
  /** Not rounded; pages round down. */
  ratio,
  /** The share of the window in which we looked and could tell. */
  coverage: z.number().min(0).max(1),
  down_seconds: seconds,
});
export type Availability = z.infer<typeof Availability>;

/** One outage: from the first failed check to the first good one. */
export const PublicOutage = z.strictObject({
  from: Instant,
  /** Null while it lasts. */
  to: Instant.nullable(),
});
export type PublicOutage = z.infer<typeof PublicOutage>;

export const PublicService = z.strictObject({
  id: Slug,
  name: z.string(),
  application: z.string(),
  url: z.string().nullable(),
  libraries: z.array(Slug),
  state: State,
  /** Since when it is in this state; null when unknown. */
  since: Instant.nullable(),
  /** The last result; null when it was never looked at. */
  checkedAt: Instant.nullable(),
  version: z.string().nullable(),
  slaPercent: z.number().nullable(),
  windows: z.strictObject({
    last24Hours: Availability,
    last7Days: Availability,
    last30Days: Availability,
    last90Days: Availability,
    last365Days: Availability,
  }),
  /** The last 90 days in columns, today last; seconds of each day in each state. */
  days: z.strictObject({
    first: Day,
    up_seconds: z.array(seconds),
    degraded_seconds: z.array(seconds),
    down_seconds: z.array(seconds),
    maintenance_seconds: z.array(seconds),
    unknown_seconds: z.array(seconds),
  }),
  /** The same 90 days: the answer's time; null on days without. */
  latency: z.strictObject({
    p50_seconds: z.array(z.number().nullable()),
    p95_seconds: z.array(z.number().nullable()),
  }),
  /** The last 13 calendar months, this one last. */
  months: z.array(z.strictObject({ month: Month, availability: Availability })),
  /** Of the last 90 days, newest first. */
  outages: z.array(PublicOutage),
});
export type PublicService = z.infer<typeof PublicService>;

export const PublicLibrary = z.strictObject({
  /** The last part of its page's address: its name in fleet.yaml, or an unguessable one when it is unlisted. */
  slug: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  isListed: z.boolean(),
  services: z.array(Slug),
});
export type PublicLibrary = z.infer<typeof PublicLibrary>;

export const StatusFile = z.strictObject({
  schema: z.literal('vigie/status@1'),
  fleet: z.strictObject({
    name: z.string(),
    timeZone: TimeZone,
    locales: z.array(z.enum(['fr', 'en'])),
    url: z.string().nullable(),
  }),
  builtAt: Instant,
  /** The newest result in the data; null when there is none. */
  dataUntil: Instant.nullable(),
  /** How often data and pages should be renewed. */
  every_seconds: z.int().positive(),
  /** In the order of the pages: by application, then by name. */
  services: z.array(PublicService),
  libraries: z.array(PublicLibrary),
});
export type StatusFile = z.infer<typeof StatusFile>;
