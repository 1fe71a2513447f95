import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { counterStats, gaugeStats, type Sketch, type TimelineStep } from '../model/rollup.ts';
import { type Day, daysBetween, type Instant } from '../model/time.ts';
import { joinEntity, type Layout } from './join-parts.ts';
import type { Part, PartEntity } from './part.ts';

// A segment is the cache's form of a part: what years of JSON say, as columns of 64-bit floats that are read one entity at a time. It is
// ours alone, made anew whenever it is missing or of another version, and says nothing that the rollups do not.

const format = 'vigie/segment@2';

/** Where an entity's block lies, and its CRC-32. */
type Place = readonly [name: string, offset: number, length: number, crc: number];

interface Header {
  readonly format: string;
  readonly days: readonly [first: Day, last: Day];
  /** Those of its days that it was not made from; as a rule there are none. */
  readonly unseen: readonly Day[];
  readonly end: Instant;
  readonly places: readonly Place[];
}

/** A column of a block: its number, or in brackets the one value that it has on all days with samples. */
type Reference = number | readonly [number];

/** What stands in a block before its columns. Sketches are text of their own, since few ask for them. */
interface Index {
  readonly columns: number;
  readonly samples: number;
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
  const columns = new ColumnStack(days.length);
  let offset = 0;
  for (const name of names) {
    const entity = joinEntity(layout, name);
    if (entity === undefined) continue;
    columns.count = 0;
    const block = encodeBlock(entity, columns);
    places.push([name, offset, block.length, crc32(block)]);
    blocks.push(block);
    offset += block.length;
  }
  const seen = new Set(parts.flatMap(({ part }) => part.seen));
  const header: Header = {
    format,
    days: [days[0] ?? '', days.at(-1) ?? ''],
    unseen: days.filter((day) => !seen.has(day)),
    end: parts.reduce((latest, { part }) => (part.end > latest ? part.end : latest), ''),
    places,
  };
  return [...frame(Buffer.from(JSON.stringify(header))), ...blocks];
}

/** Whether all of a segment's file is as it was written: what `openSegment` looks at only where it reads. */
export function isWholeSegment(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const header = readHeader(file);
    if (header === undefined) return false;
    return header.value.places.every((place) => readBlock(file, header.end, place) !== undefined);
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a segment's file as a part; undefined when there is none, or none that we can read.
 * @throws Error when a block turns out damaged as it is read; the file is removed, so that the next run makes it anew.
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
  const unseen = new Set(value.unseen);
  let isOpen = true;
  const places = new Map(value.places.map((place) => [place[0], place]));
  return {
    days,
    seen: days.filter((day) => !unseen.has(day)),
    end: value.end,
    names: [...places.keys()],
    entity(name) {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const block = readBlock(file, end, place);
      if (block !== undefined) return decodeBlock(block, days.length);
      rmSync(path, { force: true });
      throw new Error(`${path}: found damaged at ${name}, and removed; it is only a cache: run again`);
    },
    isSound: () => true,
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

/** The bytes of an entity; undefined when they are not those that were written. */
function readBlock(file: number, start: number, [, offset, length, crc]: Place): Buffer | undefined {
  const block = Buffer.allocUnsafeSlow(length);
  readSync(file, block, 0, length, start + offset);
  return crc32(block) === crc ? block : undefined;
}

function readHeader(file: number): { value: Header; end: number } | undefined {
  const lengths = Buffer.alloc(8);
  if (readSync(file, lengths, 0, 8, 0) < 8) return undefined;
  const length = lengths.readUInt32LE(0);
  const end = 8 + padded(length);
  if (length === 0 || fstatSync(file).size < end) return undefined;
  const text = Buffer.alloc(length);
  readSync(file, text, 0, length, 8);
  if (crc32(text) !== lengths.readUInt32LE(4)) return undefined;
  const value = JSON.parse(text.toString('utf8')) as Header;
  const size = value.places.reduce((most, [, offset, own]) => Math.max(most, offset + own), 0);
  return value.format === format && fstatSync(file).size === end + size ? { value, end } : undefined;
}

function encodeBlock(entity: PartEntity, columns: ColumnStack): Buffer {
  const samples = columns.push((into) => entity.samples(into, 0));
  const put = (write: (into: Float64Array) => void): Reference => columns.pushShort(write, samples);
  const texts: Buffer[] = [];
  let textOffset = 0;
  const index: Omit<Index, 'columns'> = {
    samples,
    gauges: mapRecord(entity.gauges, (write) => {
      const last = put((into) => write('last', into, 0));
      const others = gaugeStats.filter((stat) => stat !== 'last');
      const stats = others.map((stat) => [
        stat,
        columns.pushOther((into) => write(stat, into, 0), last, samples),
      ]);
      const count = columns.pushOther((into) => write('count', into, 0), samples, samples);
      return { last, ...Object.fromEntries(stats), count };
    }),
    counters: mapRecord(entity.counters, (write) =>
      Object.fromEntries(counterStats.map((stat) => [stat, put((into) => write(stat, into, 0))])),
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
  return Buffer.concat([
    ...frame(Buffer.from(JSON.stringify({ ...index, columns: columns.count }))),
    columns.bytes(),
    ...texts,
    Buffer.alloc(padded(textOffset) - textOffset),
  ]);
}

/** The columns of a block as they are written; one that says nothing new is taken back. */
class ColumnStack {
  readonly #length: number;
  #numbers: Float64Array;
  count = 0;

  constructor(length: number) {
    this.#length = length;
    this.#numbers = new Float64Array(64 * length);
  }

  push(write: (into: Float64Array) => void): number {
    if ((this.count + 1) * this.#length > this.#numbers.length) {
      const grown = new Float64Array(2 * this.#numbers.length);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.count += 1;
    const column = this.#column(this.count - 1);
    column.fill(Number.NaN);
    write(column);
    return this.count - 1;
  }

  /** As one value when it has that on all days with samples, and on no other. */
  pushShort(write: (into: Float64Array) => void, samples: number): Reference {
    const at = this.push(write);
    const column = this.#column(at);
    const known = this.#column(samples);
    const first = column.find((value) => !Number.isNaN(value));
    if (first === undefined) return at;
    for (let day = 0; day < this.#length; day += 1) {
      const value = column[day] ?? Number.NaN;
      if (Number.isNaN(known[day] ?? Number.NaN) ? !Number.isNaN(value) : value !== first) return at;
    }
    this.count -= 1;
    return [first];
  }

  /** As another one when it is the same. */
  pushOther(write: (into: Float64Array) => void, other: Reference, samples: number): Reference {
    const own = this.pushShort(write, samples);
    if (typeof own !== 'number' || typeof other !== 'number') return own;
    const [a, b] = [this.#column(own), this.#column(other)];
    for (let day = 0; day < this.#length; day += 1) if (!Object.is(a[day], b[day])) return own;
    this.count -= 1;
    return other;
  }

  bytes(): Buffer {
    return Buffer.from(this.#numbers.buffer, 0, this.count * this.#length * 8);
  }

  #column(at: number): Float64Array {
    return this.#numbers.subarray(at * this.#length, (at + 1) * this.#length);
  }
}

function decodeBlock(block: Buffer, length: number): PartEntity {
  const indexLength = block.readUInt32LE(0);
  const index = JSON.parse(block.toString('utf8', 8, 8 + indexLength)) as Index;
  const start = 8 + padded(indexLength);
  const numbers = new Float64Array(block.buffer, block.byteOffset + start, index.columns * length);
  const texts = start + numbers.byteLength;
  const samples = index.samples * length;
  const write = (reference: Reference | undefined, into: Float64Array, at: number) => {
    if (reference === undefined) return;
    const [first, last] = [Math.max(0, -at), Math.min(length, into.length - at)];
    const from = typeof reference === 'number' ? reference * length : samples;
    for (let day = first; day < last; day += 1) {
      const value = numbers[from + day] ?? Number.NaN;
      if (!Number.isNaN(value)) into[at + day] = typeof reference === 'number' ? value : reference[0];
    }
  };
  return {
    samples: (into, at) => write(index.samples, into, at),
    gauges: mapOf(index.gauges, (gauge) => (stat, into, at) => write(gauge[stat], into, at)),
    counters: mapOf(index.counters, (counter) => (stat, into, at) => write(counter[stat], into, at)),
    sketches: mapOf(index.sketches, ([offset, size]) => () => {
      const text = block.toString('utf8', texts + offset, texts + offset + size);
      return JSON.parse(text) as (Sketch | null)[];
    }),
    timeline: index.timeline,
    facts: new Map(Object.entries(index.facts)),
    restarts: index.restarts,
  };
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
