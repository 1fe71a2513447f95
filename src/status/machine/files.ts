import Papa from 'papaparse';
import type { PublicLibrary, PublicService, StatusFile } from '../../model/status-file.ts';
import { listedPart } from '../listed.ts';
import { absolute, badgePath, calendarPath, feedPath, statementPath } from '../routes.ts';
import { type Statement, statementsOf } from '../statement.ts';
import { badgeEndpoint, badgeSvg } from './badges.ts';
import { calendarOf } from './calendar.ts';
import { feedsOf, type Told } from './feeds.ts';
import { openMetrics } from './open-metrics.ts';
import { sitemap } from './sitemap.ts';
import { statuspageFiles } from './statuspage.ts';

/**
 * All files for machines, by their paths from the site's root, without the slash before. Feeds, calendars and Statuspage's API name whole
 * addresses: there are none where the fleet does not say where its site is.
 */
export function machineFiles(status: StatusFile): Map<string, string> {
  const { fleet, services, libraries } = status;
  const listed = listedPart(status);
  const files = new Map<string, string>();
  const add = (path: string, text: string) => files.set(path.replace(/^\//, ''), text);
  add('/metrics.txt', openMetrics(listed));
  add('/robots.txt', robots(status));
  const locale = fleet.locales[0] ?? 'fr';
  for (const service of services) {
    add(badgePath(service.id, 'svg'), badgeSvg(service, locale));
    add(badgePath(service.id, 'json'), jsonOf(badgeEndpoint(service, locale, status.every_seconds)));
  }
  for (const library of libraries)
    for (const statement of statementsOf(library, status)) {
      const pathIn = (format: 'csv' | 'json') => statementPath(library.slug, statement.month, format);
      add(pathIn('csv'), csvOf(statement));
      add(pathIn('json'), jsonOf(statementDocument(library, statement, status)));
    }
  if (fleet.url === null) return files;
  for (const [path, document] of statuspageFiles(listed)) add(`/api/v2/${path}`, jsonOf(document));
  add('/sitemap.xml', sitemap(listed));
  const all = [siteOf(listed), ...services.map(serviceOf), ...libraries.map(libraryOf)];
  for (const own of fleet.locales)
    for (const about of all) {
      for (const [format, text] of feedsOf(about, status, own))
        add(feedPath(about.scope, format, own, fleet.locales), text);
      if (about.scope.about !== 'service')
        add(calendarPath(about.scope, own, fleet.locales), calendarOf(about, status, own));
    }
  return files;
}

/** Unlisted pages stand in none of it: each says itself that it is not to be indexed. */
function robots({ fleet }: StatusFile): string {
  const sitemap = absolute('/sitemap.xml', fleet);
  return `User-agent: *\nAllow: /\n${sitemap === undefined ? '' : `\nSitemap: ${sitemap}\n`}`;
}

function siteOf({ fleet, services }: StatusFile): Told {
  return {
    scope: { about: 'site' },
    name: fleet.name,
    route: { page: 'home' },
    services: new Set(services.map(({ id }) => id)),
  };
}

function serviceOf({ id, name }: PublicService): Told {
  return { scope: { about: 'service', id }, name, route: { page: 'service', id }, services: new Set([id]) };
}

function libraryOf({ slug, name, services }: PublicLibrary): Told {
  return {
    scope: { about: 'library', slug },
    name,
    route: { page: 'library', slug },
    services: new Set(services),
  };
}

/** Text that a spreadsheet would run as a formula is kept from it. */
function csvOf({ rows }: Statement): string {
  const table = rows.map(({ isKept, ...row }) => ({ ...row, is_kept: isKept }));
  return `${Papa.unparse(table, { escapeFormulae: true, newline: '\r\n' })}\r\n`;
}

function statementDocument(
  { name }: PublicLibrary,
  { month, isOpen, rows }: Statement,
  { fleet, builtAt, rules }: StatusFile,
): object {
  return {
    library: name,
    month,
    time_zone: fleet.timeZone,
    built_at: builtAt,
    is_open: isOpen,
    weights: rules.weights,
    services: rows.map(({ isKept, ...row }) => ({ ...row, is_kept: isKept })),
  };
}

function jsonOf(document: unknown): string {
  return `${JSON.stringify(document)}\n`;
}
