import { dayOf, fromSeconds, type Instant, toInstant } from '../../model/time.ts';

/** How many days fit into one fact. */
const daysPerFact = 27;

/** What container snapshots prove, in facts: when the newest was made, and the first one of each day, newest day first, as `2026-11-22T03:10Z`. */
export interface SnapshotFacts {
  readonly newest_snapshot_at?: Instant;
  /** The newest 27 days that have one; a Sunday's snapshot is among them. */
  readonly snapshot_days?: string;
  /** The 27 days before those. */
  readonly snapshot_days_older?: string;
}

/** Tells of the days of a time zone. Keep it for all containers of a run: their container snapshots are often made together. */
export function snapshotDays(timeZone: string): (seconds: readonly number[]) => SnapshotFacts {
  // Zones differ from UTC by quarters of an hour, and to find a day of a zone costs more than to remember it.
  const dayByQuarter = new Map<number, string>();
  const dayAt = (seconds: number): string => {
    const quarter = Math.floor(seconds / 900);
    const day = dayByQuarter.get(quarter) ?? dayOf(fromSeconds(seconds), timeZone);
    dayByQuarter.set(quarter, day);
    return day;
  };
  return (seconds) => {
    const newestFirst = seconds
      .filter((value) => value > 631_152_000 && value < 7_258_118_400)
      .toSorted((a, b) => b - a);
    const [newest] = newestFirst;
    if (newest === undefined) return {};
    const firstByDay = new Map<string, number>();
    for (const value of newestFirst) {
      const day = dayAt(value);
      if (firstByDay.size === 2 * daysPerFact && !firstByDay.has(day)) break;
      firstByDay.set(day, value);
    }
    const days = [...firstByDay.values()].map(
      (value) => `${toInstant(new Date(value * 1000)).slice(0, 16)}Z`,
    );
    const older = days.slice(daysPerFact);
    return {
      newest_snapshot_at: fromSeconds(newest),
      snapshot_days: days.slice(0, daysPerFact).join(' '),
      ...(older.length > 0 && { snapshot_days_older: older.join(' ') }),
    };
  };
}
