import { availability, outagesIn } from '../analysis/availability.ts';
import { type Step, stateSeconds, stepAt } from '../analysis/timeline.ts';
import type { Fleet, Library, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { PublicLibrary, PublicService, StatusFile } from '../model/status-file.ts';
import {
  addToDay,
  addToMonth,
  type Day,
  dayBounds,
  dayOf,
  daysBetween,
  fromSeconds,
  type Instant,
  monthOf,
  toSeconds,
} from '../model/time.ts';
import type { Present } from './present.ts';
import { serviceLatency, serviceSteps } from './service-history.ts';

const shownDays = 90;
const shownMonths = 13;

/** What the public file is made from. */
export interface StatusInput {
  readonly fleet: Fleet;
  readonly history: History;
  readonly present: Present;
  readonly now: Instant;
  /** The unguessable last part of an unlisted library's address; null when it cannot be made, and then there is no page. */
  readonly unlistedSlug: (library: string) => string | null;
}

/** All that the public may know, written out field by field: nothing is spread, so that nothing can leak by being added elsewhere. */
export function statusFile({ fleet, history, present, now, unlistedSlug }: StatusInput): StatusFile {
  const services = [...fleet.services.values()].toSorted(
    (a, b) => compare(a.applicationName, b.applicationName) || compare(a.name, b.name) || compare(a.id, b.id),
  );
  const checked = [...present.records.values()].filter(({ entity }) => entity.startsWith('check:'));
  return {
    schema: 'vigie/status@1',
    fleet: {
      name: fleet.name,
      timeZone: fleet.timeZone,
      locales: [...fleet.locales],
      url: fleet.url ?? null,
    },
    builtAt: now,
    dataUntil: newest(checked.map(({ at }) => at)),
    every_seconds: fleet.everySeconds,
    services: services.map((service) => publicService(service, { fleet, history, present, now })),
    libraries: [...fleet.libraries.values()].flatMap((library) =>
      publicLibrary(library, services, unlistedSlug),
    ),
  };
}

function publicService(
  service: Service,
  { fleet, history, present, now }: Omit<StatusInput, 'unlistedSlug'>,
): PublicService {
  const steps = serviceSteps(service, history);
  const seconds = toSeconds(now);
  const today = dayOf(now, fleet.timeZone);
  const records = [...service.checks.keys()].flatMap(
    (name) => present.records.get(`check:${service.id}:${name}`) ?? [],
  );
  const current = stepAt(steps, seconds);
  const state = current?.state ?? 'unknown';
  const window = (days: number) =>
    availability(steps, dayBounds(addToDay(today, 1 - days), fleet.timeZone).start, seconds);
  const days = daysBetween(addToDay(today, 1 - shownDays), today);
  const perDay = days.map((day) => secondsOfDay(steps, day, fleet.timeZone, seconds));
  return {
    id: service.id,
    name: service.name,
    application: service.applicationName,
    url: service.url ?? null,
    libraries: [...service.libraries],
    state,
    since: current === undefined || state === 'unknown' ? null : fromSeconds(current.at),
    checkedAt: newest(records.map(({ at }) => at)),
    version: records.map(({ facts }) => facts?.version).find((version) => version !== undefined) ?? null,
    slaPercent: service.slaPercent ?? null,
    windows: {
      last24Hours: availability(steps, seconds - 86_400, seconds),
      last7Days: window(7),
      last30Days: window(30),
      last90Days: window(90),
      last365Days: window(365),
    },
    days: {
      first: days[0] ?? today,
      up_seconds: perDay.map(({ up }) => up),
      degraded_seconds: perDay.map(({ degraded }) => degraded),
      down_seconds: perDay.map(({ down }) => down),
      maintenance_seconds: perDay.map(({ maintenance }) => maintenance),
      unknown_seconds: perDay.map(({ unknown }) => unknown),
    },
    latency: {
      p50_seconds: serviceLatency(service, history, 'p50', days),
      p95_seconds: serviceLatency(service, history, 'p95', days),
    },
    months: Array.from({ length: shownMonths }, (_, index) => {
      const month = addToMonth(monthOf(today), index - shownMonths + 1);
      const from = dayBounds(`${month}-01`, fleet.timeZone).start;
      const to = Math.min(seconds, dayBounds(`${addToMonth(month, 1)}-01`, fleet.timeZone).start);
      return { month, availability: availability(steps, from, to) };
    }),
    outages: outagesIn(steps, dayBounds(days[0] ?? today, fleet.timeZone).start, seconds)
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

/** The seconds of a day in each state, as far as the day has come. */
function secondsOfDay(steps: readonly Step[], day: Day, timeZone: string, now: number) {
  const { start, end } = dayBounds(day, timeZone);
  return stateSeconds(steps, start, Math.min(end, now));
}

function newest(instants: readonly Instant[]): Instant | null {
  return instants.toSorted().at(-1) ?? null;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'fr');
}
