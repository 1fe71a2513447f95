import type { Day } from '../../model/time.ts';

/**
 * All that a chart shows, in columns, ready to be drawn: texts are written when the site is built, so that the script in the page
 * knows no language, and every `x` is a number of days from `first`.
 */
export interface ChartData {
  /** For dates and numbers on the axes, e.g. `fr-FR`. */
  readonly languageTag: string;
  /** The day of x = 0, and of the first item of `history`. */
  readonly first: Day;
  /** Values are shown divided by `size`, with `symbol` behind them: 1e12 and ` To`. */
  readonly unit: { readonly size: number; readonly symbol: string };
  /** Where the value axis ends, for what has a capacity; null: where the data end. */
  readonly top: number | null;
  /** One item a day; null where nothing was read. */
  readonly history: readonly (number | null)[];
  readonly forecast: Forecast | null;
  readonly thresholds: readonly Threshold[];
  /** What happened to the thing measured, as short ticks on the time axis. */
  readonly events: readonly { readonly x: number; readonly label: string }[];
}

/** What is expected, one item every `step` days from `start`. */
export interface Forecast {
  readonly start: number;
  readonly step: number;
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** What the dashed line and its band are, in short lines. */
  readonly label: readonly string[];
}

/** A value not to be passed, and the window in which it will be. */
export interface Threshold {
  readonly value: number;
  readonly label: string;
  readonly crossing: Crossing | null;
}

export interface Crossing {
  readonly earliest: number;
  /** Null: the median does not get there within the forecast. */
  readonly median: { readonly x: number; readonly label: string } | null;
  /** Null: perhaps not within the forecast. */
  readonly latest: number | null;
}

/** Where the forecast's item stands. */
export function forecastX(forecast: Forecast, index: number): number {
  return forecast.start + index * forecast.step;
}

/** The last x that the chart has something to show at. */
export function lastX(data: ChartData): number {
  const measured = data.history.length - 1;
  return data.forecast === null
    ? measured
    : Math.max(measured, forecastX(data.forecast, data.forecast.median.length - 1));
}
