import { z } from 'zod';
import { AnnouncementId, Impact, IncidentStep, MaintenanceStep } from './announcement.ts';
import { Slug } from './entity.ts';
import { Locale } from './local-text.ts';
import { State } from './state.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

// .vigie/status.json: all that the public may know. Every field is written out; nothing internal has a place here.

/** A share of a window, 0 to 1; null when nothing was seen. */
const ratio = z.number().min(0).max(1).nullable();
const seconds = z.number().nonnegative();
/** Whether it may stand in lists. What may not is reached from the page of its library alone, at an address that cannot be guessed. */
const isListed = z.boolean();

/** Availability over a window: 1 − (down × its weight + degraded × its weight) / (window − unknown − maintenance). */
export const Availability = z.strictObject({
  /** Not rounded; pages round down. */
  ratio,
  /** The share of the window in which we looked and could tell. */
  coverage: z.number().min(0).max(1),
  down_seconds: seconds,
  degraded_seconds: seconds,
  maintenance_seconds: seconds,
});
export type Availability = z.infer<typeof Availability>;

const duration = z.number().nonnegative().nullable();

/** How long answers took in a window, all of them together; null when there were none. */
export const Latency = z.strictObject({
  p50_seconds: duration,
  p95_seconds: duration,
  p99_seconds: duration,
});
export type Latency = z.infer<typeof Latency>;

/** Something for each of the windows that a service is shown by, today included. */
const windows = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({
    last24Hours: value,
    last7Days: value,
    last30Days: value,
    last90Days: value,
    last365Days: value,
  });

/** Text for people, by language; at least one. */
const LocalText = z.strictObject({ fr: z.string().exactOptional(), en: z.string().exactOptional() });

/** What was said at an instant. */
const update = <Step extends z.ZodType>(step: Step) =>
  z.strictObject({
    at: Instant,
    step,
    /** Sanitised: it may stand in a page as it is. */
    html: LocalText,
    /** The same without marks, for feeds and other programs. */
    text: LocalText,
  });

/** What people corrected in the accounting, and why. */
export const PublicCorrection = z.strictObject({
  services: z.array(Slug),
  from: Instant,
  to: Instant,
  state: State,
  reason: LocalText,
});
export type PublicCorrection = z.infer<typeof PublicCorrection>;

export const PublicIncident = z.strictObject({
  id: AnnouncementId,
  isListed,
  /** Without one, the pages word it: it was opened by an outage, and nobody has written of it. */
  title: LocalText.nullable(),
  impact: Impact,
  /** In the order of the pages. */
  services: z.array(Slug),
  from: Instant,
  /** Null while it lasts. */
  to: Instant.nullable(),
  /** When anything of it was said or changed last. */
  updatedAt: Instant,
  /** Oldest first. */
  updates: z.array(update(IncidentStep)),
  corrections: z.array(PublicCorrection),
});
export type PublicIncident = z.infer<typeof PublicIncident>;

/** .vigie/untold.json: what outages tell and nobody has written of, for those who write, under the ids of fleet.yaml. */
export const UntoldFile = z.array(PublicIncident);

/** One interval of a maintenance. */
export const PublicOccurrence = z.strictObject({
  /** Among those of its maintenance: its first day, and a number where several begin on it. */
  id: z.string(),
  services: z.array(Slug),
  from: Instant,
  to: Instant,
  step: MaintenanceStep,
});
export type PublicOccurrence = z.infer<typeof PublicOccurrence>;

export const PublicMaintenance = z.strictObject({
  id: AnnouncementId,
  isListed,
  title: LocalText,
  isCampaign: z.boolean(),
  isRecurring: z.boolean(),
  /** Oldest first; of a rule, those of the last 13 months and the next. */
  occurrences: z.array(PublicOccurrence),
  updatedAt: Instant,
  updates: z.array(update(MaintenanceStep)),
});
export type PublicMaintenance = z.infer<typeof PublicMaintenance>;

/** One outage: from the first failed check to the first good one. */
export const PublicOutage = z.strictObject({
  from: Instant,
  /** Null while it lasts. */
  to: Instant.nullable(),
});
export type PublicOutage = z.infer<typeof PublicOutage>;

export const PublicService = z.strictObject({
  /** The last part of its page's address: its name in fleet.yaml, or an unguessable one when it is unlisted. */
  id: Slug,
  name: z.string(),
  isListed,
  application: z.string(),
  url: z.string().nullable(),
  state: State,
  /** Since when it is in this state; null when unknown. */
  since: Instant.nullable(),
  /** The last result; null when it was never looked at. */
  checkedAt: Instant.nullable(),
  version: z.string().nullable(),
  /** Until when that version is supported, as its makers say; null when that is not known. */
  support: z
    .strictObject({ until: z.string(), longTermUntil: z.string().nullable(), source: z.string() })
    .nullable(),
  /** When the certificate ends that it showed last; the first of several. */
  certificateExpiresAt: Instant.nullable(),
  /** When the registration of its domain name ends, as the registry told within the last month; null when that is not known. */
  domainExpiresAt: Instant.nullable(),
  slaPercent: z.number().nullable(),
  windows: windows(Availability),
  /** How long answers took on the days of the same windows: those of 24 hours are today and yesterday. */
  latencies: windows(Latency),
  /** The last 24 hours: a state holds until the next; the first one began with them. */
  recent: z.array(z.tuple([Instant, State])),
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
    p99_seconds: z.array(z.number().nullable()),
  }),
  /** The last 13 calendar months, this one last. */
  months: z.array(z.strictObject({ month: Month, availability: Availability, latency: Latency })),
  /** Of the last 13 months, newest first. */
  outages: z.array(PublicOutage),
});
export type PublicService = z.infer<typeof PublicService>;

export const PublicLibrary = z.strictObject({
  /** The last part of its page's address: its name in fleet.yaml, or an unguessable one when it is unlisted. */
  slug: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  isListed,
  services: z.array(Slug),
});
export type PublicLibrary = z.infer<typeof PublicLibrary>;

export const StatusFile = z.strictObject({
  schema: z.literal('vigie/status@2'),
  fleet: z.strictObject({
    name: z.string(),
    timeZone: TimeZone,
    locales: z.array(Locale),
    url: z.string().nullable(),
  }),
  /** How it is measured, for the page that says so. */
  rules: z.strictObject({
    /** What a second counts in this state. */
    weights: z.strictObject({ down: z.number(), degraded: z.number() }),
    /** An outage that lasts longer opens an incident by itself. */
    incidentAfter_seconds: z.int().positive(),
    groupBy: z.enum(['application', 'library']),
    /** What Statuspage's API says of maintenance without trouble. */
    maintenanceIndicator: z.enum(['maintenance', 'none', 'minor']),
  }),
  builtAt: Instant,
  /** The newest result in the data; null when there is none. */
  dataUntil: Instant.nullable(),
  /** How often data and pages should be renewed. */
  every_seconds: z.int().positive(),
  /** In the order of the pages: by application, then by name. */
  services: z.array(PublicService),
  libraries: z.array(PublicLibrary),
  /** Newest first, of all times. */
  incidents: z.array(PublicIncident),
  /** By their next occurrence. */
  maintenances: z.array(PublicMaintenance),
});
export type StatusFile = z.infer<typeof StatusFile>;
