import type { State } from '../model/state.ts';
import type { Availability } from '../model/status-file.ts';
import { type Step, stateSeconds } from './timeline.ts';

/**
 * Availability over a window in seconds since 1970: 1 − down / (window − unknown − maintenance), and the share of the window in
 * which we looked and could tell. Without a second of knowledge there is no ratio.
 */
export function availability(steps: readonly Step[], from: number, to: number): Availability {
  return availabilityOf(stateSeconds(steps, from, to));
}

/** The same from seconds already summed. */
function availabilityOf(seconds: Readonly<Record<State, number>>): Availability {
  const judged = seconds.up + seconds.degraded + seconds.down;
  const window = judged + seconds.maintenance + seconds.unknown;
  return {
    ratio: judged === 0 ? null : 1 - seconds.down / judged,
    coverage: window === 0 ? 0 : (judged + seconds.maintenance) / window,
    down_seconds: seconds.down,
  };
}

/** An interval in which a service was down, in seconds since 1970. */
export interface Outage {
  readonly from: number;
  /** Null while it lasts, or when we stopped knowing while it was down. */
  readonly to: number | null;
}

/**
 * The outages that touch a window, oldest first: from the first failed check to the first good one. A gap of knowledge within an outage
 * does not end it: down, unknown, down is one outage; down, unknown, up ended when it was seen up.
 */
export function outagesIn(steps: readonly Step[], from: number, to: number): Outage[] {
  const outages: { from: number; to: number | null }[] = [];
  let open: { from: number; to: number | null } | undefined;
  for (const { at, state } of steps) {
    if (at >= to) break;
    if (state === 'down' && open === undefined) {
      open = { from: at, to: null };
      outages.push(open);
    } else if (open !== undefined && (state === 'up' || state === 'degraded' || state === 'maintenance')) {
      open.to = at;
      open = undefined;
    }
  }
  return outages.filter((outage) => (outage.to ?? to) > from);
}
