import { z } from 'zod';

/** What we say of a check or a service. `unknown`: we did not look, or could not; it is never counted as up. */
export const State = z.enum(['up', 'degraded', 'down', 'maintenance', 'unknown']);
export type State = z.infer<typeof State>;

/** From what harms a visitor most to what harms least; the first that applies names the state of a group. */
export const gravity: readonly State[] = ['down', 'degraded', 'maintenance', 'unknown', 'up'];

/** The gravest of several states; `unknown` when there are none. */
export function gravest(states: Iterable<State>): State {
  const present = new Set(states);
  return gravity.find((state) => present.has(state)) ?? 'unknown';
}

/** A result is believed for so many intervals; after that the state is unknown. */
export const beliefIntervals = 2.5;
