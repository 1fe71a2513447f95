import type { Locale } from '../ui/locale.ts';
import { en } from './messages.en.ts';
import { fr, type ReportMessages } from './messages.fr.ts';

const messages: Readonly<Record<Locale, ReportMessages>> = { fr, en };

/** All that the reports say in a language. */
export function reportMessagesIn(locale: Locale): ReportMessages {
  return messages[locale];
}
