import type { Plugin } from 'chart.js';
import type { ChartData } from '../chart-data.ts';
import type { Theme } from '../theme.ts';
import { writeText } from './text.ts';

/** The newest value as a dot with its figure: where what was measured ends and what is expected begins. */
export function newestPlugin(
  { history }: ChartData,
  theme: Theme,
  format: (value: number) => string,
): Plugin<'line'> {
  const index = history.findLastIndex((value) => value !== null);
  const value = history[index] ?? null;
  return {
    id: 'newest',
    afterDatasetsDraw({ ctx, scales }) {
      if (value === null) return;
      const across = scales['x']?.getPixelForValue(index) ?? 0;
      const height = scales['y']?.getPixelForValue(value) ?? 0;
      ctx.save();
      ctx.fillStyle = theme.ink;
      ctx.beginPath();
      ctx.arc(across, height, 3.5, 0, 2 * Math.PI);
      ctx.fill();
      ctx.restore();
      const place = { x: across - 7, y: height - 7, align: 'right', baseline: 'bottom' } as const;
      writeText(ctx, format(value), { ...place, color: theme.ink }, theme);
    },
  };
}
