import { type ChartData, forecastX, lastX } from './chart-data.ts';

/** A chart as SVG paths in a box of `drawingWidth` × `drawingHeight`, made to be stretched. */
export interface Drawing {
  readonly history: string;
  readonly median: string;
  readonly band: string;
  readonly thresholds: readonly { readonly y: number; readonly crossing: DrawnCrossing | null }[];
}

export interface DrawnCrossing {
  readonly from: number;
  readonly to: number;
  readonly median: number | null;
}

/** From which day to which a drawing reaches, in days from the data's first. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const drawingWidth = 240;
export const drawingHeight = 48;

/** Draws the data over a span: days are thinned to weeks, and a week without data is a gap. */
export function draw(data: ChartData, span: Span = { from: 0, to: lastX(data) }): Drawing {
  const top = data.top ?? highest(data);
  const across = (x: number) => round(((x - span.from) / Math.max(1, span.to - span.from)) * drawingWidth);
  const up = (value: number) => round((1 - Math.min(Math.max(value / top, 0), 1)) * drawingHeight);
  const point = (x: number, value: number) => `${across(x)},${up(value)}`;
  const { forecast } = data;

  return {
    history: stretches(data.history)
      .map((stretch) => `M${stretch.map(([x, value]) => point(x, value)).join('L')}h.01`)
      .join(''),
    median:
      forecast === null
        ? ''
        : `M${forecast.median.map((value, i) => point(forecastX(forecast, i), value)).join('L')}`,
    band:
      forecast === null
        ? ''
        : `M${[
            ...forecast.high.map((value, i) => point(forecastX(forecast, i), value)),
            ...forecast.low.map((value, i) => point(forecastX(forecast, i), value)).reverse(),
          ].join('L')}Z`,
    thresholds: data.thresholds.map(({ value, crossing }) => ({
      y: up(value),
      crossing: crossing && {
        from: across(crossing.earliest),
        to: crossing.latest === null ? drawingWidth : across(crossing.latest),
        median: crossing.median && across(crossing.median.x),
      },
    })),
  };
}

/** The median of each week, so that no weekday stands for all; cut where a whole week is missing. Weeks end with the newest day. */
function stretches(history: ChartData['history']): [x: number, value: number][][] {
  const found: [number, number][][] = [];
  let open: [number, number][] | null = null;
  for (let end = (history.length - 1) % 7; end < history.length; end += 7) {
    const value = medianOf(history.slice(Math.max(0, end - 6), end + 1));
    if (value === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      found.push(open);
    }
    open.push([end, value]);
  }
  return found;
}

function medianOf(values: ChartData['history']): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function highest({ history, forecast, thresholds }: ChartData): number {
  const values = [...history, ...(forecast?.high ?? []), ...thresholds.map(({ value }) => value)];
  return values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0) || 1;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
