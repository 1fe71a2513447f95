import type { PublicService } from '../model/status-file.ts';

/** A drawing of two series of answer times, one step a day, zero at the bottom. */
export interface LatencyLine {
  /** The drawing's own units. */
  readonly width: number;
  readonly height: number;
  /** Paths; broken where a day has no data, a dot where a day stands alone. */
  readonly p50: string;
  readonly p95: string;
  /** Round values with their height in the drawing, from the bottom. */
  readonly ticks: readonly { readonly seconds: number; readonly y: number }[];
}

const height = 100;

/** Draws the answer times; undefined when there are none. */
export function latencyLine(
  latency: Pick<PublicService['latency'], 'p50_seconds' | 'p95_seconds'>,
): LatencyLine | undefined {
  const { p50_seconds, p95_seconds } = latency;
  const most = Math.max(0, ...[...p50_seconds, ...p95_seconds].map((value) => value ?? 0));
  if (most === 0) return undefined;
  const step = tickStep(most);
  const top = Math.ceil(most / step) * step;
  const y = (seconds: number): number => round(height * (1 - seconds / top));
  return {
    width: Math.max(1, p50_seconds.length - 1),
    height,
    p50: path(p50_seconds, y),
    p95: path(p95_seconds, y),
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, index) => ({
      seconds: index * step,
      y: y(index * step),
    })),
  };
}

/** A step of 1, 2 or 5 times a power of ten, of which two to four make the axis. */
function tickStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].find((factor) => factor * power * 4 >= most) ?? 10;
  return step * power;
}

function path(values: readonly (number | null)[], y: (seconds: number) => number): string {
  return values
    .map((value, index) => {
      if (value === null) return '';
      const isStart = index === 0 || (values[index - 1] ?? null) === null;
      // A line of no length, for the round cap to make a dot of.
      return isStart ? `M${index} ${y(value)}h0` : `L${index} ${y(value)}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
