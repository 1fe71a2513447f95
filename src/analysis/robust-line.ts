/** A robust line: `value = level + slope · (day − origin)`, with an 80 % interval of the slope. */
export interface RobustLine {
  readonly slope: number;
  readonly slopeLow: number;
  readonly slopeHigh: number;
  /** The line's value at the last day. */
  readonly level: number;
}

/** One value of a series; `day` counts from anywhere, ascending. */
export interface Point {
  readonly day: number;
  readonly value: number;
}

/** Two-sided 80 % of the normal distribution. */
const z80 = 1.2816;

/**
 * Theil–Sen: the median of the slopes of all pairs; half of the points may be wrong before it is. Its interval is that of Sen (1968),
 * by the variance of Kendall's S without ties, n(n−1)(2n+5)/18. It takes the days as independent, which daily values are not quite:
 * the band of a forecast comes from past errors instead, not from this interval.
 *
 * `anchor`: `last` starts the line from the last value (a store keeps what it holds); `median` from the median of the last four weeks
 * brought forward along the slope (a load comes back to its level).
 * @throws RangeError with fewer than two days.
 */
export function robustLine(points: readonly Point[], anchor: 'last' | 'median'): RobustLine {
  const last = points.at(-1);
  if (last === undefined || points.length < 2)
    throw new RangeError(`a line needs two points, found ${points.length}`);
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (let i = 1; i < points.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [a, b] = [points[j], points[i]];
      if (a === undefined || b === undefined) continue;
      slopes[count] = (b.value - a.value) / (b.day - a.day);
      count += 1;
    }
  }
  slopes.sort();
  const n = points.length;
  const reach = z80 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (rank: number) => slopes[Math.min(count - 1, Math.max(0, Math.round(rank)))] ?? 0;
  const slope = medianOfSorted(slopes);
  const recent = points
    .filter(({ day }) => day > last.day - 28)
    .map(({ day, value }) => value + slope * (last.day - day));
  return {
    slope,
    slopeLow: at((count - reach) / 2),
    slopeHigh: at((count + reach) / 2 - 1),
    level: anchor === 'last' ? last.value : medianOfSorted(Float64Array.from(recent).sort()),
  };
}

/** The median of values in ascending order; NaN when there are none. */
function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
