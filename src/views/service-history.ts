import { type Override, override } from '../analysis/uptime/override.ts';
import { settle } from '../analysis/uptime/settle.ts';
import { mergeChecks, type Step, stepsOf } from '../analysis/uptime/timeline.ts';
import type { Announcements } from '../model/announcement.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { State } from '../model/state.ts';
import type { Day } from '../model/time.ts';
import { overlayTimelines } from '../store/overlay.ts';
import { quantileOf } from '../store/sketch.ts';

/** All that the accounting of services is made from. */
export interface Accounting {
  readonly fleet: Fleet;
  readonly history: History;
  readonly announcements: Announcements;
}

/**
 * The timeline of a service as it counts: merged from those of its checks, each settled by its own rule; where they know nothing, what was
 * imported of it; then what people know better, planned maintenance first, corrections last.
 */
export function serviceSteps(service: Service, accounting: Accounting): readonly Step[] {
  const { history, announcements } = accounting;
  const imported = stepsOf(history.entities.get(`service:${service.id}`)?.timeline ?? []);
  const own = mergedChecks(service, accounting);
  const seen =
    imported.length === 0
      ? own
      : overlayTimelines(own.map(pairOf), imported.map(pairOf)).map(([at, state]) => ({ at, state }));
  return override(seen, overridesOf(service, announcements));
}

function overridesOf({ id }: Service, { incidents, maintenances }: Announcements): Override[] {
  const planned = maintenances.flatMap(({ occurrences }) =>
    occurrences
      .filter(({ services }) => services.includes(id))
      .map(({ from, to }): Override => ({ from, to, state: 'maintenance' })),
  );
  const corrected = incidents.flatMap(({ corrections }) =>
    corrections.filter(({ services }) => services.includes(id)),
  );
  return [...planned, ...corrected];
}

function pairOf({ at, state }: Step): [number, State] {
  return [at, state];
}

function mergedChecks(service: Service, { fleet, history }: Accounting): Step[] {
  const checks = [...service.checks].map(([name, { essential, failures, successes }]) => ({
    isEssential: essential,
    steps: settle(stepsOf(history.entities.get(`check:${service.id}:${name}`)?.timeline ?? []), {
      failures,
      successes,
      everySeconds: fleet.everySeconds,
    }),
  }));
  return mergeChecks(checks);
}

/** How long a service took to answer, a value a day: that of its slowest check, for percentiles cannot be averaged. */
export function serviceLatency(
  service: Service,
  history: History,
  stat: 'p50' | 'p95',
  days: readonly Day[],
): (number | null)[] {
  const indexOf = new Map(history.days.map((day, index) => [day, index]));
  const columns = [...service.checks.keys()].flatMap((name) => {
    const gauges = history.entities.get(`check:${service.id}:${name}`)?.gauges.get('check_duration_seconds');
    return gauges === undefined ? [] : [gauges[stat]];
  });
  return days.map((day) => {
    const index = indexOf.get(day);
    const values = index === undefined ? [] : columns.flatMap((column) => column[index] ?? []);
    return values.length === 0 ? null : Math.max(...values);
  });
}

/**
 * The 95th percentile of how long a service took to answer over the last days of the history together, of its slowest check; null when
 * it did not answer.
 */
export function recentLatency(service: Service, history: History, days: number): number | null {
  const latencies = [...service.checks.keys()].flatMap((name) => {
    const sketches = history.entities
      .get(`check:${service.id}:${name}`)
      ?.sketches.get('check_duration_seconds')?.();
    const recent = (sketches ?? []).slice(-days).filter((sketch) => sketch !== null);
    return quantileOf(recent, 0.95) ?? [];
  });
  return latencies.length === 0 ? null : Number(Math.max(...latencies).toPrecision(2));
}
