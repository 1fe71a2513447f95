import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { splitEntity } from '../model/entity.ts';
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
  readonly gauges: Map<string, Series>;
  readonly counters: Map<string, Series>;
  /** By sample. */
  readonly reasons: Map<number, string>;
  /** The newest value of each, and the sample that told it. */
  readonly facts: Map<string, { readonly sample: number; readonly value: string }>;
  /** By name: its number. */
  readonly epochs: Map<string, number>;
}

/** The values of a metric, and which samples had them: only what was told takes room. */
interface Series {
  readonly samples: number[];
  readonly values: number[];
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
    const samples = samplesOf(columns);
    return {
      samples: order === undefined ? samples : order.flatMap((sample) => samples[sample] ?? []),
      gauges:
        order === undefined
          ? mapValues(columns.gauges, ({ values }) => values)
          : inOrder(columns.gauges, order),
      facts: Object.fromEntries(facts.map(([fact, { value }]) => [fact, value])),
    };
  }

  /**
   * Leaves out the last entities, in alphabetical order, of each owner (a host, a service) that tells more than `most` series in a day: what
   * is hostile must not make the day of the others unreadable. Gives the owners.
   */
  limit(most: number): string[] {
    const counts = new Map<string, number>();
    for (const name of this.names) {
      const { owner } = splitEntity(name);
      const { gauges, counters, facts } = this.#entities.get(name) ?? noColumns();
      const count = (counts.get(owner) ?? 0) + 1 + gauges.size + counters.size + facts.size;
      counts.set(owner, count);
      if (count > most) this.#entities.delete(name);
    }
    return [...counts].filter(([, count]) => count > most).map(([owner]) => owner);
  }

  /** All of it as bytes, for `resume`. */
  keep(key: string): Buffer {
    const kept: Kept = { key, files: this.#files, entities: this.#entities };
    const bytes = serialize(kept);
    const check = Buffer.alloc(4);
    check.writeUInt32LE(crc32(bytes));
    return Buffer.concat([check, bytes]);
  }

  /** Its samples, oldest first; undefined when they arrived so. */
  #order(columns: EntityColumns): number[] | undefined {
    const order = columns.at.map((_, sample) => sample);
    const isSorted = order.every((sample) => sample === 0 || this.#compare(columns, sample - 1, sample) < 0);
    return isSorted ? undefined : order.sort((a, b) => this.#compare(columns, a, b));
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
    epochs: new Map(),
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
  columns: Map<string, Series>,
  values: Readonly<Record<string, number>> | undefined,
  sample: number,
): void {
  // Not Object.entries: each record would cost an array or more.
  for (const name in values) {
    let series = columns.get(name);
    if (series === undefined) {
      series = { samples: [], values: [] };
      columns.set(name, series);
    }
    series.samples.push(sample);
    series.values.push(values[name] ?? Number.NaN);
  }
}

/** The samples of an entity in the order of their arrival. */
function samplesOf(columns: EntityColumns): DaySample[] {
  const epochs = [...columns.epochs.keys()];
  const counters = new Array<Record<string, number> | undefined>(columns.at.length);
  for (const [name, { samples, values }] of columns.counters) {
    for (let index = 0; index < samples.length; index += 1) {
      const sample = samples[index] ?? 0;
      const own = counters[sample] ?? {};
      own[name] = values[index] ?? Number.NaN;
      counters[sample] = own;
    }
  }
  return columns.at.map((seconds, sample) => {
    const epoch = epochs[columns.epoch[sample] ?? -1];
    const clock = columns.clock[sample] ?? Number.NaN;
    const state = states[columns.state[sample] ?? -1];
    const reason = columns.reasons.get(sample);
    const own = counters[sample];
    return {
      seconds,
      record: {
        ...(epoch === undefined ? {} : { epoch }),
        ...(Number.isNaN(clock) ? {} : { clock_seconds: clock }),
        ...(state === undefined ? {} : { state }),
        ...(reason === undefined ? {} : { reason }),
        ...(own === undefined ? {} : { counters: own }),
      },
    };
  });
}

/** The values of each metric, by the order of the samples. */
function inOrder(
  series: ReadonlyMap<string, Series>,
  order: readonly number[],
): Map<string, readonly number[]> {
  const place = new Uint32Array(order.length);
  order.forEach((sample, index) => {
    place[sample] = index;
  });
  return mapValues(series, ({ samples, values }) =>
    samples
      .map((sample, index): [number, number] => [place[sample] ?? 0, values[index] ?? Number.NaN])
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value),
  );
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([name, value]) => [name, to(value)]));
}

function numberOf(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}
