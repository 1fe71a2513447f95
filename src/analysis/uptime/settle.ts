import type { State } from '../../model/state.ts';
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
 * many successes; what is shorter is what was before. A state that held for n intervals was found by n runs. Where nobody knows, nothing is
 * counted: a spell that ends in the unknown was not refuted, and stands.
 */
export function settle(
  steps: readonly Step[],
  { failures, successes, everySeconds }: Confirmation,
): readonly Step[] {
  if (failures === 1 && successes === 1) return steps;
  const settled: Step[] = [];
  const keep = (at: number, state: State) => {
    if (settled.at(-1)?.state !== state) settled.push({ at, state });
  };
  steps.forEach(({ at, state }, index) => {
    const end = spellEnd(steps, index);
    const before = settled.at(-1)?.state;
    const runs =
      end === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.round((end - at) / everySeconds));
    const wasDown = before === 'down';
    const isRefuted =
      (state === 'down' && !wasDown && isSeen(before) && runs < failures) ||
      (isGood(state) && wasDown && runs < successes);
    keep(at, isRefuted && before !== undefined ? before : state);
  });
  return settled;
}

/** When the spell of good or of bad results ends that a step begins or belongs to; undefined when it lasts, or ends in the unknown. */
function spellEnd(steps: readonly Step[], index: number): number | undefined {
  const isOfSpell = steps[index]?.state === 'down' ? (state: State) => state === 'down' : isGood;
  const next = steps.slice(index + 1).find(({ state }) => !isOfSpell(state));
  return next === undefined || next.state === 'unknown' ? undefined : next.at;
}

function isGood(state: State): boolean {
  return state === 'up' || state === 'degraded';
}

function isSeen(state: State | undefined): boolean {
  return state !== undefined && state !== 'unknown';
}
