import type { State } from '../../model/state.ts';
import type { Step } from './timeline.ts';

/** What is known better than by our checks, in seconds since 1970: a planned maintenance, a correction. */
export interface Override {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** A timeline in which overrides hold; where several do, the last of them. What ends before it begins holds nowhere. */
export function override(steps: readonly Step[], overrides: readonly Override[]): readonly Step[] {
  const sound = overrides.filter(({ from, to }) => from < to);
  if (sound.length === 0) return steps;
  const bounds = inOrder(sound.flatMap(({ from, to }) => [from, to]));
  const held = paint(bounds, sound);
  const merged: Step[] = [];
  let [known, bound] = [-1, -1];
  for (const at of inOrder([...steps.map((step) => step.at), ...bounds])) {
    while ((steps[known + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) known += 1;
    if (bounds[bound + 1] === at) bound += 1;
    // Where no override holds, it is what our checks say of that instant.
    const state = held[bound] ?? steps[known]?.state ?? 'unknown';
    if (merged.at(-1)?.state !== state) merged.push({ at, state });
  }
  return merged;
}

/**
 * The state that holds from each bound to the next; undefined where no override does. The last one is painted first, and none paints over
 * another: `free` leads past what is painted already, so that thousands that overlap take no longer than as many that do not.
 */
function paint(bounds: readonly number[], overrides: readonly Override[]): readonly (State | undefined)[] {
  const indexOf = new Map(bounds.map((at, index) => [at, index]));
  const held = new Array<State | undefined>(bounds.length);
  const free = Uint32Array.from(bounds.keys());
  const nextFree = (index: number): number => {
    let next = index;
    while (free[next] !== next) {
      const beyond = free[next] ?? next;
      free[next] = free[beyond] ?? beyond;
      next = free[next] ?? beyond;
    }
    return next;
  };
  for (const { from, to, state } of overrides.toReversed()) {
    const end = indexOf.get(to) ?? 0;
    for (let index = nextFree(indexOf.get(from) ?? 0); index < end; index = nextFree(index)) {
      held[index] = state;
      free[index] = index + 1;
    }
  }
  return held;
}

function inOrder(instants: readonly number[]): number[] {
  return [...new Set(instants)].toSorted((a, b) => a - b);
}
