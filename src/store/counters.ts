import type { CounterDay } from '../model/rollup.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { fromSeconds, type Instant } from '../model/time.ts';
import { finite, quantile, round, shorten } from './gauges.ts';

/** One sample of an entity, with its time in seconds since 1970. */
export interface Sample {
  readonly seconds: number;
  readonly record: Pick<EntityRecord, 'epoch' | 'clock_seconds' | 'counters'>;
}

/** What was counted between two samples, and over how long. */
interface Step {
  readonly counted: number;
  readonly seconds: number;
}

/**
 * The day's total and rates of each counter; names in alphabetical order.
 * Between samples of one epoch the difference counts; after a restart, what was counted since it. A counter that went back
 * within an epoch (a device plugged again) loses that step. A step that began before the day gives the day its share.
 */
export function counterDays(
  samples: readonly Sample[],
  bounds: { start: number; end: number },
): Record<string, CounterDay> {
  const steps = new Map<string, Step[]>();
  samples.forEach((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined) return;
    for (const name in sample.record.counters) {
      const step = stepOf(name, before, sample);
      if (step === null) continue;
      const began = sample.seconds - step.seconds;
      const share = began >= bounds.start ? 1 : (sample.seconds - bounds.start) / step.seconds;
      // Read at midnight itself: all of the step is of the day before.
      if (share === 0) continue;
      const inside = { counted: step.counted * share, seconds: step.seconds * share };
      const list = steps.get(name);
      if (list === undefined) steps.set(name, [inside]);
      else list.push(inside);
    }
  });
  return Object.fromEntries(
    [...steps].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => [name, counterDay(list)]),
  );
}

/** When counters began anew, by the source's own steady clock; after the sample before, whatever that clock claims. */
export function restartsOf(samples: readonly Sample[]): Instant[] {
  return samples.flatMap(({ seconds, record: { epoch, clock_seconds: sinceRestart = 0 } }, index) => {
    const before = samples[index - 1];
    const isRestart =
      before?.record.epoch !== undefined && epoch !== undefined && before.record.epoch !== epoch;
    return isRestart ? [fromSeconds(Math.max(seconds - sinceRestart, before.seconds))] : [];
  });
}

function stepOf(
  name: string,
  { seconds: from, record: before }: Sample,
  { seconds: to, record }: Sample,
): Step | null {
  const value = record.counters?.[name];
  if (value === undefined) return null;
  const elapsed = to - from;
  if (before.epoch !== record.epoch) {
    const sinceRestart = record.clock_seconds;
    if (sinceRestart === undefined || sinceRestart <= 0 || sinceRestart > elapsed) return null;
    return { counted: value, seconds: sinceRestart };
  }
  const earlier = before.counters?.[name];
  if (earlier === undefined || value < earlier) return null;
  // Wall clocks jump; the source's own clock does not.
  const seconds =
    before.clock_seconds !== undefined && record.clock_seconds !== undefined
      ? record.clock_seconds - before.clock_seconds
      : elapsed;
  return seconds > 0 ? { counted: value - earlier, seconds } : null;
}

function counterDay(steps: readonly Step[]): CounterDay {
  const rates = steps.map(({ counted, seconds }) => counted / seconds).toSorted((a, b) => a - b);
  return {
    total: finite(Number(steps.reduce((sum, { counted }) => sum + counted, 0).toPrecision(6))),
    covered_seconds: round(steps.reduce((sum, { seconds }) => sum + seconds, 0)),
    p95: shorten(quantile(rates, 0.95)),
    max: shorten(rates.at(-1) ?? 0),
  };
}
