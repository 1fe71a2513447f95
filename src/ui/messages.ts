import type { Locale } from './locale.ts';
import { en } from './messages.en.ts';
import { fr, type Messages } from './messages.fr.ts';

const messages: Readonly<Record<Locale, Messages>> = { fr, en };

/** All that pages say in a language. */
export function messagesIn(locale: Locale): Messages {
  return messages[locale];
}
