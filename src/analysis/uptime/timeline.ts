import type { TimelineStep } from '../../model/rollup.ts';
import { beliefIntervals, type State } from '../../model/state.ts';
import { toSeconds } from '../../model/time.ts';

/** A state that holds from an instant (seconds since 1970) until the next step. */
export interface Step {
  readonly at: number;
  readonly state: State;
}

/** One check's part in its service. */
export interface CheckTimeline {
  readonly steps: readonly Step[];
  /** While an essential check fails the service is down; while another one fails it is degraded. */
  readonly isEssential: boolean;
}

/** A stored timeline in numbers. */
export function stepsOf(timeline: readonly TimelineStep[]): Step[] {
  return timeline.map(([at, state]) => ({ at: toSeconds(at), state }));
}

/**
 * The timeline of a service from those of its checks. A check counts from its first result on: one that was added yesterday says
 * nothing of last year. Until any check has a result, the service is unknown.
 */
export function mergeChecks(checks: readonly CheckTimeline[]): Step[] {
  const events = checks
    .flatMap(({ steps }, check) => sinceFirstResult(steps).map((step) => ({ ...step, check })))
    .toSorted((a, b) => a.at - b.at);
  const current = new Map<number, State>();
  const merged: Step[] = [];
  events.forEach((event, index) => {
    current.set(event.check, event.state);
    if (events[index + 1]?.at === event.at) return;
    const state = serviceState(
      [...current].map(([check, state]) => ({ isEssential: checks[check]?.isEssential ?? true, state })),
    );
    if (merged.at(-1)?.state !== state) merged.push({ at: event.at, state });
  });
  return merged;
}

function sinceFirstResult(steps: readonly Step[]): readonly Step[] {
  const first = steps.findIndex(({ state }) => state !== 'unknown');
  return first === -1 ? [] : steps.slice(first);
}

/**
 * The state of a service from the states of its checks at one instant. Down while an essential check is down; else in maintenance while
 * one is; else unknown while one is unknown; else degraded while any check is degraded or down; else up.
 */
function serviceState(checks: readonly { readonly isEssential: boolean; readonly state: State }[]): State {
  const essential = checks.filter(({ isEssential }) => isEssential);
  // A service of which no check is essential is judged by all of them, but never called down.
  const judged = essential.length === 0 ? checks : essential;
  if (essential.some(({ state }) => state === 'down')) return 'down';
  if (judged.some(({ state }) => state === 'maintenance')) return 'maintenance';
  if (judged.length === 0 || judged.some(({ state }) => state === 'unknown')) return 'unknown';
  return checks.some(({ state }) => state === 'degraded' || state === 'down') ? 'degraded' : 'up';
}

/** How long each state held in a window, in seconds; what lies before the first step is unknown. The sum is the window. */
export function stateSeconds(steps: readonly Step[], from: number, to: number): Record<State, number> {
  const seconds: Record<State, number> = { up: 0, degraded: 0, down: 0, maintenance: 0, unknown: 0 };
  if (to <= from) return seconds;
  const first = steps[0]?.at ?? to;
  seconds.unknown += Math.max(0, Math.min(first, to) - from);
  for (let index = firstIndex(steps, from); index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined || step.at >= to) break;
    const end = Math.min(steps[index + 1]?.at ?? to, to);
    seconds[step.state] += Math.max(0, end - Math.max(step.at, from));
  }
  return seconds;
}

/** The step that holds at an instant; undefined before the first. */
export function stepAt(steps: readonly Step[], at: number): Step | undefined {
  const step = steps[firstIndex(steps, at)];
  return step !== undefined && step.at <= at ? step : undefined;
}

/** The index of the last step at or before an instant; 0 when there is none. */
function firstIndex(steps: readonly Step[], at: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/**
 * When a check was answered last, in seconds since 1970, by its steps: a result is believed for 2.5 intervals, and then begins that nothing is
 * known. Undefined when it never was.
 */
export function answeredLast(steps: readonly Step[], everySeconds: number): number | undefined {
  const known = steps.findLast(({ state }) => state !== 'unknown');
  const last = steps.at(-1);
  if (known === undefined || last === undefined) return undefined;
  return last.state === 'unknown' ? Math.max(known.at, last.at - everySeconds * beliefIntervals) : known.at;
}
