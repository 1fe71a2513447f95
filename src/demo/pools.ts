import { type ContainerMoment, containersAt } from './contained.ts';
import { drivesAt } from './drives.ts';
import type { Place } from './place.ts';
import { lastSunday } from './sundays.ts';

// The ZFS pools of the demo: their devices, scrubs, datasets. Hosts that are not named here have none.

interface PoolPlan {
  readonly name: string;
  readonly zfsVersion: string;
  readonly group: 'mirror-0' | 'raidz1-0';
  /** As zpool names them; each begins with the kernel's name of its disk. */
  readonly devices: readonly string[];
  readonly spares: readonly string[];
  /** Bytes of its devices for each byte that can be used. */
  readonly rawPerUsable: number;
  readonly scrubSeconds: number;
  readonly holdsContainers: boolean;
}

const nvmeMirror: PoolPlan = {
  name: 'tank',
  zfsVersion: '2.1.11-1',
  group: 'mirror-0',
  devices: ['nvme0n1p4', 'nvme1n1p4'],
  spares: [],
  rawPerUsable: 1,
  scrubSeconds: 5780,
  holdsContainers: true,
};

const plans = new Map<string, PoolPlan>([
  ['hv1', nvmeMirror],
  ['hv2', nvmeMirror],
  [
    'hv3',
    {
      name: 'media',
      zfsVersion: '2.2.2-0ubuntu9.4',
      group: 'raidz1-0',
      devices: ['sda', 'sdb', 'sdc'],
      spares: [],
      rawPerUsable: 1.5,
      scrubSeconds: 51_300,
      holdsContainers: true,
    },
  ],
  [
    'backup',
    {
      name: 'backup',
      zfsVersion: '2.1.11-1~bpo11+1',
      group: 'mirror-0',
      devices: ['sda', 'sdb'],
      spares: ['sdc'],
      rawPerUsable: 1,
      scrubSeconds: 79_400,
      holdsContainers: false,
    },
  ],
]);

/** A device of a pool, and its errors since the host was booted. */
export interface PoolDevice {
  readonly name: string;
  readonly isFaulted: boolean;
  readonly reads: number;
  readonly checksums: number;
  readonly slow: number;
}

/** The scrub that runs, or the last one. */
export interface Scrub {
  readonly startedAt: number;
  readonly seconds: number;
  /** How much of it is done: 1 of one that is over. */
  readonly progress: number;
  readonly repairedBytes: number;
}

/** A file system of a pool. */
export interface DatasetMoment {
  readonly name: string;
  readonly mountPoint: string;
  readonly ownBytes: number;
  readonly snapshotBytes: number;
  readonly childrenBytes: number;
  /** 0 when there is none. */
  readonly quotaBytes: number;
  readonly createdAt: number;
  /** The container that lives in it. */
  readonly container?: ContainerMoment;
}

/** A pool at an instant. */
export interface PoolMoment {
  readonly plan: PoolPlan;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** What can still be written. */
  readonly availableBytes: number;
  readonly devices: readonly PoolDevice[];
  readonly scrub: Scrub;
  readonly datasets: readonly DatasetMoment[];
}

/** The dataset that a manager of containers has for itself on a host; undefined without ZFS. */
export function managerDataset(host: string): string | undefined {
  const plan = plans.get(host);
  return plan?.holdsContainers ? `${plan.name}/lxd` : undefined;
}

/** The ZFS version of a host; undefined without ZFS. */
export function zfsVersionOf(host: string): string | undefined {
  return plans.get(host)?.zfsVersion;
}

/** The pool of a host; undefined without ZFS. */
export function poolAt(place: Place): PoolMoment | undefined {
  const { host, moment } = place;
  const plan = plans.get(host);
  const own = moment.fileSystems.filter(({ plan: { type } }) => type === 'zfs');
  const [root] = own;
  if (plan === undefined || root === undefined) return undefined;
  const usedBytes = own.reduce((sum, fileSystem) => sum + fileSystem.usedBytes, 0);
  // ZFS keeps one part in 32 for itself.
  const sizeBytes =
    Math.round(((usedBytes + root.availableBytes) * plan.rawPerUsable * 32) / 31 / 2 ** 20) * 2 ** 20;
  return {
    plan,
    sizeBytes,
    allocatedBytes: Math.floor(usedBytes * plan.rawPerUsable),
    availableBytes: root.availableBytes,
    devices: devicesAt(plan, place),
    scrub: scrubAt(plan, place),
    datasets: datasetsAt(plan, usedBytes, place),
  };
}

function devicesAt({ devices }: PoolPlan, place: Place): PoolDevice[] {
  const drives = drivesAt(place);
  const { story, host, moment } = place;
  return devices.map((name) => {
    const drive = drives.find(({ device }) => name.startsWith(device));
    const ailing = story.ailing.find((one) => one.host === host && one.device === drive?.device);
    const trouble = ailing === undefined ? 0 : (drive?.trouble ?? 0);
    return {
      name,
      isFaulted: ailing !== undefined && moment.seconds >= ailing.thrownOut,
      reads: Math.floor(37 * trouble ** 2),
      checksums: Math.floor(214 * trouble ** 3),
      slow: Math.floor(9 * trouble ** 2),
    };
  });
}

function scrubAt({ scrubSeconds }: PoolPlan, { story, host, moment }: Place): Scrub {
  const stopped = story.unscrubbed.find((one) => one.host === host)?.from ?? Number.POSITIVE_INFINITY;
  // At 0:24 on each fourth Sunday.
  const usual = lastSunday(Math.min(moment.seconds, stopped) - 1440, 4) + 1440;
  const isExtra = story.scrub.host === host && story.scrub.from <= moment.seconds && usual < story.scrub.from;
  const startedAt = isExtra ? story.scrub.from : usual;
  const isHurt = story.ailing.some((one) => one.host === host && one.from < startedAt);
  return {
    startedAt,
    seconds: scrubSeconds,
    progress: Math.min(1, (moment.seconds - startedAt) / scrubSeconds),
    repairedBytes: isHurt ? 1_310_720 : 0,
  };
}

function datasetsAt(plan: PoolPlan, usedBytes: number, place: Place): DatasetMoment[] {
  const createdAt = place.story.begin - 900 * 86_400;
  const plain = { snapshotBytes: 0, quotaBytes: 0, createdAt };
  const { name } = plan;
  if (!plan.holdsContainers) {
    const below = place.moment.fileSystems.filter(({ plan: { device } }) => device.startsWith(`${name}/`));
    const childrenBytes = below.reduce((sum, fileSystem) => sum + fileSystem.usedBytes, 0);
    return [
      { ...plain, name, mountPoint: `/${name}`, ownBytes: usedBytes - childrenBytes, childrenBytes },
      ...below.map(({ plan: { device, mountPoint }, usedBytes: ownBytes }) => ({
        ...plain,
        name: device,
        mountPoint,
        ownBytes,
        childrenBytes: 0,
      })),
    ];
  }
  const containers = containersAt(place);
  const emptyBytes = 98_304;
  const insideBytes = containers.reduce((sum, { diskUsedBytes }) => sum + diskUsedBytes, 0);
  return [
    {
      ...plain,
      name,
      mountPoint: `/${name}`,
      ownBytes: Math.max(emptyBytes, usedBytes - insideBytes - 2 * emptyBytes),
      childrenBytes: insideBytes + 2 * emptyBytes,
    },
    {
      ...plain,
      name: `${name}/lxd`,
      mountPoint: 'none',
      ownBytes: emptyBytes,
      childrenBytes: insideBytes + emptyBytes,
    },
    {
      ...plain,
      name: `${name}/lxd/containers`,
      mountPoint: 'none',
      ownBytes: emptyBytes,
      childrenBytes: insideBytes,
    },
    ...containers.map((container) => ({
      name: `${name}/lxd/containers/${container.name}`,
      mountPoint: `/var/lib/lxd/storage-pools/default/containers/${container.name}`,
      ownBytes: container.diskUsedBytes - container.diskSnapshotBytes,
      snapshotBytes: container.diskSnapshotBytes,
      childrenBytes: 0,
      quotaBytes: container.diskLimitBytes,
      createdAt: container.createdAt,
      container,
    })),
  ];
}
