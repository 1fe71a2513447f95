import { z } from 'zod';

/** The languages that pages are written in. */
export const Locale = z.enum(['fr', 'en']);
export type Locale = z.infer<typeof Locale>;

/** A line of text for people, in one language or more. */
export type LocalText = Readonly<Partial<Record<Locale, string>>>;

const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}]*$/u, 'expected one line');

/** As people write it: a text alone is of the fleet's first language. */
export const LocalTextFile = z.union([
  line,
  z
    .strictObject({ fr: line.exactOptional(), en: line.exactOptional() })
    .refine((texts) => Object.keys(texts).length > 0, 'expected a text in fr or en'),
]);
export type LocalTextFile = z.infer<typeof LocalTextFile>;

/** What people wrote, by language. */
export function localText(text: LocalTextFile, first: Locale): LocalText {
  return typeof text === 'string' ? { [first]: text } : text;
}

/** The text in one of its languages: the one asked for, else the first that it has. */
export function inLocale(
  text: LocalText,
  locale: Locale,
): { readonly text: string; readonly locale: Locale } {
  const own = text[locale];
  if (own !== undefined) return { text: own, locale };
  const [other = locale] = Locale.options.filter((candidate) => text[candidate] !== undefined);
  return { text: text[other] ?? '', locale: other };
}
