import type { Filling } from './growth.ts';
import type { Line } from './line.ts';
import type { MeasuredCounter, MeasuredGauge } from './series.ts';

// The usual kinds of series, from what matters of each.

/** A gauge that follows a line and nothing else. */
export function gaugeOf(metric: string, line: Line, noise: number, unit: number, wander = 0): MeasuredGauge {
  return {
    kind: 'measured',
    metric,
    line,
    visitsRatio: 0,
    noise,
    wander,
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    unit,
  };
}

/** A gauge of what is used: its noise is a share of what it grew from, and it ends at its capacity. */
export function fillingGauge(
  metric: string,
  { used, capacity }: Filling,
  noise: number,
  unit: number,
): MeasuredGauge {
  const size = used[0]?.value ?? 0;
  return { ...gaugeOf(metric, used, noise * size, unit, 0.5 * noise * size), most: capacity, capacity };
}

/** Makes counters that have counted for so many days before the first one. */
export function counterFrom(
  daysBefore: number,
): (metric: string, line: Line, unit: number, mostPerSecond?: number) => MeasuredCounter {
  return (metric, line, unit, mostPerSecond = 4e9) => ({
    kind: 'measured',
    metric,
    line,
    restRatio: 0.3,
    night: 0,
    dayNoise: 0.05,
    noise: 0.2,
    unit,
    mostPerSecond,
    initial: daysBefore * (line[0]?.value ?? 0),
  });
}
