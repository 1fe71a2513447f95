import type { ChartConfiguration, Scale, TooltipItem } from 'chart.js';
import { type ChartData, forecastX, lastX } from './chart-data.ts';
import { dayLabel, monthTicks } from './month-ticks.ts';
import { bandPlugin } from './plugins/band.ts';
import { eventsPlugin } from './plugins/events.ts';
import { newestPlugin } from './plugins/newest.ts';
import { thresholdsPlugin } from './plugins/thresholds.ts';
import { type Theme, textSize } from './theme.ts';

/** The room that a month's name takes on the time axis, in pixels. */
const monthWidth = 52;

/** Chart.js' configuration of one of our charts; nothing moves. */
export function chartConfiguration(
  data: ChartData,
  theme: Theme,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const format = valueFormat(data);
  return {
    type: 'line',
    data: { datasets: datasets(data, theme) },
    plugins: [
      bandPlugin(data, theme),
      thresholdsPlugin(data, theme),
      eventsPlugin(data, theme),
      newestPlugin(data, theme),
    ],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      // Readable on paper whatever the screen.
      devicePixelRatio: Math.max(2, devicePixelRatio),
      layout: { padding: { top: 18, right: 8 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: { x: timeAxis(data, theme), y: valueAxis(data, theme, format) },
      plugins: { tooltip: tooltip(data, theme, format) },
    },
  };
}

/** Writes a value in the chart's unit. */
export type ValueFormat = (value: number) => string;

function valueFormat({ languageTag, unit }: ChartData): ValueFormat {
  const numbers = new Intl.NumberFormat(languageTag, { maximumSignificantDigits: 3 });
  return (value) => `${numbers.format(value / unit.size)}${unit.symbol}`;
}

function datasets({ history, forecast }: ChartData, theme: Theme) {
  const line = {
    pointRadius: 0,
    pointHitRadius: 0,
    spanGaps: false,
    parsing: false,
  } as const;
  const measured = {
    ...line,
    // A year of days on a telephone would be a blot.
    borderWidth: ({ chart }: { chart: { width: number } }) => (chart.width < 480 ? 0.75 : 1.5),
    // A day without data is a gap in the line, which chart.js draws for NaN.
    data: history.map((value, x) => ({ x, y: value ?? Number.NaN })),
    borderColor: theme.ink,
    pointHoverBackgroundColor: theme.ink,
  };
  if (forecast === null) return [measured];
  const expected = {
    ...line,
    data: forecast.median.map((y, i) => ({ x: forecastX(forecast, i), y })),
    borderWidth: 1.75,
    borderColor: theme.accent,
    pointHoverBackgroundColor: theme.accent,
    borderDash: [5, 4],
  };
  return [measured, expected];
}

function timeAxis(data: ChartData, theme: Theme) {
  return {
    type: 'linear',
    min: 0,
    max: Math.max(1, lastX(data)),
    grid: { drawOnChartArea: false, color: theme.ink3, tickLength: 5 },
    border: { color: theme.ink3 },
    ticks: {
      color: theme.ink2,
      font: { size: textSize, family: theme.fontFamily },
      autoSkip: false,
      maxRotation: 0,
    },
    afterBuildTicks(axis: Scale) {
      axis.ticks = axisTicks(data, axis);
    },
    // Labels were written with the ticks.
    afterTickToLabelConversion(axis: Scale) {
      axis.ticks = axisTicks(data, axis);
    },
  } as const;
}

function axisTicks(data: ChartData, axis: Scale) {
  const most = Math.max(2, Math.floor(axis.chart.width / monthWidth));
  const ticks = monthTicks(data.first, axis.min, axis.max, most, data.languageTag);
  // A few days of history may hold no first of a month.
  if (ticks.length > 0) return ticks;
  return [axis.min, axis.max].map((value) => ({
    value,
    label: dayLabel(data.first, value, data.languageTag),
  }));
}

function valueAxis(data: ChartData, theme: Theme, format: ValueFormat) {
  return {
    type: 'linear',
    min: 0,
    ...(data.top === null ? {} : { max: data.top }),
    grid: { color: theme.rule, drawTicks: false },
    border: { display: false },
    ticks: {
      color: theme.ink2,
      font: { size: textSize, family: theme.fontFamily },
      padding: 8,
      maxTicksLimit: 6,
      callback: (value: number | string) => format(Number(value)),
    },
  } as const;
}

function tooltip({ first, languageTag, forecast }: ChartData, theme: Theme, format: ValueFormat) {
  return {
    backgroundColor: theme.ink,
    titleColor: theme.paper,
    bodyColor: theme.paper,
    titleFont: { size: textSize, family: theme.fontFamily },
    bodyFont: { size: textSize, family: theme.fontFamily },
    cornerRadius: 6,
    padding: 8,
    displayColors: false,
    callbacks: {
      title: (items: TooltipItem<'line'>[]) =>
        items.map(({ parsed }) => dayLabel(first, parsed.x ?? 0, languageTag))[0] ?? '',
      label: ({ datasetIndex, dataIndex, parsed }: TooltipItem<'line'>) => {
        const low = datasetIndex === 1 ? forecast?.low[dataIndex] : undefined;
        const high = datasetIndex === 1 ? forecast?.high[dataIndex] : undefined;
        const value = format(parsed.y ?? Number.NaN);
        return low === undefined || high === undefined
          ? value
          : `${value} (${format(low)} – ${format(high)})`;
      },
    },
  } as const;
}
