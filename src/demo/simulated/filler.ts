import { seedOf } from '../chance.ts';
import type { MeteredPlan, Setting } from './metered-plan.ts';
import { everySeconds, type SimulatedDay } from './moments.ts';
import { type Cumulative, createCumulative, fillGauge } from './series.ts';

/** The values of all series of an entity at each run of a day, by their metrics; of counters, what they counted in all epochs together. */
export type Values = ReadonlyMap<string, Float64Array>;

/** The 25 hours of the longest day. */
const mostRuns = (25 * 3600) / everySeconds;

/** Fills the values of a day; those of the last day that was asked are kept, and overwritten for the next one. */
export function createFiller(
  { entity, gauges, counters }: MeteredPlan,
  { seed, calendar }: Setting,
): (moment: SimulatedDay) => Values {
  const all = [...gauges, ...counters];
  const values = new Map(all.map(({ metric }) => [metric, new Float64Array(mostRuns)]));
  const read = (metric: string) => values.get(metric) ?? new Float64Array(0);
  const seeds = new Map(all.map(({ metric }) => [metric, seedOf(seed, entity, metric)]));
  const cumulatives = new Map<string, Cumulative>();
  for (const counter of counters) {
    const own = seeds.get(counter.metric) ?? 0;
    if (counter.kind === 'measured')
      cumulatives.set(counter.metric, createCumulative(counter, own, calendar));
  }
  let filled: number | undefined;
  return (moment) => {
    if (filled === moment.index) return values;
    for (const series of all) {
      const into = read(series.metric);
      if (series.kind === 'constant') into.fill(series.value);
      else if (series.kind === 'derived') {
        const valueAt = series.derive(read, moment);
        for (let run = 0; run < moment.runs; run += 1) into[run] = valueAt(run);
      } else if ('restRatio' in series) cumulatives.get(series.metric)?.(moment, into);
      else fillGauge(series, seeds.get(series.metric) ?? 0, moment, into);
    }
    filled = moment.index;
    return values;
  };
}
