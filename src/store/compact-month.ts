import {
  type CounterMonth,
  counterStats,
  type Daily,
  type EntityDay,
  type EntityMonth,
  type GaugeDay,
  type GaugeMonth,
  gaugeStats,
  type Monthly,
  type StoredColumn,
} from '../model/rollup.ts';
import { type Day, daysOfMonth, type Instant, type Month } from '../model/time.ts';
import { storeColumn } from './columns.ts';
import { instantsOf } from './compact-day.ts';
import { completeFrom, joinTimelines } from './join-timelines.ts';

type Column = (number | null)[];

/** Days, oldest first, to their month. Pure; days that are missing are null, their states unknown. */
export function compactMonth(
  month: Month,
  timeZone: string,
  dailies: readonly Daily[],
  digest: string,
): Monthly {
  const days = daysOfMonth(month);
  // Whatever the fleet's zone is by now: the same days give the same bytes.
  const zone = dailies.at(-1)?.timeZone ?? timeZone;
  return {
    schema: 'vigie/monthly@2',
    month,
    timeZone: zone,
    days,
    inputs: { days: dailies.map(({ day }) => day).toSorted(), digest },
    entities: compactColumns(days, zone, dailies),
  };
}

/** Days that follow each other to columns, one item a day; of days that name no time zone, it is the one given. */
export function compactColumns(
  days: readonly Day[],
  timeZone: string,
  dailies: readonly (Pick<Daily, 'day' | 'entities'> & Partial<Pick<Daily, 'timeZone'>>)[],
): Record<string, EntityMonth> {
  const byDay = new Map(dailies.map((daily) => [daily.day, daily]));
  const bounds = days.map((day) => instantsOf(day, byDay.get(day)?.timeZone ?? timeZone));
  const names = new Set(dailies.flatMap(({ entities }) => Object.keys(entities)));
  const entities = [...names].toSorted().map((name): [string, EntityMonth] => {
    const entityDays = days.map((day) => byDay.get(day)?.entities[name]);
    return [name, compactEntity(entityDays, days, bounds)];
  });
  return Object.fromEntries(entities);
}

function compactEntity(
  entityDays: readonly (EntityDay | undefined)[],
  days: readonly Day[],
  bounds: readonly (readonly [start: Instant, end: Instant])[],
): EntityMonth {
  const samples = entityDays.map((day) => day?.samples ?? null);
  const column = (values: Column) => storeColumn(values, samples);
  const gauges = perName(
    entityDays.map((day) => day?.gauges),
    (values) => gaugeMonth(values, samples, column),
  );
  const sketches = perName(
    entityDays.map((day) => day?.sketches),
    (values) => values.map((value) => value ?? null),
  );
  const covered = coveredSeconds(entityDays);
  const counters = perName(
    entityDays.map((day) => day?.counters),
    (values): CounterMonth => {
      const [total, own, p95, max] = counterStats.map((stat) => values.map((value) => value?.[stat] ?? null));
      return {
        total: column(total ?? []),
        p95: column(p95 ?? []),
        max: column(max ?? []),
        ...(isSame(own ?? [], covered) ? {} : { covered_seconds: column(own ?? []) }),
      };
    },
  );
  const facts = perName(
    entityDays.map((day) => day?.facts),
    (values) =>
      values.flatMap((value, index): [Day, string][] => {
        const before = values.findLast((earlier, at) => at < index && earlier !== undefined);
        const day = days[index];
        return value === undefined || day === undefined || value === before ? [] : [[day, value]];
      }),
  );
  // Days of two time zones may both have one.
  const restarts = [...new Set(entityDays.flatMap((day) => day?.restarts ?? []))];
  const hasStates = entityDays.some((day) => day?.timeline !== undefined);
  return {
    samples: storeColumn(
      samples,
      days.map(() => 1),
    ),
    ...(gauges === undefined ? {} : { gauges }),
    ...(sketches === undefined ? {} : { sketches }),
    ...(counters === undefined ? {} : { counters, covered_seconds: column(covered) }),
    ...(hasStates
      ? {
          timeline: [
            ...completeFrom(
              joinTimelines(bounds.map(([, end], index) => ({ timeline: entityDays[index]?.timeline, end }))),
              bounds[0]?.[0] ?? '',
            ),
          ],
        }
      : {}),
    ...(facts === undefined ? {} : { facts }),
    ...(restarts.length === 0 ? {} : { restarts }),
  };
}

function gaugeMonth(
  values: readonly (number | GaugeDay | undefined)[],
  samples: Column,
  column: (values: Column) => StoredColumn,
): GaugeMonth {
  const columns = gaugeStats.map((stat): [(typeof gaugeStats)[number], Column] => [
    stat,
    values.map((value) => (typeof value === 'object' ? value[stat] : (value ?? null))),
  ]);
  const last = columns.find(([stat]) => stat === 'last')?.[1] ?? [];
  const counts = values.map((value, index) =>
    typeof value === 'object' ? value.count : value === undefined ? null : (samples[index] ?? null),
  );
  const others = columns.filter(([stat, own]) => stat !== 'last' && !isSame(own, last));
  return {
    last: column(last),
    ...Object.fromEntries(others.map(([stat, own]) => [stat, column(own)])),
    ...(counts.every((count, index) => count === null || count === samples[index])
      ? {}
      : { count: column(counts) }),
  };
}

/** How long each day was covered by the counters of an entity, by the first of them: as a rule they are read together. */
function coveredSeconds(entityDays: readonly (EntityDay | undefined)[]): Column {
  return entityDays.map((day) => Object.values(day?.counters ?? {})[0]?.covered_seconds ?? null);
}

/** One thing of each name, in alphabetical order, from the values that its days have; undefined without any name. */
function perName<Value, Result>(
  perDay: readonly (Readonly<Record<string, Value>> | undefined)[],
  resultOf: (values: readonly (Value | undefined)[]) => Result,
): Record<string, Result> | undefined {
  const names = new Set(perDay.flatMap((values) => Object.keys(values ?? {})));
  if (names.size === 0) return undefined;
  // What is inherited is no value: a fact may be called `constructor`.
  const ownOf = (values: Readonly<Record<string, Value>> | undefined, name: string) =>
    values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
  return Object.fromEntries(
    [...names].toSorted().map((name) => [name, resultOf(perDay.map((values) => ownOf(values, name)))]),
  );
}

function isSame(a: Column, b: Column): boolean {
  return a.every((value, index) => value === b[index]);
}
