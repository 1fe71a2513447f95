import type { EntityId } from '../model/entity.ts';
import type { Column, History } from '../model/history.ts';
import { counterStats, gaugeStats } from '../model/rollup.ts';
import type { Day } from '../model/time.ts';
import type { Cell, Table } from './table.ts';

/**
 * What a day says of a metric. `samples`: how many its entity has; the statistics of a gauge are in the unit of its name, those of a counter too,
 * but that `p95` and `max` are per second.
 */
const columns = [
  'date',
  'entity',
  'metric',
  'samples',
  'count',
  'min',
  'mean',
  'p50',
  'p95',
  'max',
  'last',
  'total',
  'covered_seconds',
];

/** Where days begin and end, both included. */
export interface Days {
  readonly from: Day;
  readonly to: Day;
}

/** A row a day, those without data too, of each metric of each entity that the patterns name. */
export function seriesTable(history: History, entities: string, metrics: string, days: Days): Table {
  return { columns, rows: seriesRows(history, matching(history, entities), metrics, days, 'all') };
}

/** A row an entity and metric that a day has. */
export function dayTable(history: History, day: Day): Table {
  const within = { from: day, to: day };
  return { columns, rows: seriesRows(history, [...history.entities.keys()], '*', within, 'known') };
}

/** The entities whose id fits a pattern, in which `*` stands for any text. */
export function matching(history: History, pattern: string): EntityId[] {
  return [...history.entities.keys()].filter(matcher(pattern));
}

/** The metrics of an entity whose name fits a pattern, in alphabetical order. */
export function metricsOf(history: History, entity: EntityId, pattern: string): string[] {
  const known = history.entities.get(entity);
  if (known === undefined) return [];
  return [...known.gauges.keys(), ...known.counters.keys()].filter(matcher(pattern)).toSorted();
}

function* seriesRows(
  history: History,
  entities: readonly EntityId[],
  metrics: string,
  { from, to }: Days,
  which: 'all' | 'known',
): Generator<Cell[]> {
  for (const entity of entities) {
    const known = history.entities.get(entity);
    if (known === undefined) continue;
    const { samples } = known;
    for (const metric of metricsOf(history, entity, metrics)) {
      const values = valuesOf(known, metric);
      for (const [index, day] of history.days.entries()) {
        if (day < from || day > to) continue;
        const own = values(index);
        const isKnown = own.some((value) => value !== null);
        if (isKnown || which === 'all')
          yield [day, entity, metric, isKnown ? numberAt(samples, index) : null, ...own];
      }
    }
  }
}

/** A day's cells from `count` on. */
function valuesOf(
  { gauges, counters }: Pick<NonNullable<ReturnType<History['entities']['get']>>, 'gauges' | 'counters'>,
  metric: string,
): (index: number) => Cell[] {
  const [gauge, counter] = [gauges.get(metric), counters.get(metric)];
  const own = new Map([
    ...(gauge === undefined
      ? []
      : (['count', ...gaugeStats] as const).map((stat) => [stat, gauge[stat]] as const)),
    ...(counter === undefined ? [] : counterStats.map((stat) => [stat, counter[stat]] as const)),
  ]);
  const listed = columns.slice(columns.indexOf('count')).map((name) => own.get(name as 'count'));
  return (index) => listed.map((column) => numberAt(column, index));
}

function numberAt(column: Column | undefined, index: number): number | null {
  const value = column?.[index] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => expression.test(text);
}
