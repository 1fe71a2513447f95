import { type Day, dayBounds, fromSeconds, Instant, toSeconds } from '../model/time.ts';

/** On which days a host had a container of some name. */
export interface Sightings {
  readonly host: string;
  /** How often it was seen on each day of the history; NaN or 0: not at all. */
  readonly samples: ArrayLike<number>;
  /** When it said that it was started: each value, with the first day on which it was told. */
  readonly starts: readonly (readonly [Day, string])[];
}

/** From one host to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly at: Instant;
  /** Else `at` is the first second of the day on which it was first seen there. */
  readonly hasHour: boolean;
}

/** What was seen nowhere for longer than this came back from somewhere else: from a backup, or from where nobody looks. */
const mostUnseenDays = 14;

/**
 * The moves of what has the same name on several hosts, in order of time. While it is on two hosts at once nothing has moved: a copy
 * counts as a move once the other one is gone.
 */
export function movesOf(
  sightings: readonly Sightings[],
  days: readonly Day[],
  timeZone: string,
): readonly Move[] {
  if (sightings.length < 2) return [];
  const moves: Move[] = [];
  let here: Sightings | undefined;
  let lastHere = -1;
  /** Since when each of the others was seen without a break, while it still was here as well. */
  const since = new Map<Sightings, number>();
  for (const index of days.keys()) {
    const seen = sightings.filter(({ samples }) => (samples[index] ?? 0) > 0);
    if (seen.length === 0) continue;
    for (const other of sightings) {
      if (!seen.includes(other)) since.delete(other);
      else if (!since.has(other)) since.set(other, index);
    }
    if (here !== undefined && seen.includes(here)) {
      lastHere = index;
      continue;
    }
    const [there, ...more] = seen;
    if (there === undefined || more.length > 0) continue;
    const day = days[since.get(there) ?? index];
    if (here !== undefined && day !== undefined && index - lastHere <= mostUnseenDays)
      moves.push(moveOn(day, here, there, timeZone));
    here = there;
    lastHere = index;
  }
  return moves;
}

/** A container that was stopped for its move tells the hour, as long as it was not started again since: when it was started on that day. */
function moveOn(day: Day, from: Sightings, to: Sightings, timeZone: string): Move {
  const hosts = { from: from.host, to: to.host };
  const { start, end } = dayBounds(day, timeZone);
  const started = Instant.safeParse(to.starts.find(([toldOn]) => toldOn === day)?.[1]);
  const at = started.success ? toSeconds(started.data) : Number.NaN;
  return at >= start && at < end
    ? { ...hosts, at: fromSeconds(at), hasHour: true }
    : { ...hosts, at: fromSeconds(start), hasHour: false };
}
