import { z } from 'zod';

// The shapes of Statuspage's API, version 2, as its pages show them: what is written here, no less and no more.

const id = z.string().regex(/^[a-z0-9]{12}$/);
const stamp = z.iso.datetime({ precision: 3 });

const component = z.strictObject({
  id,
  name: z.string().min(1),
  status: z.enum([
    'operational',
    'degraded_performance',
    'partial_outage',
    'major_outage',
    'under_maintenance',
  ]),
  created_at: stamp,
  updated_at: stamp,
  position: z.int().positive(),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: id.nullable(),
  page_id: id,
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
  components: z.array(id).optional(),
});

const update = <Step extends string>(steps: readonly [Step, ...Step[]]) =>
  z.strictObject({
    id,
    status: z.enum(steps),
    body: z.string(),
    incident_id: id,
    created_at: stamp,
    updated_at: stamp,
    display_at: stamp,
    affected_components: z.null(),
    deliver_notifications: z.boolean(),
    custom_tweet: z.null(),
    tweet_id: z.null(),
  });

const common = {
  id,
  name: z.string().min(1),
  created_at: stamp,
  updated_at: stamp,
  monitoring_at: stamp.nullable(),
  resolved_at: stamp.nullable(),
  shortlink: z.url(),
  started_at: stamp,
  page_id: id,
  components: z.array(component),
};

const steps = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const;
const incident = z.strictObject({
  ...common,
  status: z.enum(steps),
  impact: z.enum(['none', 'minor', 'major', 'critical']),
  incident_updates: z.array(update(steps)).min(1),
  reminder_intervals: z.null(),
});

const maintenanceSteps = ['scheduled', 'in_progress', 'verifying', 'completed'] as const;
const maintenance = z.strictObject({
  ...common,
  status: z.enum(maintenanceSteps),
  impact: z.literal('maintenance'),
  incident_updates: z.array(update(maintenanceSteps)).min(1),
  scheduled_for: stamp,
  scheduled_until: stamp,
});

/** Beside Statuspage's own fields stand two of ours: how fresh it is. */
const page = z.strictObject({
  id,
  name: z.string(),
  url: z.url(),
  time_zone: z.string(),
  updated_at: stamp,
  data_until: stamp.nullable(),
  renewed_every_seconds: z.int().positive(),
});

const said = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  description: z.string(),
});

const incidents = z.strictObject({ page, incidents: z.array(incident) });
const maintenances = z.strictObject({ page, scheduled_maintenances: z.array(maintenance) });

/** Each document by its path below `/api/v2/`. */
export const documents = {
  'summary.json': z.strictObject({
    page,
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(maintenance),
    status: said,
  }),
  'status.json': z.strictObject({ page, status: said }),
  'components.json': z.strictObject({ page, components: z.array(component) }),
  'incidents.json': incidents,
  'incidents/unresolved.json': incidents,
  'scheduled-maintenances.json': maintenances,
  'scheduled-maintenances/upcoming.json': maintenances,
  'scheduled-maintenances/active.json': maintenances,
} as const;
