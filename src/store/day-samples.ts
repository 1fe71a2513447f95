import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { EntityRecord } from '../model/snapshot.ts';
import { State } from '../model/state.ts';
import { toSeconds } from '../model/time.ts';

/** The columns of one entity, an item a sample in the order of their arrival; NaN or -1 where a sample has none. */
interface EntityColumns {
  /** Seconds since 1970. */
  readonly at: number[];
  /** Which file it came from. */
  readonly file: number[];
  /** The number of its epoch among `epochs`. */
  readonly epoch: number[];
  readonly clock: number[];
  readonly state: number[];
  readonly gauges: Map<string, number[]>;
  readonly counters: Map<string, number[]>;
  /** By sample. */
  readonly reasons: Map<number, string>;
  /** The newest value of each, and the sample that told it. */
  readonly facts: Map<string, { readonly sample: number; readonly value: string }>;
  readonly epochs: string[];
}

/** A sample of an entity, its gauges and facts aside. */
export interface DaySample {
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly record: Pick<EntityRecord, 'epoch' | 'clock_seconds' | 'state' | 'reason' | 'counters'>;
}

/** All samples of an entity. */
export interface EntitySamples {
  readonly samples: readonly DaySample[];
  /** The values of each, oldest first, without the samples that have none. */
  readonly gauges: ReadonlyMap<string, readonly number[]>;
  /** The last value of each, names in alphabetical order. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What is kept of a day between two compactions. */
interface Kept {
  readonly key: string;
  readonly files: readonly string[];
  readonly entities: ReadonlyMap<string, EntityColumns>;
}

const states = State.options;

/**
 * The samples of a day, gathered from its snapshots in any order. They are held in columns of numbers: a day holds hundreds of thousands
 * of records, and each of them as an object would cost several times as much. What was gathered can be kept and gone on with.
 */
export class DaySamples {
  readonly #files: string[];
  readonly #entities: Map<string, EntityColumns>;

  private constructor(files: readonly string[], entities: ReadonlyMap<string, EntityColumns>) {
    this.#files = [...files];
    this.#entities = new Map(entities);
  }

  /** No samples yet. */
  static empty(): DaySamples {
    return new DaySamples([], new Map());
  }

  /** What `keep` gave for the same key; undefined when it is of another one, or damaged. */
  static resume(bytes: Buffer, key: string): DaySamples | undefined {
    if (bytes.length < 4 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
    const kept = deserialize(bytes.subarray(4)) as Kept;
    return kept.key === key ? new DaySamples(kept.files, kept.entities) : undefined;
  }

  /** The names of the files that were gathered. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** The names of the entities that have samples, in alphabetical order. */
  get names(): string[] {
    return [...this.#entities.keys()].toSorted();
  }

  /** Gathers the records of a file that were read in an interval (instants, the end excluded); the name tells it from all others. */
  add(file: string, records: readonly EntityRecord[], [from, to]: readonly [string, string]): void {
    const index = this.#files.push(file) - 1;
    for (const record of records) {
      // Instants are written so that their order is that of their text.
      if (record.at < from || record.at >= to) continue;
      let columns = this.#entities.get(record.entity);
      if (columns === undefined) {
        columns = noColumns();
        this.#entities.set(record.entity, columns);
      }
      append(columns, record, index);
      for (const name in record.facts) this.#learn(columns, name, record.facts[name] ?? '');
    }
  }

  /** Keeps a fact that the newest sample told, unless a later one is known. */
  #learn(columns: EntityColumns, name: string, value: string): void {
    const sample = columns.at.length - 1;
    const known = columns.facts.get(name);
    if (known === undefined || this.#compare(columns, known.sample, sample) < 0)
      columns.facts.set(name, { sample, value });
  }

  /** The samples of an entity, oldest first, those of one instant by their files. */
  entity(name: string): EntitySamples {
    const columns = this.#entities.get(name) ?? noColumns();
    const order = this.#order(columns);
    const facts = [...columns.facts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      samples: order.map((sample) => sampleOf(columns, sample)),
      gauges: new Map(
        [...columns.gauges].map(([gauge, column]) => [
          gauge,
          order.map((sample) => column[sample] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
        ]),
      ),
      facts: Object.fromEntries(facts.map(([fact, { value }]) => [fact, value])),
    };
  }

  /** All of it as bytes, for `resume`. */
  keep(key: string): Buffer {
    const kept: Kept = { key, files: this.#files, entities: this.#entities };
    const bytes = serialize(kept);
    const check = Buffer.alloc(4);
    check.writeUInt32LE(crc32(bytes));
    return Buffer.concat([check, bytes]);
  }

  #order(columns: EntityColumns): number[] {
    const order = columns.at.map((_, sample) => sample);
    const isSorted = order.every((sample) => sample === 0 || this.#compare(columns, sample - 1, sample) < 0);
    return isSorted ? order : order.sort((a, b) => this.#compare(columns, a, b));
  }

  /** By time; at one instant by the names of their files, which come from nowhere but their content; then as the file has them. */
  #compare({ at, file }: EntityColumns, a: number, b: number): number {
    const later = (at[a] ?? 0) - (at[b] ?? 0);
    if (later !== 0) return later;
    const [nameA = '', nameB = ''] = [this.#files[file[a] ?? -1], this.#files[file[b] ?? -1]];
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
    return a - b;
  }
}

function noColumns(): EntityColumns {
  return {
    at: [],
    file: [],
    epoch: [],
    clock: [],
    state: [],
    gauges: new Map(),
    counters: new Map(),
    reasons: new Map(),
    facts: new Map(),
    epochs: [],
  };
}

function append(columns: EntityColumns, record: EntityRecord, file: number): void {
  const sample = columns.at.push(toSeconds(record.at)) - 1;
  columns.file.push(file);
  columns.epoch.push(record.epoch === undefined ? -1 : numberOf(columns.epochs, record.epoch));
  columns.clock.push(record.clock_seconds ?? Number.NaN);
  columns.state.push(record.state === undefined ? -1 : states.indexOf(record.state));
  if (record.reason !== undefined) columns.reasons.set(sample, record.reason);
  appendNumbers(columns.gauges, record.gauges, sample);
  appendNumbers(columns.counters, record.counters, sample);
}

function appendNumbers(
  columns: Map<string, number[]>,
  values: Readonly<Record<string, number>> | undefined,
  sample: number,
): void {
  // Not Object.entries: each record would cost an array or more.
  for (const name in values) {
    let column = columns.get(name);
    if (column === undefined) {
      column = [];
      columns.set(name, column);
    }
    while (column.length < sample) column.push(Number.NaN);
    column.push(values[name] ?? Number.NaN);
  }
}

function sampleOf(columns: EntityColumns, sample: number): DaySample {
  const epoch = columns.epochs[columns.epoch[sample] ?? -1];
  const clock = columns.clock[sample] ?? Number.NaN;
  const state = states[columns.state[sample] ?? -1];
  const reason = columns.reasons.get(sample);
  const counters = columns.counters.size === 0 ? undefined : countersAt(columns.counters, sample);
  return {
    seconds: columns.at[sample] ?? 0,
    record: {
      ...(epoch === undefined ? {} : { epoch }),
      ...(Number.isNaN(clock) ? {} : { clock_seconds: clock }),
      ...(state === undefined ? {} : { state }),
      ...(reason === undefined ? {} : { reason }),
      ...(counters === undefined ? {} : { counters }),
    },
  };
}

function countersAt(
  columns: ReadonlyMap<string, readonly number[]>,
  sample: number,
): Record<string, number> | undefined {
  const values: Record<string, number> = {};
  let isEmpty = true;
  for (const [name, column] of columns) {
    const value = column[sample];
    if (value === undefined || Number.isNaN(value)) continue;
    values[name] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : values;
}

function numberOf(names: string[], name: string): number {
  const known = names.indexOf(name);
  return known === -1 ? names.push(name) - 1 : known;
}
