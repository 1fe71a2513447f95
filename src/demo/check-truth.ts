import type { Fleet, Service } from '../model/fleet.ts';
import { normal, seedOf, uniform } from './chance.ts';
import type { Rhythm } from './rhythm.ts';
import { hostAt, isHostDown, type Spell, type Story } from './story.ts';

/** How a service answers at an instant. */
export interface ServiceMoment {
  /** `well`, or what is wrong with it. */
  readonly condition: 'well' | Spell['kind'];
  /** From the connection to the first byte of the answer. */
  readonly firstByteSeconds: number;
  /** From there to the last one. */
  readonly bodySeconds: number;
  /** The application's version, as its pages tell. */
  readonly version: string;
}

/** How a service answers, by the instant in seconds since 1970. */
export type ServiceTruth = (seconds: number) => ServiceMoment;

const day = 86_400;
const slotSeconds = 300;

/** From bad to worse: the worst trouble of a moment is the one that is seen. */
const troubles: readonly Spell['kind'][] = ['slow', 'maintenance', 'error', 'refused'];

/** The usual time to the first byte of an application's checked page. */
export const usualSeconds: Readonly<Record<string, number>> = {
  koha: 0.62,
  bokeh: 0.78,
  omeka: 0.31,
  coral: 0.12,
  matomo: 0.045,
};

/** Versions that followed each other, with the days before the story's end on which the next one came, give or take. */
const versions: Readonly<Record<string, readonly (readonly [daysAgo: number, version: string])[]>> = {
  koha: [
    [999, '24.1103000'],
    [310, '24.1108000'],
    [175, '25.0504000'],
    [50, '25.0509000'],
  ],
  omeka: [
    [999, '4.1.1'],
    [140, '4.2.0'],
  ],
  matomo: [
    [999, '5.2.2'],
    [200, '5.4.0'],
    [31, '5.6.1'],
  ],
};

/** The life of a service in a story. */
export function createServiceTruth(story: Story, rhythm: Rhythm, service: Service): ServiceTruth {
  const seed = seedOf(story.seed, 'service', service.id);
  const spells = story.spells.get(service.id) ?? [];
  const slowdowns = story.slowdowns.filter((slowdown) => slowdown.service === service.id);
  const usual = (usualSeconds[service.application] ?? 0.2) * (0.7 + 0.7 * uniform(seed, 0));
  const own = (versions[service.application] ?? []).map(([daysAgo, version], index) => ({
    from: story.told - (daysAgo - 6 * uniform(seed, 1 + index)) * day,
    version,
  }));

  return (seconds) => {
    const host = hostAt(story, service, seconds);
    const isCut = host !== undefined && isHostDown(story, host, seconds);
    const present = spells.filter(({ from, to }) => from <= seconds && seconds < to);
    const worst = troubles.findLast((trouble) => present.some(({ kind }) => kind === trouble));
    const condition = isCut ? 'refused' : (worst ?? 'well');
    const slot = Math.floor(seconds / slotSeconds);
    const crowded = 1 + 0.55 * rhythm.visits(seconds) + 0.5 * rhythm.dumps(seconds);
    const drift = slowdowns.reduce((factor, slowdown) => factor * driftOf(slowdown, seconds), 1);
    const spike = uniform(seed + 1, slot) < 0.008 ? 1.8 + 2 * uniform(seed + 2, slot) : 1;
    const usually = usual * crowded * drift * spike * Math.exp(0.2 * normal(seed + 3, slot));
    const firstByte = condition === 'slow' ? 5.2 + 1.3 * uniform(seed + 4, slot) : Math.min(usually, 4);
    // An error page or a redirect is made at once.
    const isPrompt = condition === 'error' || condition === 'maintenance';
    return {
      condition,
      firstByteSeconds: isPrompt ? 0.008 + 0.01 * crowded : firstByte,
      bodySeconds: isPrompt ? 0.001 : 0.03 * usual * crowded * Math.exp(0.3 * normal(seed + 5, slot)),
      version: own.findLast(({ from }) => from <= seconds)?.version ?? '',
    };
  };
}

/** Every service of a fleet. */
export function createServiceTruths(
  fleet: Fleet,
  story: Story,
  rhythm: Rhythm,
): ReadonlyMap<string, ServiceTruth> {
  return new Map(
    [...fleet.services.values()].map((service) => [service.id, createServiceTruth(story, rhythm, service)]),
  );
}

function driftOf({ from, mended, factor }: Story['slowdowns'][number], seconds: number): number {
  if (seconds < from || seconds >= mended) return 1;
  const whole = (Number.isFinite(mended) ? mended : from + 125 * day) - from;
  return 1 + (factor - 1) * Math.min(1, (seconds - from) / whole);
}
