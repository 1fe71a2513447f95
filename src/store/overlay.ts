import type { GaugeStat, Sketch } from '../model/rollup.ts';
import type { State } from '../model/state.ts';
import type { ColumnWriter, PartEntity } from './part.ts';

type Sketches = readonly (Sketch | null)[];

/**
 * One entity as two layers know it: where the upper one knows nothing (a day, a stretch of time), the lower one counts. A day of a gauge
 * or a counter is wholly of one layer.
 */
export function overlay(upper: PartEntity, lower: PartEntity): PartEntity {
  return {
    samples(into, at) {
      lower.samples(into, at);
      upper.samples(into, at);
    },
    gauges: mergeMaps(upper.gauges, lower.gauges, (a, b) => mergeWriters('last', a, b)),
    counters: mergeMaps(upper.counters, lower.counters, (a, b) => mergeWriters('total', a, b)),
    sketches: mergeMaps(
      upper.sketches,
      new Map([...lower.sketches].map(([name, read]) => [name, beside(upper.gauges.get(name), read)])),
      (a, b) => () => over(a(), b()),
    ),
    timeline:
      upper.timeline === undefined || lower.timeline === undefined
        ? (upper.timeline ?? lower.timeline)
        : overlayTimelines(upper.timeline, lower.timeline),
    facts: mergeMaps(upper.facts, lower.facts, (a, b) =>
      [...b, ...a].toSorted(([dayA], [dayB]) => (dayA < dayB ? -1 : Number(dayA > dayB))),
    ),
    restarts: [...new Set([...upper.restarts, ...lower.restarts])].toSorted(),
  };
}

/** The steps of two timelines, where the upper one counts unless it is `unknown`; instants as text or as numbers. */
export function overlayTimelines<At extends string | number>(
  upper: readonly StepAt<At>[],
  lower: readonly StepAt<At>[],
): StepAt<At>[] {
  const steps: StepAt<At>[] = [];
  const instants = [...new Set([...upper, ...lower].map(([at]) => at))].toSorted((a, b) =>
    a < b ? -1 : Number(a > b),
  );
  let [u, l] = [-1, -1];
  for (const at of instants) {
    while (begins(upper[u + 1], at)) u += 1;
    while (begins(lower[l + 1], at)) l += 1;
    const [, above = 'unknown', whyAbove] = upper[u] ?? [];
    const [, below = 'unknown', whyBelow] = lower[l] ?? [];
    const [state, reason] =
      above === 'unknown' && below !== 'unknown' ? [below, whyBelow] : [above, whyAbove];
    if (steps.at(-1)?.[1] !== state) steps.push(reason === undefined ? [at, state] : [at, state, reason]);
  }
  return steps;
}

type StepAt<At> = [at: At, state: State, reason?: string | undefined];

function begins<At extends string | number>(step: StepAt<At> | undefined, at: At): boolean {
  return step !== undefined && step[0] <= at;
}

function over(upper: Sketches, lower: Sketches): Sketches {
  return upper.map((sketch, day) => sketch ?? lower[day] ?? null);
}

/** The lower one first: the upper one writes over it, on its days whatever it lacks; `always` is the statistic that each of them has. */
function mergeWriters<Stat>(
  always: NoInfer<Stat>,
  upper: ColumnWriter<Stat>,
  lower: ColumnWriter<Stat>,
): ColumnWriter<Stat> {
  return (stat, into, at) => {
    lower(stat, into, at);
    const own = new Float64Array(into.length).fill(Number.NaN);
    upper(always, own, at);
    for (let day = 0; day < own.length; day += 1) if (!Number.isNaN(own[day])) into[day] = Number.NaN;
    upper(stat, into, at);
  };
}

/** Sketches, but of days on which another layer has the gauge. */
function beside(gauge: ColumnWriter<GaugeStat> | undefined, read: () => Sketches): () => Sketches {
  return () => {
    const sketches = read();
    const other = new Float64Array(sketches.length).fill(Number.NaN);
    gauge?.('last', other, 0);
    return sketches.map((sketch, day) => (Number.isNaN(other[day]) ? sketch : null));
  };
}

function mergeMaps<Value>(
  upper: ReadonlyMap<string, Value>,
  lower: ReadonlyMap<string, Value>,
  merge: (upper: Value, lower: Value) => Value,
): Map<string, Value> {
  const names = [...new Set([...upper.keys(), ...lower.keys()])].toSorted();
  return new Map(
    names.map((name): [string, Value] => {
      const [a, b] = [upper.get(name), lower.get(name)];
      return [name, a === undefined ? (b as Value) : b === undefined ? a : merge(a, b)];
    }),
  );
}
