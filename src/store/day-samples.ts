import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { splitEntity } from '../model/entity.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { State } from '../model/state.ts';
import { toSeconds } from '../model/time.ts';
import { vantageOf } from './vantages.ts';

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

/** The values of a metric, and which samples had them, where not each sample from the first on had one: only what was told takes room. */
interface Series {
  samples: number[] | undefined;
  readonly values: number[];
}

/** A sample of an entity, its gauges and facts aside. */
export interface DaySample {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** From where it was seen; empty where no vantage is named. */
  readonly vantage: string;
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
  readonly leftOut: ReadonlyMap<string, string>;
}

/** So many metrics and facts a day may have of one owner: what a large host with hundreds of containers and datasets tells is a quarter of it. */
export const maxSeries = 50_000;

/** So much text takes the room of a series in a day, and has that of a few. */
const textBytesOfSeries = 500;

const states = State.options;

/**
 * The samples of a day, gathered from its snapshots in any order. They are held in columns of numbers: a day holds hundreds of thousands
 * of records, and each of them as an object would cost several times as much. What was gathered can be kept and gone on with.
 */
export class DaySamples {
  readonly #files: string[];
  /** Of each file. */
  readonly #vantages: string[];
  readonly #entities: Map<string, EntityColumns>;
  /** By owner: the first of its entities, in alphabetical order, that are left out. */
  readonly #leftOut: Map<string, string>;
  /** How many series came since it was last seen to that no owner has too many. */
  #unseen = 0;

  private constructor({ files, entities, leftOut }: Omit<Kept, 'key'>) {
    this.#files = [...files];
    this.#vantages = files.map(vantageOf);
    this.#entities = new Map(entities);
    this.#leftOut = new Map(leftOut);
  }

  /** No samples yet. */
  static empty(): DaySamples {
    return new DaySamples({ files: [], entities: new Map(), leftOut: new Map() });
  }

  /** What `keep` gave for the same key; undefined when it is of another one, or damaged. */
  static resume(bytes: Buffer, key: string): DaySamples | undefined {
    if (bytes.length < 4 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
    const kept = deserialize(bytes.subarray(4)) as Kept;
    return kept.key === key ? new DaySamples(kept) : undefined;
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
    this.#vantages.push(vantageOf(file));
    for (const record of records) {
      // Instants are written so that their order is that of their text.
      if (record.at < from || record.at >= to || this.#isLeftOut(record.entity)) continue;
      let columns = this.#entities.get(record.entity);
      const before = columns === undefined ? 0 : seriesOf(columns);
      if (columns === undefined) {
        columns = noColumns();
        this.#entities.set(record.entity, columns);
      }
      append(columns, record, index);
      for (const name in record.facts) this.#learn(columns, name, record.facts[name] ?? '');
      this.#unseen += seriesOf(columns) - before;
    }
    // What is left out now would be in the end: an owner's series only become more.
    if (this.#unseen > maxSeries) this.#leaveOut(seriesOf);
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
    const samples = samplesOf(columns, this.#vantages);
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
   * Leaves out the last entities, in alphabetical order, of each owner (a host, a service) that tells more than `maxSeries` in a day, or as
   * much in texts: what is hostile must not make the day of the others unreadable. Gives the owners.
   */
  limit(): string[] {
    this.#leaveOut((columns, name) => seriesOf(columns) + textBytesOf(columns, name) / textBytesOfSeries);
    return [...this.#leftOut.keys()];
  }

  #leaveOut(sizeOf: (columns: EntityColumns, name: string) => number): void {
    this.#unseen = 0;
    const sizes = new Map<string, number>();
    for (const name of this.names) {
      const { owner } = splitEntity(name);
      const size = (sizes.get(owner) ?? 0) + sizeOf(this.#entities.get(name) ?? noColumns(), name);
      sizes.set(owner, size);
      if (size <= maxSeries) continue;
      if (!this.#isLeftOut(name)) this.#leftOut.set(owner, name);
      this.#entities.delete(name);
    }
  }

  #isLeftOut(name: string): boolean {
    // As a rule nobody is: then no name is looked into.
    if (this.#leftOut.size === 0) return false;
    const first = this.#leftOut.get(splitEntity(name).owner);
    return first !== undefined && name >= first;
  }

  /** All of it as bytes, for `resume`. */
  keep(key: string): Buffer {
    const kept: Kept = { key, files: this.#files, entities: this.#entities, leftOut: this.#leftOut };
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

/** How many series an entity has, itself among them. */
function seriesOf({ gauges, counters, facts }: EntityColumns): number {
  return 1 + gauges.size + counters.size + facts.size;
}

/** How many bytes of text a day may need for an entity besides the names of its series. */
function textBytesOf({ facts, reasons, epochs, state }: EntityColumns, name: string): number {
  const values = [...facts.values()].map(({ value }) => value);
  // The name stands among the entities and again with what the day hands over; a step of a timeline is an instant and a word.
  const texts = [name, name, ...values, ...reasons.values(), ...epochs.keys()];
  const steps = state.filter((own) => own >= 0);
  return Buffer.byteLength(JSON.stringify(texts)) + 31 * steps.length;
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
      series = { samples: undefined, values: [] };
      columns.set(name, series);
    }
    if (series.values.length !== sample) series.samples ??= [...series.values.keys()];
    series.samples?.push(sample);
    series.values.push(values[name] ?? Number.NaN);
  }
}

/** The samples of an entity in the order of their arrival. */
function samplesOf(columns: EntityColumns, vantages: readonly string[]): DaySample[] {
  const epochs = [...columns.epochs.keys()];
  const counters = new Array<Record<string, number> | undefined>(columns.at.length);
  for (const [name, { samples, values }] of columns.counters) {
    for (let index = 0; index < values.length; index += 1) {
      const sample = samples?.[index] ?? index;
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
      vantage: vantages[columns.file[sample] ?? -1] ?? '',
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
    values
      .map((value, index): [number, number] => [place[samples?.[index] ?? index] ?? 0, value])
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
