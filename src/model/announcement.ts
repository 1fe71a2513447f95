import { z } from 'zod';
import { Slug } from './entity.ts';
import { type LocalText, LocalTextFile } from './local-text.ts';
import { State } from './state.ts';
import { Day, Duration, type Instant } from './time.ts';

// What people tell of incidents and maintenance: data/incidents/*.md and data/maintenance/*.md. The front matter as it is written, and
// what it becomes. The file's name without .md is the id.

/** The id of an incident or a maintenance: a day and words, e.g. `2026-11-22-catalogue-de-mulhouse`. */
export const AnnouncementId = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}-[a-z0-9]+(-[a-z0-9]+)*$/,
    'expected a day and words, such as 2026-11-22-catalogue-de-mulhouse',
  )
  .max(100);
export type AnnouncementId = z.infer<typeof AnnouncementId>;

/** An instant as people write it: `2026-11-22 14:03` in the fleet's time zone, or ISO 8601 with an offset. */
export const When = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/,
    'expected an instant such as 2026-11-22 14:03',
  );

export const IncidentStep = z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']);
export type IncidentStep = z.infer<typeof IncidentStep>;

export const MaintenanceStep = z.enum(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled']);
export type MaintenanceStep = z.infer<typeof MaintenanceStep>;

/** How much visitors feel: the words of Statuspage. */
export const Impact = z.enum(['none', 'minor', 'major', 'critical']);
export type Impact = z.infer<typeof Impact>;

/** Whom it is about: services by name, or all of those of some libraries; `all` for every service. */
const concerned = {
  services: z.union([z.literal('all'), z.array(Slug).min(1)]).optional(),
  libraries: z.array(Slug).min(1).optional(),
};

/** What people know better than our checks: how a service was from an instant to another. */
const CorrectionFile = z.strictObject({
  from: When,
  to: When,
  /** What it was in truth. */
  state: State,
  /** Those of the incident when absent. */
  services: z.array(Slug).min(1).optional(),
  /** Said on the pages. */
  reason: LocalTextFile,
});

/** The front matter of an incident. */
export const IncidentFile = z.strictObject({
  title: LocalTextFile,
  impact: Impact.default('major'),
  from: When,
  /** Absent while it lasts, unless an update `resolved` tells it. */
  to: When.optional(),
  ...concerned,
  corrections: z.array(CorrectionFile).max(100).default([]),
});
export type IncidentFile = z.infer<typeof IncidentFile>;

/** When a maintenance is: until an instant, or for a while. */
const interval = { from: When, to: When.optional(), duration: Duration.optional() };

/** One turn of a campaign. */
const TurnFile = z.strictObject({ ...interval, ...concerned, cancelled: z.boolean().default(false) });

/** The front matter of a maintenance: one interval, one that comes again, or a campaign in which each has its own. */
export const MaintenanceFile = z.strictObject({
  title: LocalTextFile,
  ...concerned,
  from: When.optional(),
  to: interval.to,
  duration: interval.duration,
  /** When it comes again: RFC 5545, e.g. `FREQ=MONTHLY;BYDAY=1SU`, in the fleet's time zone; at most once a day, at the time of `from`. */
  repeat: z.string().max(300).optional(),
  /** Days on which it does not come. */
  except: z.array(Day).max(500).default([]),
  /** In the place of `from`: who has their turn when. */
  dates: z.array(TurnFile).min(1).max(2000).optional(),
});
export type MaintenanceFile = z.infer<typeof MaintenanceFile>;

/** One update: what was said at an instant, by language. */
export interface Update<Step extends string> {
  readonly at: Instant;
  readonly step: Step;
  /** Markdown, as it was written. */
  readonly text: LocalText;
}

/** What a service was in truth, in seconds since 1970. */
export interface Correction {
  readonly services: readonly Slug[];
  readonly from: number;
  readonly to: number;
  readonly state: State;
  readonly reason: LocalText;
}

/** An incident, every short form written out; seconds since 1970. */
export interface Incident {
  readonly id: AnnouncementId;
  readonly title: LocalText;
  readonly impact: Impact;
  readonly services: readonly Slug[];
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  /** Oldest first. */
  readonly updates: readonly Update<IncidentStep>[];
  readonly corrections: readonly Correction[];
}

/** A maintenance, its intervals written out as far as they are needed. */
export interface Maintenance {
  readonly id: AnnouncementId;
  readonly title: LocalText;
  /** Oldest first; each service has its own in a campaign. */
  readonly occurrences: readonly Occurrence[];
  readonly isCampaign: boolean;
  /** It comes again, by a rule. */
  readonly isRecurring: boolean;
  /** Oldest first. */
  readonly updates: readonly Update<MaintenanceStep>[];
}

/** One interval of a maintenance, in seconds since 1970. */
export interface Occurrence {
  /** Among those of its maintenance: its first day, and a number for the second one written of that day on. */
  readonly id: string;
  readonly services: readonly Slug[];
  readonly from: number;
  /** When it ended, where people said that it was completed before its time. */
  readonly to: number;
  /** It does not take place, and counts for nothing. */
  readonly isCancelled: boolean;
  /** Since when the work is done and being verified; null when nobody said so. */
  readonly verifyingFrom: number | null;
}

/** All that people have told. */
export interface Announcements {
  readonly incidents: readonly Incident[];
  readonly maintenances: readonly Maintenance[];
}

/** Nobody has told anything. */
export const noAnnouncements: Announcements = { incidents: [], maintenances: [] };
