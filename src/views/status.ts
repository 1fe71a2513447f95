import { availability, type Outage, outagesIn } from '../analysis/uptime/availability.ts';
import { detectIncidents, type ServiceOutages } from '../analysis/uptime/incidents.ts';
import { answeredLast, type Step, stateSeconds, stepAt, stepsOf } from '../analysis/uptime/timeline.ts';
import type { Announcements } from '../model/announcement.ts';
import { registeredDomain } from '../model/domains.ts';
import type { Slug } from '../model/entity.ts';
import type { Fleet, Library, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { SoftwareReport } from '../model/reports-file.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import type { State } from '../model/state.ts';
import type { PublicIncident, PublicLibrary, PublicService, StatusFile } from '../model/status-file.ts';
import { fromSeconds, Instant, toSeconds } from '../model/time.ts';
import { publicIncidents, publicMaintenances } from './announcements.ts';
import { type Audience, audiencesOf, everybody, type UnlistedAddress } from './audiences.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import type { Present } from './present.ts';
import { type Overrides, overridesOf, serviceSteps } from './service-history.ts';
import { noLatency, serviceLatency } from './service-latency.ts';
import { softwareReport } from './software.ts';

/** So long what a registry told is believed. */
const domainDays = 30;

/** What the public file is made from. */
export interface StatusInput {
  readonly fleet: Fleet;
  readonly history: History;
  readonly announcements: Announcements;
  readonly present: Present;
  readonly now: Instant;
  readonly unlistedAddress: UnlistedAddress;
}

/** What comes of it. */
export interface StatusOutput {
  readonly status: StatusFile;
  /** For those who write: the incidents that outages tell and nobody has written of, under their own ids and those of the services. */
  readonly untold: readonly PublicIncident[];
}

/** All that the public may know, written out field by field: nothing is spread, so that nothing can leak by being added elsewhere. */
export function statusFile(input: StatusInput): StatusOutput {
  const { fleet, announcements, now, unlistedAddress } = input;
  const services = [...fleet.services.values()].toSorted(
    (a, b) => compare(a.applicationName, b.applicationName) || compare(a.name, b.name) || compare(a.id, b.id),
  );
  const calendar = calendarOf(now, fleet.timeZone);
  const overrides = overridesOf(announcements);
  const audiences = audiencesOf(services, fleet, unlistedAddress);
  const publicIds = new Map(audiences.flatMap((audience) => [...audience.services]));
  const accounts = services.map((service) =>
    accountOf(
      service,
      audiences.find((one) => one.services.has(service.id)),
      { ...input, calendar, overrides },
    ),
  );
  const detected = detectIncidents({
    services: accounts.map(({ outages }) => outages),
    told: announcements.incidents,
    everySeconds: fleet.everySeconds,
    incidentAfterSeconds: fleet.status.incidentAfterSeconds,
    timeZone: fleet.timeZone,
    now: calendar.now,
  });
  const showing = {
    audiences,
    now: calendar.now,
    since: calendar.months[0]?.from ?? calendar.now,
  };
  const status: StatusFile = {
    schema: 'vigie/status@2',
    fleet: {
      name: fleet.name,
      timeZone: fleet.timeZone,
      locales: [...fleet.locales],
      url: fleet.url ?? null,
    },
    builtAt: now,
    dataUntil: newest(accounts.flatMap(({ checkedAt }) => checkedAt ?? [])),
    every_seconds: fleet.everySeconds,
    rules: {
      weights: { down: fleet.status.weights.down, degraded: fleet.status.weights.degraded },
      incidentAfter_seconds: fleet.status.incidentAfterSeconds,
      groupBy: fleet.status.groupBy,
      maintenanceIndicator: fleet.status.maintenanceIndicator,
    },
    services: accounts.flatMap(({ shown }) => shown ?? []),
    libraries: [...fleet.libraries.values()].flatMap((library) =>
      publicLibrary(library, services, publicIds, unlistedAddress),
    ),
    incidents: publicIncidents(announcements.incidents, detected, showing),
    maintenances: publicMaintenances(announcements.maintenances, showing),
  };
  const writers = [everybody(services.map(({ id }) => id))];
  return { status, untold: publicIncidents([], detected, { ...showing, audiences: writers }) };
}

/** What is made of every service, one after the other: the history keeps what was asked last. */
interface AccountInput extends StatusInput {
  readonly calendar: Calendar;
  readonly overrides: Overrides;
}

/** What is known of a service before it is shown. */
interface Account {
  readonly steps: readonly Step[];
  readonly outages: readonly Outage[];
  readonly checkedAt: Instant | null;
}

/** What is shown of a service, if anything is, and the outages that incidents are detected from. */
function accountOf(
  service: Service,
  audience: Audience | undefined,
  input: AccountInput,
): {
  readonly shown: PublicService | undefined;
  readonly checkedAt: Instant | null;
  readonly outages: ServiceOutages;
} {
  const { id, host, libraries } = service;
  const { now, months } = input.calendar;
  const steps = serviceSteps(service, input);
  const outages = outagesIn(steps, months[0]?.from ?? now, now);
  const since = steps.find(({ state }) => state !== 'unknown')?.at;
  const checkedAt = checkedLast(service, input);
  return {
    shown: audience && publicService(service, audience, { steps, outages, checkedAt }, input),
    checkedAt,
    outages: { id, calledBy: audience?.isListed ? id : 'un-service', host, libraries, since, outages },
  };
}

function publicService(
  service: Service,
  audience: Audience,
  { steps, outages, checkedAt }: Account,
  { fleet, history, present, calendar }: AccountInput,
): PublicService {
  const { now, days, months, startOf } = calendar;
  const { weights } = fleet.status;
  const records = [...service.checks.keys()].flatMap(
    (name) => present.records.get(`check:${service.id}:${name}`) ?? [],
  );
  const current = stepAt(steps, now);
  const state = current?.state ?? 'unknown';
  // While it is down, since the outage began: a spell in which nobody looked does not begin it anew.
  const since = state === 'down' ? (outages.at(-1)?.from ?? current?.at) : current?.at;
  const perDay = days.map(({ from, to }) => stateSeconds(steps, from, to));
  const latency = serviceLatency(service, history, calendar, [2, 7, 30, 90, 365]);
  const told = records.find(({ facts }) => facts?.version !== undefined)?.facts?.version;
  const software =
    told === undefined ? undefined : softwareReport(service.applicationName, service.application, told);
  return {
    id: audience.services.get(service.id) ?? '',
    name: service.name,
    isListed: audience.isListed,
    application: service.applicationName,
    url: service.url ?? null,
    state,
    since: since === undefined || state === 'unknown' ? null : fromSeconds(since),
    checkedAt,
    version: software?.version ?? null,
    support: software?.support ? publicSupport(software.support) : null,
    certificateExpiresAt: certificateExpiresAt(records),
    domainExpiresAt: domainExpiresAt(service, history),
    slaPercent: service.slaPercent ?? null,
    windows: {
      last24Hours: availability(steps, startOf.last24Hours, now, weights),
      last7Days: availability(steps, startOf.last7Days, now, weights),
      last30Days: availability(steps, startOf.last30Days, now, weights),
      last90Days: availability(steps, startOf.last90Days, now, weights),
      last365Days: availability(steps, startOf.last365Days, now, weights),
    },
    latencies: {
      last24Hours: latency.last(2),
      last7Days: latency.last(7),
      last30Days: latency.last(30),
      last90Days: latency.last(90),
      last365Days: latency.last(365),
    },
    recent: [
      [fromSeconds(startOf.last24Hours), stepAt(steps, startOf.last24Hours)?.state ?? 'unknown'],
      ...steps
        .filter(({ at }) => at > startOf.last24Hours && at < now)
        .map(({ at, state }): [Instant, State] => [fromSeconds(at), state]),
    ],
    days: {
      first: days[0]?.day ?? '',
      up_seconds: perDay.map(({ up }) => up),
      degraded_seconds: perDay.map(({ degraded }) => degraded),
      down_seconds: perDay.map(({ down }) => down),
      maintenance_seconds: perDay.map(({ maintenance }) => maintenance),
      unknown_seconds: perDay.map(({ unknown }) => unknown),
    },
    latency: {
      p50_seconds: latency.days.map(({ p50_seconds }) => p50_seconds),
      p95_seconds: latency.days.map(({ p95_seconds }) => p95_seconds),
      p99_seconds: latency.days.map(({ p99_seconds }) => p99_seconds),
    },
    months: months.map(({ month, from, to }, index) => ({
      month,
      availability: availability(steps, from, to, weights),
      latency: latency.months[index] ?? noLatency,
    })),
    outages: outages
      .map(({ from, to }) => ({ from: fromSeconds(from), to: to === null ? null : fromSeconds(to) }))
      .toReversed(),
  };
}

function publicSupport({ until, longTermUntil, source }: NonNullable<SoftwareReport['support']>) {
  return { until, longTermUntil, source };
}

/** When a service was checked last: the newest result at hand, else what the history knows, for as long as nobody has looked since. */
function checkedLast(
  { id, checks }: Service,
  { history, present, calendar, fleet }: AccountInput,
): Instant | null {
  const instants = [...checks.keys()].flatMap((name) => {
    const check = `check:${id}:${name}`;
    const at = present.records.get(check)?.at;
    if (at !== undefined) return [at];
    const answered = answeredLast(stepsOf(history.entities.get(check)?.timeline ?? []), fleet.everySeconds);
    return answered === undefined ? [] : [fromSeconds(Math.min(answered, calendar.now))];
  });
  return newest(instants);
}

/** When the first of the certificates ends that its checks were shown last. */
function certificateExpiresAt(records: readonly EntityRecord[]): Instant | null {
  const ends = records.flatMap(({ at, gauges }) => {
    const remaining = gauges?.certificate_remaining_seconds;
    return remaining === undefined ? [] : [toSeconds(at) + remaining];
  });
  return ends.length === 0 ? null : fromSeconds(Math.min(...ends));
}

/** When the registration of a service's domain name ends. What nobody has told for a month may have been renewed since. */
function domainExpiresAt({ url }: Service, { entities, days }: History): Instant | null {
  const entity = url === undefined ? undefined : entities.get(`domain:${registeredDomain(url)}`);
  if (entity === undefined) return null;
  const isKnown = entity.samples.findLastIndex((count) => count > 0) >= days.length - domainDays;
  return isKnown ? (Instant.safeParse(entity.facts.expires_at).data ?? null) : null;
}

/** A library without any service, or whose address cannot be made, has no page. */
function publicLibrary(
  library: Library,
  services: readonly Service[],
  publicIds: ReadonlyMap<Slug, Slug>,
  unlistedAddress: UnlistedAddress,
): PublicLibrary[] {
  const slug = library.isListed ? library.id : unlistedAddress('library', library.id);
  const own = services
    .filter(({ libraries }) => libraries.includes(library.id))
    .flatMap(({ id }) => publicIds.get(id) ?? []);
  if (slug === null || own.length === 0) return [];
  return [{ slug, name: library.name, isListed: library.isListed, services: own }];
}

function newest(instants: readonly Instant[]): Instant | null {
  return instants.toSorted().at(-1) ?? null;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'fr');
}
