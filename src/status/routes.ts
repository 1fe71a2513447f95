import type { StatusFile } from '../model/status-file.ts';
import type { Locale } from '../ui/locale.ts';

// The addresses of the public site. The fleet's first language lives at the root, the others below their own name.

/** A page, in whichever language. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'service'; readonly id: string }
  | { readonly page: 'library'; readonly slug: string };

/** The folder of the library pages, in each language. */
export const libraryFolders: Readonly<Record<Locale, string>> = { fr: 'bibliotheques', en: 'libraries' };

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
  }
}

/** A path as a whole address, when the fleet says where its site is. */
export function absolute(path: string, fleet: StatusFile['fleet']): string | undefined {
  return fleet.url === null ? undefined : fleet.url.replace(/\/+$/, '') + path;
}
