import type { Incident } from '../../model/announcement.ts';
import type { Slug } from '../../model/entity.ts';
import { beliefIntervals } from '../../model/state.ts';
import { clockOf, dayOf, fromSeconds } from '../../model/time.ts';
import type { Outage } from './availability.ts';

/** A service and its outages, oldest first. */
export interface ServiceOutages {
  readonly id: Slug;
  /** What the addresses of its incidents call it. */
  readonly calledBy: string;
  readonly host?: Slug | undefined;
  readonly libraries: readonly Slug[];
  /** When it was first seen, in seconds since 1970; undefined when it never was. */
  readonly since: number | undefined;
  readonly outages: readonly Outage[];
}

/** An incident that nobody has written of: outages tell it, and the pages word it. */
export type DetectedIncident = Omit<Incident, 'title'> & { readonly title: null };

/** What incidents are detected from. */
export interface Detection {
  readonly services: readonly ServiceOutages[];
  /** What people told: theirs stand in the place of ours. */
  readonly told: readonly Incident[];
  /** The fleet's interval. */
  readonly everySeconds: number;
  /** What lasts longer is an incident. */
  readonly incidentAfterSeconds: number;
  readonly timeZone: string;
  /** In seconds since 1970. */
  readonly now: number;
}

/** So large a share of all is nearly all: then it is not the services that failed, but what stands in front of them. */
const nearlyAll = 0.8;
/** What an incident of several services is called by. */
const severalServices = 'plusieurs-services';

/** One outage of one service. */
interface Failure extends Outage {
  readonly service: ServiceOutages;
}

/**
 * The incidents that outages tell, newest first. Those that begin within 2.5 intervals of the first are one incident where their services
 * share a host, or are nearly all that there are. An id is the same at each build: the day and the time at which it began, and what began
 * it. What people wrote takes the place of ours: by its id, or of what failed at the same time, of the services it is about; what then
 * is left stays, under the same id, or the next where that is taken.
 */
export function detectIncidents(detection: Detection): DetectedIncident[] {
  const { services, told, everySeconds, incidentAfterSeconds, now } = detection;
  const isLong = ({ from, to }: Outage) => (to ?? now) - from > incidentAfterSeconds;
  const failures = services
    .flatMap((service) => service.outages.map(({ from, to }): Failure => ({ from, to, service })))
    .filter((failure) => failure.to === null || isLong(failure))
    .toSorted((a, b) => a.from - b.from || compare(a.service.id, b.service.id));
  const impactOf = impacts(services);
  const groups = causesOf(failures, everySeconds * beliefIntervals, watchedAt(services))
    .filter((group) => group.some(isLong))
    .toSorted(([a], [b]) => (a?.from ?? 0) - (b?.from ?? 0));
  const ids = numbered(groups.map((group) => idOf(group, detection)));
  const toldById = new Map(told.map((incident) => [incident.id, incident]));
  const isTold = toldBy(told);
  const incidents = groups.flatMap((group, index): DetectedIncident[] => {
    const own = ids[index] ?? '';
    const ofName = toldById.get(own);
    const untold = group.filter(
      (failure) => !ofName?.services.includes(failure.service.id) && !isTold(failure),
    );
    if (!untold.some(isLong)) return [];
    // The name is that of what people wrote; what they did not write of has the next.
    const id = ofName === undefined ? own : nextFree(own, [...ids, ...toldById.keys()]);
    const ends = untold.map(({ to }) => to);
    return [
      {
        id,
        title: null,
        impact: impactOf(untold),
        services: [...new Set(untold.map(({ service }) => service.id))],
        from: untold[0]?.from ?? now,
        to: ends.includes(null) ? null : Math.max(...ends.map(Number)),
        updates: [],
        corrections: [],
      },
    ];
  });
  return incidents.toReversed();
}

/** How many services had been seen at an instant. */
function watchedAt(services: readonly ServiceOutages[]): (at: number) => number {
  const since = services.flatMap((service) => service.since ?? []).toSorted((a, b) => a - b);
  return (at) => {
    const later = since.findIndex((own) => own > at);
    return later === -1 ? since.length : later;
  };
}

/** Failures, oldest first, that have one cause as far as can be told: first those of nearly all services, then those of each host. */
function causesOf(
  failures: readonly Failure[],
  togetherSeconds: number,
  watched: (at: number) => number,
): (readonly Failure[])[] {
  const groups: (readonly Failure[])[] = [];
  const others: Failure[] = [];
  /** How often each service failed from `start` until `end`. */
  const counts = new Map<ServiceOutages, number>();
  let end = 0;
  for (let start = 0; start < failures.length; ) {
    const first = failures[start];
    if (first === undefined) break;
    for (; (failures[end]?.from ?? Number.POSITIVE_INFINITY) <= first.from + togetherSeconds; end += 1)
      count(counts, failures[end]?.service, 1);
    if (counts.size > 1 && counts.size >= nearlyAll * watched(first.from)) {
      groups.push(failures.slice(start, end));
      counts.clear();
      start = end;
      continue;
    }
    others.push(first);
    count(counts, first.service, -1);
    start += 1;
  }
  for (const own of Map.groupBy(others, ({ service }) => service.host ?? service).values()) {
    let group: Failure[] = [];
    for (const failure of own) {
      const [first] = group;
      if (first === undefined || failure.from > first.from + togetherSeconds) {
        group = [];
        groups.push(group);
      }
      group.push(failure);
    }
  }
  return groups;
}

function count<Key>(counts: Map<Key, number>, key: Key | undefined, by: number): void {
  if (key === undefined) return;
  const sum = (counts.get(key) ?? 0) + by;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

/** Critical is what concerns nearly all services, or nearly all of a library that has several. */
function impacts(services: readonly ServiceOutages[]): (group: readonly Failure[]) => Incident['impact'] {
  const all = watchedAt(services);
  const ofLibrary = new Map<Slug, number>();
  for (const { libraries } of services) for (const library of libraries) count(ofLibrary, library, 1);
  return (group) => {
    const concerned = new Map<Slug, number>();
    const failed = new Set(group.map(({ service }) => service));
    for (const { libraries } of failed) for (const library of libraries) count(concerned, library, 1);
    const isOfLibrary = [...concerned].some(([library, own]) => {
      const size = ofLibrary.get(library) ?? 0;
      return size > 1 && own >= nearlyAll * size;
    });
    return isOfLibrary || failed.size >= nearlyAll * all(group[0]?.from ?? 0) ? 'critical' : 'major';
  };
}

/** What joins it later than a run after the first changes no id: its page has been linked to. */
function idOf(group: readonly Failure[], { everySeconds, timeZone }: Detection): string {
  const [first] = group;
  const at = fromSeconds(first?.from ?? 0);
  const atOnce = group.filter(({ from }) => from < (first?.from ?? 0) + everySeconds);
  const isOfSeveral = new Set(atOnce.map(({ service }) => service)).size > 1;
  const words = isOfSeveral ? severalServices : (first?.service.calledBy ?? '');
  return `${dayOf(at, timeZone)}-${words}-${clockOf(at, timeZone)}`;
}

/** Clocks that are set back show a time twice: the second one of an id gets a number. */
function numbered(ids: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    count(seen, id, 1);
    const number = seen.get(id) ?? 1;
    return number === 1 ? id : `${id}-${number}`;
  });
}

function nextFree(id: string, taken: readonly string[]): string {
  let number = 2;
  while (taken.includes(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}

/** Whether people wrote of a service at the time of its failure. */
function toldBy(told: readonly Incident[]): (failure: Failure) => boolean {
  const byService = new Map<Slug, Incident[]>();
  for (const incident of told) {
    for (const service of incident.services) {
      const own = byService.get(service);
      if (own === undefined) byService.set(service, [incident]);
      else own.push(incident);
    }
  }
  const overlaps = (a: Outage, b: Outage) =>
    a.from < (b.to ?? Number.POSITIVE_INFINITY) && b.from < (a.to ?? Number.POSITIVE_INFINITY);
  return (failure) =>
    byService.get(failure.service.id)?.some((incident) => overlaps(incident, failure)) ?? false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
