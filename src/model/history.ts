import type { EntityId } from './entity.ts';
import type { CounterStat, GaugeStat, Sketch, TimelineStep } from './rollup.ts';
import type { Day, Instant } from './time.ts';

/** One number a day of the history, NaN on days without: years of columns hold tens of millions of them. */
export type Column = Float64Array;

/** A column as a list, null on days without; an empty one when there is none. */
export function listOf(column: Column = new Float64Array(0)): (number | null)[] {
  return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
}

/** A gauge through all days: how many samples each day has, and their statistics. */
export type GaugeHistory = Readonly<Record<GaugeStat | 'count', Column>>;

/** A counter through all days. */
export type CounterHistory = Readonly<Record<CounterStat, Column>>;

/** What is known of one entity through all days. Columns are read when they are asked for. */
export interface EntityHistory {
  /** How many samples each day has. */
  readonly samples: Column;
  readonly gauges: ReadonlyMap<string, GaugeHistory>;
  /** Of durations, an item a day. */
  readonly sketches: ReadonlyMap<string, () => readonly (Sketch | null)[]>;
  readonly counters: ReadonlyMap<string, CounterHistory>;
  /** Complete over the days when not empty: a state holds until the next step. */
  readonly timeline: readonly TimelineStep[];
  /** The last value of each. */
  readonly facts: Readonly<Record<string, string>>;
  /** Each value that a fact had, with the first day on which it was seen. */
  readonly factChanges: ReadonlyMap<string, readonly (readonly [Day, string])[]>;
  readonly restarts: readonly Instant[];
}

/** All rollups, as analysis reads them. */
export interface History {
  readonly timeZone: string;
  /** Every day from the first to the last that has a rollup, without gaps; empty when there is none. */
  readonly days: readonly Day[];
  readonly entities: ReadonlyMap<EntityId, EntityHistory>;
  /** Keeps what was parsed for the next time, and lets go of the files; nothing can be asked afterwards. */
  close(): Promise<void>;
}
