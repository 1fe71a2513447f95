import { type SnapshotFacts, snapshotDays } from '../collect/parse/snapshot-days.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { fromSeconds, type Instant } from '../model/time.ts';
import { type ContainerMoment, containersAt } from './contained.ts';
import { type ManagerMoment, managerOf } from './managers.ts';
import type { Place } from './place.ts';
import { managerDataset } from './pools.ts';

/** What the container collector would make of a host's containers. They are told too often to be printed and parsed. */
export function containerRecords(place: Place, at: Instant): EntityRecord[] {
  const manager = managerOf(place);
  if (manager === undefined) return [];
  const { host, fleet, moment } = place;
  const shared = { at, clock_seconds: moment.uptimeSeconds };
  const containers = containersAt(place);
  const factsOf = snapshotFactsIn(fleet.timeZone);
  const dataset = managerDataset(host);
  const { storage } = manager;
  return [
    ...containers.map((container): EntityRecord => {
      const { startedAt, pid, memoryUsedBytes, memoryCacheBytes } = container;
      const start = fromSeconds(startedAt);
      return {
        entity: `container:${host}:${container.name}`,
        ...shared,
        epoch: manager.kind === 'incus' ? start : `${start} ${pid}`,
        gauges: {
          ...limitsOf(container, manager),
          memory_used_bytes: memoryUsedBytes,
          memory_charged_bytes: memoryUsedBytes + memoryCacheBytes,
          memory_cache_bytes: memoryCacheBytes,
          memory_peak_bytes: container.memoryPeakBytes,
          swap_used_bytes: 0,
          processes_count: container.processes,
          pressure_cpu_some_ratio: container.cpuPressure,
          pressure_memory_some_ratio: 0,
          pressure_memory_full_ratio: 0,
          pressure_io_some_ratio: container.ioPressure,
          pressure_io_full_ratio: 0,
          snapshots_count: container.snapshots.length,
        },
        counters: {
          cpu_busy_seconds_total: container.cpuSeconds,
          oom_kills_count_total: 0,
          cpu_throttled_seconds_total: 0,
          network_received_bytes_total: container.receivedBytes,
          network_sent_bytes_total: container.sentBytes,
          network_errors_count_total: 0,
          network_drops_count_total: 0,
        },
        facts: {
          state: 'running',
          type: 'container',
          manager: manager.kind,
          manager_version: manager.version,
          project: 'default',
          architecture: 'x86_64',
          image_os: 'Debian',
          image_release: 'bookworm',
          ...(container.snapshots.length > 0 && { snapshots_schedule: '0 4 * * 0' }),
          created_at: fromSeconds(container.createdAt),
          started_at: start,
          pool: 'default',
          ...(dataset !== undefined && { dataset: `${dataset}/containers/${container.name}` }),
          ...factsOf(container.snapshots),
        },
      };
    }),
    {
      entity: `manager:${host}:${manager.section}`,
      ...shared,
      gauges: {
        containers_count: containers.length,
        containers_running_count: containers.length,
        warnings_count: 0,
      },
      facts: { manager: manager.kind, manager_version: manager.version, warnings: '' },
    },
    {
      entity: `storage:${host}:${manager.section}/default`,
      ...shared,
      gauges: {
        storage_size_bytes: storage.sizeBytes,
        storage_used_bytes: storage.usedBytes,
        storage_inodes_count: storage.inodes,
        storage_inodes_used_count: storage.inodesUsed,
      },
      facts: { driver: manager.pool.driver, ...(dataset !== undefined && { dataset }) },
    },
  ];
}

type FactsOf = (seconds: readonly number[]) => SnapshotFacts;
const factsByZone = new Map<string, FactsOf>();

/** Kept from run to run, since to find the day of an instant costs more than to remember it. */
function snapshotFactsIn(timeZone: string): FactsOf {
  const factsOf = factsByZone.get(timeZone) ?? snapshotDays(timeZone);
  factsByZone.set(timeZone, factsOf);
  return factsOf;
}

/** On a folder of the host's own disk a container's size can neither be limited nor told. */
function limitsOf(container: ContainerMoment, { pool }: ManagerMoment): Record<string, number> {
  return {
    cpu_limit_count: container.cpuLimit,
    memory_limit_bytes: container.memoryLimitBytes,
    ...(pool.driver === 'zfs' && {
      disk_limit_bytes: container.diskLimitBytes,
      disk_used_bytes: container.diskUsedBytes,
    }),
  };
}
