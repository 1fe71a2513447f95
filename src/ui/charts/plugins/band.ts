import type { Plugin } from 'chart.js';
import { type ChartData, forecastX } from '../chart-data.ts';
import { type Theme, textSize } from '../theme.ts';
import { measureText, writeText } from './text.ts';

/** The forecast's band, behind the lines, and what it is, written below its end. */
export function bandPlugin({ forecast }: ChartData, theme: Theme): Plugin<'line'> {
  return {
    id: 'band',
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      const { x, y } = scales;
      if (forecast === null || x === undefined || y === undefined) return;
      const across = (index: number) => x.getPixelForValue(forecastX(forecast, index));
      ctx.save();
      ctx.beginPath();
      ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
      ctx.clip();
      ctx.beginPath();
      forecast.high.forEach((value, i) => {
        ctx.lineTo(across(i), y.getPixelForValue(value));
      });
      for (let i = forecast.low.length - 1; i >= 0; i -= 1) {
        ctx.lineTo(across(i), y.getPixelForValue(forecast.low[i] ?? 0));
      }
      ctx.closePath();
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = theme.accent;
      ctx.fill();
      ctx.restore();
    },
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const { x, y } = scales;
      if (forecast === null || x === undefined || y === undefined) return;
      // Below the band where it begins: thresholds and their brackets lie above it or further on.
      const width = Math.max(...forecast.label.map((line) => measureText(ctx, line, theme)));
      const left = Math.min(x.getPixelForValue(forecast.start), chartArea.right - width);
      const below = forecast.low
        .filter((_, index) => x.getPixelForValue(forecastX(forecast, index)) <= left + width)
        .reduce((lowest, value) => Math.max(lowest, y.getPixelForValue(value)), chartArea.top);
      const lineHeight = textSize + 3;
      const floor = chartArea.bottom - lineHeight * forecast.label.length - 4;
      forecast.label.forEach((line, index) => {
        const y = Math.min(below + 6, floor) + index * lineHeight;
        writeText(ctx, line, { x: left, y, align: 'left', baseline: 'top', color: theme.accent }, theme);
      });
    },
  };
}
