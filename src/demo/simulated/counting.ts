import type { CounterDay } from '../../model/rollup.ts';
import { rankOf, round, shorten } from '../../store/gauges.ts';
import { smallest } from '../../store/smallest.ts';
import { createFiller, type Values } from './filler.ts';
import { epochAt, type MeteredPlan, type Setting } from './metered-plan.ts';
import { everySeconds, runAt, type SimulatedDay } from './moments.ts';
import { roundTo } from './series.ts';

/** What the counters of an entity say. */
export interface Counting {
  /** What each says at a run. */
  at(values: Values, moment: SimulatedDay, run: number): Record<string, number>;
  /** The day of each, when nothing was missed and nothing restarted since `before`, what they said at the last run before it. */
  day(
    values: Values,
    moment: SimulatedDay,
    before: Readonly<Record<string, number>>,
  ): Record<string, CounterDay>;
}

/** The counters of an entity: what they counted since the last start, rounded as their source rounds. */
export function createCounting(plan: MeteredPlan, setting: Setting): Counting {
  const { epochs, everyRuns } = plan;
  const counters = plan.counters.toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
  const fillAside = createFiller(plan, setting);
  const offsets = new Map<number, ReadonlyMap<string, number>>();

  /** What each had counted when an epoch began. */
  const offsetsOf = (epoch: number) => {
    const known = offsets.get(epoch);
    if (known !== undefined) return known;
    const from = epochs[epoch]?.from ?? 0;
    const index = setting.calendar.indexAt(from);
    const found = new Map<string, number>();
    if (epoch > 0 && index >= 0) {
      const moment = setting.calendar.dayAt(index);
      const values = fillAside(moment);
      const place = Math.min(Math.max(0, (from - runAt(moment.start, 0)) / everySeconds), moment.runs - 1);
      for (const { metric } of counters) {
        const own = values.get(metric);
        const [low, high] = [own?.[Math.floor(place)] ?? 0, own?.[Math.ceil(place)] ?? 0];
        found.set(metric, low + (high - low) * (place % 1));
      }
    }
    offsets.set(epoch, found);
    return found;
  };

  /** What a counter says at the runs of an epoch. */
  const reader = (counter: MeteredPlan['counters'][number], values: Values, epoch: number) => {
    const own = values.get(counter.metric);
    const offset = offsetsOf(epoch).get(counter.metric) ?? 0;
    const unit = 'unit' in counter ? counter.unit : 0.01;
    return (run: number) => roundTo((own?.[run] ?? 0) - offset, unit);
  };

  return {
    at(values, moment, run) {
      const epoch = epochAt(epochs, runAt(moment.start, run));
      return Object.fromEntries(
        counters.map((counter) => [counter.metric, reader(counter, values, epoch)(run)]),
      );
    },
    day(values, moment, before) {
      const epoch = epochAt(epochs, moment.start);
      return Object.fromEntries(
        counters.map((counter) => {
          const read = reader(counter, values, epoch);
          return [counter.metric, counterDay(read, moment, everyRuns, before[counter.metric] ?? 0)];
        }),
      );
    },
  };
}

/** As compaction sums up the steps between samples, the first of which began on the day before. */
function counterDay(
  read: (run: number) => number,
  { start, runs }: SimulatedDay,
  everyRuns: number,
  before: number,
): CounterDay {
  const step = everyRuns * everySeconds;
  const rates = new Float64Array(runs / everyRuns);
  let [total, covered, earlier] = [0, 0, before];
  for (let run = 0, index = 0; run < runs; run += everyRuns, index += 1) {
    const value = read(run);
    const share = run === 0 ? (runAt(start, 0) - start) / step : 1;
    const counted = (value - earlier) * share;
    rates[index] = counted / (step * share);
    total += counted;
    covered += step * share;
    earlier = value;
  }
  return {
    total: Number(total.toPrecision(6)),
    covered_seconds: round(covered),
    p95: shorten(smallest(rates, rankOf(0.95, rates.length))),
    max: shorten(rates.reduce((most, rate) => Math.max(most, rate), 0)),
  };
}
