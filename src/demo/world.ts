import type { Fleet } from '../model/fleet.ts';
import {
  addToMonth,
  dayBounds,
  dayOf,
  fromSeconds,
  type Instant,
  monthOf,
  toSeconds,
} from '../model/time.ts';
import { createServiceTruths, type ServiceTruth } from './check-truth.ts';
import { createHostTruth, type HostTruth } from './host-truth.ts';
import { createRhythm } from './rhythm.ts';
import { type Story, tellStory } from './story.ts';

/** The demo's fleet, alive: what each host and service is like at any instant of its history and after. */
export interface World {
  readonly fleet: Fleet;
  readonly story: Story;
  readonly hosts: ReadonlyMap<string, HostTruth>;
  readonly services: ReadonlyMap<string, ServiceTruth>;
}

/** The months of history that a story covers. */
const months = 13;

/** Creates a world. Pure: the same fleet, seed and moment (`now`) give the same world, before that moment and after. */
export function createWorld({
  fleet,
  seed,
  now,
  days,
}: {
  fleet: Fleet;
  seed: number;
  now: Instant;
  days?: number;
}): World {
  const told = toSeconds(now);
  const today = dayOf(now, fleet.timeZone);
  const first =
    days === undefined
      ? `${addToMonth(monthOf(today), -months)}-01`
      : dayOf(fromSeconds(told - days * 86_400), fleet.timeZone);
  const story = tellStory(fleet, seed, dayBounds(first, fleet.timeZone).start, told);
  const rhythm = createRhythm(fleet.timeZone);
  return {
    fleet,
    story,
    hosts: new Map(
      [...fleet.hosts.values()]
        .filter(({ reach }) => reach.kind === 'ssh')
        .map(({ id }) => [id, createHostTruth(fleet, story, rhythm, id)]),
    ),
    services: createServiceTruths(fleet, story, rhythm),
  };
}
