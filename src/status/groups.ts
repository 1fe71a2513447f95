import type { PublicService, StatusFile } from '../model/status-file.ts';

/**
 * The services as the fleet groups them, by the groups' names: by application, in the file's order, or by library, by name. A service
 * of several libraries stands with the first that may be named; one of none that may, with its application.
 */
export function groupServices({
  fleet,
  rules,
  services,
  libraries,
}: StatusFile): Map<string, PublicService[]> {
  if (rules.groupBy === 'application') return Map.groupBy(services, ({ application }) => application);
  const names = new Map<string, string>();
  for (const library of libraries.filter(({ isListed }) => isListed))
    for (const id of library.services) if (!names.has(id)) names.set(id, library.name);
  const groups = Map.groupBy(services, ({ id, application }) => names.get(id) ?? application);
  const collator = new Intl.Collator(fleet.locales[0]);
  return new Map([...groups].toSorted(([a], [b]) => collator.compare(a, b)));
}

/** Services with those in trouble first, the others as they were. */
export function troubledFirst(services: readonly PublicService[]): PublicService[] {
  const trouble = ({ state }: PublicService) => (state === 'down' ? 2 : state === 'degraded' ? 1 : 0);
  return services.toSorted((a, b) => trouble(b) - trouble(a));
}
