import type { Availability } from '../../model/status-file.ts';
import { type Step, stateSeconds } from './timeline.ts';

/** What a second counts against the availability in this state, 0 to 1. */
export interface Weights {
  readonly down: number;
  readonly degraded: number;
}

/**
 * Availability over a window in seconds since 1970: 1 − (down × its weight + degraded × its weight) / (window − unknown − maintenance), and
 * the share of the window in which we looked and could tell. Without a second of knowledge there is no ratio.
 */
export function availability(
  steps: readonly Step[],
  from: number,
  to: number,
  weights: Weights,
): Availability {
  const seconds = stateSeconds(steps, from, to);
  const judged = seconds.up + seconds.degraded + seconds.down;
  const window = judged + seconds.maintenance + seconds.unknown;
  const lost = seconds.down * weights.down + seconds.degraded * weights.degraded;
  return {
    ratio: judged === 0 ? null : 1 - lost / judged,
    coverage: window === 0 ? 0 : (judged + seconds.maintenance) / window,
    down_seconds: seconds.down,
    degraded_seconds: seconds.degraded,
    maintenance_seconds: seconds.maintenance,
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
