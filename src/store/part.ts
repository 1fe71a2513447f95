import type {
  CounterStat,
  EntityMonth,
  GaugeStat,
  Monthly,
  Sketch,
  StoredColumn,
  TimelineStep,
} from '../model/rollup.ts';
import { type Day, dayBounds, fromSeconds, type Instant } from '../model/time.ts';
import { expandColumn, writeColumn } from './columns.ts';

/** Days that follow each other, in columns with one item a day: a month, a year of them, or some days. Histories are made of parts. */
export interface Part {
  readonly days: readonly Day[];
  /** Those of its days that it was made from, in order: of the others it knows nothing. */
  readonly seen: readonly Day[];
  /** When its last day ends, in the time zone that the day was made in. */
  readonly end: Instant;
  readonly names: readonly string[];
  /** What it says of an entity; undefined when nothing. */
  entity(name: string): PartEntity | undefined;
  /** Whether all that was asked so far could be read. */
  isSound(): boolean;
  close(): void;
}

/** Writes a column's items into numbers, from an index on; leaves what it has no item for as it is, and what lies outside. */
export type ColumnWriter<Stat> = (stat: Stat, into: Float64Array, at: number) => void;

/** What a part says of one entity. Columns are written where they are wanted: years of them hold tens of millions of items. */
export interface PartEntity {
  readonly samples: (into: Float64Array, at: number) => void;
  readonly gauges: ReadonlyMap<string, ColumnWriter<GaugeStat | 'count'>>;
  readonly sketches: ReadonlyMap<string, () => readonly (Sketch | null)[]>;
  readonly counters: ReadonlyMap<string, ColumnWriter<CounterStat>>;
  readonly timeline: readonly TimelineStep[] | undefined;
  readonly facts: ReadonlyMap<string, readonly (readonly [Day, string])[]>;
  readonly restarts: readonly Instant[];
}

/** Columns as a month stores them to a part. */
export function partOf(
  month: Parameters<typeof spanOf>[0],
  entities: Readonly<Record<string, EntityMonth>>,
): Part {
  const { days, seen, end } = spanOf(month);
  return {
    days,
    seen,
    end,
    names: Object.keys(entities),
    entity(name) {
      const entity = Object.hasOwn(entities, name) ? entities[name] : undefined;
      return entity === undefined ? undefined : partEntity(entity, days.length);
    },
    isSound: () => true,
    close: () => undefined,
  };
}

/** Which days a part has, made of a month or of less. */
export function spanOf({
  days,
  inputs,
  timeZone,
}: Pick<Monthly, 'days' | 'timeZone'> & { readonly inputs: Pick<Monthly['inputs'], 'days'> }): Pick<
  Part,
  'days' | 'seen' | 'end'
> {
  const last = days.at(-1);
  return {
    days,
    seen: inputs.days,
    end: last === undefined ? '' : fromSeconds(dayBounds(last, timeZone).end),
  };
}

/** What a month stores of an entity, as a part says it. */
export function partEntity(entity: EntityMonth, length: number): PartEntity {
  const samples = expandColumn(entity.samples, entity.samples, length);
  const write = (column: StoredColumn | undefined, into: Float64Array, at: number) => {
    if (column !== undefined) writeColumn(column, samples, into, at);
  };
  return {
    samples: (into, at) => write(entity.samples, into, at),
    gauges: mapOf(entity.gauges, (gauge) => (stat, into, at) => {
      if (stat !== 'count') return write(gauge[stat] ?? gauge.last, into, at);
      if (gauge.count !== undefined) return write(gauge.count, into, at);
      // As many samples as the entity has, on days on which the gauge has a value.
      const last = expandColumn(gauge.last, entity.samples, length);
      write(
        samples.map((count, index) => (last[index] === null ? null : count)),
        into,
        at,
      );
    }),
    sketches: mapOf(entity.sketches, (days) => () => days),
    counters: mapOf(
      entity.counters,
      (counter) => (stat, into, at) =>
        write(
          stat === 'covered_seconds' ? (counter[stat] ?? entity.covered_seconds) : counter[stat],
          into,
          at,
        ),
    ),
    timeline: entity.timeline,
    facts: mapOf(entity.facts, (values) => values),
    restarts: entity.restarts ?? [],
  };
}

function mapOf<Stored, Value>(
  stored: Readonly<Record<string, Stored>> | undefined,
  toValue: (stored: Stored) => Value,
): Map<string, Value> {
  return new Map(Object.entries(stored ?? {}).map(([name, value]) => [name, toValue(value)]));
}
