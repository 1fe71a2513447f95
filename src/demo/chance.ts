// Seeded chance. Nothing in the demo's history comes from a clock or from Math.random: the same seed gives the same bytes.

/** A seed for one purpose, from the demo's seed and the purpose's name: FNV-1a, then the finalizer of MurmurHash3. */
export function seedOf(seed: number, ...labels: readonly string[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of labels.join('\n')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The number at a position of a seed's sequence, 0 ≤ x < 1: mulberry32, whose state only counts, so that any position can be read. */
export function uniform(seed: number, position: number): number {
  const state = (seed + Math.imul(position + 1, 0x6d2b79f5)) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** A standard normal number at a position of a seed's sequence, by the Box–Muller transform. */
export function normal(seed: number, position: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, position)));
  return radius * Math.cos(2 * Math.PI * uniform(seed ^ 0x9e3779b9, position));
}

/** Noise that wanders: normal numbers at each multiple of `period`, with straight lines between them. */
export function wander(seed: number, seconds: number, period: number): number {
  const step = Math.floor(seconds / period);
  const share = seconds / period - step;
  return normal(seed, step) * (1 - share) + normal(seed, step + 1) * share;
}
