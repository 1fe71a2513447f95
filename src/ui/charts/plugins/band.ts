import type { Plugin } from 'chart.js';
import { type ChartData, forecastX } from '../chart-data.ts';
import { type Theme, textSize } from '../theme.ts';
import { writeText } from './text.ts';

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
      const { y } = scales;
      const end = forecast?.low.at(-1);
      if (forecast === null || end === undefined || y === undefined) return;
      const below = y.getPixelForValue(end) + 6;
      const lowest = chartArea.bottom - textSize - 6;
      writeText(
        ctx,
        forecast.label,
        {
          x: chartArea.right,
          y: Math.min(Math.max(below, chartArea.top), lowest),
          align: 'right',
          baseline: 'top',
          color: theme.accent,
        },
        theme,
      );
    },
  };
}
