import type { EntityId } from '../model/entity.ts';
import { MetricName } from '../model/metric.ts';
import { problemsOf, show } from '../model/problem.ts';
import { CounterDay, counterStats, type EntityDay, GaugeDay, gaugeStats } from '../model/rollup.ts';
import { Day } from '../model/time.ts';
import { type CsvFile, type CsvLayout, type CsvOptions, openCsv } from './csv-file.ts';
import type { CsvRow } from './csv-rows.ts';
import type { ImportedDay } from './imported.ts';
import { entityOf, expectedEntity, expectedMetric } from './metric-names.ts';
import type { Refusals } from './refusals.ts';
import type { Source } from './source.ts';

/** The table that `vigie export series` writes: what days say of metrics, instead of single readings. */
export const statisticsLayout: CsvLayout = {
  columns: [
    'date',
    'entity',
    'metric',
    'samples',
    'count',
    ...new Set<string>([...gaugeStats, ...counterStats]),
  ].map((name) => ({ name, synonyms: [], isRequired: true })),
  dates: ['date'],
};

/** Days as they were exported, by day and entity. */
export type StatisticsDays = Map<Day, Map<EntityId, EntityDay>>;

/**
 * Adds a file of day statistics to what is known; gives the file, and how many of its rows were read. Days without data are passed over.
 * @throws ConfigurationError when it has no rows.
 */
export async function readStatistics(
  source: Source,
  options: CsvOptions,
  days: StatisticsDays,
  refusals: Refusals,
): Promise<{ file: CsvFile; rows: number }> {
  const file = await openCsv(source, statisticsLayout, options);
  let rows = 0;
  for await (const block of file.rows()) {
    for (const row of block) if (readRow(row, file, days, refusals)) rows += 1;
  }
  return { file, rows };
}

/** Statistics to days, oldest first. */
export function daysOfStatistics(days: StatisticsDays): ImportedDay[] {
  return [...days]
    .toSorted(byName)
    .map(([day, entities]) => ({ day, entities: Object.fromEntries([...entities].toSorted(byName)) }));
}

/** Two sequences of days, each oldest first, as one; where both know a day of a metric, the first counts. */
export function* mergeDays(
  upper: Iterable<ImportedDay>,
  lower: readonly ImportedDay[],
): Generator<ImportedDay> {
  let next = 0;
  for (const above of upper) {
    for (; (lower[next]?.day ?? above.day) < above.day; next += 1) {
      const below = lower[next];
      if (below !== undefined) yield below;
    }
    const below = lower[next];
    if (below?.day !== above.day) {
      yield above;
      continue;
    }
    next += 1;
    const names = [...new Set([...Object.keys(above.entities), ...Object.keys(below.entities)])].toSorted();
    const entities = names.flatMap((name): [EntityId, EntityDay][] => {
      const [a, b] = [above.entities[name], below.entities[name]];
      const own = a === undefined || b === undefined ? (a ?? b) : mergeEntities(a, b);
      return own === undefined ? [] : [[name, own]];
    });
    yield { day: above.day, entities: Object.fromEntries(entities) };
  }
  yield* lower.slice(next);
}

function readRow(row: CsvRow, file: CsvFile, days: StatisticsDays, refusals: Refusals): boolean {
  const refuse = (field: string, found: string, expected: string): false => {
    refusals.add({ file: file.source.name, line: row.line, field, found, expected });
    return false;
  };
  if (row.fault !== undefined) return refuse('line', row.fault.found, row.fault.expected);
  const day = Day.safeParse(file.cell(row, 'date'));
  if (!day.success) return refuse('date', show(file.cell(row, 'date')), 'a day such as 2026-11-22');
  const entity = entityOf(file.cell(row, 'entity'));
  if (entity === undefined) return refuse('entity', show(file.cell(row, 'entity')), expectedEntity);
  const metric = MetricName.safeParse(file.cell(row, 'metric'));
  if (!metric.success) return refuse('metric', show(file.cell(row, 'metric')), expectedMetric);
  const samples = numberIn(row, file, 'samples');
  if (samples === null) return false;
  if (!Number.isSafeInteger(samples) || samples < 1) {
    return refuse('samples', show(file.cell(row, 'samples')), 'how many samples the day has');
  }
  const isCounter = metric.data.endsWith('_total');
  const names = isCounter ? counterStats : (['count', ...gaugeStats] as const);
  const values = Object.fromEntries(names.map((name) => [name, numberIn(row, file, name)]));
  const parsed = (isCounter ? CounterDay : GaugeDay).safeParse(values);
  if (!parsed.success) {
    const [problem] = problemsOf(parsed.error.issues, values);
    return refuse(
      problem?.path.map(String).join('.') ?? '',
      problem?.found ?? 'nothing',
      problem?.expected ?? '',
    );
  }
  put(days, day.data, entity, metric.data, samples, parsed.data);
  return true;
}

/** The number in a cell; null where it is empty, NaN where it is none. */
function numberIn(row: CsvRow, file: CsvFile, column: string): number | null {
  const number = file.decimals.read(file.cell(row, column));
  return number === undefined ? Number.NaN : number;
}

function put(
  days: StatisticsDays,
  day: Day,
  entity: EntityId,
  metric: MetricName,
  samples: number,
  statistics: GaugeDay | CounterDay,
): void {
  const entities = days.get(day) ?? new Map<EntityId, EntityDay>();
  days.set(day, entities);
  const before = entities.get(entity) ?? { samples };
  const own: EntityDay =
    'total' in statistics
      ? { samples, counters: { [metric]: statistics } }
      : { samples, gauges: { [metric]: statistics } };
  entities.set(entity, mergeEntities(own, before));
}

/** What two sources say of one entity on a day, the first above the second. */
function mergeEntities(a: EntityDay, b: EntityDay): EntityDay {
  const gauges = { ...fullGauges(b), ...fullGauges(a) };
  const counters = { ...b.counters, ...a.counters };
  const sketches = { ...b.sketches, ...a.sketches };
  return {
    samples: Math.max(a.samples, b.samples),
    ...(Object.keys(gauges).length === 0 ? {} : { gauges: sorted(gauges) }),
    ...(Object.keys(sketches).length === 0 ? {} : { sketches: sorted(sketches) }),
    ...(Object.keys(counters).length === 0 ? {} : { counters: sorted(counters) }),
  };
}

/** Gauges written out: a bare number speaks of all samples of its own source alone. */
function fullGauges({ gauges = {}, samples }: EntityDay): Record<MetricName, GaugeDay> {
  return Object.fromEntries(
    Object.entries(gauges).map(([metric, day]) => [
      metric,
      typeof day === 'object'
        ? day
        : { count: samples, min: day, mean: day, p50: day, p95: day, max: day, last: day },
    ]),
  );
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
