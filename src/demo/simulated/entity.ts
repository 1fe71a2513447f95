import type { EntityDay } from '../../model/rollup.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import type { Interval } from '../story.ts';
import { everySeconds, runAt, type SimulatedDay } from './moments.ts';

/** Something of an invented fleet that collectors tell of. */
export interface SimulatedEntity {
  readonly entity: string;
  readonly collector: 'host' | 'disk' | 'container' | 'probe';
  /** It is read at every so many runs of a day, from the first one. */
  readonly everyRuns: number;
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

/** Whether none of some intervals touches a day, or the hours before it. */
export function isUntouched(moment: SimulatedDay, intervals: readonly Interval[]): boolean {
  return moment.index > 0 && intervals.every(({ from, to }) => to < moment.start - lookBackSeconds || from >= moment.end);
}

/** The interval that an instant lies in. */
export function intervalAt<Kind extends Interval>(intervals: readonly Kind[], seconds: number): Kind | undefined {
  return intervals.find(({ from, to }) => from <= seconds && seconds < to);
}

/** The last record that was told of an entity before an instant, as far back as the first day; null when there is none. */
export function lastRecord(
  { everyRuns, absences, record }: SimulatedEntity,
  dayAt: (index: number) => SimulatedDay,
  before: SimulatedDay,
): EntityRecord | null {
  for (let index = before.index - 1; index >= 0; index -= 1) {
    const moment = dayAt(index);
    const gone = intervalAt(absences, moment.start);
    if (gone !== undefined && gone.to >= moment.end) continue;
    for (let run = moment.runs - 1; run >= 0; run -= 1) {
      if (run % everyRuns !== 0 || intervalAt(absences, runAt(moment.start, run)) !== undefined) continue;
      return record(moment, run);
    }
  }
  return null;
}

/** The longest time between two records of an entity that is always there. */
export function stepSeconds({ everyRuns }: Pick<SimulatedEntity, 'everyRuns'>): number {
  return everyRuns * everySeconds;
}
