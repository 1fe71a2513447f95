import type { Column } from '../model/history.ts';
import type { Sketch } from '../model/rollup.ts';
import { countDays, type Day, type Instant } from '../model/time.ts';
import { joinTimelines } from './join-timelines.ts';
import type { Part, PartEntity } from './part.ts';

/** Parts laid out over days: where each begins among them, and when that is. */
export interface Layout {
  readonly days: readonly Day[];
  readonly parts: readonly { readonly part: Part; readonly offset: number; readonly start: Instant }[];
}

/** Lays parts that follow each other, with gaps or without, over days that begin with the first of them or earlier. */
export function layOut(days: readonly Day[], parts: readonly Part[], startOf: (day: Day) => Instant): Layout {
  const [first = ''] = days;
  return {
    days,
    parts: parts.map((part) => {
      const [own = first] = part.days;
      return { part, offset: countDays(first, own), start: startOf(own) };
    }),
  };
}

/** What parts say of one entity together; undefined when none says anything. */
export function joinEntity({ days, parts }: Layout, name: string): PartEntity | undefined {
  const own = parts.map(({ part, offset, start }) => ({ entity: part.entity(name), offset, start }));
  const present = own.flatMap(({ entity, offset }) => (entity === undefined ? [] : [{ entity, offset }]));
  if (present.length === 0) return undefined;
  const join = (columns: readonly { readonly column: Column; readonly offset: number }[]): Column => {
    const joined = new Array<number | null>(days.length).fill(null);
    for (const { column, offset } of columns) copy(column, joined, offset);
    return joined;
  };
  /** By name, the readers of a kind of column that the parts have, as one. */
  const joinReaders = <Stat>(
    readersOf: (entity: PartEntity) => ReadonlyMap<string, (stat: Stat) => Column>,
  ): Map<string, (stat: Stat) => Column> =>
    byName(
      present,
      readersOf,
      (readers) => (stat: Stat) =>
        join(readers.map(({ value, offset }) => ({ column: value(stat), offset }))),
    );
  return {
    samples: join(present.map(({ entity, offset }) => ({ column: entity.samples, offset }))),
    gauges: joinReaders((entity) => entity.gauges),
    counters: joinReaders((entity) => entity.counters),
    sketches: byName(
      present,
      (entity) => entity.sketches,
      (readers) => () => {
        const joined = new Array<Sketch | null>(days.length).fill(null);
        for (const { value, offset } of readers) copy(value(), joined, offset);
        return joined;
      },
    ),
    timeline: present.some(({ entity }) => entity.timeline !== undefined)
      ? joinTimelines(own.map(({ entity, start }) => ({ start, timeline: entity?.timeline })))
      : undefined,
    facts: byName(
      present,
      (entity) => entity.facts,
      (parts) =>
        parts.flatMap(({ value }) => value).filter(([, text], index, all) => text !== all[index - 1]?.[1]),
    ),
    restarts: present.flatMap(({ entity }) => entity.restarts),
  };
}

function byName<Value, Result>(
  present: readonly { readonly entity: PartEntity; readonly offset: number }[],
  mapOf: (entity: PartEntity) => ReadonlyMap<string, Value>,
  resultOf: (values: readonly { readonly value: Value; readonly offset: number }[]) => Result,
): Map<string, Result> {
  const values = new Map<string, { value: Value; offset: number }[]>();
  for (const { entity, offset } of present) {
    for (const [name, value] of mapOf(entity)) {
      const list = values.get(name);
      if (list === undefined) values.set(name, [{ value, offset }]);
      else list.push({ value, offset });
    }
  }
  return new Map(
    [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => [name, resultOf(list)]),
  );
}

function copy<Item>(from: readonly Item[], to: Item[], offset: number): void {
  for (let index = 0; index < from.length; index += 1) {
    const item = from[index];
    if (item !== undefined && item !== null && offset + index >= 0 && offset + index < to.length)
      to[offset + index] = item;
  }
}
