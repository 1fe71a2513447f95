import type { EntityDay, GaugeDay } from '../../model/rollup.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { gaugeDay } from '../../store/gauges.ts';
import { createCounting } from './counting.ts';
import { intervalAt, isUntouched, type PlantedSeries, type SimulatedEntity } from './entity.ts';
import { createFiller } from './filler.ts';
import { epochAt, type MeteredPlan, type Setting } from './metered-plan.ts';
import { runAt, type SimulatedDay } from './moments.ts';
import type { Counter, Gauge } from './series.ts';

/** Brings an entity with gauges and counters to life. */
export function createMetered(plan: MeteredPlan, setting: Setting): SimulatedEntity {
  const { entity, epochs, absences, everyRuns } = plan;
  const gauges = plan.gauges.toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
  const changes = [...absences, ...epochs.slice(1).map(({ from }) => ({ from, to: from }))];
  const fill = createFiller(plan, setting);
  const counting = createCounting(plan, setting);
  /** What counters said at the last run of the last day that was summed up. */
  let before: { readonly index: number; readonly counters: Readonly<Record<string, number>> } | undefined;
  const lastOf = (moment: SimulatedDay) => {
    const run = Math.floor((moment.runs - 1) / everyRuns) * everyRuns;
    return { index: moment.index, counters: counting.at(fill(moment), moment, run) };
  };
  return {
    entity,
    collector: plan.collector,
    everyRuns,
    planted: [...plan.gauges.flatMap(plantedGauge), ...plan.counters.flatMap(plantedCounter)],
    absences,
    isRegular: (moment) => isUntouched(moment, changes),
    regularDay(moment): EntityDay {
      const earlier =
        before?.index === moment.index - 1 ? before : lastOf(setting.calendar.dayAt(moment.index - 1));
      const values = fill(moment);
      const samples = moment.runs / everyRuns;
      const days = gauges.map((gauge): [string, number | GaugeDay] => [
        gauge.metric,
        gauge.kind === 'constant'
          ? gauge.value
          : gaugeDay(everyNth(values.get(gauge.metric), moment.runs, everyRuns), samples),
      ]);
      const counters = counting.day(values, moment, earlier.counters);
      const facts = plan.facts(moment.start);
      before = lastOf(moment);
      return {
        samples,
        ...(days.length === 0 ? {} : { gauges: Object.fromEntries(days) }),
        ...(isEmpty(counters) ? {} : { counters }),
        ...(isEmpty(facts) ? {} : { facts }),
      };
    },
    record(moment, run): EntityRecord | null {
      const seconds = runAt(moment.start, run);
      if (run % everyRuns !== 0 || intervalAt(absences, seconds) !== undefined) return null;
      const values = fill(moment);
      const epoch = epochs[epochAt(epochs, seconds)];
      const counters = counting.at(values, moment, run);
      const facts = plan.facts(seconds);
      const read = gauges.map(({ metric }): [string, number] => [metric, values.get(metric)?.[run] ?? 0]);
      return {
        entity,
        at: fromSeconds(seconds),
        ...(epoch === undefined ? {} : { epoch: epoch.id, clock_seconds: seconds - epoch.from }),
        ...(read.length === 0 ? {} : { gauges: Object.fromEntries(read) }),
        ...(isEmpty(counters) ? {} : { counters }),
        ...(isEmpty(facts) ? {} : { facts }),
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

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}

function everyNth(values: Float64Array | undefined, runs: number, step: number): Float64Array {
  const whole = (values ?? new Float64Array(0)).subarray(0, runs);
  return step === 1 ? whole : whole.filter((_, run) => run % step === 0);
}
