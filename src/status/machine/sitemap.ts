import type { StatusFile } from '../../model/status-file.ts';
import { historyMonths } from '../announced.ts';
import { absolute, pathOf, type Route } from '../routes.ts';
import { escaped } from './escape.ts';

/** All pages that search engines may know, each with its other languages: https://www.sitemaps.org/protocol.html. */
export function sitemap(status: StatusFile): string {
  const { fleet } = status;
  const addressOf = (route: Route, locale: (typeof fleet.locales)[number]) => {
    const path = pathOf(route, locale, fleet.locales);
    return escaped(absolute(path, fleet) ?? path);
  };
  const urls = routesOf(status).flatMap((route) =>
    fleet.locales.map((locale) => {
      const others = fleet.locales.map(
        (other) => `<xhtml:link rel="alternate" hreflang="${other}" href="${addressOf(route, other)}"/>`,
      );
      return `<url><loc>${addressOf(route, locale)}</loc>${others.length > 1 ? others.join('') : ''}</url>`;
    }),
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${urls.join('\n')}
</urlset>
`;
}

function routesOf(status: StatusFile): Route[] {
  return [
    { page: 'home' },
    { page: 'maintenances' },
    { page: 'method' },
    ...status.services.map(({ id }): Route => ({ page: 'service', id })),
    ...status.libraries
      .filter(({ isListed }) => isListed)
      .map(({ slug }): Route => ({ page: 'library', slug })),
    ...historyMonths(status).map((month): Route => ({ page: 'history', month })),
    ...status.incidents.map(({ id }): Route => ({ page: 'incident', id })),
    ...status.maintenances.map(({ id }): Route => ({ page: 'maintenance', id })),
  ];
}
