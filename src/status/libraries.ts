import type { PublicLibrary, PublicService, StatusFile } from '../model/status-file.ts';
import type { Locale } from '../ui/locale.ts';

/** The libraries of a service that may be named; unlisted ones are named nowhere but on their own page. */
export function listedLibrariesOf(service: PublicService, status: StatusFile): PublicLibrary[] {
  return status.libraries.filter((library) => library.isListed && library.services.includes(service.id));
}

/** The libraries that may be named, by name. */
export function listedLibraries(status: StatusFile, locale: Locale): PublicLibrary[] {
  const collator = new Intl.Collator(locale);
  return status.libraries
    .filter((library) => library.isListed)
    .toSorted((a, b) => collator.compare(a.name, b.name) || (a.slug < b.slug ? -1 : 1));
}

/** The services of a library, in the file's order. */
export function servicesOf(library: PublicLibrary, status: StatusFile): PublicService[] {
  return status.services.filter((service) => library.services.includes(service.id));
}
