import type { Plugin } from 'chart.js';
import type { ChartData } from '../chart-data.ts';
import type { Theme } from '../theme.ts';
import { measureText, writeText } from './text.ts';

const tickHeight = 10;

/** Events as short ticks standing on the time axis; a label is left out where the one before leaves no room (the page lists them all). */
export function eventsPlugin({ events }: ChartData, theme: Theme): Plugin<'line'> {
  return {
    id: 'events',
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      let free = chartArea.left;
      for (const { x, label } of events) {
        const across = scales.x?.getPixelForValue(x) ?? 0;
        ctx.save();
        ctx.strokeStyle = theme.ink2;
        ctx.lineWidth = 1.5;
        ctx.beginPath();
        ctx.moveTo(across, chartArea.bottom);
        ctx.lineTo(across, chartArea.bottom - tickHeight);
        ctx.stroke();
        ctx.restore();
        const half = measureText(ctx, label, theme) / 2;
        if (across - half < free || across + half > chartArea.right) continue;
        const place = {
          x: across,
          y: chartArea.bottom - tickHeight - 3,
          align: 'center',
          baseline: 'bottom',
        } as const;
        writeText(ctx, label, { ...place, color: theme.ink2 }, theme);
        free = across + half + 8;
      }
    },
  };
}
