import { beliefIntervals, type State } from '../../model/state.ts';
import type { Step } from './timeline.ts';

/** When a check is believed to be down, and to be back. */
export interface Confirmation {
  /** How many runs one after another must have it down. */
  readonly failures: number;
  /** How many must have it up again. */
  readonly successes: number;
  /** How long a run is from the next. */
  readonly everySeconds: number;
}

/**
 * A check's timeline as it counts: it goes down with the first of so many failures one after another, and comes back with the first of so
 * many successes; what is shorter is what was before, and unknown where nothing was. A state that held for n intervals was found by n
 * runs. Where nobody knows, or it is in maintenance, nothing speaks for a spell nor against it.
 */
export function settle(
  steps: readonly Step[],
  { failures, successes, everySeconds }: Confirmation,
): readonly Step[] {
  if (failures === 1 && successes === 1) return steps;
  const spells = spellsOf(steps, everySeconds);
  const settled: Step[] = [];
  let believed: State = 'unknown';
  steps.forEach(({ at, state }, index) => {
    const runs = spells[index];
    if (runs !== undefined) {
      const isTurn = (state === 'down') !== (believed === 'down');
      if (!isTurn || runs >= (state === 'down' ? failures : successes)) believed = state;
    }
    const counted = runs === undefined ? state : believed;
    if (settled.at(-1)?.state !== counted) settled.push({ at, state: counted });
  });
  return settled;
}

/**
 * How many runs found the spell that each step is part of: failures one after another, or successes, until the other comes. Undefined for
 * steps that are neither.
 */
function spellsOf(steps: readonly Step[], everySeconds: number): readonly (number | undefined)[] {
  const runs = new Array<number | undefined>(steps.length);
  let start = 0;
  let sum = 0;
  const close = (end: number) => {
    for (let index = start; index < end; index += 1) if (isJudged(steps[index]?.state)) runs[index] = sum;
    start = end;
    sum = 0;
  };
  let isDown: boolean | undefined;
  steps.forEach((step, index) => {
    if (!isJudged(step.state)) return;
    if (isDown !== undefined && isDown !== (step.state === 'down')) close(index);
    isDown = step.state === 'down';
    sum += runsOf(step, steps[index + 1], everySeconds);
  });
  close(steps.length);
  return runs;
}

/** By how many runs a step was found; what lasts for all that is known, by as many as it takes. */
function runsOf({ at }: Step, next: Step | undefined, everySeconds: number): number {
  if (next === undefined) return Number.POSITIVE_INFINITY;
  const intervals = (next.at - at) / everySeconds;
  // Before the unknown, the last of them was still believed for a while.
  const found = next.state === 'unknown' ? intervals - beliefIntervals + 1 : intervals;
  return Math.max(1, Math.round(found));
}

function isJudged(state: State | undefined): boolean {
  return state === 'up' || state === 'degraded' || state === 'down';
}
