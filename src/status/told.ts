import { inLocale, type LocalText } from '../model/local-text.ts';
import type { PublicIncident, PublicService } from '../model/status-file.ts';
import type { Locale } from '../ui/locale.ts';
import { statusMessages } from './messages.ts';

/** The services by name, to say of which ones something is told. */
export type Services = ReadonlyMap<string, Pick<PublicService, 'id' | 'name'>>;

/** The title of an incident: that of people, else what our probes can say. */
export function incidentTitle(
  { title, services, impact }: Pick<PublicIncident, 'title' | 'services' | 'impact'>,
  known: Services,
  locale: Locale,
): string {
  if (title !== null) return inLocale(title, locale).text;
  const words = statusMessages(locale).incident;
  const [only, ...others] = services;
  const name = only === undefined ? undefined : known.get(only)?.name;
  return name === undefined || others.length > 0
    ? words.several(services.length, impact)
    : words.one(name, impact);
}

/** A text of people in a language, or in the one that it has. */
export function told(text: LocalText, locale: Locale): string {
  return inLocale(text, locale).text;
}
