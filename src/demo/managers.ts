import { containersAt } from './contained.ts';
import type { Place } from './place.ts';
import { managerDataset } from './pools.ts';

/** What manages a host's containers, at an instant. */
export interface ManagerMoment {
  /** In which section of the container collector's it answers. */
  readonly section: 'lxd' | 'lxd-snap' | 'incus';
  readonly kind: 'lxd' | 'incus';
  readonly version: string;
  readonly pool: { readonly driver: 'zfs' | 'dir'; readonly config: Readonly<Record<string, string>> };
  readonly storage: {
    readonly sizeBytes: number;
    readonly usedBytes: number;
    readonly inodes: number;
    readonly inodesUsed: number;
  };
}

/** Debian 12 has packages of LXD and of Incus; Ubuntu has LXD as a snap. */
const managers = new Map<string, Pick<ManagerMoment, 'section' | 'kind' | 'version'>>([
  ['hv1', { section: 'lxd', kind: 'lxd', version: '5.0.2' }],
  ['hv2', { section: 'lxd', kind: 'lxd', version: '5.0.2' }],
  ['hv3', { section: 'lxd-snap', kind: 'lxd', version: '5.21.3' }],
  ['light', { section: 'incus', kind: 'incus', version: '6.0.5' }],
]);

/** The manager of a host's containers; undefined where there is none. */
export function managerOf(place: Place): ManagerMoment | undefined {
  const manager = managers.get(place.host);
  const root = place.moment.fileSystems.find(({ plan }) => plan.holdsContainers);
  if (manager === undefined || root === undefined) return undefined;
  const dataset = managerDataset(place.host);
  if (dataset === undefined) {
    return {
      ...manager,
      pool: { driver: 'dir', config: { source: '/var/lib/incus/storage-pools/default' } },
      storage: root,
    };
  }
  const usedBytes = containersAt(place).reduce((sum, { diskUsedBytes }) => sum + diskUsedBytes, 0);
  return {
    ...manager,
    pool: { driver: 'zfs', config: { source: dataset, 'zfs.pool_name': dataset } },
    storage: {
      sizeBytes: usedBytes + root.availableBytes,
      usedBytes,
      inodes: 4_294_967_296,
      inodesUsed: Math.floor(usedBytes / 52_000),
    },
  };
}
