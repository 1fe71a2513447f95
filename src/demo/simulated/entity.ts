import type { EntityDay } from '../../model/rollup.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import type { Interval } from '../story.ts';
import type { Line } from './line.ts';
import { type Calendar, runAt, type SimulatedDay } from './moments.ts';

/** What is known of a series without looking at its values. */
export interface PlantedSeries {
  readonly metric: string;
  /** A value at an instant, or what is counted in a day. */
  readonly kind: 'gauge' | 'counter';
  readonly line: Line;
  readonly visitsRatio: number;
  /** Standard deviation from run to run, of a gauge. */
  readonly noise: number;
  /** Standard deviation from week to week, of a gauge. */
  readonly wander: number;
  /** Standard deviation from day to day, of a counter, relative to it. */
  readonly dayNoiseRatio: number;
  readonly capacity?: number;
}

/** Something of an invented fleet that collectors tell of. */
export interface SimulatedEntity {
  readonly entity: string;
  readonly collector: 'host' | 'disk' | 'container' | 'probe';
  /** It is read at every so many runs of a day, from the first one. */
  readonly everyRuns: number;
  /** What its series follow. */
  readonly planted: readonly PlantedSeries[];
  /** In which nothing is told of it, in any order. */
  readonly absences: readonly Interval[];
  /** Whether each run of a day found it well and going on as before. */
  isRegular(moment: SimulatedDay): boolean;
  /** What compaction would make of a regular day. */
  regularDay(moment: SimulatedDay): EntityDay;
  /** What a run of a day told of it; null when nothing. */
  record(moment: SimulatedDay, run: number): EntityRecord | null;
}

/** What a later day builds on lies so far back. */
const lookBackSeconds = 2 * 3600;
/** Compaction remembers an entity that fell silent for so long. */
const longestSilenceDays = 36;

/** Whether none of some intervals touches a day, or the hours before it. */
export function isUntouched(moment: SimulatedDay, intervals: readonly Interval[]): boolean {
  return (
    moment.index > 0 &&
    intervals.every(({ from, to }) => to < moment.start - lookBackSeconds || from >= moment.end)
  );
}

/** The interval that an instant lies in. */
export function intervalAt<Kind extends Interval>(
  intervals: readonly Kind[],
  seconds: number,
): Kind | undefined {
  return intervals.find(({ from, to }) => from <= seconds && seconds < to);
}

/** The last record that was told of an entity before a day, so many days back at most; null when there is none. */
export function lastRecord(
  { everyRuns, absences, record }: SimulatedEntity,
  { dayAt, startOf }: Calendar,
  before: number,
): EntityRecord | null {
  for (let index = before - 1; index >= Math.max(0, before - longestSilenceDays); index -= 1) {
    const gone = intervalAt(absences, startOf(index));
    if (gone !== undefined && gone.to >= startOf(index + 1)) continue;
    const moment = dayAt(index);
    for (let run = moment.runs - 1; run >= 0; run -= 1) {
      if (run % everyRuns !== 0 || intervalAt(absences, runAt(moment.start, run)) !== undefined) continue;
      return record(moment, run);
    }
  }
  return null;
}
