import type { Service } from '../model/fleet.ts';
import { seedOf, uniform, wander } from './chance.ts';
import { footprintOf } from './containers.ts';
import type { Place } from './place.ts';
import { hostAt } from './story.ts';
import { sundaysBefore } from './sundays.ts';
import { tideAt, tideBetween } from './tide.ts';

// The containers of the demo, each by itself; containers.ts sums them up for their hosts.

const GiB = 2 ** 30;
const day = 86_400;

/** How many Sunday snapshots of itself a container keeps. */
const keptSnapshots = 6;

/** A container at an instant. Bytes are whole pages, times are seconds since 1970. */
export interface ContainerMoment {
  readonly name: string;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly pid: number;
  readonly cpuLimit: number;
  readonly memoryLimitBytes: number;
  /** Of its root disk, where the storage can limit it. */
  readonly diskLimitBytes: number;
  readonly memoryUsedBytes: number;
  readonly memoryCacheBytes: number;
  readonly memoryPeakBytes: number;
  /** With its snapshots. */
  readonly diskUsedBytes: number;
  readonly diskSnapshotBytes: number;
  readonly processes: number;
  readonly cpuSeconds: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** What it read from its disk since it started, and what it wrote. */
  readonly diskReadBytes: number;
  readonly diskWrittenBytes: number;
  /** Shares of the last 300 s. */
  readonly cpuPressure: number;
  readonly ioPressure: number;
  /** When each container snapshot was made, the oldest first. */
  readonly snapshots: readonly number[];
}

/** The containers on a host, in the order of their names. */
export function containersAt(place: Place): ContainerMoment[] {
  const { fleet, story, host, moment } = place;
  return [...fleet.services.values()]
    .filter((service) => service.container !== undefined && hostAt(story, service, moment.seconds) === host)
    .map((service) => containerAt(service, place))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function containerAt(service: Service, { fleet, story, moment }: Place): ContainerMoment {
  const { seconds, uptimeSeconds } = moment;
  const seed = seedOf(story.seed, 'container', service.id);
  const footprint = footprintOf(story.seed, service);
  const arrived = story.moves.findLast((move) => move.service === service.id && move.at <= seconds)?.at ?? 0;
  const booted = Math.floor(seconds - uptimeSeconds) + 35 + Math.floor(40 * uniform(seed, 0));
  const startedAt = Math.min(seconds, Math.max(booted, arrived + 70));
  const memoryLimit = memorySizes.find((size) => size * GiB >= 1.3 * footprint.memoryBytes) ?? 32;
  const memoryLimitBytes = memoryLimit * GiB;
  const tide = tideAt(seconds);
  const years = (seconds - story.told) / (365.25 * day);
  const usage = 0.86 + 0.07 * tide + 0.05 * years + 0.02 * wander(seed + 1, seconds, 7200);
  const memoryUsedBytes = pages(Math.min(footprint.memoryBytes * usage, 0.9 * memoryLimitBytes));
  const diskBytes = footprint.diskBytes + ((seconds - story.told) / day) * footprint.diskDailyBytes;
  const diskUsedBytes = pages(diskBytes);
  const active = tideBetween(startedAt, seconds);
  const { threads } = footprint;
  const hasSnapshots = fleet.backups.get(service.backup ?? '')?.containerSnapshot !== undefined;
  return {
    name: service.container ?? service.id,
    createdAt: story.begin - Math.floor((200 + 900 * uniform(seed, 2)) * day),
    startedAt,
    pid: 2000 + Math.floor(uniform(seedOf(seed, String(startedAt)), 0) * 60_000),
    cpuLimit: Math.min(8, Math.max(1, Math.ceil(6 * threads))),
    memoryLimitBytes,
    diskLimitBytes: Math.ceil((1.3 * footprint.diskBytes) / 10e9) * 10e9,
    memoryUsedBytes,
    memoryCacheBytes: pages(0.94 * memoryLimitBytes) - memoryUsedBytes,
    memoryPeakBytes: pages(0.98 * memoryLimitBytes),
    diskUsedBytes,
    diskSnapshotBytes: hasSnapshots ? pages(0.07 * diskBytes) : 0,
    processes: Math.round(18 + 90 * threads),
    cpuSeconds: Math.floor(0.35 * threads * active * 1e6) / 1e6,
    receivedBytes: Math.floor(48_000 * threads * active),
    sentBytes: Math.floor(310_000 * threads * active),
    diskReadBytes: Math.floor(640_000 * threads * active),
    diskWrittenBytes: Math.floor(95_000 * threads * active),
    cpuPressure: Math.floor(90 * threads * tide) / 10_000,
    ioPressure: Math.floor(40 * threads) / 10_000,
    snapshots: hasSnapshots
      ? sundaysBefore(seconds - 4.2 * 3600, keptSnapshots).map(
          (sunday) => sunday + Math.floor((3 + 1.2 * uniform(seed, 3)) * 3600),
        )
      : [],
  };
}

/** Sizes that people give, in GiB. */
const memorySizes = [1, 2, 3, 4, 6, 8, 12, 16];

function pages(bytes: number): number {
  return Math.floor(bytes / 4096) * 4096;
}
