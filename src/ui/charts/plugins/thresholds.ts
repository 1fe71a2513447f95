import type { Chart, Plugin } from 'chart.js';
import type { ChartData, Crossing } from '../chart-data.ts';
import type { Theme } from '../theme.ts';
import { measureText, writeText } from './text.ts';

/** Half the height of a bracket's ends, in pixels. */
const reach = 5;

/** Thresholds as labelled rules; on each lies the bracket of when it is crossed, from earliest to latest, with a tick and a date at the median. */
export function thresholdsPlugin({ thresholds }: ChartData, theme: Theme): Plugin<'line'> {
  return {
    id: 'thresholds',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      ctx.save();
      ctx.strokeStyle = theme.ink3;
      ctx.lineWidth = 1;
      for (const { value } of thresholds) {
        const height = scales.y?.getPixelForValue(value) ?? 0;
        ctx.beginPath();
        ctx.moveTo(chartArea.left, height);
        ctx.lineTo(chartArea.right, height);
        ctx.stroke();
      }
      ctx.restore();
    },
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      for (const { value, label, crossing } of thresholds) {
        const height = scales.y?.getPixelForValue(value) ?? 0;
        const place = { x: chartArea.left + 4, y: height - 4, align: 'left', baseline: 'bottom' } as const;
        writeText(ctx, label, { ...place, color: theme.ink2 }, theme);
        if (crossing !== null) drawBracket(chart, crossing, height, theme);
      }
    },
  };
}

function drawBracket(chart: Chart, crossing: Crossing, height: number, theme: Theme): void {
  const { ctx, chartArea, scales } = chart;
  const across = (x: number) => scales.x?.getPixelForValue(x) ?? 0;
  const from = across(crossing.earliest);
  const to = crossing.latest === null ? chartArea.right : across(crossing.latest);

  ctx.save();
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(from, height - reach);
  ctx.lineTo(from, height + reach);
  ctx.moveTo(from, height);
  ctx.lineTo(to, height);
  if (crossing.latest === null) {
    // No latest date within the chart: an arrow instead of an end.
    ctx.moveTo(to - reach, height - reach);
    ctx.lineTo(to, height);
    ctx.lineTo(to - reach, height + reach);
  } else {
    ctx.moveTo(to, height - reach);
    ctx.lineTo(to, height + reach);
  }
  ctx.stroke();
  if (crossing.median !== null) {
    const middle = across(crossing.median.x);
    ctx.lineWidth = 3;
    ctx.beginPath();
    ctx.moveTo(middle, height - reach - 2);
    ctx.lineTo(middle, height + reach + 2);
    ctx.stroke();
    const half = measureText(ctx, crossing.median.label, theme) / 2;
    const x = Math.min(Math.max(middle, chartArea.left + half), chartArea.right - half);
    writeText(
      ctx,
      crossing.median.label,
      { x, y: height - reach - 3, align: 'center', baseline: 'bottom', color: theme.accent },
      theme,
    );
  }
  ctx.restore();
}
