import type { BackupPolicy } from '../model/backup-policy.ts';
import type { BackupMark } from '../model/reports-file.ts';
import {
  addToDay,
  countDays,
  Day,
  dayBounds,
  dayOf,
  daysBetween,
  type Instant,
  toSeconds,
} from '../model/time.ts';
import type { Copy } from './backup-evidence.ts';

// What ZFS snapshots and container snapshots prove.

/** A container that was looked at, snapshots included. */
export interface ContainerSnapshots {
  /** Absent where its manager does not tell. */
  readonly createdAt: Instant | undefined;
  /** When snapshots were made, one a day at least. */
  readonly made: readonly Instant[];
}

const shownWeeks = 4;
const someSunday = '2000-01-02';
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** A snapshot of a day may be made in the night after it, until six in the morning. */
const graceBeforeEndSeconds = 18 * 3600;

/** The last 4 weeks that are due, oldest first: whether a snapshot was made on the day of the week that the policy wants. */
export function weeklyMarks(
  container: ContainerSnapshots | undefined,
  weekday: NonNullable<BackupPolicy['containerSnapshot']>,
  { timeZone, now }: { readonly timeZone: string; readonly now: Instant },
): BackupMark[] {
  const endOf = (day: Day) => dayBounds(addToDay(day, 1), timeZone).end - graceBeforeEndSeconds;
  const today = dayOf(now, timeZone);
  const last = daysBetween(addToDay(today, -8), today).findLast(
    (day) => weekdays[countDays(someSunday, day) % 7] === weekday && endOf(day) <= toSeconds(now),
  );
  if (last === undefined) return [];
  return Array.from({ length: shownWeeks }, (_, index) => addToDay(last, 7 * (index + 1 - shownWeeks))).map(
    (day) => {
      const blank = { on: day, bytes: null, usual_bytes: null, why: null };
      if (container === undefined) return { ...blank, state: 'unseen' };
      const { start } = dayBounds(day, timeZone);
      const end = endOf(day);
      const isMade = container.made.some((at) => toSeconds(at) >= start && toSeconds(at) < end);
      if (isMade) return { ...blank, state: 'present' };
      const wasThere = container.createdAt === undefined || toSeconds(container.createdAt) < start;
      return { ...blank, state: wasThere ? 'missing' : 'none' };
    },
  );
}

/** From the facts of a container: when its snapshots were made, one a day. */
export function snapshotsMade(facts: Readonly<Record<string, string>>): Instant[] {
  return [facts.snapshot_days, facts.snapshot_days_older]
    .flatMap((text) => text?.split(' ') ?? [])
    .flatMap((text) => (/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text) ? [text.replace('Z', ':00Z')] : []));
}

/** From the days of a dataset that have a ZFS snapshot, `2026-11-20..2026-11-22 2026-11-15`, oldest first. */
export function copiesOfRanges(text: string): Copy[] {
  return text
    .split(' ')
    .flatMap((range) => {
      const [from = '', to = from] = range.split('..');
      const isRange = Day.safeParse(from).success && Day.safeParse(to).success;
      return isRange ? daysBetween(from, to) : [];
    })
    .toSorted()
    .map((day) => ({ day, state: 'present' }));
}
