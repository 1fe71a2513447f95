import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Column } from '../model/history.ts';
import { counterStats, gaugeStats, type Sketch, type TimelineStep } from '../model/rollup.ts';
import { type Day, daysBetween, type Instant } from '../model/time.ts';
import { joinEntity, type Layout } from './join-parts.ts';
import type { Part, PartEntity } from './part.ts';

// A segment is the cache's form of a part: what years of JSON say, as columns of 64-bit floats that are read one entity at a time. It is
// ours alone, made anew whenever it is missing or of another version, and says nothing that the rollups do not.

const format = 'vigie/segment@1';

/** Where an entity's block lies, and its CRC-32. */
type Place = readonly [name: string, offset: number, length: number, crc: number];

interface Header {
  readonly format: string;
  readonly days: readonly [first: Day, last: Day];
  readonly data: Part['data'] | null;
  readonly places: readonly Place[];
}

/** A column of a block: its number, or in brackets the one value that it has on all days with samples. */
type Reference = number | readonly [number];

/** What stands in a block before its columns. Sketches are text of their own, since few ask for them. */
interface Index {
  readonly samples: Reference;
  readonly gauges: Readonly<Record<string, Readonly<Record<string, Reference>>>>;
  readonly counters: Readonly<Record<string, Readonly<Record<string, Reference>>>>;
  readonly sketches: Readonly<Record<string, readonly [offset: number, length: number]>>;
  readonly timeline?: readonly TimelineStep[];
  readonly facts: Readonly<Record<string, readonly (readonly [Day, string])[]>>;
  readonly restarts: readonly Instant[];
}

/** Parts that follow each other to the bytes of one segment. */
export function encodeSegment(layout: Layout): Buffer[] {
  const { days, parts } = layout;
  const names = [...new Set(parts.flatMap(({ part }) => part.names))].toSorted();
  const blocks: Buffer[] = [];
  const places: Place[] = [];
  let offset = 0;
  for (const name of names) {
    const entity = joinEntity(layout, name);
    if (entity === undefined) continue;
    const block = encodeBlock(entity, days.length);
    places.push([name, offset, block.length, crc32(block)]);
    blocks.push(block);
    offset += block.length;
  }
  const data = parts.flatMap(({ part }) => part.data ?? []).toSorted();
  const header: Header = {
    format,
    days: [days[0] ?? '', days.at(-1) ?? ''],
    data: data.length === 0 ? null : [data[0] ?? '', data.at(-1) ?? ''],
    places,
  };
  return [...frame(Buffer.from(JSON.stringify(header))), ...blocks];
}

/**
 * Opens a segment's file as a part; undefined when there is none, or none that we can read.
 * @throws Error when a block turns out damaged as it is read.
 */
export function openSegment(path: string): Part | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const header = readHeader(file);
  if (header === undefined) {
    closeSync(file);
    return undefined;
  }
  const { value, end } = header;
  const days = daysBetween(...value.days);
  const places = new Map(value.places.map((place) => [place[0], place]));
  return {
    days,
    data: value.data ?? undefined,
    names: [...places.keys()],
    entity(name) {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const [, offset, length, crc] = place;
      const block = Buffer.alloc(length);
      readSync(file, block, 0, length, end + offset);
      if (crc32(block) !== crc) throw new Error(`${path}: damaged at ${name}; remove it, it is only a cache`);
      return decodeBlock(block, days.length);
    },
    close: () => closeSync(file),
  };
}

function readHeader(file: number): { value: Header; end: number } | undefined {
  const lengths = Buffer.alloc(8);
  if (readSync(file, lengths, 0, 8, 0) < 8) return undefined;
  const length = lengths.readUInt32LE(0);
  const end = 8 + padded(length);
  if (fstatSync(file).size < end) return undefined;
  const text = Buffer.alloc(length);
  readSync(file, text, 0, length, 8);
  if (crc32(text) !== lengths.readUInt32LE(4)) return undefined;
  const value = JSON.parse(text.toString('utf8')) as Header;
  const size = value.places.reduce((most, [, offset, own]) => Math.max(most, offset + own), 0);
  return value.format === format && fstatSync(file).size === end + size ? { value, end } : undefined;
}

function encodeBlock(entity: PartEntity, length: number): Buffer {
  const columns: Column[] = [];
  const { samples } = entity;
  const put = (column: Column): Reference => constantOf(column, samples) ?? columns.push(column) - 1;
  const samplesReference = columns.push(samples) - 1;
  const texts: Buffer[] = [];
  let textOffset = 0;
  const index: Index = {
    samples: samplesReference,
    gauges: mapRecord(entity.gauges, (read) => {
      const last = read('last');
      const count = read('count');
      const lastReference = put(last);
      const stats = gaugeStats.map((stat) => {
        const column = read(stat);
        return [stat, isSame(column, last) ? lastReference : put(column)];
      });
      return { ...Object.fromEntries(stats), count: isSame(count, samples) ? samplesReference : put(count) };
    }),
    counters: mapRecord(entity.counters, (read) =>
      Object.fromEntries(counterStats.map((stat) => [stat, put(read(stat))])),
    ),
    sketches: mapRecord(entity.sketches, (read) => {
      const text = Buffer.from(JSON.stringify(read()));
      texts.push(text);
      textOffset += text.length;
      return [textOffset - text.length, text.length] as const;
    }),
    ...(entity.timeline === undefined ? {} : { timeline: entity.timeline }),
    facts: mapRecord(entity.facts, (values) => values),
    restarts: entity.restarts,
  };
  const numbers = new Float64Array(columns.length * length);
  columns.forEach((column, at) => {
    for (let day = 0; day < length; day += 1) numbers[at * length + day] = column[day] ?? Number.NaN;
  });
  return Buffer.concat([
    ...frame(Buffer.from(JSON.stringify({ ...index, columns: columns.length }))),
    Buffer.from(numbers.buffer),
    ...texts,
    Buffer.alloc(padded(textOffset) - textOffset),
  ]);
}

function decodeBlock(block: Buffer, length: number): PartEntity {
  const indexLength = block.readUInt32LE(0);
  const index = JSON.parse(block.toString('utf8', 8, 8 + indexLength)) as Index & { columns: number };
  const start = 8 + padded(indexLength);
  const numbers = new Float64Array(block.buffer, block.byteOffset + start, index.columns * length);
  const texts = start + numbers.byteLength;
  const columnAt = (at: number): Column => {
    const column: (number | null)[] = [];
    for (let day = 0; day < length; day += 1) {
      const value = numbers[at * length + day] ?? Number.NaN;
      column.push(Number.isNaN(value) ? null : value);
    }
    return column;
  };
  const samples = typeof index.samples === 'number' ? columnAt(index.samples) : [];
  const read = (reference: Reference | undefined): Column => {
    if (reference === undefined) return samples.map(() => null);
    if (typeof reference === 'number') return reference === index.samples ? samples : columnAt(reference);
    return samples.map((count) => (count === null ? null : reference[0]));
  };
  return {
    samples,
    gauges: mapOf(index.gauges, (gauge) => (stat) => read(gauge[stat])),
    counters: mapOf(index.counters, (counter) => (stat) => read(counter[stat])),
    sketches: mapOf(index.sketches, ([offset, size]) => () => {
      const text = block.toString('utf8', texts + offset, texts + offset + size);
      return JSON.parse(text) as (Sketch | null)[];
    }),
    timeline: index.timeline,
    facts: new Map(Object.entries(index.facts)),
    restarts: index.restarts,
  };
}

/** The one value of a column on all days with samples; undefined when there are several, or when it differs from the samples in its gaps. */
function constantOf(column: Column, samples: Column): readonly [number] | undefined {
  const first = column.find((value) => value !== null);
  if (first === undefined || first === null) return undefined;
  return column.every((value, day) => value === (samples[day] === null ? null : first)) ? [first] : undefined;
}

function isSame(a: Column, b: Column): boolean {
  return a.every((value, day) => value === b[day]);
}

/** A text behind its length and its CRC-32, padded so that what follows is aligned to eight bytes. */
function frame(text: Buffer): Buffer[] {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(crc32(text), 4);
  return [lengths, text, Buffer.alloc(padded(text.length) - text.length)];
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function mapRecord<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...map].map(([name, value]) => [name, to(value)]));
}

function mapOf<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Map<string, To> {
  return new Map(Object.entries(record).map(([name, value]) => [name, to(value)]));
}
