import type { EntityId } from './entity.ts';
import type { TimelineStep } from './rollup.ts';
import type { Day, Instant } from './time.ts';

/** One item a day of the history; null on days without. */
export type Column = readonly (number | null)[];

/** What is known of one entity through all days. */
export interface EntityHistory {
  readonly gauges: ReadonlyMap<string, Readonly<Record<'mean' | 'p50' | 'p95' | 'max' | 'last', Column>>>;
  readonly counters: ReadonlyMap<string, Readonly<Record<'total' | 'covered_seconds' | 'p95', Column>>>;
  /** Complete over the days when not empty: a state holds until the next step. */
  readonly timeline: readonly TimelineStep[];
  readonly facts: Readonly<Record<string, string>>;
  readonly restarts: readonly Instant[];
}

/** All rollups, as analysis reads them. */
export interface History {
  readonly timeZone: string;
  /** Every day from the first to the last that has a rollup, without gaps; empty when there is none. */
  readonly days: readonly Day[];
  readonly entities: ReadonlyMap<EntityId, EntityHistory>;
}
