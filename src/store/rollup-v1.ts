import { z } from 'zod';
import { EntityId } from '../model/entity.ts';
import { MetricName } from '../model/metric.ts';
import {
  Carry,
  CounterDay,
  type Daily,
  type EntityDay,
  type EntityMonth,
  GaugeDay,
  gaugeStats,
  type Monthly,
  TimelineStep,
} from '../model/rollup.ts';
import { Day, Instant, Month, TimeZone } from '../model/time.ts';

// The first version of rollups, as it lies in workspaces, and how it reads today.

const facts = z.record(z.string(), z.string());
const column = z.array(z.number().nullable()).max(31);

/** `vigie/daily@1`: each entity held its own last sample; samples were counted by gauge alone. */
export const DailyV1 = z
  .strictObject({
    schema: z.literal('vigie/daily@1'),
    day: Day,
    timeZone: TimeZone,
    inputs: z.strictObject({
      snapshots: z.int().nonnegative(),
      digest: z.string(),
      broken: z.array(z.string()).optional(),
    }),
    entities: z.record(
      EntityId,
      z.strictObject({
        gauges: z.record(MetricName, GaugeDay).optional(),
        counters: z.record(MetricName, CounterDay).optional(),
        timeline: z.array(TimelineStep).optional(),
        facts: facts.optional(),
        restarts: z.array(Instant).optional(),
        carry: Carry,
      }),
    ),
  })
  .transform((daily): Daily => {
    const entries = Object.entries(daily.entities);
    return {
      ...daily,
      schema: 'vigie/daily@2',
      carry_digest: '',
      entities: Object.fromEntries(
        entries.map(([name, { carry: _, ...entity }]): [string, EntityDay] => {
          const counts = Object.values(entity.gauges ?? {}).map(({ count }) => count);
          const samples = Math.max(1, ...counts);
          const gauges = entity.gauges && mapValues(entity.gauges, (gauge) => shortGauge(gauge, samples));
          return [name, { samples, ...entity, ...(gauges && { gauges }) }];
        }),
      ),
      carry: Object.fromEntries(entries.map(([name, { carry }]) => [name, carry])),
    };
  });

/** `vigie/monthly@1`: no least values, no highest rates, no number of samples, and of facts the last value alone. */
export const MonthlyV1 = z
  .strictObject({
    schema: z.literal('vigie/monthly@1'),
    month: Month,
    timeZone: TimeZone,
    days: z.array(Day),
    inputs: z.strictObject({ days: z.int().nonnegative(), digest: z.string() }),
    entities: z.record(
      EntityId,
      z.strictObject({
        gauges: z
          .record(
            MetricName,
            z.strictObject({ mean: column, p50: column, p95: column, max: column, last: column }),
          )
          .optional(),
        counters: z
          .record(MetricName, z.strictObject({ total: column, covered_seconds: column, p95: column }))
          .optional(),
        timeline: z.array(TimelineStep).optional(),
        facts: facts.optional(),
        restarts: z.array(Instant).optional(),
      }),
    ),
  })
  .transform((monthly): Monthly => {
    const unknown = monthly.days.map(() => null);
    const lastDay = monthly.days.at(-1) ?? '';
    const columns = Object.values(monthly.entities).flatMap(({ gauges, counters }) => [
      ...Object.values(gauges ?? {}).map(({ last }) => last),
      ...Object.values(counters ?? {}).map(({ total }) => total),
    ]);
    const seen = monthly.days.filter((_, index) => columns.some((own) => own[index] != null));
    return {
      ...monthly,
      schema: 'vigie/monthly@2',
      inputs: { days: seen, digest: monthly.inputs.digest },
      entities: Object.fromEntries(
        Object.entries(monthly.entities).map(([name, entity]): [string, EntityMonth] => {
          const { gauges, counters, facts: values, ...others } = entity;
          const columns = [
            ...Object.values(gauges ?? {}).map(({ last }) => last),
            ...Object.values(counters ?? {}).map(({ total }) => total),
          ];
          return [
            name,
            {
              ...others,
              // How many they were is not known: one at least where there is a value.
              samples: unknown.map((_, index) => (columns.some((own) => own[index] != null) ? 1 : null)),
              ...(gauges === undefined
                ? {}
                : { gauges: mapValues(gauges, (stats) => ({ ...stats, min: unknown })) }),
              ...(counters === undefined
                ? {}
                : { counters: mapValues(counters, (stats) => ({ ...stats, max: unknown })) }),
              ...(values === undefined
                ? {}
                : { facts: mapValues(values, (value): [string, string][] => [[lastDay, value]]) }),
            },
          ];
        }),
      ),
    };
  });

/** One number instead of statistics where each sample of the day had it. */
function shortGauge(gauge: GaugeDay, samples: number): number | GaugeDay {
  const { count, last } = gauge;
  return count === samples && gaugeStats.every((stat) => gauge[stat] === last) ? last : gauge;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
