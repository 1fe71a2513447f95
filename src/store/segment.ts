import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BrokenDocument } from '../model/json-document.ts';
import { counterStats, type GaugeStat, gaugeStats, type Sketch, type TimelineStep } from '../model/rollup.ts';
import { type Day, daysBetween, type Instant } from '../model/time.ts';
import { joinEntity, type Layout } from './join-parts.ts';
import type { ColumnWriter, Part, PartEntity } from './part.ts';

// A segment is the cache's form of a part: what years of JSON say, as columns of 64-bit floats that are read one entity at a time. It is
// ours alone, made anew whenever it is missing or of another version, and says nothing that the rollups do not.

const format = 'vigie/segment@3';

/**
 * Where an entity's block lies, and the CRC-32 of its two pieces: what most ask for, and behind it the rest, which is two thirds of it
 * and is not read until it is asked for.
 */
type Place = readonly [
  name: string,
  offset: number,
  length: number,
  crc: number,
  restLength: number,
  restCrc: number,
];

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
  /** How many columns stand in the first piece of the block, and in the second one before the texts. */
  readonly columns: readonly [first: number, rest: number];
  readonly samples: number;
  readonly gauges: Readonly<Record<string, Readonly<Record<string, Reference>>>>;
  readonly counters: Readonly<Record<string, Readonly<Record<string, Reference>>>>;
  readonly sketches: Readonly<Record<string, readonly [offset: number, length: number]>>;
  readonly timeline?: readonly TimelineStep[];
  readonly facts: Readonly<Record<string, readonly (readonly [Day, string])[]>>;
  readonly restarts: readonly Instant[];
}

/**
 * Parts that follow each other to the bytes of one segment, block by block, so that no more than one is held in memory; what lies where
 * comes last.
 * @throws BrokenDocument at the end, when a part turned out broken on the way.
 */
export function* encodeSegment(layout: Layout): Generator<Buffer> {
  const { days, parts } = layout;
  const names = [...new Set(parts.flatMap(({ part }) => part.names))].toSorted();
  const places: Place[] = [];
  const columns = new ColumnStack(days.length);
  let offset = 0;
  for (const name of names) {
    const entity = joinEntity(layout, name);
    if (entity === undefined) continue;
    columns.count = 0;
    const { first, rest } = encodeBlock(entity, columns);
    places.push([name, offset, lengthOf(first), crcOf(first), lengthOf(rest), crcOf(rest)]);
    yield Buffer.concat([...first, ...rest]);
    offset += lengthOf(first) + lengthOf(rest);
  }
  if (!parts.every(({ part }) => part.isSound())) throw new BrokenDocument('found a part broken');
  const seen = new Set(parts.flatMap(({ part }) => part.seen));
  const header: Header = {
    format,
    days: [days[0] ?? '', days.at(-1) ?? ''],
    unseen: days.filter((day) => !seen.has(day)),
    end: parts.reduce((latest, { part }) => (part.end > latest ? part.end : latest), ''),
    places,
  };
  const [lengths, text] = frame(Buffer.from(JSON.stringify(header)));
  yield Buffer.concat([text, lengths]);
}

/** Whether all of a segment's file is as it was written: what `openSegment` looks at only where it reads. */
export function isWholeSegment(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const header = readHeader(file);
    if (header === undefined) return false;
    return header.places.every((place) =>
      [readFirst, readRest].every((read) => read(file, place) !== undefined),
    );
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
  const days = daysBetween(...header.days);
  const unseen = new Set(header.unseen);
  let isOpen = true;
  const places = new Map(header.places.map((place) => [place[0], place]));
  return {
    days,
    seen: days.filter((day) => !unseen.has(day)),
    end: header.end,
    names: [...places.keys()],
    entity(name) {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const orThrow = (piece: Buffer | undefined) => {
        if (piece !== undefined) return piece;
        rmSync(path, { force: true });
        throw new Error(`${path}: found damaged at ${name}, and removed; it is only a cache: run again`);
      };
      return decodeBlock(orThrow(readFirst(file, place)), days.length, () => orThrow(readRest(file, place)));
    },
    isSound: () => true,
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

/** What most ask of an entity; undefined when it is not what was written. */
function readFirst(file: number, [, offset, length, crc]: Place): Buffer | undefined {
  return readPiece(file, offset, length, crc);
}

/** What else there is of an entity; undefined when it is not what was written. */
function readRest(file: number, [, offset, firstLength, , length, crc]: Place): Buffer | undefined {
  return readPiece(file, offset + firstLength, length, crc);
}

function readPiece(file: number, at: number, length: number, crc: number): Buffer | undefined {
  const piece = Buffer.allocUnsafeSlow(length);
  readSync(file, piece, 0, length, at);
  return crc32(piece) === crc ? piece : undefined;
}

function readHeader(file: number): Header | undefined {
  const { size } = fstatSync(file);
  const lengths = Buffer.alloc(8);
  if (size < 8 || readSync(file, lengths, 0, 8, size - 8) < 8) return undefined;
  const length = lengths.readUInt32LE(0);
  const start = size - 8 - length;
  if (length === 0 || start < 0) return undefined;
  const text = readPiece(file, start, length, lengths.readUInt32LE(4));
  if (text === undefined) return undefined;
  const header = JSON.parse(text.toString('utf8')) as Header;
  const end = header.places.reduce((most, [, offset, own, , rest]) => Math.max(most, offset + own + rest), 0);
  return header.format === format && end === start ? header : undefined;
}

function encodeBlock(entity: PartEntity, columns: ColumnStack): { first: Buffer[]; rest: Buffer[] } {
  const samples = columns.push((into) => entity.samples(into, 0));
  const put = (write: (into: Float64Array) => void): Reference => columns.pushShort(write, samples);
  const lasts = mapRecord(entity.gauges, (write) => put((into) => write('last', into, 0)));
  const putGauge = (name: string, write: ColumnWriter<GaugeStat>, stat: GaugeStat) =>
    columns.pushOther((into) => write(stat, into, 0), lasts[name] ?? samples, samples);
  // What most ask for comes first.
  const p95s = mapRecord(entity.gauges, (write, name) => putGauge(name, write, 'p95'));
  const totals = mapRecord(entity.counters, (write) => put((into) => write('total', into, 0)));
  const first = columns.count;
  const texts: Buffer[] = [];
  let textOffset = 0;
  const index: Omit<Index, 'columns'> = {
    samples,
    gauges: mapRecord(entity.gauges, (write, name) => {
      const others = gaugeStats.filter((stat) => stat !== 'last' && stat !== 'p95');
      const stats = others.map((stat) => [stat, putGauge(name, write, stat)]);
      const count = columns.pushOther((into) => write('count', into, 0), samples, samples);
      return { last: lasts[name], p95: p95s[name], ...Object.fromEntries(stats), count };
    }),
    counters: mapRecord(entity.counters, (write, name) => {
      const others = counterStats.filter((stat) => stat !== 'total');
      const stats = others.map((stat) => [stat, put((into) => write(stat, into, 0))]);
      return { total: totals[name], ...Object.fromEntries(stats) };
    }),
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
  const counts: Index['columns'] = [first, columns.count - first];
  return {
    first: [...frame(Buffer.from(JSON.stringify({ ...index, columns: counts }))), columns.bytes(0, first)],
    rest: [columns.bytes(first, columns.count), ...texts, Buffer.alloc(padded(textOffset) - textOffset)],
  };
}

function lengthOf(piece: readonly Buffer[]): number {
  return piece.reduce((sum, { length }) => sum + length, 0);
}

function crcOf(piece: readonly Buffer[]): number {
  return piece.reduce((crc, bytes) => crc32(bytes, crc), 0);
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

  bytes(from: number, until: number): Buffer {
    return Buffer.from(this.#numbers.slice(from * this.#length, until * this.#length).buffer);
  }

  #column(at: number): Float64Array {
    return this.#numbers.subarray(at * this.#length, (at + 1) * this.#length);
  }
}

function decodeBlock(first: Buffer, length: number, readRest: () => Buffer): PartEntity {
  const indexLength = first.readUInt32LE(0);
  const index = JSON.parse(first.toString('utf8', 8, 8 + indexLength)) as Index;
  const firstNumbers = numbersOf(first, 8 + padded(indexLength), index.columns[0] * length);
  let rest: Buffer | undefined;
  const restOf = () => {
    rest ??= readRest();
    return rest;
  };
  const columnOf = (column: number) => {
    const at = column * length;
    if (at < firstNumbers.length) return firstNumbers.subarray(at, at + length);
    return numbersOf(restOf(), (at - firstNumbers.length) * 8, length);
  };
  const samples = columnOf(index.samples);
  const write = (reference: Reference | undefined, into: Float64Array, at: number) => {
    if (reference === undefined) return;
    const [from, until] = [Math.max(0, -at), Math.min(length, into.length - at)];
    const column = typeof reference === 'number' ? columnOf(reference) : samples;
    for (let day = from; day < until; day += 1) {
      const value = column[day] ?? Number.NaN;
      if (!Number.isNaN(value)) into[at + day] = typeof reference === 'number' ? value : reference[0];
    }
  };
  return {
    samples: (into, at) => write(index.samples, into, at),
    gauges: mapOf(index.gauges, (gauge) => (stat, into, at) => write(gauge[stat], into, at)),
    counters: mapOf(index.counters, (counter) => (stat, into, at) => write(counter[stat], into, at)),
    sketches: mapOf(index.sketches, ([offset, size]) => () => {
      const at = index.columns[1] * length * 8 + offset;
      return JSON.parse(restOf().toString('utf8', at, at + size)) as (Sketch | null)[];
    }),
    timeline: index.timeline,
    facts: new Map(Object.entries(index.facts)),
    restarts: index.restarts,
  };
}

function numbersOf(piece: Buffer, at: number, count: number): Float64Array {
  return new Float64Array(piece.buffer, piece.byteOffset + at, count);
}

/** A text behind its length and its CRC-32, padded so that what follows is aligned to eight bytes. */
function frame(text: Buffer): [lengths: Buffer, text: Buffer, padding: Buffer] {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(crc32(text), 4);
  return [lengths, text, Buffer.alloc(padded(text.length) - text.length)];
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function mapRecord<From, To>(
  map: ReadonlyMap<string, From>,
  to: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries([...map].map(([name, value]) => [name, to(value, name)]));
}

function mapOf<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Map<string, To> {
  return new Map(Object.entries(record).map(([name, value]) => [name, to(value)]));
}
