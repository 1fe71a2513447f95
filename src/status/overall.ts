import { Impact } from '../model/announcement.ts';
import { beliefIntervals, gravity, type State } from '../model/state.ts';
import type { PublicService, StatusFile } from '../model/status-file.ts';
import { toSeconds } from '../model/time.ts';
import { openIncidents } from './announced.ts';

/** What can be said of everything at once, the gravest thing first. */
export type Overall =
  | { readonly kind: 'none' }
  | { readonly kind: 'neverMeasured' }
  /** The newest result is too old to tell anything of the present. */
  | { readonly kind: 'stale'; readonly age_seconds: number }
  | { readonly kind: 'allUnknown' }
  /** All answer, and yet people tell of incidents that visitors feel; how much of the gravest. */
  | { readonly kind: 'incident'; readonly count: number; readonly impact: Impact }
  | { readonly kind: State; readonly count: number };

/** The state of some services together, when the page was built. Unknown never counts as up. */
export function overall(status: StatusFile, services: readonly PublicService[]): Overall {
  if (services.length === 0) return { kind: 'none' };
  if (status.dataUntil === null) return { kind: 'neverMeasured' };
  const age_seconds = toSeconds(status.builtAt) - toSeconds(status.dataUntil);
  if (age_seconds > beliefIntervals * status.every_seconds) return { kind: 'stale', age_seconds };
  const counts = countStates(services);
  if (counts.unknown === services.length) return { kind: 'allUnknown' };
  const state = gravity.find((candidate) => counts[candidate] > 0) ?? 'unknown';
  if (state === 'up') return toldOf(status, services) ?? { kind: state, count: counts[state] };
  return { kind: state, count: counts[state] };
}

/** What people know and probes do not see. */
function toldOf(status: StatusFile, services: readonly PublicService[]): Overall | undefined {
  const felt = openIncidents(status, new Set(services.map(({ id }) => id))).filter(
    ({ title, impact }) => title !== null && impact !== 'none',
  );
  const impact = Impact.options.findLast((one) => felt.some((incident) => incident.impact === one));
  return impact === undefined ? undefined : { kind: 'incident', count: felt.length, impact };
}

/** The state whose colours go with what is said of everything. */
export function overallState(said: Overall): State {
  switch (said.kind) {
    case 'none':
    case 'neverMeasured':
    case 'stale':
    case 'allUnknown':
      return 'unknown';
    case 'incident':
      return 'degraded';
    default:
      return said.kind;
  }
}

/** How many services are in each state. */
export function countStates(services: readonly PublicService[]): Record<State, number> {
  const counts: Record<State, number> = { up: 0, degraded: 0, down: 0, maintenance: 0, unknown: 0 };
  for (const service of services) counts[service.state] += 1;
  return counts;
}
