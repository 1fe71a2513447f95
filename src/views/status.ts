import { availability, outagesIn } from '../analysis/uptime/availability.ts';
import { stateSeconds, stepAt } from '../analysis/uptime/timeline.ts';
import type { Announcements } from '../model/announcement.ts';
import type { Fleet, Library, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { State } from '../model/state.ts';
import type { Latency, PublicLibrary, PublicService, StatusFile } from '../model/status-file.ts';
import {
  addToDay,
  addToMonth,
  type Day,
  dayBounds,
  dayOf,
  daysBetween,
  fromSeconds,
  type Instant,
  type Month,
  monthOf,
  toSeconds,
} from '../model/time.ts';
import type { Present } from './present.ts';
import { serviceLatency, serviceSteps } from './service-history.ts';

const shownDays = 90;
const shownMonths = 13;
const noLatency: Latency = { p50_seconds: null, p95_seconds: null, p99_seconds: null };

/** What the public file is made from. */
export interface StatusInput {
  readonly fleet: Fleet;
  readonly history: History;
  readonly announcements: Announcements;
  readonly present: Present;
  readonly now: Instant;
  /** The unguessable last part of an unlisted library's address; null when it cannot be made, and then there is no page. */
  readonly unlistedSlug: (library: string) => string | null;
}

/** All that the public may know, written out field by field: nothing is spread, so that nothing can leak by being added elsewhere. */
export function statusFile(input: StatusInput): StatusFile {
  const { fleet, present, now, unlistedSlug } = input;
  const services = [...fleet.services.values()].toSorted(
    (a, b) => compare(a.applicationName, b.applicationName) || compare(a.name, b.name) || compare(a.id, b.id),
  );
  const calendar = calendarOf(now, fleet.timeZone);
  const checked = [...present.records.values()].filter(({ entity }) => entity.startsWith('check:'));
  return {
    schema: 'vigie/status@2',
    fleet: {
      name: fleet.name,
      timeZone: fleet.timeZone,
      locales: [...fleet.locales],
      url: fleet.url ?? null,
    },
    builtAt: now,
    dataUntil: newest(checked.map(({ at }) => at)),
    every_seconds: fleet.everySeconds,
    rules: {
      weights: { down: fleet.status.weights.down, degraded: fleet.status.weights.degraded },
      incidentAfter_seconds: fleet.status.incidentAfterSeconds,
      groupBy: fleet.status.groupBy,
      maintenanceIndicator: fleet.status.maintenanceIndicator,
    },
    services: services.map((service) => publicService(service, { ...input, calendar })),
    libraries: [...fleet.libraries.values()].flatMap((library) =>
      publicLibrary(library, services, unlistedSlug),
    ),
    incidents: [],
    maintenances: [],
  };
}

function publicService(
  service: Service,
  { calendar, ...input }: StatusInput & { readonly calendar: Calendar },
): PublicService {
  const { fleet, history, present } = input;
  const { now, days, months } = calendar;
  const steps = serviceSteps(service, input);
  const { weights } = fleet.status;
  const start = now - 86_400;
  const records = [...service.checks.keys()].flatMap(
    (name) => present.records.get(`check:${service.id}:${name}`) ?? [],
  );
  const current = stepAt(steps, now);
  const state = current?.state ?? 'unknown';
  const outages = outagesIn(steps, calendar.startOf90Days, now);
  // While it is down, since the outage began: a spell in which nobody looked does not begin it anew.
  const since = state === 'down' ? (outages.at(-1)?.from ?? current?.at) : current?.at;
  const dayNames = days.map(({ day }) => day);
  const perDay = days.map(({ from, to }) => stateSeconds(steps, from, to));
  return {
    id: service.id,
    name: service.name,
    application: service.applicationName,
    url: service.url ?? null,
    libraries: [...service.libraries],
    state,
    since: since === undefined || state === 'unknown' ? null : fromSeconds(since),
    checkedAt: newest(records.map(({ at }) => at)),
    version: records.map(({ facts }) => facts?.version).find((version) => version !== undefined) ?? null,
    support: null,
    certificateExpiresAt: null,
    slaPercent: service.slaPercent ?? null,
    windows: {
      last24Hours: availability(steps, start, now, weights),
      last7Days: availability(steps, calendar.startOf7Days, now, weights),
      last30Days: availability(steps, calendar.startOf30Days, now, weights),
      last90Days: availability(steps, calendar.startOf90Days, now, weights),
      last365Days: availability(steps, calendar.startOf365Days, now, weights),
    },
    latencies: {
      last24Hours: noLatency,
      last7Days: noLatency,
      last30Days: noLatency,
      last90Days: noLatency,
      last365Days: noLatency,
    },
    recent: [
      [fromSeconds(start), stepAt(steps, start)?.state ?? 'unknown'],
      ...steps
        .filter(({ at }) => at > start && at < now)
        .map(({ at, state }): [Instant, State] => [fromSeconds(at), state]),
    ],
    days: {
      first: calendar.firstDay,
      up_seconds: perDay.map(({ up }) => up),
      degraded_seconds: perDay.map(({ degraded }) => degraded),
      down_seconds: perDay.map(({ down }) => down),
      maintenance_seconds: perDay.map(({ maintenance }) => maintenance),
      unknown_seconds: perDay.map(({ unknown }) => unknown),
    },
    latency: {
      p50_seconds: serviceLatency(service, history, 'p50', dayNames),
      p95_seconds: serviceLatency(service, history, 'p95', dayNames),
      p99_seconds: dayNames.map(() => null),
    },
    months: months.map(({ month, from, to }) => ({
      month,
      availability: availability(steps, from, to, weights),
      latency: noLatency,
    })),
    outages: outages
      .map(({ from, to }) => ({ from: fromSeconds(from), to: to === null ? null : fromSeconds(to) }))
      .toReversed(),
  };
}

/** A library without any service, or whose address cannot be made, has no page. */
function publicLibrary(
  library: Library,
  services: readonly Service[],
  unlistedSlug: StatusInput['unlistedSlug'],
): PublicLibrary[] {
  const slug = library.isListed ? library.id : unlistedSlug(library.id);
  const own = services.filter(({ libraries }) => libraries.includes(library.id)).map(({ id }) => id);
  if (slug === null || own.length === 0) return [];
  return [{ slug, name: library.name, isListed: library.isListed, services: own }];
}

/** The days, months and windows that every service is shown by, as far as they have come; in seconds since 1970. */
interface Calendar {
  readonly now: number;
  readonly firstDay: Day;
  readonly days: readonly { readonly day: Day; readonly from: number; readonly to: number }[];
  readonly months: readonly { readonly month: Month; readonly from: number; readonly to: number }[];
  readonly startOf7Days: number;
  readonly startOf30Days: number;
  readonly startOf90Days: number;
  readonly startOf365Days: number;
}

/** Made once for all services: what the clocks of a time zone showed is slow to find out. */
function calendarOf(instant: Instant, timeZone: string): Calendar {
  const now = toSeconds(instant);
  const today = dayOf(instant, timeZone);
  const startOf = (day: Day) => dayBounds(day, timeZone).start;
  const startOfLast = (days: number) => startOf(addToDay(today, 1 - days));
  const firstDay = addToDay(today, 1 - shownDays);
  return {
    now,
    firstDay,
    days: daysBetween(firstDay, today).map((day) => {
      const { start, end } = dayBounds(day, timeZone);
      return { day, from: start, to: Math.min(end, now) };
    }),
    months: Array.from({ length: shownMonths }, (_, index) => {
      const month = addToMonth(monthOf(today), index - shownMonths + 1);
      const to = startOf(`${addToMonth(month, 1)}-01`);
      return { month, from: startOf(`${month}-01`), to: Math.min(to, now) };
    }),
    startOf7Days: startOfLast(7),
    startOf30Days: startOfLast(30),
    startOf90Days: startOfLast(90),
    startOf365Days: startOfLast(365),
  };
}

function newest(instants: readonly Instant[]): Instant | null {
  return instants.toSorted().at(-1) ?? null;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'fr');
}
