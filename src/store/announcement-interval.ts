import type { Slug } from '../model/entity.ts';
import type { Fleet } from '../model/fleet.ts';
import { type Problem, show } from '../model/problem.ts';
import { resolveWhen } from '../model/time.ts';

/** No incident and no maintenance is told of that lasts longer. */
const longestSeconds = 366 * 86_400;

/** An instant of the front matter in seconds since 1970; undefined, with a problem, when the calendar has no such day. */
export function instantAt(
  when: string,
  path: readonly PropertyKey[],
  { timeZone }: Fleet,
  problems: Problem[],
): number | undefined {
  const seconds = resolveWhen(when, timeZone);
  if (seconds === undefined)
    problems.push({ path, found: show(when), expected: 'an instant of the calendar' });
  return seconds;
}

/** What is wrong with an interval that ends as `path` says. */
export function intervalProblems(
  { from, to }: { readonly from: number; readonly to: number },
  path: readonly PropertyKey[],
  written: unknown,
): Problem[] {
  if (to <= from) return [{ path, found: show(written), expected: 'an instant after `from`' }];
  if (to - from > longestSeconds) return [{ path, found: show(written), expected: 'a year at most' }];
  return [];
}

/** Whom an announcement is about, as it is written. */
export interface Concerned {
  readonly services?: 'all' | readonly Slug[] | undefined;
  readonly libraries?: readonly Slug[] | undefined;
}

/** What is expected where nobody is named. */
export const somebody = 'services or libraries that it is about (services: all for all)';

/** Whether anybody is named. */
export function namesAnybody({ services, libraries }: Concerned): boolean {
  return services !== undefined || libraries !== undefined;
}

/** The services that are concerned, in the order of fleet.yaml; what that does not know is added to `unknown` and left out. */
export function servicesConcerned(
  { services = [], libraries = [] }: Concerned,
  path: readonly PropertyKey[],
  fleet: Fleet,
  unknown: Problem[],
): readonly Slug[] {
  const all = [...fleet.services.values()];
  if (services === 'all') return all.map(({ id }) => id);
  services.forEach((service, index) => {
    if (!fleet.services.has(service))
      unknown.push({
        path: [...path, 'services', index],
        found: show(service),
        expected: 'a service of fleet.yaml',
      });
  });
  libraries.forEach((library, index) => {
    if (!fleet.libraries.has(library))
      unknown.push({
        path: [...path, 'libraries', index],
        found: show(library),
        expected: 'a library of fleet.yaml',
      });
  });
  const named = new Set(services);
  const served = new Set(libraries);
  return all
    .filter((service) => named.has(service.id) || service.libraries.some((library) => served.has(library)))
    .map(({ id }) => id);
}
