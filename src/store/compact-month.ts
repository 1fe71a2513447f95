import type { Daily, EntityDay, EntityMonth, Monthly } from '../model/rollup.ts';
import {
  addToDay,
  addToMonth,
  type Day,
  dayBounds,
  daysBetween,
  fromSeconds,
  type Instant,
  type Month,
} from '../model/time.ts';
import { joinTimelines } from './join-timelines.ts';

type Column = (number | null)[];

/** Days to their month, in columns with one item a day of the month. Pure; days that are missing are null, their states unknown. */
export function compactMonth(
  month: Month,
  timeZone: string,
  dailies: readonly Daily[],
  digest: string,
): Monthly {
  const days = daysOfMonth(month);
  const byDay = new Map(dailies.map((daily) => [daily.day, daily]));
  const names = new Set(dailies.flatMap((daily) => Object.keys(daily.entities)));
  const entities = [...names].toSorted().map((name): [string, EntityMonth] => {
    const entityDays = days.map((day) => byDay.get(day)?.entities[name]);
    return [name, compactEntity(entityDays, days, timeZone)];
  });
  return {
    schema: 'vigie/monthly@1',
    month,
    timeZone,
    days,
    inputs: { days: dailies.length, digest },
    entities: Object.fromEntries(entities),
  };
}

/** All days of a month. */
function daysOfMonth(month: Month): Day[] {
  return daysBetween(`${month}-01`, addToDay(`${addToMonth(month, 1)}-01`, -1));
}

function compactEntity(
  entityDays: readonly (EntityDay | undefined)[],
  days: readonly Day[],
  timeZone: string,
): EntityMonth {
  const gauges = columnsOf(entityDays, (day) => day.gauges, ['mean', 'p50', 'p95', 'max', 'last'] as const);
  const counters = columnsOf(entityDays, (day) => day.counters, ['total', 'covered_seconds', 'p95'] as const);
  const hasStates = entityDays.some((day) => day?.timeline !== undefined);
  const facts = Object.assign({}, ...entityDays.map((day) => day?.facts ?? {})) as Record<string, string>;
  const restarts = entityDays.flatMap((day) => day?.restarts ?? []);
  return {
    ...(gauges === undefined ? {} : { gauges }),
    ...(counters === undefined ? {} : { counters }),
    ...(hasStates
      ? {
          timeline: joinTimelines(
            days.map((day, index) => ({
              start: startOf(day, timeZone),
              timeline: entityDays[index]?.timeline,
            })),
          ),
        }
      : {}),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    ...(restarts.length === 0 ? {} : { restarts }),
  };
}

function columnsOf<Stat extends string>(
  entityDays: readonly (EntityDay | undefined)[],
  metricsOf: (day: EntityDay) => Readonly<Record<string, Readonly<Record<Stat, number>>>> | undefined,
  stats: readonly Stat[],
): Record<string, Record<Stat, Column>> | undefined {
  const perDay = entityDays.map((day) => (day === undefined ? undefined : metricsOf(day)));
  const names = new Set(perDay.flatMap((metrics) => Object.keys(metrics ?? {})));
  if (names.size === 0) return undefined;
  const entries = [...names].toSorted().map((name) => {
    const columns = stats.map((stat) => [stat, perDay.map((metrics) => metrics?.[name]?.[stat] ?? null)]);
    return [name, Object.fromEntries(columns)];
  });
  return Object.fromEntries(entries);
}

function startOf(day: Day, timeZone: string): Instant {
  return fromSeconds(dayBounds(day, timeZone).start);
}
