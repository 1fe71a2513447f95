import type { CounterDay, EntityDay, GaugeDay } from '../../model/rollup.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { gaugeDay, rankOf, round, shorten } from '../../store/gauges.ts';
import { smallest } from '../../store/smallest.ts';
import type { Interval } from '../story.ts';
import { intervalAt, isUntouched, type PlantedSeries, type SimulatedEntity } from './entity.ts';
import { type Calendar, everySeconds, runAt, type SimulatedDay } from './moments.ts';
import {
  type Counter,
  type Cumulative,
  createCumulative,
  fillGauge,
  type Gauge,
  roundTo,
  seriesSeed,
} from './series.ts';

/** From when counters count from zero again. */
export interface Epoch {
  readonly id: string;
  readonly from: number;
}

/** An entity with gauges and counters. */
export interface MeteredPlan {
  readonly entity: string;
  readonly collector: SimulatedEntity['collector'];
  readonly everyRuns: number;
  /** Those that are derived come after what they are derived from. */
  readonly gauges: readonly Gauge[];
  readonly counters: readonly Counter[];
  readonly facts: (seconds: number) => Readonly<Record<string, string>>;
  /** In order; without any, counters go on for ever, and no clock is told. */
  readonly epochs: readonly Epoch[];
  readonly absences: readonly Interval[];
}

/** The time that entities live in. */
export interface Setting {
  readonly seed: number;
  readonly calendar: Calendar;
}

/** The values of all series at each run of a day. */
type Values = ReadonlyMap<string, Float64Array>;

/** Brings an entity to life. */
export function createMetered(plan: MeteredPlan, setting: Setting): SimulatedEntity {
  const { entity, epochs, absences, everyRuns } = plan;
  const metrics = [...plan.gauges, ...plan.counters].map(({ metric }) => metric);
  const gaugeNames = plan.gauges.map(({ metric }) => metric).toSorted();
  const counterNames = plan.counters.map(({ metric }) => metric).toSorted();
  const units = new Map(
    plan.counters.map((counter) => [counter.metric, 'unit' in counter ? counter.unit : 0.01]),
  );
  const constants = new Map(
    plan.gauges.flatMap((gauge) => (gauge.kind === 'constant' ? [[gauge.metric, gauge.value] as const] : [])),
  );
  const changes = [...absences, ...epochs.slice(1).map(({ from }) => ({ from, to: from }))];
  const createFill = () => filler(plan, setting, newValues(metrics));
  const fill = createFill();
  const fillAside = createFill();
  const offsets = new Map<number, ReadonlyMap<string, number>>();
  let before: { index: number; counted: ReadonlyMap<string, number> } | undefined;

  const epochAt = (seconds: number) => epochs.findLastIndex(({ from }) => from <= seconds);

  /** What each counter had counted when an epoch began. */
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
      for (const name of counterNames) {
        const own = values.get(name);
        const [low, high] = [own?.[Math.floor(place)] ?? 0, own?.[Math.ceil(place)] ?? 0];
        found.set(name, low + (high - low) * (place % 1));
      }
    }
    offsets.set(epoch, found);
    return found;
  };

  /** What a counter says at the runs of a day, in one epoch. */
  const countedIn = (values: Values, name: string, epoch: number): ((run: number) => number) => {
    const own = values.get(name);
    const offset = offsetsOf(epoch).get(name) ?? 0;
    const unit = units.get(name) ?? 1;
    return (run) => roundTo((own?.[run] ?? 0) - offset, unit);
  };

  /** What each counter said at the last run of a day. */
  const lastOf = (moment: SimulatedDay, values: Values) => {
    const run = Math.floor((moment.runs - 1) / everyRuns) * everyRuns;
    const epoch = epochAt(runAt(moment.start, run));
    return {
      index: moment.index,
      counted: new Map(counterNames.map((name) => [name, countedIn(values, name, epoch)(run)])),
    };
  };

  const counterDayOf = (moment: SimulatedDay, values: Values, name: string, previous: number): CounterDay => {
    const counted = countedIn(values, name, epochAt(moment.start));
    const step = everyRuns * everySeconds;
    const rates = new Float64Array(moment.runs / everyRuns);
    let [sum, covered, earlier] = [0, 0, previous];
    for (let run = 0, index = 0; run < moment.runs; run += everyRuns, index += 1) {
      const value = counted(run);
      const share = run === 0 ? (runAt(moment.start, 0) - moment.start) / step : 1;
      const inside = (value - earlier) * share;
      rates[index] = inside / (step * share);
      sum += inside;
      covered += step * share;
      earlier = value;
    }
    return {
      total: Number(sum.toPrecision(6)),
      covered_seconds: round(covered),
      p95: shorten(smallest(rates, rankOf(0.95, rates.length))),
      max: shorten(rates.reduce((most, rate) => Math.max(most, rate), 0)),
    };
  };

  return {
    entity,
    collector: plan.collector,
    everyRuns,
    planted: [...plan.gauges.flatMap(plantedGauge), ...plan.counters.flatMap(plantedCounter)],
    absences,
    isRegular: (moment) => isUntouched(moment, changes),
    regularDay(moment): EntityDay {
      if (counterNames.length > 0 && before?.index !== moment.index - 1) {
        const earlier = setting.calendar.dayAt(moment.index - 1);
        before = lastOf(earlier, fill(earlier));
      }
      const values = fill(moment);
      const samples = moment.runs / everyRuns;
      const gauges: Record<string, number | GaugeDay> = {};
      for (const name of gaugeNames)
        gauges[name] =
          constants.get(name) ?? gaugeDay(everyNth(values.get(name), moment.runs, everyRuns), samples);
      const counters: Record<string, CounterDay> = {};
      for (const name of counterNames)
        counters[name] = counterDayOf(moment, values, name, before?.counted.get(name) ?? 0);
      before = counterNames.length > 0 ? lastOf(moment, values) : undefined;
      const facts = plan.facts(moment.start);
      return {
        samples,
        ...(gaugeNames.length === 0 ? {} : { gauges }),
        ...(counterNames.length === 0 ? {} : { counters }),
        ...(Object.keys(facts).length === 0 ? {} : { facts: sorted(facts) }),
      };
    },
    record(moment, run): EntityRecord | null {
      const seconds = runAt(moment.start, run);
      if (run % everyRuns !== 0 || intervalAt(absences, seconds) !== undefined) return null;
      const values = fill(moment);
      const index = epochAt(seconds);
      const epoch = epochs[index];
      const facts = plan.facts(seconds);
      return {
        entity,
        at: fromSeconds(seconds),
        ...(epoch === undefined ? {} : { epoch: epoch.id, clock_seconds: seconds - epoch.from }),
        ...(gaugeNames.length === 0
          ? {}
          : { gauges: Object.fromEntries(gaugeNames.map((name) => [name, values.get(name)?.[run] ?? 0])) }),
        ...(counterNames.length === 0
          ? {}
          : {
              counters: Object.fromEntries(
                counterNames.map((name) => [name, countedIn(values, name, index)(run)]),
              ),
            }),
        ...(Object.keys(facts).length === 0 ? {} : { facts: sorted(facts) }),
      };
    },
  };
}

function plantedGauge(gauge: Gauge): PlantedSeries[] {
  if (gauge.kind === 'constant' || gauge.line === undefined) return [];
  const { metric, line, capacity } = gauge;
  const isMeasured = gauge.kind === 'measured';
  return [
    {
      metric,
      kind: 'gauge',
      line,
      visitsRatio: isMeasured ? gauge.visitsRatio : 0,
      noise: isMeasured ? gauge.noise : 0,
      wander: isMeasured ? gauge.wander : 0,
      dayNoiseRatio: 0,
      ...(capacity === undefined ? {} : { capacity }),
    },
  ];
}

function plantedCounter(counter: Counter): PlantedSeries[] {
  if (counter.kind !== 'measured') return [];
  const { metric, line, restRatio, dayNoise } = counter;
  const visitsRatio = 1 - restRatio;
  return [{ metric, kind: 'counter', line, visitsRatio, noise: 0, wander: 0, dayNoiseRatio: dayNoise }];
}

/** Fills the values of a day; those of the last day are kept. */
function filler(
  plan: MeteredPlan,
  setting: Setting,
  values: Map<string, Float64Array>,
): (moment: SimulatedDay) => Values {
  const { seed, calendar } = setting;
  const read = (metric: string) => values.get(metric) ?? new Float64Array(0);
  const seeds = new Map([...values.keys()].map((metric) => [metric, seriesSeed(seed, plan.entity, metric)]));
  const cumulatives = new Map<string, Cumulative>();
  for (const counter of plan.counters) {
    const own = seeds.get(counter.metric) ?? 0;
    if (counter.kind === 'measured')
      cumulatives.set(counter.metric, createCumulative(counter, own, calendar));
  }
  let filled: number | undefined;
  return (moment) => {
    if (filled === moment.index) return values;
    for (const series of [...plan.gauges, ...plan.counters]) {
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

/** Room for the 25 hours of the longest day. */
function newValues(metrics: readonly string[]): Map<string, Float64Array> {
  return new Map(metrics.map((metric) => [metric, new Float64Array((25 * 3600) / everySeconds)]));
}

function everyNth(values: Float64Array | undefined, runs: number, step: number): Float64Array {
  const whole = (values ?? new Float64Array(0)).subarray(0, runs);
  return step === 1 ? whole : whole.filter((_, run) => run % step === 0);
}

function sorted(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
