import type { State } from '../model/state.ts';

/** States are never told by colour alone: each has a shape of its own. */
export const stateGlyphs: Readonly<Record<State, string>> = {
  up: '●',
  degraded: '▲',
  down: '■',
  maintenance: '◆',
  unknown: '○',
};
