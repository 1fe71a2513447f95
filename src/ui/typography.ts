/**
 * A template tag for French: the plain spaces before : ; ? ! % » and after « become narrow no-break spaces (U+202F), apostrophes curly.
 * Only our own words are changed, never the values put into them.
 */
export function french(words: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const typeset = words.map((word) =>
    word
      .replaceAll(/ (?=[:;?!%»])/g, '\u202f')
      .replaceAll('« ', '«\u202f')
      .replaceAll("'", '’'),
  );
  return String.raw({ raw: typeset }, ...values);
}

/** The form of a word that goes with a number, by the language's own rule: French says « 0 service », English "0 services". */
export function plural(languageTag: string, count: number, forms: { one: string; other: string }): string {
  return new Intl.PluralRules(languageTag).select(count) === 'one' ? forms.one : forms.other;
}
