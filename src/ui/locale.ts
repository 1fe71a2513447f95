import type { Locale } from '../model/local-text.ts';

export type { Locale };

/** The regional form whose dates and numbers each language uses. */
export const languageTags: Readonly<Record<Locale, string>> = { fr: 'fr-FR', en: 'en-GB' };
