/** The languages that pages are written in. */
export type Locale = 'fr' | 'en';

/** The regional form whose dates and numbers each language uses. */
export const languageTags: Readonly<Record<Locale, string>> = { fr: 'fr-FR', en: 'en-GB' };
