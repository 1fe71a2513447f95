import {
  type CounterDay,
  type EntityDay,
  type EntityMonth,
  type GaugeDay,
  gaugeStats,
  type Monthly,
  type StoredColumn,
  type TimelineStep,
} from '../model/rollup.ts';
import { type Day, dayBounds, fromSeconds, type Instant } from '../model/time.ts';
import { expandColumn } from './columns.ts';

/**
 * What a month says of one of its days, by entity: as its daily rollup had it, but that a timeline ends with the day, and that facts
 * which were not told on the day are as they were told before in the month.
 */
export function dayOfMonth(
  monthly: Monthly,
  day: Day,
  timeZone = monthly.timeZone,
): Record<string, EntityDay> {
  const index = monthly.days.indexOf(day);
  const { start, end } = dayBounds(day, timeZone);
  const within = { day, index, start: fromSeconds(start), end: fromSeconds(end) };
  return Object.fromEntries(
    Object.entries(monthly.entities).flatMap(([name, entity]) => {
      const own = entityDay(entity, within, monthly.days.length);
      return own === undefined ? [] : [[name, own]];
    }),
  );
}

interface Within {
  readonly day: Day;
  readonly index: number;
  readonly start: Instant;
  readonly end: Instant;
}

function entityDay(entity: EntityMonth, within: Within, length: number): EntityDay | undefined {
  const at = (column: StoredColumn | undefined) =>
    column === undefined ? null : (expandColumn(column, entity.samples, length)[within.index] ?? null);
  const samples = at(entity.samples);
  if (samples === null) return undefined;
  const gauges = perName(entity.gauges, (gauge): number | GaugeDay | undefined => {
    const last = at(gauge.last);
    if (last === null) return undefined;
    const stats = gaugeStats.map((stat) => [stat, stat in gauge ? at(gauge[stat]) : last]);
    const day: GaugeDay = {
      count: (gauge.count === undefined ? samples : at(gauge.count)) ?? samples,
      ...(Object.fromEntries(stats) as Omit<GaugeDay, 'count'>),
    };
    const isConstant = gaugeStats.every((stat) => day[stat] === last);
    return isConstant && day.count === samples ? last : day;
  });
  const counters = perName(entity.counters, (counter): CounterDay | undefined => {
    const total = at(counter.total);
    if (total === null) return undefined;
    const covered_seconds = at(counter.covered_seconds ?? entity.covered_seconds) ?? 0;
    return { total, covered_seconds, p95: at(counter.p95) ?? 0, max: at(counter.max) ?? 0 };
  });
  const sketches = perName(entity.sketches, (days) => days[within.index] ?? undefined);
  const facts = perName(entity.facts, (values) => values.findLast(([since]) => since <= within.day)?.[1]);
  const restarts = (entity.restarts ?? []).filter((instant) => isWithin(instant, within));
  return {
    samples,
    ...(gauges === undefined ? {} : { gauges }),
    ...(sketches === undefined ? {} : { sketches }),
    ...(counters === undefined ? {} : { counters }),
    ...(entity.timeline === undefined ? {} : { timeline: timelineWithin(entity.timeline, within) }),
    ...(facts === undefined ? {} : { facts }),
    ...(restarts.length === 0 ? {} : { restarts }),
  };
}

/** The part of a timeline that lies in a day, complete from its start. */
export function timelineWithin(
  timeline: readonly TimelineStep[],
  { start, end }: { readonly start: Instant; readonly end: Instant },
): TimelineStep[] {
  const holding = timeline.findLast(([at]) => at <= start);
  const inside = timeline.filter(([at]) => at > start && at < end);
  const [, state = 'unknown', reason] = holding ?? [];
  return [reason === undefined ? [start, state] : [start, state, reason], ...inside];
}

function isWithin(instant: Instant, { start, end }: Within): boolean {
  return instant >= start && instant < end;
}

function perName<Stored, Value>(
  stored: Readonly<Record<string, Stored>> | undefined,
  toValue: (stored: Stored) => Value | undefined,
): Record<string, Value> | undefined {
  const entries = Object.entries(stored ?? {}).flatMap(([name, own]): [string, Value][] => {
    const value = toValue(own);
    return value === undefined ? [] : [[name, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
