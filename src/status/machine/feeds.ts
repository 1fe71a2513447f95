import { Feed } from 'feed';
import type {
  PublicIncident,
  PublicMaintenance,
  PublicOccurrence,
  StatusFile,
} from '../../model/status-file.ts';
import { type Instant, toSeconds } from '../../model/time.ts';
import { formatInstant, formatInterval } from '../../ui/format.ts';
import { type Locale, languageTags } from '../../ui/locale.ts';
import { concernsAny } from '../announced.ts';
import { statusMessages } from '../messages.ts';
import { absolute, type FeedFormat, feedPath, pathOf, type Route, type Scope } from '../routes.ts';
import { incidentTitle, namesOf, saidOf, stepOf, told } from '../told.ts';
import { escaped } from './escape.ts';
import { occurrenceTold, timesToTell } from './occurrence.ts';

/** So many incidents, times of maintenance to come, and times that have come. */
const newestCount = 50;
/** Maintenance is told from so long before it begins until so long after it has ended. */
const aheadSeconds = 60 * 86_400;
const behindSeconds = 90 * 86_400;

/** What a feed or a calendar is about. */
export interface Told {
  readonly scope: Scope;
  /** For people: the fleet, a service or a library. */
  readonly name: string;
  /** Where its page is. */
  readonly route: Route;
  readonly services: ReadonlySet<string>;
}

/** A feed of the incidents and the maintenance of what it is about, newest first, in each format. */
export function feedsOf(about: Told, status: StatusFile, locale: Locale): Map<FeedFormat, string> {
  const words = statusMessages(locale).feed;
  const { fleet } = status;
  const link = (path: string) => absolute(path, fleet) ?? path;
  const address = (format: FeedFormat) => link(feedPath(about.scope, format, locale, fleet.locales));
  const home = link(pathOf(about.route, locale, fleet.locales));
  const incidents = status.incidents
    .filter((incident) => concernsAny(incident, about.services))
    .map((incident) => incidentEntry(incident, status, locale));
  const times = (isToCome: boolean) =>
    status.maintenances.flatMap((maintenance) =>
      timesToTell(maintenance)
        .filter((occurrence) => (occurrence.step === 'scheduled') === isToCome)
        .filter((occurrence) => concernsAny(occurrence, about.services) && isNear(occurrence, status.builtAt))
        .map((occurrence) => maintenanceEntry(maintenance, occurrence, status, locale)),
    );
  // Cut each by itself: maintenance that comes every day leaves their place to incidents, and to what is to come, however long ago it was planned.
  const entries = [incidents, times(true), times(false)].flatMap(newestOf).toSorted(byChange);
  const feedOf = (titleOf: (title: string) => string) => {
    const feed = new Feed({
      id: home,
      title: words.title(about.name),
      description: words.description(about.name),
      link: home,
      language: languageTags[locale],
      updated: new Date(entries[0]?.at ?? status.builtAt),
      feedLinks: { rss: address('rss'), atom: address('atom'), json: address('json') },
      ttl: Math.max(1, Math.round(status.every_seconds / 60)),
      author: { name: fleet.name },
      generator: false,
    });
    for (const { id, path, title, at, published, html } of entries)
      feed.addItem({
        id: link(id),
        link: link(path),
        title: titleOf(title),
        date: new Date(at),
        published: new Date(published),
        content: html,
      });
    return feed;
  };
  const feed = feedOf((title) => title);
  return new Map<FeedFormat, string>([
    ['rss', feed.rss2()],
    // Its titles are HTML: https://www.rfc-editor.org/rfc/rfc4287#section-3.1.1
    ['atom', feedOf(escaped).atom1()],
    ['json', feed.json1()],
  ]);
}

interface Entry {
  /** The address that it has for ever. */
  readonly id: string;
  readonly path: string;
  readonly title: string;
  /** When it was changed last. */
  readonly at: Instant;
  readonly published: Instant;
  readonly html: string;
}

function newestOf(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(byChange).slice(0, newestCount);
}

function byChange(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

function incidentEntry(incident: PublicIncident, status: StatusFile, locale: Locale): Entry {
  const words = statusMessages(locale);
  const { id, from, services, updatedAt } = incident;
  const path = pathOf({ page: 'incident', id }, locale, status.fleet.locales);
  const said = saidOf(incident, locale)
    .toReversed()
    .map(({ at, step, html }) => saidAt(words.incidentSteps[step], at, html, status, locale));
  return {
    id: path,
    path,
    title: `${incidentTitle(incident, status, locale)} (${words.incidentSteps[stepOf(incident)]})`,
    at: updatedAt,
    published: from,
    html: [...said, concerned(services, status, locale)].join(''),
  };
}

function maintenanceEntry(
  maintenance: PublicMaintenance,
  occurrence: PublicOccurrence,
  status: StatusFile,
  locale: Locale,
): Entry {
  const { services, from, to, step } = occurrence;
  const words = statusMessages(locale);
  const { locales, timeZone } = status.fleet;
  const path = pathOf({ page: 'maintenance', id: maintenance.id }, locale, locales);
  const interval = formatInterval(from, to, locale, timeZone);
  const { updates, announcedAt, changedAt } = occurrenceTold(maintenance, occurrence, status);
  const own = updates
    .toReversed()
    .map(({ step: saidStep, at, html }) =>
      saidAt(words.maintenanceSteps[saidStep], at, told(html, locale), status, locale),
    );
  return {
    id: `${path}#${occurrence.id}`,
    path,
    title: `${told(maintenance.title, locale)} (${words.maintenanceSteps[step]})`,
    at: changedAt,
    published: announcedAt,
    html: [paragraph(interval), ...own, concerned(services, status, locale)].join(''),
  };
}

/** From some weeks before it begins until some after it has ended. */
function isNear({ from, to }: PublicOccurrence, now: Instant): boolean {
  const seconds = toSeconds(now);
  return toSeconds(to) > seconds - behindSeconds && toSeconds(from) < seconds + aheadSeconds;
}

function saidAt(step: string, at: Instant, html: string, { fleet }: StatusFile, locale: Locale): string {
  const when = formatInstant(at, locale, fleet.timeZone);
  return `<p><strong>${escaped(step)}</strong>, ${escaped(when)}</p>${html}`;
}

function concerned(services: readonly string[], status: StatusFile, locale: Locale): string {
  const names = namesOf(services, status);
  return names === '' ? '' : paragraph(statusMessages(locale).feed.concerned(names));
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}
