import type { Fleet } from '../model/fleet.ts';
import { normal, seedOf, uniform } from './chance.ts';
import { machineOf } from './machines.ts';

// What happened to the demo's fleet in thirteen months. Times are seconds since 1970; `days` count back from the moment it is told.

const day = 86_400;
const minute = 60;

/** A container that went from one host to another. */
export interface Move {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly at: number;
}

/** A host that stopped at `down` and ran again from `up`, with its next kernel. */
export interface Reboot {
  readonly down: number;
  readonly up: number;
}

/** A time in which a service was not well. It ends at `to`, which may lie in the future. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly kind: 'refused' | 'error' | 'maintenance' | 'slow';
}

/** A disk that tires: busier and busier until it is replaced, while its host is down. */
export interface Failing {
  readonly host: string;
  readonly device: string;
  readonly from: number;
  readonly replaced: number;
}

/** A disk of a ZFS pool that loses sectors, says so, and is thrown out of its pool. Nobody has replaced it yet. */
export interface Ailing {
  readonly host: string;
  readonly device: string;
  readonly from: number;
  readonly thrownOut: number;
}

/** A service whose dumps fail: those written from `from` on, as far as they are told here. */
export interface DumpTrouble {
  readonly service: string;
  readonly kind: 'missing' | 'cut';
  readonly from: number;
  readonly to: number;
}

/** An answer that slows from month to month, `factor` times at the end, until somebody mends it. */
export interface Slowdown {
  readonly service: string;
  readonly from: number;
  readonly mended: number;
  readonly factor: number;
}

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Story {
  readonly seed: number;
  /** The history's first second. */
  readonly begin: number;
  /** The moment it is told: what lies after goes on in the same rhythm. */
  readonly told: number;
  readonly moves: readonly Move[];
  /** By host, in order of time. The first one lies before `begin`. */
  readonly reboots: ReadonlyMap<string, readonly Reboot[]>;
  /** By service, in no order; they may overlap. */
  readonly spells: ReadonlyMap<string, readonly Spell[]>;
  readonly failing: readonly Failing[];
  readonly ailing: readonly Ailing[];
  readonly dumpTroubles: readonly DumpTrouble[];
  /** A scrub that somebody began by hand, and that runs as the story ends. */
  readonly scrub: { readonly host: string; readonly from: number };
  /** Hosts whose cron scrubs their pools no more. */
  readonly unscrubbed: readonly { readonly host: string; readonly from: number }[];
  /** A newer kernel was installed, and waits for a reboot. */
  readonly outdated: { readonly host: string; readonly from: number };
  readonly slowdowns: readonly Slowdown[];
  /** Nobody collected. */
  readonly silences: readonly Interval[];
  /** The observer collected without a network of its own. */
  readonly blindness: readonly Interval[];
}

/** Services that are not well as the story ends, so that every state is on show. */
const unwell: Readonly<Record<string, { kind: Spell['kind']; minutes: number }>> = {
  'matomo-saint-aurel': { kind: 'error', minutes: 72 },
  'omeka-art-villorme': { kind: 'slow', minutes: 145 },
  'koha-courbepierre': { kind: 'maintenance', minutes: 38 },
};

/** Tells the story of a fleet. Pure: the same fleet, seed and moment give the same story. */
export function tellStory(fleet: Fleet, seed: number, begin: number, told: number): Story {
  const ago = (days: number, atHour = 0) => Math.floor((told - days * day) / day) * day + atHour * 3600;
  const hasHost = (host: string) => fleet.hosts.has(host);
  const failing = [{ host: 'hv2', device: 'nvme1n1', from: ago(193), replaced: ago(151, 5) }].filter(
    ({ host }) => hasHost(host),
  );
  const moves = [
    { service: 'koha-univ-estrenne', from: 'hv2', to: 'hv1', at: ago(238, 4.5) },
    { service: 'bokeh-villorme', from: 'hv1', to: 'hv2', at: ago(171, 4.25) },
    { service: 'bokeh-valombre', from: 'hv1', to: 'hv2', at: ago(100, 4.5) },
    { service: 'koha-haute-brisse', from: 'hv2', to: 'hv1', at: ago(41, 4.25) },
    { service: 'koha-villorme', from: 'hv2', to: 'hv1', at: ago(29, 4.5) },
  ].filter(({ service, from, to }) => fleet.services.get(service)?.host === to && hasHost(from));
  /** A power cut in one data centre. */
  const powerCut = { host: 'hv2', down: ago(128, 14) + 11 * minute, up: ago(128, 14) + 58 * minute };
  /** The reverse proxy refused everything after a broken change of its configuration. */
  const proxyDown: Spell = { from: ago(62, 9) + 7 * minute, to: ago(62, 9) + 31 * minute, kind: 'refused' };

  const reboots = new Map(
    [...fleet.hosts.keys()].map((host): [string, Reboot[]] => {
      const kernels = machineOf(host).kernels.length;
      const chance = seedOf(seed, 'reboots', host);
      const planned = Array.from({ length: kernels - 1 }, (_, index): Reboot => {
        const days = 370 - index * (345 / (kernels - 1)) - 24 * uniform(chance, index);
        const down = ago(days, 4) + Math.round(40 * uniform(chance, 100 + index)) * minute;
        return { down, up: down + Math.round(150 + 120 * uniform(chance, 200 + index)) };
      });
      const first = begin - Math.round((20 + 90 * uniform(chance, 300)) * day);
      const unplanned = [
        ...failing
          .filter((disk) => disk.host === host)
          .map(({ replaced }) => ({ down: replaced - 26 * minute, up: replaced })),
        ...(powerCut.host === host ? [powerCut] : []),
      ];
      const all = [
        { down: first - 240, up: first },
        ...planned.filter(({ down }) => down > begin),
        ...unplanned,
      ];
      return [host, all.toSorted((a, b) => a.up - b.up)];
    }),
  );

  const spells = new Map(
    [...fleet.services.keys()].map((service): [string, Spell[]] => {
      const own = ownSpells(seedOf(seed, 'spells', service), begin, told - 2 * day);
      const now = unwell[service];
      const present: Spell[] =
        now === undefined
          ? []
          : [{ from: told - now.minutes * minute, to: Number.POSITIVE_INFINITY, kind: now.kind }];
      return [service, [...own, proxyDown, ...present]];
    }),
  );

  return {
    seed,
    begin,
    told,
    moves,
    reboots,
    spells,
    failing,
    ailing: [{ host: 'hv3', device: 'sdb', from: ago(46), thrownOut: ago(3, 2) + 37 * minute }],
    dumpTroubles: [
      { service: 'koha-tressange', kind: 'missing', from: told - 2 * day, to: Number.POSITIVE_INFINITY },
      { service: 'bokeh-vernouville', kind: 'cut', from: told - day, to: told },
    ],
    scrub: { host: 'backup', from: told - 6 * 3600 - 11 * minute },
    unscrubbed: [
      { host: 'hv1', from: ago(53) },
      { host: 'backup', from: ago(61) },
    ],
    outdated: { host: 'hv2', from: ago(12, 6) + 12 * minute },
    slowdowns: [
      { service: 'koha-brezan', from: ago(290), mended: ago(160), factor: 2.6 },
      { service: 'bokeh-montaubrac', from: ago(210), mended: ago(88), factor: 2.1 },
      { service: 'omeka-univ-haute-lisse', from: ago(120), mended: Number.POSITIVE_INFINITY, factor: 1.9 },
    ].filter(({ service }) => fleet.services.has(service)),
    silences: [{ from: ago(75, 1) + 20 * minute, to: ago(75, 6) + 40 * minute }],
    blindness: [{ from: ago(33, 10) + 5 * minute, to: ago(33, 10) + 35 * minute }],
  };
}

/** A host's reboot that lies last before an instant, and how many there are: its present run began there. */
export function lastReboot(
  story: Story,
  host: string,
  seconds: number,
): { index: number; count: number; up: number } {
  const reboots = story.reboots.get(host) ?? [];
  const index = Math.max(
    0,
    reboots.findLastIndex(({ up }) => up <= seconds),
  );
  return { index, count: reboots.length, up: reboots[index]?.up ?? story.begin };
}

/** Whether a host was off. */
export function isHostDown(story: Story, host: string, seconds: number): boolean {
  return (story.reboots.get(host) ?? []).some(({ down, up }) => down <= seconds && seconds < up);
}

/** The host that a service's container ran on at an instant, from where fleet.yaml says that it runs now. */
export function hostAt(
  story: Story,
  service: { readonly id: string; readonly host?: string },
  seconds: number,
): string | undefined {
  const next = story.moves.find((move) => move.service === service.id && seconds < move.at);
  return next?.from ?? service.host;
}

/** A service's own troubles: an outage every five months or so, mostly short, and a slow hour every three months. */
function ownSpells(chance: number, begin: number, end: number): Spell[] {
  const spells: Spell[] = [];
  let at = begin;
  for (let index = 0; ; index += 1) {
    at += Math.round(-Math.log(1 - uniform(chance, 4 * index)) * 58 * day) + day;
    if (at > end) return spells;
    const kind =
      (['error', 'slow', 'slow', 'refused', 'slow'] as const)[
        Math.floor(5 * uniform(chance, 4 * index + 1))
      ] ?? 'slow';
    const length = (kind === 'slow' ? 55 : 17) * minute * Math.exp(0.8 * normal(chance, 4 * index + 2));
    spells.push({ from: at, to: at + Math.round(length), kind });
  }
}
