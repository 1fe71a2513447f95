import type { BackupMark, BackupState } from '../model/reports-file.ts';
import {
  addToDay,
  addToMonth,
  Day,
  dayBounds,
  dayOf,
  type Instant,
  type Month,
  monthOf,
  toSeconds,
} from '../model/time.ts';

/** The copies of one day together, as the collector tells them. */
export interface Copy {
  readonly day: Day;
  readonly state: 'valid' | 'present' | 'unverified' | 'bad';
  readonly bytes?: number;
  readonly why?: string;
}

/** What one look at one source of backups found. */
export interface Look {
  readonly at: Instant;
  readonly copies: readonly Copy[];
}

/** What evidence is judged by. */
export interface Terms {
  readonly timeZone: string;
  readonly now: Instant;
  /** The first day on which anybody looked. What is missing from the time before is not called so: who knows what ran then. */
  readonly since: Day | undefined;
  /** How many consecutive days, or months, must each have a copy; undefined: none must. */
  readonly wanted: number | undefined;
}

const shownDays = 7;
const shownMonths = 12;
/** What is made in a night is due at six in the morning of the fleet. */
const dueBeforeEndSeconds = 18 * 3600;
/** With fewer peers before it nobody can say what size a copy should have. */
const leastPeers = 3;
const mostPeers = 7;
/** Sizes below and above this share of the peers' median are suspicious. */
const usualShares = [0.5, 3] as const;

/** From the facts of a record (`d_2026_11_22: 'bad 396 its closing line is missing'`), oldest first. */
export function copiesOf(facts: Readonly<Record<string, string>>): Copy[] {
  return Object.entries(facts)
    .flatMap(([name, text]): Copy[] => {
      const day = Day.safeParse(/^d_(\d{4}_\d\d_\d\d)$/.exec(name)?.[1]?.replaceAll('_', '-'));
      const [, verdict = '', size = '-', why = ''] =
        /^(valid|unverifiable|unverified|bad) (\d+|-)(?: (.*))?$/s.exec(text) ?? [];
      if (!day.success || verdict === '') return [];
      return [
        {
          day: day.data,
          state: verdict === 'valid' || verdict === 'bad' ? verdict : 'unverified',
          ...(size !== '-' && { bytes: Number(size) }),
          ...(why !== '' && { why }),
        },
      ];
    })
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** The last 7 days that are due, oldest first. */
export function dailyMarks(look: Look | undefined, terms: Terms): BackupMark[] {
  const { timeZone, now, since, wanted = 0 } = terms;
  const today = dayOf(now, timeZone);
  const isDue = (day: Day, at: Instant) =>
    toSeconds(at) >= dayBounds(day, timeZone).end - dueBeforeEndSeconds;
  const last = isDue(today, now) ? today : addToDay(today, -1);
  return Array.from({ length: shownDays }, (_, index) => addToDay(last, index + 1 - shownDays)).map((day) => {
    const copy = look?.copies.find((one) => one.day === day);
    if (look !== undefined && copy !== undefined) return markOf(day, copy, look.copies);
    if (look === undefined) return mark(day, 'unseen');
    if (day <= addToDay(last, -wanted) || isBefore(day, since)) return mark(day, 'none');
    if (!isDue(day, look.at)) return mark(day, 'unseen');
    return mark(day, day === today ? 'late' : 'missing');
  });
}

/**
 * 12 months, oldest first: of each the best that is kept. This month is one of them as soon as it has a copy: whoever keeps 12 of the first
 * day of a month has let go of the oldest by then.
 */
export function monthlyMarks(look: Look | undefined, terms: Terms): BackupMark[] {
  const { timeZone, now, since, wanted = 0 } = terms;
  const thisMonth = monthOf(dayOf(now, timeZone));
  const isBegun = look?.copies.some(({ day }) => monthOf(day) === thisMonth) === true;
  /** The first month of which nothing is expected yet. */
  const current = isBegun ? addToMonth(thisMonth, 1) : thisMonth;
  return Array.from({ length: shownMonths }, (_, index) => addToMonth(current, index - shownMonths)).map(
    (month) => {
      if (look === undefined) return mark(month, 'unseen');
      const found = look.copies
        .filter(({ day }) => monthOf(day) === month)
        .map((copy) => markOf(month, copy, look.copies))
        .toSorted((a, b) => gravityOf(a.state) - gravityOf(b.state));
      if (found[0] !== undefined) return found[0];
      const isWanted = month >= addToMonth(current, -wanted) && !isBefore(month, since);
      return mark(month, isWanted ? 'missing' : 'none');
    },
  );
}

/** The gravest of several states; `none` when there are none. */
export function gravestBackup(states: readonly BackupState[]): BackupState {
  return states.toSorted((a, b) => gravityOf(b) - gravityOf(a))[0] ?? 'none';
}

/** From what needs nobody to what somebody must look at first. */
const byGravity: readonly BackupState[] = [
  'none',
  'valid',
  'present',
  'unverified',
  'late',
  'suspicious',
  'unseen',
  'bad',
  'missing',
];

function gravityOf(state: BackupState): number {
  return byGravity.indexOf(state);
}

function isBefore(on: Day | Month, since: Day | undefined): boolean {
  return since !== undefined && on < since.slice(0, on.length);
}

function markOf(on: Day | Month, copy: Copy, copies: readonly Copy[]): BackupMark {
  const { bytes = null, why = null } = copy;
  const usual = copy.state === 'bad' || bytes === null ? null : usualBytes(copy, copies);
  const [least, most] = usualShares;
  const isOdd = usual !== null && bytes !== null && (bytes < usual * least || bytes > usual * most);
  if (isOdd) return { on, state: 'suspicious', bytes, usual_bytes: usual, why };
  return { on, state: copy.state, bytes, usual_bytes: null, why };
}

/** The median size of the valid copies just before one. */
function usualBytes({ day }: Copy, copies: readonly Copy[]): number | null {
  const sizes = copies
    .filter((other) => other.state === 'valid' && other.day < day)
    .flatMap(({ bytes }) => bytes ?? [])
    .slice(-mostPeers)
    .toSorted((a, b) => a - b);
  return sizes.length < leastPeers ? null : (sizes[Math.floor(sizes.length / 2)] ?? null);
}

function mark(on: Day | Month, state: BackupState): BackupMark {
  return { on, state, bytes: null, usual_bytes: null, why: null };
}
