import type { Fleet } from '../model/fleet.ts';
import type { HostMoment } from './host-truth.ts';
import type { Story } from './story.ts';
import type { World } from './world.ts';

/** A host of the demo at an instant at which it runs: all that its answers are made from. */
export interface Place {
  readonly fleet: Fleet;
  readonly story: Story;
  readonly host: string;
  readonly services: World['services'];
  readonly moment: HostMoment;
}

/** A host at an instant; null while it is off, or when it is none of the demo's. */
export function placeAt(
  { fleet, story, hosts, services }: World,
  host: string,
  seconds: number,
): Place | null {
  const moment = hosts.get(host)?.(seconds) ?? null;
  return moment === null ? null : { fleet, story, host, services, moment };
}
