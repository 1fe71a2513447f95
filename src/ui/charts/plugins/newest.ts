import type { Plugin } from 'chart.js';
import type { ChartData } from '../chart-data.ts';
import type { Theme } from '../theme.ts';

/** The newest value as a dot: where what was measured ends and what is expected begins. */
export function newestPlugin({ history }: ChartData, theme: Theme): Plugin<'line'> {
  const index = history.findLastIndex((value) => value !== null);
  const value = history[index] ?? null;
  return {
    id: 'newest',
    afterDatasetsDraw({ ctx, scales }) {
      const { x, y } = scales;
      if (value === null || x === undefined || y === undefined) return;
      ctx.save();
      ctx.fillStyle = theme.ink;
      ctx.beginPath();
      ctx.arc(x.getPixelForValue(index), y.getPixelForValue(value), 3.5, 0, 2 * Math.PI);
      ctx.fill();
      ctx.restore();
    },
  };
}
