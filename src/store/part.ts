import type { Column } from '../model/history.ts';
import type {
  CounterStat,
  EntityMonth,
  GaugeStat,
  Sketch,
  StoredColumn,
  TimelineStep,
} from '../model/rollup.ts';
import type { Day, Instant } from '../model/time.ts';
import { expandColumn } from './month-days.ts';

/** Days that follow each other, in columns with one item a day: a month, a year of them, or some days. Histories are made of parts. */
export interface Part {
  readonly days: readonly Day[];
  /** The first and the last of its days on which anything was seen; undefined when there is none. */
  readonly data: readonly [first: Day, last: Day] | undefined;
  readonly names: readonly string[];
  /** What it says of an entity; undefined when nothing. */
  entity(name: string): PartEntity | undefined;
  close(): void;
}

/** What a part says of one entity; columns are made when they are asked for. */
export interface PartEntity {
  readonly samples: Column;
  readonly gauges: ReadonlyMap<string, (stat: GaugeStat | 'count') => Column>;
  readonly sketches: ReadonlyMap<string, () => readonly (Sketch | null)[]>;
  readonly counters: ReadonlyMap<string, (stat: CounterStat) => Column>;
  readonly timeline: readonly TimelineStep[] | undefined;
  readonly facts: ReadonlyMap<string, readonly (readonly [Day, string])[]>;
  readonly restarts: readonly Instant[];
}

/** Columns as a month stores them to a part. */
export function partOf(days: readonly Day[], entities: Readonly<Record<string, EntityMonth>>): Part {
  return {
    days,
    data: dataBounds(days, Object.values(entities)),
    names: Object.keys(entities),
    entity(name) {
      const entity = Object.hasOwn(entities, name) ? entities[name] : undefined;
      return entity === undefined ? undefined : partEntity(entity, days.length);
    },
    close: () => undefined,
  };
}

function dataBounds(days: readonly Day[], entities: readonly EntityMonth[]): Part['data'] {
  let [first, last] = [days.length, -1];
  for (const { samples } of entities) {
    const own = expandColumn(samples, samples, days.length);
    first = Math.min(
      first,
      own.findIndex((count) => count !== null),
    );
    last = Math.max(
      last,
      own.findLastIndex((count) => count !== null),
    );
  }
  const [firstDay, lastDay] = [days[first], days[last]];
  return firstDay === undefined || lastDay === undefined ? undefined : [firstDay, lastDay];
}

function partEntity(entity: EntityMonth, length: number): PartEntity {
  const expand = (column: StoredColumn | undefined): Column =>
    column === undefined ? Array.from({ length }, () => null) : expandColumn(column, entity.samples, length);
  return {
    samples: expand(entity.samples),
    gauges: mapOf(entity.gauges, (gauge) => (stat) => {
      if (stat !== 'count') return expand(gauge[stat] ?? gauge.last);
      return expand(gauge.count ?? presence(gauge.last, entity.samples));
    }),
    sketches: mapOf(entity.sketches, (days) => () => days),
    counters: mapOf(
      entity.counters,
      (counter) => (stat) =>
        expand(stat === 'covered_seconds' ? (counter[stat] ?? entity.covered_seconds) : counter[stat]),
    ),
    timeline: entity.timeline,
    facts: mapOf(entity.facts, (values) => values),
    restarts: entity.restarts ?? [],
  };
}

/** As many samples as the entity has, on days on which the gauge has a value. */
function presence(last: StoredColumn, samples: StoredColumn): StoredColumn {
  if (typeof last === 'number') return samples;
  return last.map((value, index) =>
    value === null ? null : typeof samples === 'number' ? samples : (samples[index] ?? null),
  );
}

function mapOf<Stored, Value>(
  stored: Readonly<Record<string, Stored>> | undefined,
  toValue: (stored: Stored) => Value,
): Map<string, Value> {
  return new Map(Object.entries(stored ?? {}).map(([name, value]) => [name, toValue(value)]));
}
