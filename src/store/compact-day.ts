import type { Daily, EntityDay, TimelineStep } from '../model/rollup.ts';
import type { EntityRecord, Snapshot } from '../model/snapshot.ts';
import { beliefIntervals, type State } from '../model/state.ts';
import { type Day, dayBounds, fromSeconds, toSeconds } from '../model/time.ts';
import { counterDays, restartsOf } from './counters.ts';
import { gaugeDays } from './gauges.ts';

/** What a day is made from. */
export interface DayInput {
  readonly day: Day;
  readonly timeZone: string;
  /** The fleet's interval. */
  readonly everySeconds: number;
  /** All snapshots that may hold records read in the day, in any order; records of other days in them are passed over. */
  readonly snapshots: readonly Snapshot[];
  /** The newest day before, for what its last samples say of this one. */
  readonly previous: Daily | undefined;
  readonly digest: string;
}

/** Snapshots to their day. Pure: the same input gives the same rollup whatever its order. */
export function compactDay(input: DayInput): Daily {
  const bounds = dayBounds(input.day, input.timeZone);
  const byEntity = new Map<string, EntityRecord[]>();
  for (const { records } of input.snapshots) {
    for (const record of records) {
      const seconds = toSeconds(record.at);
      if (seconds < bounds.start || seconds >= bounds.end) continue;
      const list = byEntity.get(record.entity);
      if (list === undefined) byEntity.set(record.entity, [record]);
      else list.push(record);
    }
  }
  const beliefSeconds = input.everySeconds * beliefIntervals;
  const entities = [...byEntity]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([entity, records]): [string, EntityDay] => {
      const sorted = records.toSorted(byTimeThenText);
      return [entity, compactEntity(sorted, input.previous?.entities[entity]?.carry, bounds, beliefSeconds)];
    });
  return {
    schema: 'vigie/daily@1',
    day: input.day,
    timeZone: input.timeZone,
    inputs: { snapshots: input.snapshots.length, digest: input.digest },
    entities: Object.fromEntries(entities),
  };
}

function compactEntity(
  records: readonly EntityRecord[],
  carry: EntityDay['carry'] | undefined,
  bounds: { start: number; end: number },
  beliefSeconds: number,
): EntityDay {
  const last = records.at(-1);
  if (last === undefined) throw new RangeError('an entity needs at least one record');
  const earlier = carry === undefined ? [] : [carry];
  const samples = [...earlier, ...records].map((record) => ({ seconds: toSeconds(record.at), record }));
  const gauges = gaugeDays(records);
  const counters = counterDays(samples, bounds);
  const restarts = restartsOf(samples);
  const facts: Record<string, string> = {};
  for (const record of records) Object.assign(facts, record.facts);
  return {
    ...(Object.keys(gauges).length === 0 ? {} : { gauges }),
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(last.state === undefined ? {} : { timeline: timelineOf(resultsOf(samples), bounds, beliefSeconds) }),
    ...(Object.keys(facts).length === 0 ? {} : { facts: sortKeys(facts) }),
    ...(restarts.length === 0 ? {} : { restarts }),
    carry: {
      at: last.at,
      ...(last.epoch === undefined ? {} : { epoch: last.epoch }),
      ...(last.clock_seconds === undefined ? {} : { clock_seconds: last.clock_seconds }),
      ...(last.state === undefined ? {} : { state: last.state }),
      ...(last.counters === undefined ? {} : { counters: sortKeys(last.counters) }),
    },
  };
}

/**
 * The states that hold through a day, complete from its start: a result holds until the next one, but is believed for
 * `beliefSeconds` at most. Where nothing followed, the last step says from when on nothing is known, be it after the day's end.
 */
export function timelineOf(
  results: readonly (readonly [seconds: number, state: State])[],
  bounds: { start: number; end: number },
  beliefSeconds: number,
): TimelineStep[] {
  const steps: [number, State][] = [[bounds.start, 'unknown']];
  const put = (at: number, state: State) => {
    const start = Math.max(bounds.start, Math.floor(at));
    const previous = steps.at(-1);
    if (previous !== undefined && previous[0] === start) steps.pop();
    if (steps.at(-1)?.[1] !== state) steps.push([start, state]);
  };
  results.forEach(([at, state], index) => {
    const doubt = at + beliefSeconds;
    const next = results[index + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    if (Math.min(next, doubt) <= bounds.start || at >= bounds.end) return;
    put(at, state);
    if (doubt < next) put(doubt, 'unknown');
  });
  return steps.map(([at, state]) => [fromSeconds(at), state]);
}

function resultsOf(
  samples: readonly { readonly seconds: number; readonly record: { readonly state?: State | undefined } }[],
): [seconds: number, state: State][] {
  return samples.flatMap(({ seconds, record: { state } }) => (state === undefined ? [] : [[seconds, state]]));
}

function byTimeThenText(a: EntityRecord, b: EntityRecord): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
  return textA < textB ? -1 : Number(textA > textB);
}

function sortKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
