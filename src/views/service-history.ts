import { type Override, override } from '../analysis/uptime/override.ts';
import { settle } from '../analysis/uptime/settle.ts';
import { mergeChecks, type Step, stepsOf } from '../analysis/uptime/timeline.ts';
import type { Announcements } from '../model/announcement.ts';
import type { Slug } from '../model/entity.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import type { State } from '../model/state.ts';
import { overlayTimelines } from '../store/overlay.ts';
import { quantileOf } from '../store/sketch.ts';

/** All that the accounting of services is made from. */
export interface Accounting {
  readonly fleet: Fleet;
  readonly history: History;
  readonly overrides: Overrides;
}

/** What is known better than by our checks, by service: where several hold, the last of them counts. */
export type Overrides = ReadonlyMap<Slug, readonly Override[]>;

/**
 * The timeline of a service as it counts: merged from those of its checks, each settled by its own rule; where they know nothing, what was
 * imported of it; then what people know better, planned maintenance first, corrections last.
 */
export function serviceSteps(service: Service, accounting: Accounting): readonly Step[] {
  const { history, overrides } = accounting;
  const imported = stepsOf(history.entities.get(`service:${service.id}`)?.timeline ?? []);
  const own = mergedChecks(service, accounting);
  const seen =
    imported.length === 0
      ? own
      : overlayTimelines(own.map(pairOf), imported.map(pairOf)).map(([at, state]) => ({ at, state }));
  const since = seen.find(({ state }) => state !== 'unknown')?.at ?? Number.POSITIVE_INFINITY;
  return override(
    seen,
    (overrides.get(service.id) ?? []).map((held) => sinceSeen(held, since)),
  );
}

/** What was planned before anybody ever looked is no part of the past that is shown. */
function sinceSeen(held: Override, since: number): Override {
  return held.state === 'maintenance' ? { ...held, from: Math.max(held.from, since) } : held;
}

/** What people know better of each service: planned maintenance first, corrections last. */
export function overridesOf({ incidents, maintenances }: Announcements): Overrides {
  const overrides = new Map<Slug, Override[]>();
  const add = (services: readonly Slug[], held: Override) => {
    for (const service of services) {
      const own = overrides.get(service);
      if (own === undefined) overrides.set(service, [held]);
      else own.push(held);
    }
  };
  for (const { occurrences } of maintenances)
    for (const { services, from, to } of occurrences.filter(({ isCancelled }) => !isCancelled))
      add(services, { from, to, state: 'maintenance' });
  for (const { corrections } of incidents)
    for (const { services, from, to, state } of corrections) add(services, { from, to, state });
  return overrides;
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
