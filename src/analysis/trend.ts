import type { Trend } from '../model/reports-file.ts';
import { addToDay, type Day } from '../model/time.ts';
import { type Point, type RobustLine, robustLine } from './robust-line.ts';

/** A line rests on so many days at least… */
const neededDays = 30;
/** …and looks back so many at most: what was true a year ago says little of next month. */
const windowDays = 120;
const stepDays = 7;
const longestAhead = 364;
/** Past errors are taken at these distances, from an origin every other week. */
const horizons = [7, 14, 28, 56, 91, 182];
const originEvery = 14;
/** What the line would have said years ago is dear to find out, and says little of it now. */
const originDays = 730;
/** A quantile of fewer errors than this says nothing. */
const neededTrials = 6;

const anchors = { store: 'last', load: 'median' } as const;

/** What a trend is drawn through. */
export interface Series {
  readonly first: Day;
  readonly values: readonly (number | null)[];
  /** `store`: keeps what it holds (bytes on a disk), so the line starts from the last value. `load`: comes back to its level. */
  readonly kind: 'store' | 'load';
  /** Ascending, in the unit of the values. */
  readonly thresholds: readonly number[];
}

/** How far off the line was, at one distance, in the past: signed errors (what came − what the line said), oldest first. */
interface Errors {
  readonly horizon: number;
  readonly errors: readonly number[];
  readonly lastValueErrors: readonly number[];
}

/**
 * A robust line through the last months, with a band as wide as the line's own past errors were on this very series, and when each
 * threshold is crossed. Below 30 days of data: nothing but how much is there.
 */
export function trendOf(series: Series): Trend {
  const points = series.values.flatMap((value, day): Point[] => (value === null ? [] : [{ day, value }]));
  const recent = windowOf(points);
  if (recent.length < neededDays) return { kind: 'collecting', days: recent.length, needed_days: neededDays };
  const fitted = robustLine(recent, anchors[series.kind]);
  const past = pastErrors(points, series.kind);
  const reach = Math.min(longestAhead, points.length * 3);
  const days = Array.from({ length: Math.floor(reach / stepDays) + 1 }, (_, index) => index * stepDays + 1);
  const median = days.map((ahead) => Math.max(0, fitted.level + fitted.slope * ahead));
  const widths = days.map((ahead) => halfWidth(past, ahead, fitted));
  const low = median.map((value, index) => Math.max(0, value - (widths[index] ?? 0)));
  const high = median.map((value, index) => value + (widths[index] ?? 0));
  // The line starts on the series' last day, which may lie before the history's.
  const origin = addToDay(series.first, points.at(-1)?.day ?? 0);
  const first = addToDay(origin, 1);
  const crossing = (line: readonly number[], threshold: number) => crossingDay(line, threshold, first);
  return {
    kind: 'line',
    days: recent.length,
    slope_per_day: significant(fitted.slope),
    slope_low: significant(fitted.slopeLow),
    slope_high: significant(fitted.slopeHigh),
    ahead: {
      first,
      step_days: stepDays,
      median: median.map(significant),
      low: low.map(significant),
      high: high.map(significant),
    },
    crossings: series.thresholds.map((threshold) => ({
      threshold,
      earliest: crossing(high, threshold),
      median: crossing(median, threshold),
      latest: crossing(low, threshold),
    })),
    backtest: backtestOf(past),
  };
}

/** What a line is drawn through: the last months before the last point. */
function windowOf(points: readonly Point[]): readonly Point[] {
  const last = points.at(-1)?.day ?? 0;
  return points.filter(({ day }) => day > last - windowDays);
}

/** Fits the line again on what was known at many past days, and looks how far off it was. */
function pastErrors(points: readonly Point[], kind: Series['kind']): Errors[] {
  const byDay = new Map(points.map(({ day, value }) => [day, value]));
  const trials = horizons.map((horizon) => ({
    horizon,
    errors: [] as number[],
    lastValueErrors: [] as number[],
  }));
  // Origins stay the same from one day to the next: only whole steps are left out.
  const leftOut = Math.max(0, Math.floor((points.length - originDays) / originEvery)) * originEvery;
  for (let known = neededDays + leftOut; known < points.length; known += originEvery) {
    const origin = points[known - 1];
    if (origin === undefined) break;
    const before = windowOf(points.slice(Math.max(0, known - windowDays), known));
    if (before.length < neededDays) continue;
    const line = robustLine(before, anchors[kind]);
    for (const { horizon, errors, lastValueErrors } of trials) {
      const actual = byDay.get(origin.day + horizon);
      if (actual === undefined) continue;
      errors.push(actual - (line.level + line.slope * horizon));
      lastValueErrors.push(actual - origin.value);
    }
  }
  return trials.filter(({ errors }) => errors.length >= neededTrials);
}

/**
 * Half the width of the 80 % band so many days ahead: the 80 % quantile of past absolute errors, interpolated between distances and
 * grown in proportion beyond the longest. Without enough past, the slope's own interval is all there is.
 */
function halfWidth(past: readonly Errors[], ahead: number, line: RobustLine): number {
  const bySlope = (Math.max(line.slopeHigh - line.slope, line.slope - line.slopeLow) || 0) * ahead;
  const known = past.map(({ horizon, errors }) => ({ horizon, width: quantile80(errors) }));
  const after = known.find(({ horizon }) => horizon >= ahead);
  const before = known.findLast(({ horizon }) => horizon <= ahead);
  if (after === undefined && before === undefined) return bySlope;
  if (before === undefined) return after?.width ?? 0;
  if (after === undefined) return Math.max(bySlope, (before.width * ahead) / before.horizon);
  if (after.horizon === before.horizon) return before.width;
  const share = (ahead - before.horizon) / (after.horizon - before.horizon);
  return before.width + share * (after.width - before.width);
}

/** The band is judged by later errors than those it was drawn from. */
function backtestOf(past: readonly Errors[]): Extract<Trend, { kind: 'line' }>['backtest'] {
  const judged = past.findLast(({ horizon, errors }) => horizon <= 28 && errors.length >= 2 * neededTrials);
  if (judged === undefined) return null;
  const { horizon, errors, lastValueErrors } = judged;
  const half = Math.floor(errors.length / 2);
  const band = quantile80(errors.slice(0, half));
  const later = errors.slice(half);
  return {
    horizon_days: horizon,
    trials: errors.length,
    error: significant(meanAbsolute(errors)),
    error_of_last_value: significant(meanAbsolute(lastValueErrors)),
    held: significant(later.filter((error) => Math.abs(error) <= band).length / later.length),
  };
}

/** The first day on which a line reaches a threshold, between its steps by proportion; null when it does not. */
function crossingDay(line: readonly number[], threshold: number, first: Day): Day | null {
  const index = line.findIndex((value) => value >= threshold);
  if (index === -1) return null;
  const [before, after] = [line[index - 1], line[index] ?? threshold];
  const share = before === undefined || after === before ? 0 : 1 - (threshold - before) / (after - before);
  return addToDay(first, Math.max(0, Math.ceil((index - share) * stepDays)));
}

function quantile80(errors: readonly number[]): number {
  const sorted = errors.map(Math.abs).toSorted((a, b) => a - b);
  // The conformal rank: of n + 1, so that the next error lies below it with 80 %.
  return sorted[Math.min(sorted.length, Math.ceil(0.8 * (sorted.length + 1))) - 1] ?? 0;
}

function meanAbsolute(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
}

function significant(value: number): number {
  return Number(value.toPrecision(6));
}
