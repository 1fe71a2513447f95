/** One thing that the overview says: what it is about, the figures, and where the reason is. */
export interface Sentence {
  readonly isTrouble: boolean;
  readonly lead: string;
  readonly text: string;
  readonly why: { readonly href: string; readonly label: string } | null;
}

/** How many names or resources a paragraph tells; the rest is a count. */
export const mostNamed = 3;

/** The first names of several, and how many there are besides. */
export function nameSome(
  names: readonly string[],
  words: { names: (names: string, more: number) => string },
): string {
  return words.names(names.slice(0, mostNamed).join(', '), Math.max(0, names.length - mostNamed));
}
