import type { EntityId } from '../model/entity.ts';
import type { EntityMonth, Monthly, TimelineStep } from '../model/rollup.ts';
import type { State } from '../model/state.ts';
import {
  addToMonth,
  dayBounds,
  dayOf,
  daysOfMonth,
  fromSeconds,
  type Instant,
  type Month,
  monthOf,
} from '../model/time.ts';
import { storeColumn } from '../store/columns.ts';
import { timelineWithin } from '../store/month-days.ts';
import { importedMonth } from './imported.ts';

/** From when (seconds since 1970) a state held, and why when it is not `up`; the last step of an entity is `unknown`. */
export interface ImportedStep {
  readonly at: number;
  readonly state: State;
  readonly reason?: string;
}

/** Reasons are cut at this length. */
const maxReasonLength = 500;

/** Timelines of entities, in alphabetical order, to months: all from the first step to the last. */
export function* monthsOfTimelines(
  steps: ReadonlyMap<EntityId, readonly ImportedStep[]>,
  timeZone: string,
): Generator<Monthly> {
  const timelines = [...steps]
    .filter(([, own]) => own.some(({ state }) => state !== 'unknown'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([entity, own]) => ({ entity, timeline: own.map(storedStep) }));
  const instants = timelines.flatMap(({ timeline }) =>
    [timeline[0]?.[0] ?? [], timeline.at(-1)?.[0] ?? []].flat(),
  );
  const [first, last] = [instants.toSorted()[0], instants.toSorted().at(-1)];
  if (first === undefined || last === undefined) return;
  const until = monthOf(dayOf(last, timeZone));
  for (let month = monthOf(dayOf(first, timeZone)); month <= until; month = addToMonth(month, 1)) {
    yield monthOfTimelines(timelines, month, timeZone);
  }
}

function monthOfTimelines(
  timelines: readonly { readonly entity: EntityId; readonly timeline: readonly TimelineStep[] }[],
  month: Month,
  timeZone: string,
): Monthly {
  const days = daysOfMonth(month);
  const bounds = days.map((day) => {
    const { start, end } = dayBounds(day, timeZone);
    return { start: fromSeconds(start), end: fromSeconds(end) };
  });
  const [start, end] = [bounds[0]?.start ?? '', bounds.at(-1)?.end ?? ''];
  const entities: Record<EntityId, EntityMonth> = {};
  const known = days.map(() => false);
  for (const { entity, timeline } of timelines) {
    if ((timeline[0]?.[0] ?? '') >= end || (timeline.at(-1)?.[0] ?? '') < start) continue;
    const own = timelineWithin(timeline, { start, end });
    const samples = bounds.map((day, index) => {
      const isKnown = isKnownWithin(own, day);
      if (isKnown) known[index] = true;
      return isKnown ? 1 : null;
    });
    const ones = days.map(() => 1);
    entities[entity] = { samples: storeColumn(samples, ones), timeline: own };
  }
  const daysWithData = days.filter((_, index) => known[index]);
  return importedMonth(month, timeZone, entities, daysWithData);
}

/** Whether a state other than `unknown` holds in a part of a day. */
function isKnownWithin(
  timeline: readonly TimelineStep[],
  { start, end }: { start: Instant; end: Instant },
): boolean {
  // Instants are written so that their order is that of their text.
  return timeline.some(
    ([at, state], index) => state !== 'unknown' && at < end && (timeline[index + 1]?.[0] ?? '~') > start,
  );
}

function storedStep({ at, state, reason }: ImportedStep): TimelineStep {
  const isTold = reason !== undefined && reason !== '' && state !== 'up';
  return isTold ? [fromSeconds(at), state, reason.slice(0, maxReasonLength)] : [fromSeconds(at), state];
}
