import { type EntityId, splitEntity } from '../model/entity.ts';
import type { EntityHistory, History } from '../model/history.ts';
import type { State } from '../model/state.ts';
import { addToDay, type Day, dayOf, type Instant } from '../model/time.ts';

/** What was not seen for so many days is gone. */
const goneDays = 30;

/** What the views of a host's parts are made from. */
export interface PartsInput {
  readonly history: History;
  readonly owned: OwnedEntities;
  readonly now: Instant;
}

/** The entities of a kind (`disk`) that belong to a host, by `kind:host`. */
export type OwnedEntities = ReadonlyMap<string, readonly EntityId[]>;

/** Told once for all hosts: a fleet has a hundred thousand entities. */
export function ownedEntities(history: History): OwnedEntities {
  return Map.groupBy(history.entities.keys(), (id) => {
    const { kind, owner } = splitEntity(id);
    return `${kind}:${owner}`;
  });
}

/** A part of a host as it was on the last day on which it was seen. */
export interface LastSeen {
  readonly name: string;
  readonly seenOn: Day;
  /** It was seen today or yesterday. */
  readonly isCurrent: boolean;
  readonly facts: EntityHistory['facts'];
  readonly entity: EntityHistory;
  /** The position of that day in the history. */
  readonly index: number;
}

/** The parts of a host of one kind, but those that are gone; by name. */
export function partsOf(host: string, kind: string, input: PartsInput): LastSeen[] {
  return entitiesOf(host, kind, input).flatMap((id) => lastSeen(id, input) ?? []);
}

/** The entities of all parts of one kind that a host ever had. */
export function entitiesOf(host: string, kind: string, { owned }: PartsInput): readonly EntityId[] {
  return owned.get(`${kind}:${host}`) ?? [];
}

/** An entity as it was when it was last seen; undefined when it never was, or not for a month. */
export function lastSeen(
  id: EntityId,
  { history, now }: Pick<PartsInput, 'history' | 'now'>,
): LastSeen | undefined {
  const entity = history.entities.get(id);
  const index = entity?.samples.findLastIndex((count) => count > 0) ?? -1;
  const seenOn = history.days[index];
  const today = dayOf(now, history.timeZone);
  if (entity === undefined || seenOn === undefined || seenOn < addToDay(today, -goneDays)) return undefined;
  return {
    name: splitEntity(id).name,
    seenOn,
    isCurrent: seenOn >= addToDay(today, -1),
    facts: entity.facts,
    entity,
    index,
  };
}

/** Reads the last values of gauges on a day; null where the day has none. */
export function gaugesOn({
  entity,
  index,
}: Pick<LastSeen, 'entity' | 'index'>): (name: string) => number | null {
  const gauges = entity.gauges;
  return (name) => {
    const value = gauges.get(name)?.last[index];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
}

/**
 * The last state that was told, and why it is not `up`. Between two looks that are further apart than a state is believed for, it is
 * unknown without a reason: that says nothing of what was told.
 */
export function lastVerdict({ entity }: LastSeen): { state: State; reason: string | null } {
  const [, state = 'unknown', reason = null] =
    entity.timeline.findLast(([, told, why]) => told !== 'unknown' || why !== undefined) ?? [];
  return { state, reason };
}
