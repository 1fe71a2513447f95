import type { Fleet } from '../model/fleet.ts';
import { seedOf, uniform } from './chance.ts';
import { hostAt, type Story } from './story.ts';

/** What one container asks of the host that it lives on. */
export interface Footprint {
  /** Threads kept busy at the busiest hour. */
  readonly threads: number;
  readonly memoryBytes: number;
  /** At the moment the story is told, snapshots included. */
  readonly diskBytes: number;
  readonly diskDailyBytes: number;
}

const GiB = 2 ** 30;
const GB = 1e9;

const footprints: Readonly<Record<string, Footprint>> = {
  koha: { threads: 0.52, memoryBytes: 2.7 * GiB, diskBytes: 34 * GB, diskDailyBytes: 17e6 },
  bokeh: { threads: 0.42, memoryBytes: 2.1 * GiB, diskBytes: 66 * GB, diskDailyBytes: 46e6 },
  omeka: { threads: 0.36, memoryBytes: 1.9 * GiB, diskBytes: 1_020 * GB, diskDailyBytes: 610e6 },
  coral: { threads: 0.05, memoryBytes: 0.45 * GiB, diskBytes: 2.6 * GB, diskDailyBytes: 1.2e6 },
  matomo: { threads: 0.1, memoryBytes: 0.85 * GiB, diskBytes: 5.4 * GB, diskDailyBytes: 7e6 },
};
const other: Footprint = { threads: 0.1, memoryBytes: 0.5 * GiB, diskBytes: 4 * GB, diskDailyBytes: 2e6 };

/** All containers of a host together, during a stretch in which none came or went. */
export interface Crowd {
  /** The stretch ends here. */
  readonly until: number;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskDailyBytes: number;
}

/** A service's container: bigger for more libraries, and each a little different. */
export function footprintOf(
  seed: number,
  service: { readonly id: string; readonly application: string; readonly libraries: readonly string[] },
): Footprint {
  const usual = footprints[service.application] ?? other;
  const size =
    (0.62 + 0.76 * uniform(seedOf(seed, 'footprint', service.id), 0)) *
    (1 + 0.12 * Math.max(0, service.libraries.length - 1));
  return {
    threads: usual.threads * size,
    memoryBytes: usual.memoryBytes * (0.7 + 0.3 * size),
    diskBytes: usual.diskBytes * size,
    diskDailyBytes: usual.diskDailyBytes * size,
  };
}

/** The stretches of a host's history, in order; a move of a container to it or from it parts two of them. */
export function crowdsOf(fleet: Fleet, story: Story, host: string): Crowd[] {
  const ends = [...new Set(story.moves.map(({ at }) => at)), Number.POSITIVE_INFINITY].toSorted(
    (a, b) => a - b,
  );
  return ends.map((until) => {
    const inside = [...fleet.services.values()].filter(
      (service) => hostAt(story, service, until - 1) === host,
    );
    const footprints = inside.map((service) => footprintOf(story.seed, service));
    const sum = (pick: (footprint: Footprint) => number) =>
      footprints.reduce((total, footprint) => total + pick(footprint), 0);
    return {
      until,
      threads: sum(({ threads }) => threads),
      memoryBytes: sum(({ memoryBytes }) => memoryBytes),
      diskBytes: sum(({ diskBytes }) => diskBytes),
      diskDailyBytes: sum(({ diskDailyBytes }) => diskDailyBytes),
    };
  });
}
