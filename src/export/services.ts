import { availability, outagesIn } from '../analysis/uptime/availability.ts';
import { stateSeconds } from '../analysis/uptime/timeline.ts';
import type { Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import { State } from '../model/state.ts';
import { dayBounds, fromSeconds, toSeconds } from '../model/time.ts';
import { type Accounting, serviceSteps } from '../views/service-history.ts';
import type { Days } from './metrics.ts';
import type { Cell, Table } from './table.ts';

/** A row a service and day: how long each state held, in seconds, and what follows of availability (0 to 1; nothing where nobody looked). */
export function statesTable(accounting: Accounting, services: readonly Service[], days: Days): Table {
  const { fleet, history } = accounting;
  const states = State.options;
  return {
    columns: [
      'date',
      'service',
      ...states.map((state) => `${state}_seconds`),
      'availability_ratio',
      'coverage_ratio',
    ],
    rows: rows(),
  };

  function* rows(): Generator<Cell[]> {
    const bounds = history.days
      .filter((day) => day >= days.from && day <= days.to)
      .map((day) => ({ day, ...dayBounds(day, history.timeZone) }));
    for (const service of services) {
      const steps = serviceSteps(service, accounting);
      for (const { day, start, end } of bounds) {
        const seconds = stateSeconds(steps, start, end);
        const { ratio, coverage } = availability(steps, start, end, fleet.status.weights);
        const isKnown = coverage > 0;
        yield [
          day,
          service.id,
          ...states.map((state) => (isKnown ? seconds[state] : null)),
          ratio === null ? null : roundDown(ratio),
          roundDown(coverage),
        ];
      }
    }
  }
}

/** A row an outage; `to` is empty while it lasts, or when nobody saw its end. */
export function outagesTable(accounting: Accounting, services: readonly Service[], days: Days): Table {
  const { history } = accounting;
  return { columns: ['service', 'from', 'to', 'duration_seconds', 'reason'], rows: rows() };

  function* rows(): Generator<Cell[]> {
    const from = dayBounds(days.from, history.timeZone).start;
    const until = dayBounds(days.to, history.timeZone).end;
    for (const service of services) {
      const reasons = reasonsOf(service, history);
      for (const outage of outagesIn(serviceSteps(service, accounting), from, until)) {
        const end = outage.to;
        const reason = reasons.find(({ at }) => at >= outage.from && at < (end ?? until));
        yield [
          service.id,
          fromSeconds(outage.from),
          end === null ? null : fromSeconds(end),
          end === null ? null : end - outage.from,
          reason?.reason ?? null,
        ];
      }
    }
  }
}

/** Why a service or one of its checks was down, oldest first. */
function reasonsOf(service: Service, history: History): { at: number; reason: string }[] {
  const names = [
    `service:${service.id}`,
    ...[...service.checks.keys()].map((name) => `check:${service.id}:${name}`),
  ];
  return names
    .flatMap((name) => history.entities.get(name)?.timeline ?? [])
    .flatMap(([at, state, reason]) =>
      state === 'down' && reason !== undefined ? [{ at: toSeconds(at), reason }] : [],
    )
    .toSorted((a, b) => a.at - b.at);
}

/** To six decimals, downwards: 1 means not one second of outage. */
function roundDown(ratio: number): number {
  return Math.floor(ratio * 1e6) / 1e6;
}
