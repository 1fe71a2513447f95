import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type EntityId, splitEntity } from '../model/entity.ts';
import type { Carry, Daily, EntityDay, TimelineStep } from '../model/rollup.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { beliefIntervals, type State } from '../model/state.ts';
import { type Day, dayBounds, fromSeconds, type Instant, toSeconds } from '../model/time.ts';
import type { Span } from './calendar.ts';
import { counterDays, restartsOf } from './counters.ts';
import { type DaySample, DaySamples, type EntitySamples } from './day-samples.ts';
import { gaugeColumnDays } from './gauges.ts';
import { snapshotPath } from './snapshots.ts';
import { mergeVantages } from './vantages.ts';

/** What a day is made from, its samples aside. */
export interface DayInput {
  readonly day: Day;
  readonly timeZone: string;
  /** The fleet's interval. */
  readonly everySeconds: number;
  /** The newest day before, for what its last samples say of this one. */
  readonly previous: Pick<Daily, 'carry'> | undefined;
  readonly inputs: Daily['inputs'];
}

/** How long the last sample of an entity that fell silent is kept: a reboot or a count in between is told when it speaks again. */
const longestSilenceSeconds = 35 * 86_400;
/** So much is kept of those of one owner, as characters of JSON: a host that names others each day must not fill the days of all. */
const maxSilentLength = 1_000_000;

/**
 * Snapshots to their day. Pure: the same input gives the same rollup whatever the order of `snapshots`, no two of which have one name;
 * records of other days in them are passed over.
 */
export function compactDay(input: DayInput & { readonly snapshots: readonly Snapshot[] }): Daily {
  const samples = DaySamples.empty();
  const within = instantsOf(input.day, input.timeZone);
  for (const snapshot of input.snapshots) {
    samples.add(basename(snapshotPath(snapshot)), snapshot.records, within);
  }
  return compactSamples(samples, input);
}

/** The first instant of a day, and the first one after it. */
export function instantsOf(day: Day, timeZone: string): readonly [Instant, Instant] {
  const { start, end } = dayBounds(day, timeZone);
  return [fromSeconds(start), fromSeconds(end)];
}

/** Samples to their day, which may begin elsewhere than its time zone says: where another one holds for the day before. */
export function compactSamples(
  samples: DaySamples,
  input: DayInput,
  bounds: Span = dayBounds(input.day, input.timeZone),
): Daily {
  const earlier = input.previous?.carry ?? {};
  const beliefSeconds = input.everySeconds * beliefIntervals;
  const { names } = samples;
  const carries = new Map(silentCarries(earlier, new Set(names), bounds.start - longestSilenceSeconds));
  const entities = names.map((name): [string, EntityDay] => {
    const entity = samples.entity(name);
    const last = entity.samples.at(-1);
    const day = compactEntity(entity, earlier[name], bounds, beliefSeconds);
    if (last !== undefined) carries.set(name, carryOf(asTogether(last, entity.samples, day)));
    return [name, day];
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

/** What is kept of the entities that say nothing today: of each owner the newest. */
function silentCarries(
  earlier: Daily['carry'],
  speaking: ReadonlySet<string>,
  since: number,
): [EntityId, Carry][] {
  const lengths = new Map<string, number>();
  return Object.entries(earlier)
    .filter(([name, { at }]) => !speaking.has(name) && toSeconds(at) >= since)
    .toSorted(([, a], [, b]) => toSeconds(b.at) - toSeconds(a.at))
    .filter(([name, carry]) => {
      const { owner } = splitEntity(name);
      const length = (lengths.get(owner) ?? 0) + name.length + JSON.stringify(carry).length;
      lengths.set(owner, length);
      return length <= maxSilentLength;
    });
}

function compactEntity(
  { samples: own, gauges, facts }: EntitySamples,
  carry: Carry | undefined,
  bounds: { start: number; end: number },
  beliefSeconds: number,
): EntityDay {
  const earlier = carry === undefined ? [] : [{ seconds: toSeconds(carry.at), vantage: '', record: carry }];
  // Where the time zone changed, the day before may end within this one.
  const before: readonly DaySample[] = earlier.filter(({ seconds }) => seconds < bounds.start);
  const samples = [...before, ...own];
  const counters = counterDays(samples, bounds);
  const restarts = restartsOf(samples);
  const vantages = byVantage(own);
  return {
    samples: own.length,
    ...gaugeColumnDays(gauges, own.length),
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(vantages.length === 0
      ? {}
      : { timeline: togetherOf(resultsOf(before), vantages, bounds, beliefSeconds) }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    ...(restarts.length === 0 ? {} : { restarts }),
  };
}

/** An entity's last sample, in the state that all its vantages together have it in. */
function asTogether(last: DaySample, samples: readonly DaySample[], { timeline }: EntityDay): DaySample {
  const { epoch, clock_seconds, counters, state: own } = last.record;
  if (own === undefined || byVantage(samples).length === 1) return last;
  const at = fromSeconds(last.seconds);
  const [, state, reason] = timeline?.findLast(([since]) => since <= at) ?? [];
  return { ...last, record: { epoch, clock_seconds, counters, state, reason } };
}

function carryOf({ seconds, record: { epoch, clock_seconds, state, reason, counters } }: DaySample): Carry {
  return {
    at: fromSeconds(seconds),
    ...(epoch === undefined ? {} : { epoch }),
    ...(clock_seconds === undefined ? {} : { clock_seconds }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(counters === undefined ? {} : { counters: sortKeys(counters) }),
  };
}

/** The results of an entity from each vantage that has any, in the order of their names. */
function byVantage(samples: readonly DaySample[]): (readonly Result[])[] {
  return [...Map.groupBy(samples, ({ vantage }) => vantage)]
    .toSorted(byName)
    .map(([, own]) => resultsOf(own))
    .filter((results) => results.length > 0);
}

/**
 * The timeline of a day from what each vantage found in it. What the day before hands over holds for each until its own first result.
 */
function togetherOf(
  before: readonly Result[],
  vantages: readonly (readonly Result[])[],
  bounds: { start: number; end: number },
  beliefSeconds: number,
): TimelineStep[] {
  const timelines = vantages.map((results) => timelineOf([...before, ...results], bounds, beliefSeconds));
  const [only = [], ...others] = timelines;
  return others.length === 0 ? only : mergeVantages(timelines);
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

function resultsOf(samples: readonly DaySample[]): Result[] {
  return samples.flatMap(({ seconds: at, record: { state, reason } }) =>
    state === undefined ? [] : [{ at, state, reason }],
  );
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function sortKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(byName));
}
