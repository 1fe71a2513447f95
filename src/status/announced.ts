import type {
  PublicIncident,
  PublicMaintenance,
  PublicOccurrence,
  StatusFile,
} from '../model/status-file.ts';
import {
  addToMonth,
  dayBounds,
  dayOf,
  fromSeconds,
  type Instant,
  type Month,
  monthOf,
  toSeconds,
} from '../model/time.ts';
import { listedPart } from './listed.ts';
import { onceOf } from './once.ts';

/** How far ahead the first page tells of maintenance. */
const aheadSeconds = 14 * 86_400;

/** One time of a maintenance. */
export interface Announced {
  readonly maintenance: PublicMaintenance;
  readonly occurrence: PublicOccurrence;
}

/** What concerns some services; all of them when none are given. */
type Concerning = ReadonlySet<string> | undefined;

/** The incidents that are not over, newest first. */
export function openIncidents({ incidents }: StatusFile, services?: Concerning): PublicIncident[] {
  return incidents.filter((incident) => incident.to === null && concernsAny(incident, services));
}

/** The times of maintenance that are going on. */
export function activeMaintenance(status: StatusFile, services?: Concerning): Announced[] {
  return timesOf(status, services).filter(
    ({ occurrence: { step } }) => step === 'in_progress' || step === 'verifying',
  );
}

/** Those to come, the next one first; of one that comes again the next time alone. */
export function upcomingMaintenance(status: StatusFile, services?: Concerning): Announced[] {
  const upcoming = timesOf(status, services).filter(({ occurrence: { step } }) => step === 'scheduled');
  const told = new Set<string>();
  return upcoming
    .toSorted((a, b) => (a.occurrence.from < b.occurrence.from ? -1 : 1))
    .filter(({ maintenance: { id, isRecurring } }) => {
      if (isRecurring && told.has(id)) return false;
      told.add(id);
      return true;
    });
}

/** Those to come soon, for a first page. */
export function soonMaintenance(status: StatusFile, services?: Concerning): Announced[] {
  const until = toSeconds(status.builtAt) + aheadSeconds;
  return upcomingMaintenance(status, services).filter(({ occurrence: { from } }) => toSeconds(from) < until);
}

/** Times one maintenance after the other, each in the order given, in that of its first one. */
export function byMaintenance(times: readonly Announced[]): (readonly [Announced, ...Announced[]])[] {
  const groups = new Map<string, [Announced, ...Announced[]]>();
  for (const announced of times) {
    const group = groups.get(announced.maintenance.id);
    if (group === undefined) groups.set(announced.maintenance.id, [announced]);
    else group.push(announced);
  }
  return [...groups.values()];
}

/** The times that are over, newest first. */
export function pastMaintenance(status: StatusFile, services?: Concerning): Announced[] {
  return timesOf(status, services)
    .filter(({ occurrence: { step } }) => step === 'completed' || step === 'cancelled')
    .toSorted((a, b) => (a.occurrence.from < b.occurrence.from ? 1 : -1));
}

/** The months of which there is a page: from the first of which something is told to the present one, oldest first. */
export const historyMonths = onceOf((file): readonly Month[] => {
  const status = listedPart(file);
  const monthIn = (instant: Instant) => monthOf(dayOf(instant, status.fleet.timeZone));
  const starts = [
    ...status.incidents.map(({ from }) => from),
    ...pastMaintenance(status).map(({ occurrence: { from } }) => from),
  ];
  const first = starts.reduce((earliest, from) => (from < earliest ? from : earliest), status.builtAt);
  const present = monthIn(status.builtAt);
  const months: Month[] = [];
  for (let month = monthIn(first); month <= present; month = addToMonth(month, 1)) months.push(month);
  return months;
});

/** What went on in a month: incidents newest first, the times of maintenance that began by now newest first. */
export function toldIn(
  month: Month,
  status: StatusFile,
  services?: Concerning,
): { readonly incidents: readonly PublicIncident[]; readonly times: readonly Announced[] } {
  const zone = status.fleet.timeZone;
  const startOf = (month: Month) => fromSeconds(dayBounds(`${month}-01`, zone).start);
  const [start, end] = [startOf(month), startOf(addToMonth(month, 1))];
  const isOf = (from: Instant, to: Instant) => from < end && (to > start || from >= start);
  return {
    incidents: status.incidents.filter(
      (incident) => concernsAny(incident, services) && isOf(incident.from, incident.to ?? status.builtAt),
    ),
    times: timesOf(status, services)
      .filter(({ occurrence: { from, to } }) => from <= status.builtAt && isOf(from, to))
      .toSorted((a, b) => (a.occurrence.from < b.occurrence.from ? 1 : -1)),
  };
}

function timesOf({ maintenances }: StatusFile, services: Concerning): Announced[] {
  return maintenances.flatMap((maintenance) =>
    maintenance.occurrences
      .filter((occurrence) => concernsAny(occurrence, services))
      .map((occurrence) => ({ maintenance, occurrence })),
  );
}

/** Whether something is about one of some services; of all, when none are given. */
export function concernsAny(one: { readonly services: readonly string[] }, services: Concerning): boolean {
  return services === undefined || one.services.some((service) => services.has(service));
}
