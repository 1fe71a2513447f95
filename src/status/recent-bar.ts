import type { State } from '../model/state.ts';
import type { Instant } from '../model/time.ts';
import { toSeconds } from '../model/time.ts';

/** A stretch of a bar: which state, from where, how wide, in thousandths of the bar. */
export interface Stretch {
  readonly state: State;
  readonly x: number;
  readonly width: number;
}

const whole = 1000;
/** A minute down must be seen. */
const leastWidth = 3;

/** The last hours as stretches of one bar, the present at its right; trouble is drawn last, and never narrower than can be seen. */
export function recentBar(recent: readonly (readonly [Instant, State])[], until: Instant): Stretch[] {
  const [first] = recent;
  if (first === undefined) return [];
  const from = toSeconds(first[0]);
  const length = Math.max(1, toSeconds(until) - from);
  const stretches = recent.map(([at, state], index): Stretch => {
    const start = ((toSeconds(at) - from) / length) * whole;
    const next = recent[index + 1];
    const end = next === undefined ? whole : ((toSeconds(next[0]) - from) / length) * whole;
    const width = Math.max(leastWidth, end - start);
    return { state, x: round(Math.min(start, whole - width)), width: round(width) };
  });
  return stretches.toSorted((a, b) => Number(a.state !== 'up') - Number(b.state !== 'up'));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
