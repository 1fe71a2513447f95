import type { Fleet } from '../model/fleet.ts';
import { normal, seedOf, uniform, wander } from './chance.ts';
import { crowdsOf } from './containers.ts';
import { type FileSystemPlan, type Machine, machineOf } from './machines.ts';
import type { Rhythm } from './rhythm.ts';
import { isHostDown, lastReboot, type Story } from './story.ts';

/** All that a host would tell at an instant, as exact as /proc is. */
export interface HostMoment {
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly machine: Machine;
  readonly bootId: string;
  readonly kernel: string;
  readonly uptimeSeconds: number;
  readonly loads: readonly [number, number, number];
  /** Since boot, over all threads. */
  readonly cpuSeconds: {
    readonly busy: number;
    readonly idle: number;
    readonly iowait: number;
    readonly steal: number;
  };
  readonly memoryUsedBytes: number;
  readonly swapUsedBytes: number;
  /** Shares of the last 300 s. */
  readonly pressure: {
    readonly cpuSome: number;
    readonly memorySome: number;
    readonly memoryFull: number;
    readonly ioSome: number;
    readonly ioFull: number;
  };
  readonly disks: readonly {
    readonly device: string;
    readonly readBytes: number;
    readonly writtenBytes: number;
    readonly busySeconds: number;
  }[];
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly droppedCount: number;
  readonly fileSystems: readonly {
    readonly plan: FileSystemPlan;
    readonly sizeBytes: number;
    readonly usedBytes: number;
    readonly availableBytes: number;
    readonly inodes: number;
    readonly inodesUsed: number;
  }[];
}

/** What a host is at an instant; null while it is off. Fastest when asked in order of time. */
export type HostTruth = (seconds: number) => HostMoment | null;

/** Seconds in which nothing changes: load and rates are drawn anew for each slot. */
const slotSeconds = 300;
const day = 86_400;

/** What goes on in one slot; rates are per second. */
interface Activity {
  readonly slot: number;
  readonly load: number;
  readonly visits: number;
  readonly io: number;
  readonly memoryBytes: number;
  /** busy, idle, iowait, steal; then read, written, busy of each disk; then received, sent, dropped. */
  readonly rates: readonly number[];
}

/** The life of a host in a story. */
export function createHostTruth(fleet: Fleet, story: Story, rhythm: Rhythm, host: string): HostTruth {
  const machine = machineOf(host);
  const seed = seedOf(story.seed, 'host', host);
  const crowds = crowdsOf(fleet, story, host);
  const failing = story.failing.filter((disk) => disk.host === host);
  const crowdAt = (seconds: number) => crowds.find(({ until }) => seconds < until) ?? crowds[0];
  const bootIds = (story.reboots.get(host) ?? []).map((_, run) => bootId(seed, run));
  let activity: Activity | undefined;
  let counted = { boot: Number.NaN, seconds: Number.NaN, totals: [0] };

  function activityAt(slot: number): Activity {
    if (activity?.slot === slot) return activity;
    const seconds = slot * slotSeconds;
    const crowd = crowdAt(seconds);
    const years = (seconds - story.told) / (365.25 * day);
    const visits = rhythm.visits(seconds) * (1 + 0.16 * years) * (1 + 0.22 * wander(seed, seconds, 1500));
    const night = rhythm.dumps(seconds) + 0.7 * rhythm.sundayWork(seconds);
    const asked =
      ((crowd?.threads ?? 0) * visits) / machine.threads +
      machine.cpu.visit * visits +
      machine.cpu.night * night +
      machine.cpu.rest;
    const busyShare = clamp(asked * Math.exp(0.14 * normal(seed, slot)), 0.004, 0.97);
    const stealShare = Math.min(
      machine.cpu.steal * (0.4 + visits) * Math.exp(0.5 * normal(seed + 1, slot)),
      0.2,
    );
    const diskRates = machine.disks.flatMap((disk, index) => {
      const tired = failing.find(
        ({ device, from, replaced }) => device === disk.device && from <= seconds && seconds < replaced,
      );
      const tiredness =
        tired === undefined ? 0 : 0.78 * ((seconds - tired.from) / (tired.replaced - tired.from)) ** 1.7;
      const noise = Math.exp(0.3 * normal(seed + 10 + index, slot));
      const busy = clamp(
        (disk.busy[0] + disk.busy[1] * visits + disk.night * night) * noise + tiredness,
        0,
        0.995,
      );
      return [
        (disk.read[0] + disk.read[1] * visits + disk.night * 180e6 * night) * noise,
        (disk.written[0] + disk.written[1] * visits + disk.night * 60e6 * night) * noise,
        busy,
      ];
    });
    const io = Math.max(...diskRates.filter((_, index) => index % 3 === 2));
    const waitShare = Math.min(0.004 + 0.07 * io ** 1.5, 1 - busyShare);
    const { received, sent, night: nightly } = machine.network;
    const traffic = Math.exp(0.25 * normal(seed + 30, slot));
    const receivedBytes = (received[0] + received[1] * visits + nightly * night) * traffic;
    const sentBytes = (sent[0] + sent[1] * visits + 0.4 * nightly * night) * traffic;
    activity = {
      slot,
      load: machine.threads * (busyShare + 0.4 * waitShare),
      visits,
      io,
      memoryBytes:
        machine.baseMemoryBytes +
        (crowd?.memoryBytes ?? 0) * (0.93 + 0.09 * Math.min(1.2, visits) + 0.05 * years),
      rates: [
        machine.threads * (busyShare + stealShare),
        machine.threads * (1 - busyShare - waitShare - stealShare),
        machine.threads * waitShare,
        machine.threads * stealShare,
        ...diskRates,
        receivedBytes,
        sentBytes,
        uniform(seed + 31, slot) < 0.02 ? 0.01 : 0,
      ],
    };
    return activity;
  }

  /** The totals since a boot. The last ones are kept, since time mostly goes on from there. */
  function totalsAt(boot: number, seconds: number): readonly number[] {
    if (counted.boot !== boot || !(counted.seconds <= seconds)) {
      counted = {
        boot,
        seconds: boot,
        totals: activityAt(Math.floor(boot / slotSeconds)).rates.map(() => 0),
      };
    }
    const { totals } = counted;
    let at = counted.seconds;
    while (at < seconds) {
      const slot = Math.floor(at / slotSeconds);
      const end = Math.min((slot + 1) * slotSeconds, seconds);
      const { rates } = activityAt(slot);
      for (let index = 0; index < totals.length; index += 1)
        totals[index] = (totals[index] ?? 0) + (rates[index] ?? 0) * (end - at);
      at = end;
    }
    counted = { boot, seconds, totals };
    return totals;
  }

  return (seconds) => {
    if (isHostDown(story, host, seconds)) return null;
    const { up, index: run, count: runs } = lastReboot(story, host, seconds);
    const totals = totalsAt(up, seconds);
    const [busy = 0, idle = 0, iowait = 0, steal = 0] = totals;
    const network = 4 + 3 * machine.disks.length;
    const { slot, load, visits, io, memoryBytes } = activityAt(Math.floor(seconds / slotSeconds));
    const crowd = crowdAt(seconds);
    const days = (seconds - story.told) / day;
    const containerBytes = (crowd?.diskBytes ?? 0) + days * (crowd?.diskDailyBytes ?? 0);
    const leak = Math.min(0.03, 0.0004 * ((seconds - up) / day)) * machine.memoryBytes;
    const memory = Math.min(
      memoryBytes + leak + machine.memoryBytes * 0.006 * wander(seed + 40, seconds, 3600),
      machine.memoryBytes * 0.97,
    );
    return {
      seconds,
      machine,
      bootId: bootIds[run] ?? '',
      kernel: machine.kernels.at(Math.min(-1, Math.max(-machine.kernels.length, run - runs))) ?? '',
      uptimeSeconds: seconds - up,
      loads: [
        toHundredths(load * Math.exp(0.22 * normal(seed + 50, slot))),
        toHundredths(load * Math.exp(0.1 * normal(seed + 51, slot))),
        toHundredths(load * Math.exp(0.04 * normal(seed + 52, slot))),
      ],
      cpuSeconds: {
        busy: toHundredths(busy),
        idle: toHundredths(idle),
        iowait: toHundredths(iowait),
        steal: toHundredths(steal),
      },
      memoryUsedBytes: toMultiple(memory, 1024),
      swapUsedBytes: toMultiple(
        machine.swapBytes * clamp(0.012 + 0.01 * wander(seed + 41, seconds, 21_600), 0, 1),
        1024,
      ),
      pressure: {
        cpuSome: toShare(0.6 * Math.max(0, load / machine.threads - 0.12) * Math.min(1.4, visits)),
        memorySome: toShare(Math.max(0, 0.0015 * normal(seed + 53, slot))),
        memoryFull: toShare(Math.max(0, 0.0008 * normal(seed + 53, slot))),
        ioSome: toShare(0.42 * io ** 1.4),
        ioFull: toShare(0.29 * io ** 1.5),
      },
      disks: machine.disks.map(({ device }, index) => ({
        device,
        readBytes: toMultiple(totals[4 + 3 * index] ?? 0, 512),
        writtenBytes: toMultiple(totals[5 + 3 * index] ?? 0, 512),
        busySeconds: Math.floor((totals[6 + 3 * index] ?? 0) * 1000) / 1000,
      })),
      receivedBytes: Math.floor(totals[network] ?? 0),
      sentBytes: Math.floor(totals[network + 1] ?? 0),
      droppedCount: Math.floor(totals[network + 2] ?? 0),
      fileSystems: machine.fileSystems.map((plan) =>
        fileSystemAt(plan, days, containerBytes, wander(seed + 60, seconds, 7200)),
      ),
    };
  };
}

function fileSystemAt(
  plan: FileSystemPlan,
  days: number,
  containerBytes: number,
  noise: number,
): HostMoment['fileSystems'][number] {
  const sinceCleaned =
    plan.cleaned === undefined ? 0 : (days + 36_500 + 0.4 * plan.cleaned.everyDays) % plan.cleaned.everyDays;
  const own = plan.baseBytes + days * plan.dailyBytes + sinceCleaned * (plan.cleaned?.dailyBytes ?? 0);
  const bytes = own + (plan.holdsContainers ? containerBytes : 0);
  const reserve = plan.type === 'ext4' ? 0.05 * plan.sizeBytes : 0;
  const size = toMultiple(plan.sizeBytes, 4096);
  const usedBytes = toMultiple(
    clamp(bytes + 0.0006 * plan.sizeBytes * (plan.dailyBytes === 0 ? 0 : noise), 0, size - reserve),
    4096,
  );
  const inodes = Math.floor(size / 16_384);
  return {
    plan,
    sizeBytes: size,
    usedBytes,
    availableBytes: toMultiple(size - reserve - usedBytes, 4096),
    inodes,
    inodesUsed: Math.min(inodes, Math.floor(usedBytes / (plan.sizeBytes > 5e12 ? 2.4e6 : 61_000))),
  };
}

function bootId(seed: number, run: number): string {
  const digits = Array.from({ length: 32 }, (_, index) =>
    Math.floor(16 * uniform(seed + 7, 64 * run + index)).toString(16),
  );
  digits[12] = '4';
  digits[16] = 'a';
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function toHundredths(value: number): number {
  return Math.floor(value * 100) / 100;
}

function toShare(value: number): number {
  return Math.round(clamp(value, 0, 1) * 10_000) / 10_000;
}

function toMultiple(value: number, unit: number): number {
  return Math.floor(value / unit) * unit;
}
