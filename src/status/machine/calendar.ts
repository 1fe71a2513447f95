import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { StatusFile } from '../../model/status-file.ts';
import type { Locale } from '../../ui/locale.ts';
import { concernsAny } from '../announced.ts';
import { statusMessages } from '../messages.ts';
import { absolute, pathOf } from '../routes.ts';
import { namesOf, told } from '../told.ts';
import type { Told } from './feeds.ts';
import { idOf } from './ids.ts';
import { occurrenceTold } from './occurrence.ts';

/** A calendar (RFC 5545) of the maintenance of what it is about, an event each time; instants are in UTC, which programs show in their own zone. */
export function calendarOf(about: Told, status: StatusFile, locale: Locale): string {
  const words = statusMessages(locale).feed;
  const { fleet, every_seconds } = status;
  const link = (path: string) => absolute(path, fleet) ?? path;
  const calendar = ical({
    // Of all texts the one that the package leaves as it is: https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11
    name: words.calendar(about.name).replaceAll(/[\\;,]/g, '\\$&'),
    prodId: { company: 'Vigie', product: 'status', language: locale.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    ttl: every_seconds,
    url: link(pathOf(about.route, locale, fleet.locales)),
  });
  for (const maintenance of status.maintenances) {
    const { id, title, occurrences } = maintenance;
    for (const occurrence of occurrences.filter((one) => concernsAny(one, about.services))) {
      const { updates, changedAt } = occurrenceTold(maintenance, occurrence, status);
      const own = occurrence.services.filter((service) => about.services.has(service));
      const text = updates.map((update) => told(update.text, locale)).join('\n\n');
      calendar.createEvent({
        id: `${idOf('occurrence', id, occurrence.id)}@${hostOf(fleet)}`,
        start: new Date(occurrence.from),
        end: new Date(occurrence.to),
        stamp: new Date(changedAt),
        lastModified: new Date(changedAt),
        summary: told(title, locale),
        description: [words.concerned(namesOf(own, status)), text].filter((part) => part !== '').join('\n\n'),
        status: occurrence.step === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
        url: link(pathOf({ page: 'maintenance', id }, locale, fleet.locales)),
      });
    }
  }
  return `${calendar.toString()}\r\n`;
}

/** What makes the ids of events those of this site alone. */
function hostOf({ url, name }: StatusFile['fleet']): string {
  return url === null ? `${idOf('page', name)}.invalid` : new URL(url).host;
}
