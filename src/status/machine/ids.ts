/** 12 lower-case letters and digits, as Statuspage's ids are: the same for the same words, for ever. */
export function idOf(...words: readonly string[]): string {
  // FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), of which 12 digits of base 36 hold 62.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(words.join('\0'))) {
    hash ^= BigInt(byte);
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(36).padStart(12, '0').slice(-12);
}
