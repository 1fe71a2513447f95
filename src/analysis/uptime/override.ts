import type { State } from '../../model/state.ts';
import { type Step, stepAt } from './timeline.ts';

/** What is known better than by our checks, in seconds since 1970: a planned maintenance, a correction. */
export interface Override {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** A timeline in which overrides hold; where several do, the last of them. */
export function override(steps: readonly Step[], overrides: readonly Override[]): readonly Step[] {
  return overrides.reduce(
    (known, { from, to, state }) => (to <= from ? known : holding(known, from, to, state)),
    steps,
  );
}

function holding(steps: readonly Step[], from: number, to: number, state: State): readonly Step[] {
  const before = steps.filter(({ at }) => at < from);
  const after = steps.filter(({ at }) => at > to);
  // What comes back when it ends is what our checks say of that instant.
  const back = { at: to, state: stepAt(steps, to)?.state ?? 'unknown' };
  const merged: Step[] = [];
  for (const step of [...before, { at: from, state }, back, ...after])
    if (merged.at(-1)?.state !== step.state) merged.push(step);
  return merged;
}
