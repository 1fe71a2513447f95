import type { Sketch } from '../model/rollup.ts';
import { countDays, type Day } from '../model/time.ts';
import { joinTimelines } from './join-timelines.ts';
import type { ColumnWriter, Part, PartEntity } from './part.ts';

/** Parts laid out over days: where each begins among them. */
export interface Layout {
  readonly days: readonly Day[];
  readonly parts: readonly { readonly part: Part; readonly offset: number }[];
}

/** Lays parts that follow each other, with gaps or without, over days. */
export function layOut(days: readonly Day[], parts: readonly Part[]): Layout {
  const [first = ''] = days;
  return {
    days,
    parts: parts.map((part) => ({ part, offset: countDays(first, part.days[0] ?? first) })),
  };
}

/** What parts say of one entity together; undefined when none says anything. */
export function joinEntity({ days, parts }: Layout, name: string): PartEntity | undefined {
  const present = parts.flatMap(({ part, offset }) => {
    const entity = part.entity(name);
    return entity === undefined ? [] : [{ entity, offset, end: part.end }];
  });
  if (present.length === 0) return undefined;
  return {
    samples(into, at) {
      for (const { entity, offset } of present) entity.samples(into, at + offset);
    },
    gauges: byName(present, (entity) => entity.gauges, joinWriters),
    counters: byName(present, (entity) => entity.counters, joinWriters),
    sketches: byName(
      present,
      (entity) => entity.sketches,
      (readers) => () => {
        const joined = new Array<Sketch | null>(days.length).fill(null);
        for (const { value, offset } of readers) {
          value().forEach((sketch, index) => {
            if (sketch !== null && offset + index >= 0 && offset + index < days.length)
              joined[offset + index] = sketch;
          });
        }
        return joined;
      },
    ),
    timeline: present.some(({ entity }) => entity.timeline !== undefined)
      ? joinTimelines(present.map(({ entity, end }) => ({ timeline: entity.timeline, end })))
      : undefined,
    facts: byName(
      present,
      (entity) => entity.facts,
      (parts) =>
        parts
          .flatMap(({ value }) => value)
          // A day may lie within a month that was made without it.
          .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
          .filter(([, text], index, all) => text !== all[index - 1]?.[1]),
    ),
    // Days of two time zones may both have one.
    restarts: [...new Set(present.flatMap(({ entity }) => entity.restarts))].toSorted(),
  };
}

interface Placed<Value> {
  readonly value: Value;
  readonly offset: number;
}

function joinWriters<Stat>(writers: readonly Placed<ColumnWriter<Stat>>[]): ColumnWriter<Stat> {
  return (stat, into, at) => {
    for (const { value, offset } of writers) value(stat, into, at + offset);
  };
}

function byName<Value, Result>(
  present: readonly { readonly entity: PartEntity; readonly offset: number }[],
  mapOf: (entity: PartEntity) => ReadonlyMap<string, Value>,
  resultOf: (values: readonly Placed<Value>[]) => Result,
): Map<string, Result> {
  const values = new Map<string, Placed<Value>[]>();
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
