import type { Locale } from '../ui/locale.ts';
import { en } from './messages.en.ts';
import { fr, type Messages } from './messages.fr.ts';

const messages: Readonly<Record<Locale, Messages>> = { fr, en };

/** What the status page says of incidents, maintenance and measure in a language. */
export function statusMessages(locale: Locale): Messages {
  return messages[locale];
}
