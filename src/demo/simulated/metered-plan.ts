import type { Interval } from '../story.ts';
import type { SimulatedEntity } from './entity.ts';
import type { Calendar } from './moments.ts';
import type { Counter, Gauge } from './series.ts';

/** From when counters count from zero again. */
export interface Epoch {
  readonly id: string;
  readonly from: number;
}

/** An entity with gauges and counters. */
export interface MeteredPlan {
  readonly entity: string;
  readonly collector: SimulatedEntity['collector'];
  readonly everyRuns: number;
  /** Those that are derived come after what they are derived from. */
  readonly gauges: readonly Gauge[];
  readonly counters: readonly Counter[];
  /** Names in alphabetical order. */
  readonly facts: (seconds: number) => Readonly<Record<string, string>>;
  /** In order; without any, counters go on for ever, and no clock is told. */
  readonly epochs: readonly Epoch[];
  readonly absences: readonly Interval[];
}

/** The time that entities live in. */
export interface Setting {
  readonly seed: number;
  readonly calendar: Calendar;
}

/** The number of the epoch that an instant lies in; -1 without any. */
export function epochAt(epochs: readonly Epoch[], seconds: number): number {
  return epochs.findLastIndex(({ from }) => from <= seconds);
}
