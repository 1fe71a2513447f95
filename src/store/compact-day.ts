import { createHash } from 'node:crypto';
import type { Carry, Daily, EntityDay, TimelineStep } from '../model/rollup.ts';
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
  readonly previous: Pick<Daily, 'carry'> | undefined;
  readonly inputs: Daily['inputs'];
}

/** How long the last sample of an entity that fell silent is kept: a reboot or a count in between is told when it speaks again. */
const longestSilenceSeconds = 35 * 86_400;

/** Snapshots to their day. Pure: the same input gives the same rollup whatever its order. */
export function compactDay(input: DayInput): Daily {
  const bounds = dayBounds(input.day, input.timeZone);
  const earlier = input.previous?.carry ?? {};
  const byEntity = new Map<string, EntityRecord[]>();
  const within: readonly [string, string] = [fromSeconds(bounds.start), fromSeconds(bounds.end)];
  for (const { records } of input.snapshots) {
    for (const record of records) {
      // Instants are written so that their order is that of their text.
      if (record.at < within[0] || record.at >= within[1]) continue;
      const list = byEntity.get(record.entity);
      if (list === undefined) byEntity.set(record.entity, [record]);
      else list.push(record);
    }
  }
  const beliefSeconds = input.everySeconds * beliefIntervals;
  const carries = new Map(
    Object.entries(earlier).filter(([, { at }]) => toSeconds(at) >= bounds.start - longestSilenceSeconds),
  );
  const entities = [...byEntity].toSorted(byName).map(([entity, records]): [string, EntityDay] => {
    const sorted = records.toSorted(byTimeThenText);
    const last = sorted.at(-1);
    if (last !== undefined) carries.set(entity, carryOf(last));
    return [entity, compactEntity(sorted, earlier[entity], bounds, beliefSeconds)];
  });
  const carry = Object.fromEntries([...carries].toSorted(byName));
  return {
    schema: 'vigie/daily@2',
    day: input.day,
    timeZone: input.timeZone,
    inputs: input.inputs,
    carry_digest: createHash('sha256').update(JSON.stringify(carry)).digest('hex').slice(0, 32),
    entities: Object.fromEntries(entities),
    carry,
  };
}

function compactEntity(
  records: readonly EntityRecord[],
  carry: Carry | undefined,
  bounds: { start: number; end: number },
  beliefSeconds: number,
): EntityDay {
  const earlier = carry === undefined ? [] : [carry];
  const samples = [...earlier, ...records].map((record) => ({ seconds: toSeconds(record.at), record }));
  const counters = counterDays(samples, bounds);
  const restarts = restartsOf(samples);
  const hasStates = records.some(({ state }) => state !== undefined);
  const facts: Record<string, string> = {};
  for (const record of records) Object.assign(facts, record.facts);
  return {
    samples: records.length,
    ...gaugeDays(records),
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(hasStates ? { timeline: timelineOf(resultsOf(samples), bounds, beliefSeconds) } : {}),
    ...(Object.keys(facts).length === 0 ? {} : { facts: sortKeys(facts) }),
    ...(restarts.length === 0 ? {} : { restarts }),
  };
}

function carryOf({ at, epoch, clock_seconds, state, reason, counters }: EntityRecord): Carry {
  return {
    at,
    ...(epoch === undefined ? {} : { epoch }),
    ...(clock_seconds === undefined ? {} : { clock_seconds }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(counters === undefined ? {} : { counters: sortKeys(counters) }),
  };
}

/** What one look at an entity found. */
export interface Result {
  readonly at: number;
  readonly state: State;
  readonly reason?: string | undefined;
}

/**
 * The states that hold through a day, complete from its start: a result holds until the next one, but is believed for
 * `beliefSeconds` at most. A stretch of one state keeps the first reason given in it. Where nothing followed, the last step says from
 * when on nothing is known, be it after the day's end.
 */
export function timelineOf(
  results: readonly Result[],
  bounds: { start: number; end: number },
  beliefSeconds: number,
): TimelineStep[] {
  const steps: Result[] = [{ at: bounds.start, state: 'unknown' }];
  const put = (step: Result) => {
    const start = Math.max(bounds.start, Math.floor(step.at));
    if (steps.at(-1)?.at === start) steps.pop();
    if (steps.at(-1)?.state !== step.state) steps.push({ ...step, at: start });
  };
  results.forEach((result, index) => {
    const doubt = result.at + beliefSeconds;
    const next = results[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (Math.min(next, doubt) <= bounds.start || result.at >= bounds.end) return;
    put(result);
    if (doubt < next) put({ at: doubt, state: 'unknown' });
  });
  return steps.map(({ at, state, reason }) =>
    reason === undefined || state === 'up' ? [fromSeconds(at), state] : [fromSeconds(at), state, reason],
  );
}

function resultsOf(
  samples: readonly {
    readonly seconds: number;
    readonly record: { readonly state?: State | undefined; readonly reason?: string | undefined };
  }[],
): Result[] {
  return samples.flatMap(({ seconds: at, record: { state, reason } }) =>
    state === undefined ? [] : [{ at, state, reason }],
  );
}

function byTimeThenText(a: EntityRecord, b: EntityRecord): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
  return textA < textB ? -1 : Number(textA > textB);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function sortKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(byName));
}
