import { mergeChecks, type Step, stepsOf } from '../analysis/timeline.ts';
import type { Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { Day } from '../model/time.ts';

/** The timeline of a service, merged from those of its checks; where they know nothing, what was imported of it counts. */
export function serviceSteps(service: Service, history: History): Step[] {
  const imported = stepsOf(history.entities.get(`service:${service.id}`)?.timeline ?? []);
  const own = mergedChecks(service, history);
  return imported.length === 0 ? own : fillUnknown(own, imported);
}

function mergedChecks(service: Service, history: History): Step[] {
  const checks = [...service.checks].map(([name, check]) => ({
    isEssential: check.essential,
    steps: stepsOf(history.entities.get(`check:${service.id}:${name}`)?.timeline ?? []),
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

/** One timeline, and another one where the first is `unknown`. */
function fillUnknown(upper: readonly Step[], lower: readonly Step[]): Step[] {
  const steps: Step[] = [];
  const instants = [...new Set([...upper, ...lower].map(({ at }) => at))].toSorted((a, b) => a - b);
  let [above, below] = [-1, -1];
  for (const at of instants) {
    while ((upper[above + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) above += 1;
    while ((lower[below + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) below += 1;
    const own = upper[above]?.state ?? 'unknown';
    const state = own === 'unknown' ? (lower[below]?.state ?? 'unknown') : own;
    if (steps.at(-1)?.state !== state) steps.push({ at, state });
  }
  return steps;
}
