import type { Impact } from '../../model/announcement.ts';
import type { State } from '../../model/state.ts';
import type {
  PublicIncident,
  PublicMaintenance,
  PublicOccurrence,
  PublicService,
  StatusFile,
} from '../../model/status-file.ts';
import { type Instant, monthOf } from '../../model/time.ts';
import type { Locale } from '../../ui/locale.ts';
import { groupServices } from '../groups.ts';
import { overall } from '../overall.ts';
import { absolute, pathOf } from '../routes.ts';
import { incidentTitle, saidOf, stepOf, told } from '../told.ts';
import { idOf } from './ids.ts';
import { occurrenceTold, timesToTell } from './occurrence.ts';

// Atlassian's Statuspage API, version 2 (https://developer.statuspage.io/ and /api/v2/ of any of its pages), as files.

/** How many of the newest are told; the rest stands on the pages. */
const newestCount = 50;

/** What Statuspage calls our states. It has no word for what nobody knows: that is not operational. */
const componentStatus: Readonly<Record<State, string>> = {
  up: 'operational',
  degraded: 'degraded_performance',
  down: 'major_outage',
  maintenance: 'under_maintenance',
  unknown: 'degraded_performance',
};

interface Component {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly position: number;
  readonly description: string | null;
  readonly showcase: boolean;
  readonly start_date: string | null;
  readonly group_id: string | null;
  readonly page_id: string;
  readonly group: boolean;
  readonly only_show_if_degraded: boolean;
  readonly components?: readonly string[];
}

/** The answers of the API by their paths below `/api/v2/`. Names and texts are in the fleet's first language. */
export function statuspageFiles(status: StatusFile): Map<string, unknown> {
  const locale = status.fleet.locales[0] ?? 'fr';
  const page = pageOf(status);
  const components = componentsOf(status, page.id);
  const byService = new Map(
    status.services.map(({ id }) => [id, components.find((one) => one.id === idOf('service', id))] as const),
  );
  const affected = (services: readonly string[]) => services.flatMap((id) => byService.get(id) ?? []);
  const context = { status, locale, page, affected };
  const incidents = status.incidents.map((incident) => incidentOf(incident, context));
  const unresolved = incidents.filter(({ resolved_at }) => resolved_at === null);
  const maintenances = status.maintenances
    .flatMap((maintenance) =>
      timesToTell(maintenance)
        .filter(({ step }) => step !== 'cancelled')
        .map((occurrence) => maintenanceOf(maintenance, occurrence, context)),
    )
    .toSorted((a, b) => (a.scheduled_for < b.scheduled_for ? 1 : -1));
  const upcoming = maintenances.filter((one) => one.status === 'scheduled').toReversed();
  const active = maintenances.filter((one) => one.status === 'in_progress' || one.status === 'verifying');
  const said = statusOf(status);
  return new Map<string, unknown>([
    [
      'summary.json',
      {
        page,
        components,
        incidents: unresolved,
        scheduled_maintenances: [...active, ...upcoming].slice(0, newestCount),
        status: said,
      },
    ],
    ['status.json', { page, status: said }],
    ['components.json', { page, components }],
    ['incidents.json', { page, incidents: incidents.slice(0, newestCount) }],
    ['incidents/unresolved.json', { page, incidents: unresolved }],
    ['scheduled-maintenances.json', { page, scheduled_maintenances: maintenances.slice(0, newestCount) }],
    [
      'scheduled-maintenances/upcoming.json',
      { page, scheduled_maintenances: upcoming.slice(0, newestCount) },
    ],
    ['scheduled-maintenances/active.json', { page, scheduled_maintenances: active }],
  ]);
}

/** The page, and beyond Statuspage's fields up to when its data goes and how often it is renewed: a copy that has gone stale can be told. */
function pageOf({ fleet, builtAt, dataUntil, every_seconds }: StatusFile) {
  return {
    id: idOf('page', fleet.url ?? fleet.name),
    name: fleet.name,
    url: fleet.url ?? '',
    time_zone: fleet.timeZone,
    updated_at: stamp(builtAt),
    data_until: dataUntil === null ? null : stamp(dataUntil),
    renewed_every_seconds: every_seconds,
  };
}

/** What Statuspage says of everything while an incident is open. */
const incidentWords: Readonly<Record<Impact, string>> = {
  none: 'All Systems Operational',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
};

function statusOf(status: StatusFile): { indicator: string; description: string } {
  const said = overall(status, status.services);
  switch (said.kind) {
    case 'up':
      return { indicator: 'none', description: 'All Systems Operational' };
    case 'down':
      return said.count === status.services.length
        ? { indicator: 'critical', description: 'Major Service Outage' }
        : { indicator: 'major', description: 'Partial System Outage' };
    case 'degraded':
      return { indicator: 'minor', description: 'Partially Degraded Service' };
    case 'incident':
      return { indicator: said.impact, description: incidentWords[said.impact] };
    case 'maintenance':
      return { indicator: status.rules.maintenanceIndicator, description: 'Service Under Maintenance' };
    case 'none':
      return { indicator: 'none', description: 'No Services' };
    default:
      return { indicator: 'minor', description: 'Status Unknown: No Recent Measurement' };
  }
}

/** Groups, each followed by its services. */
function componentsOf(status: StatusFile, pageId: string): Component[] {
  const groups = groupServices(status);
  const components: Component[] = [];
  const add = (component: Omit<Component, 'position' | 'page_id'>) =>
    components.push({ ...component, position: components.length + 1, page_id: pageId });
  for (const [name, services] of groups) {
    const groupId = idOf('group', name);
    const members = services.map(({ id }) => idOf('service', id));
    add({
      id: groupId,
      name,
      status: groupStatus(services),
      created_at:
        services.map((service) => createdAt(service, status)).toSorted()[0] ?? stamp(status.builtAt),
      updated_at:
        services
          .map((service) => changedAt(service, status))
          .toSorted()
          .at(-1) ?? stamp(status.builtAt),
      description: null,
      showcase: false,
      start_date: null,
      group_id: null,
      group: true,
      only_show_if_degraded: false,
      components: members,
    });
    for (const service of services)
      add({
        id: idOf('service', service.id),
        name: service.name,
        status: componentStatus[service.state],
        created_at: createdAt(service, status),
        updated_at: changedAt(service, status),
        description: service.state === 'unknown' ? 'No recent measurement' : null,
        showcase: true,
        start_date: createdAt(service, status).slice(0, 10),
        group_id: groupId,
        group: false,
        only_show_if_degraded: false,
      });
  }
  return components;
}

function groupStatus(services: readonly PublicService[]): string {
  const down = services.filter(({ state }) => state === 'down').length;
  if (down === services.length) return 'major_outage';
  if (down > 0) return 'partial_outage';
  const order: readonly State[] = ['degraded', 'unknown', 'maintenance', 'up'];
  return componentStatus[order.find((state) => services.some((one) => one.state === state)) ?? 'up'];
}

/** The first month of the last 13 in which it was measured, or when its present state began, if that was before: no more is known. */
function createdAt(service: PublicService, status: StatusFile): string {
  const first = service.months.find(({ availability }) => availability.coverage > 0)?.month;
  const measured = `${first ?? monthOf(status.builtAt)}-01T00:00:00.000Z`;
  const changed = changedAt(service, status);
  return changed < measured ? changed : measured;
}

function changedAt({ since, checkedAt }: PublicService, { builtAt }: StatusFile): string {
  return stamp(since ?? checkedAt ?? builtAt);
}

interface Context {
  readonly status: StatusFile;
  readonly locale: Locale;
  readonly page: { readonly id: string };
  affected(services: readonly string[]): Component[];
}

function incidentOf(incident: PublicIncident, { status, locale, page, affected }: Context) {
  const { id: slug, impact, services, from, to, updatedAt } = incident;
  const id = idOf('incident', slug);
  const name = incidentTitle(incident, status, locale);
  const step = stepOf(incident);
  const said = saidOf(incident, locale);
  // Its clients read the newest update: where nobody has said more, the title is all there is to say.
  const all = said.length > 0 ? said : [{ at: to ?? from, step, text: name }];
  const updates = all.toReversed().map(({ at, step: saidStep, text }) => updateOf(id, at, saidStep, text));
  return {
    id,
    name,
    status: step,
    created_at: stamp(from),
    updated_at: stamp(updatedAt),
    monitoring_at: updates.findLast((update) => update.status === 'monitoring')?.created_at ?? null,
    resolved_at: to === null ? null : stamp(to),
    impact,
    shortlink: linkTo({ page: 'incident', id: slug }, status, locale),
    started_at: stamp(from),
    page_id: page.id,
    incident_updates: updates,
    components: affected(services),
    reminder_intervals: null,
  };
}

function maintenanceOf(
  maintenance: PublicMaintenance,
  occurrence: PublicOccurrence,
  { status, locale, page, affected }: Context,
) {
  const { services, from, to, step } = occurrence;
  const { id: slug, title } = maintenance;
  const { updates, announcedAt, changedAt } = occurrenceTold(maintenance, occurrence, status);
  const id = idOf('maintenance', slug, occurrence.id);
  const own = updates.map((update) => ({ ...update, body: told(update.text, locale) }));
  // Its clients read the newest update: where nobody has said more, the title is all there is to say.
  const all = own.length > 0 ? own : [{ at: changedAt, step, body: told(title, locale) }];
  const said = all.map(({ at, step: saidStep, body }) => updateOf(id, at, saidStep, body));
  return {
    id,
    name: told(title, locale),
    status: step,
    created_at: stamp(announcedAt),
    updated_at: stamp(changedAt),
    monitoring_at: null,
    resolved_at: step === 'completed' ? stamp(to) : null,
    impact: 'maintenance',
    shortlink: linkTo({ page: 'maintenance', id: slug }, status, locale),
    started_at: stamp(from),
    page_id: page.id,
    incident_updates: said.toReversed(),
    components: affected(services),
    scheduled_for: stamp(from),
    scheduled_until: stamp(to),
  };
}

function updateOf(incidentId: string, at: Instant, step: string, body: string) {
  return {
    id: idOf('update', incidentId, at, step),
    status: step,
    body,
    incident_id: incidentId,
    created_at: stamp(at),
    updated_at: stamp(at),
    display_at: stamp(at),
    affected_components: null,
    deliver_notifications: false,
    custom_tweet: null,
    tweet_id: null,
  };
}

function linkTo(route: Parameters<typeof pathOf>[0], { fleet }: StatusFile, locale: Locale): string {
  const path = pathOf(route, locale, fleet.locales);
  return absolute(path, fleet) ?? path;
}

/** Statuspage writes milliseconds. */
function stamp(instant: Instant): string {
  return instant.replace('Z', '.000Z');
}
