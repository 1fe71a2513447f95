import type { StatusFile } from '../model/status-file.ts';
import type { Month } from '../model/time.ts';
import type { Locale } from '../ui/locale.ts';

// The addresses of the public site. The fleet's first language lives at the root, the others below their own name.

/** A page, in whichever language. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'service'; readonly id: string }
  | { readonly page: 'library'; readonly slug: string }
  | { readonly page: 'incident'; readonly id: string }
  | { readonly page: 'maintenance'; readonly id: string }
  | { readonly page: 'maintenances' }
  | { readonly page: 'history'; readonly month: Month }
  | { readonly page: 'method' }
  /** What was promised to a library and what was kept, of one month. */
  | { readonly page: 'sla'; readonly slug: string; readonly month: Month };

/** The folder of the library pages, in each language. */
export const libraryFolders: Readonly<Record<Locale, string>> = { fr: 'bibliotheques', en: 'libraries' };

/** The folder of the months of incidents and maintenance, in each language. */
export const historyFolders: Readonly<Record<Locale, string>> = { fr: 'historique', en: 'history' };

/** The folder of the page that says how we measure, in each language. */
export const methodFolders: Readonly<Record<Locale, string>> = { fr: 'mesure', en: 'method' };

/** What stands for a language in an address: nothing for the fleet's first one. */
export function localePart(locale: Locale, locales: readonly Locale[]): Locale | undefined {
  return locale === locales[0] ? undefined : locale;
}

/** The address of a page in a language, from the site's root: `/en/services/koha-mulhouse/`. */
export function pathOf(route: Route, locale: Locale, locales: readonly Locale[]): string {
  const part = localePart(locale, locales);
  const root = part === undefined ? '/' : `/${part}/`;
  switch (route.page) {
    case 'home':
      return root;
    case 'service':
      return `${root}services/${route.id}/`;
    case 'library':
      return `${root}${libraryFolders[locale]}/${route.slug}/`;
    case 'incident':
      return `${root}incidents/${route.id}/`;
    case 'maintenances':
      return `${root}maintenance/`;
    case 'maintenance':
      return `${root}maintenance/${route.id}/`;
    case 'history':
      return `${root}${historyFolders[locale]}/${route.month}/`;
    case 'method':
      return `${root}${methodFolders[locale]}/`;
    case 'sla':
      return `${root}sla/${route.slug}/${route.month}/`;
  }
}

/** What feeds, calendars and statements are about. */
export type Scope =
  | { readonly about: 'site' }
  | { readonly about: 'service'; readonly id: string }
  | { readonly about: 'library'; readonly slug: string };

export type FeedFormat = 'rss' | 'atom' | 'json';

/** The address of a feed of incidents and maintenance in a language. */
export function feedPath(
  scope: Scope,
  format: FeedFormat,
  locale: Locale,
  locales: readonly Locale[],
): string {
  return `${pathOf({ page: 'home' }, locale, locales)}feeds/${scopePath(scope)}.${format}`;
}

/** The address of a calendar of maintenance in a language. */
export function calendarPath(
  scope: Exclude<Scope, { about: 'service' }>,
  locale: Locale,
  locales: readonly Locale[],
): string {
  return `${pathOf({ page: 'home' }, locale, locales)}calendars/${scopePath(scope)}.ics`;
}

/** The address of a service's badge: a picture, or what shields.io makes one of. */
export function badgePath(service: string, format: 'svg' | 'json'): string {
  return `/badges/${service}.${format}`;
}

/** The address of a library's statement of a month as a table. */
export function statementPath(slug: string, month: Month, format: 'csv' | 'json'): string {
  return `/sla/${slug}/${month}.${format}`;
}

function scopePath(scope: Scope): string {
  if (scope.about === 'site') return 'site';
  return scope.about === 'service' ? `services/${scope.id}` : `libraries/${scope.slug}`;
}

/** A path as a whole address, when the fleet says where its site is. */
export function absolute(path: string, fleet: StatusFile['fleet']): string | undefined {
  return fleet.url === null ? undefined : fleet.url.replace(/\/+$/, '') + path;
}
