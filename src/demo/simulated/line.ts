import { fromSeconds, type Instant } from '../../model/time.ts';

const day = 86_400;

/** What a value would be without noise and seasons, from an instant (seconds since 1970) to the next piece. */
export interface Piece {
  readonly from: number;
  readonly value: number;
  readonly perDay: number;
  /** What happened there; absent at the first piece. */
  readonly cause?: string;
}

/** Straight pieces in order of time; the last one goes on for ever. */
export type Line = readonly Piece[];

/** A line that changes at instants: by a step, by another trend, or both. */
export interface Change {
  readonly at: number;
  readonly by?: number;
  readonly perDay?: number;
  readonly cause: string;
}

/** A line from its first value, its trend, and what happened to it, in any order. */
export function lineOf(begin: number, value: number, perDay: number, changes: readonly Change[] = []): Line {
  const pieces: Piece[] = [{ from: begin, value, perDay }];
  for (const change of changes.toSorted((a, b) => a.at - b.at)) {
    const before = valueAt(pieces, change.at);
    const slope = pieces.at(-1)?.perDay ?? 0;
    pieces.push({
      from: change.at,
      value: before + (change.by ?? 0),
      perDay: change.perDay ?? slope,
      cause: change.cause,
    });
  }
  return pieces;
}

/** The value of a line at an instant. */
export function valueAt(line: Line, seconds: number): number {
  const { from, value, perDay } = line[indexAt(line, seconds)] ?? { from: seconds, value: 0, perDay: 0 };
  return value + ((seconds - from) / day) * perDay;
}

/** Whether a line is straight from one instant to another. */
export function isStraight(line: Line, from: number, to: number): boolean {
  return indexAt(line, from) === indexAt(line, to);
}

/** A line that counts from one instant to another, and is nothing before and after. */
export interface Share {
  readonly line: Line;
  readonly from: number;
  readonly to: number;
  /** Told at its ends when they lie inside the sum. */
  readonly arrival: string;
  readonly departure: string;
}

/** The sum of a line and of shares that come and go. */
export function sumOf(own: Line, shares: readonly Share[]): Line {
  const begin = own[0]?.from ?? 0;
  const causes = new Map<number, string[]>();
  const tell = (at: number, cause: string | undefined) => {
    if (at > begin && Number.isFinite(at)) causes.set(at, [...(causes.get(at) ?? []), cause ?? '']);
  };
  for (const { from, cause } of own) tell(from, cause);
  for (const { line, from, to, arrival, departure } of shares) {
    tell(from, arrival);
    tell(to, departure);
    for (const piece of line) if (piece.from > from && piece.from < to) tell(piece.from, piece.cause);
  }
  const at = (seconds: number): Piece => {
    const present = shares.filter(({ from, to }) => from <= seconds && seconds < to).map(({ line }) => line);
    const lines = [own, ...present];
    const cause = causes.get(seconds)?.join('; ');
    return {
      from: seconds,
      value: lines.reduce((sum, line) => sum + valueAt(line, seconds), 0),
      perDay: lines.reduce((sum, line) => sum + (line[indexAt(line, seconds)]?.perDay ?? 0), 0),
      ...(cause === undefined ? {} : { cause }),
    };
  };
  return [begin, ...[...causes.keys()].toSorted((a, b) => a - b)].map(at);
}

/** The least and the greatest value between two instants. */
export function rangeOf(line: Line, from: number, to: number): { least: number; most: number } {
  const ends = line.flatMap((piece, index) => {
    const start = Math.max(piece.from, from);
    const end = Math.min(line[index + 1]?.from ?? to, to);
    const at = (seconds: number) => piece.value + ((seconds - piece.from) / day) * piece.perDay;
    return start > end ? [] : [at(start), at(end)];
  });
  return { least: Math.min(...ends), most: Math.max(...ends) };
}

/** The first instant, from one to another, at which a line is at a value or above; null when it never is. */
export function crossing(line: Line, threshold: number, from: number, to: number): Instant | null {
  for (const [index, piece] of line.entries()) {
    const start = Math.max(piece.from, from);
    const end = Math.min(line[index + 1]?.from ?? to, to);
    if (start > end) continue;
    const value = piece.value + ((start - piece.from) / day) * piece.perDay;
    if (value >= threshold) return fromSeconds(start);
    const at = piece.perDay > 0 ? start + ((threshold - value) / piece.perDay) * day : end;
    if (at < end) return fromSeconds(Math.ceil(at));
  }
  return null;
}

/** The last piece that has begun; the first one before that. */
function indexAt(line: Line, seconds: number): number {
  let [low, high] = [0, line.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((line[middle]?.from ?? 0) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}
