import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import type { Cgroup } from './cgroups.ts';
import type { ContainerMetrics } from './container-metrics.ts';
import { FormatError } from './field.ts';
import { cpuLimitOf, cpuShareOf, memoryLimitOf, sizeOf } from './instance-limits.ts';
import type { Instance, InstanceInterface, InstanceState } from './instances.ts';
import { known } from './known.ts';
import type { LxcAnswer } from './lxc-answer.ts';
import type { ManagerAnswer } from './manager-answer.ts';
import type { Rows } from './rows.ts';
import type { SnapshotFacts } from './snapshot-days.ts';

/** What all records of one reading are made with. */
export interface Reading {
  /** Its name in fleet.yaml. */
  readonly host: string;
  readonly moment: Pick<EntityRecord, 'at' | 'clock_seconds'>;
  readonly bootId: string | undefined;
  readonly hostBytes: number | undefined;
  /** By the names that LXC gives. */
  readonly cgroups: ReadonlyMap<string, Cgroup>;
  readonly factsOfSnapshots: (seconds: readonly number[]) => SnapshotFacts;
}

/** The containers of a manager, itself, and its storage pools. */
export function recordsOfManager(
  answer: ManagerAnswer,
  section: string,
  reading: Reading,
): Rows<EntityRecord> {
  const { server, instances, warnings, pools } = answer;
  const { host } = reading;
  const faults: string[] = [];
  const rows = (instances ?? []).map((instance) => instanceRecord(instance, answer, reading, faults));
  if (server !== undefined) {
    const open = warnings?.filter(({ status }) => status !== 'resolved');
    rows.push({
      entity: `manager:${host}:${section}`,
      ...reading.moment,
      gauges: known({
        containers_count: instances?.length,
        containers_running_count: instances?.filter(({ status }) => status === 'running').length,
        warnings_count: open?.length,
      }),
      facts: texts({
        manager: server.kind,
        manager_version: server.version,
        cluster_member: server.member,
        warnings: open && [...new Set(open.map(({ severity, type }) => `${severity}: ${type}`))].join('; '),
      }),
    });
  }
  for (const pool of pools) {
    rows.push({
      entity: `storage:${host}:${section}/${pool.name}`,
      ...reading.moment,
      gauges: known({
        storage_size_bytes: pool.totalBytes,
        storage_used_bytes: pool.usedBytes,
        storage_inodes_count: pool.inodeCount,
        storage_inodes_used_count: pool.inodesUsedCount,
      }),
      facts: texts({ driver: pool.driver, dataset: pool.zfsDataset }),
    });
  }
  return { rows, faults };
}

function instanceRecord(
  instance: Instance,
  answer: ManagerAnswer,
  reading: Reading,
  faults: string[],
): EntityRecord {
  const { config, state, snapshots, project = 'default' } = instance;
  // As LXC itself knows it; an instance's own name holds no underscore.
  const name = project === 'default' ? instance.name : `${project}_${instance.name}`;
  const cgroup = reading.cgroups.get(name);
  const metered = answer.metrics.get(`${project}/${instance.name}`);
  const memory = {
    hostBytes: reading.hostBytes,
    effectiveBytes: cgroup?.memoryLimitBytes ?? metered?.memoryTotalBytes,
  };
  const limits = limitsOf(instance, answer, memory, (message) => faults.push(`${name}: ${message}`));
  const root = rootDeviceOf(instance);
  const usedDisk = root && state?.disks.get(root.key)?.usedBytes;
  // A frozen one keeps its memory, and one that starts or stops has some.
  const isRunning = instance.status !== 'stopped' && instance.status !== 'error';
  const startedAt = isRunning ? (state?.startedAt ?? instance.lastUsedAt) : undefined;
  const epoch =
    state?.startedAt ??
    (state?.pid === undefined ? undefined : [instance.lastUsedAt, state.pid].join(' ').trim());
  return {
    entity: `container:${reading.host}:${name}`,
    ...reading.moment,
    ...(epoch !== undefined && { epoch }),
    gauges: known({
      ...limits,
      ...(isRunning && useOf(cgroup, state, metered)),
      // 0 where the storage driver cannot tell.
      disk_used_bytes: usedDisk === 0 ? undefined : usedDisk,
      snapshots_count: snapshots?.length,
    }),
    // Without its start nobody knows since when they count.
    ...(epoch !== undefined && {
      counters: known({
        cpu_busy_seconds_total: state?.cpuSeconds ?? cgroup?.cpuSeconds,
        oom_kills_count_total: cgroup?.oomKillCount ?? metered?.oomKillCount,
        cpu_throttled_seconds_total: cgroup?.throttledSeconds,
        ...trafficOf(countedInterfaces(instance)),
      }),
    }),
    facts: texts({
      state: instance.status,
      type: instance.type,
      manager: answer.server?.kind,
      manager_version: answer.server?.version,
      project: instance.project,
      location: instance.location,
      architecture: instance.architecture,
      image_os: config.get('image.os'),
      image_release: config.get('image.release'),
      snapshots_schedule: config.get('snapshots.schedule'),
      created_at: instance.createdSeconds === undefined ? undefined : fromSeconds(instance.createdSeconds),
      started_at: startedAt,
      pool: root?.pool,
      dataset: datasetOf(instance, name, answer),
      ...reading.factsOfSnapshots((snapshots ?? []).flatMap(({ createdSeconds }) => createdSeconds ?? [])),
    }),
  };
}

/** A container of classic LXC: its limits are those of its cgroup. */
export function recordsOfLxc({ version, instances }: LxcAnswer, reading: Reading): Rows<EntityRecord> {
  const rows = instances.map((instance): EntityRecord => {
    const { name, state, pid, startTicks, interfaces, snapshotSeconds } = instance;
    const cgroup = pid === undefined ? undefined : reading.cgroups.get(name);
    const epoch = startTicks === undefined ? undefined : [reading.bootId, pid, startTicks].join(' ').trim();
    return {
      entity: `container:${reading.host}:${name}`,
      ...reading.moment,
      ...(epoch !== undefined && { epoch }),
      gauges: known({
        memory_limit_bytes: cgroup?.memoryLimitBytes,
        cpu_limit_count: cgroup?.cpuLimitCount,
        ...useOf(cgroup),
        snapshots_count: snapshotSeconds.length,
      }),
      ...(epoch !== undefined && {
        counters: known({
          cpu_busy_seconds_total: cgroup?.cpuSeconds,
          oom_kills_count_total: cgroup?.oomKillCount,
          cpu_throttled_seconds_total: cgroup?.throttledSeconds,
          ...trafficOf(interfaces),
        }),
      }),
      facts: texts({
        state,
        type: 'container',
        manager: 'lxc',
        manager_version: version,
        ...reading.factsOfSnapshots(snapshotSeconds),
      }),
    };
  });
  return { rows, faults: [] };
}

/** What the kernel alone tells of running containers, where no manager could be asked: neither facts nor since when they count. */
export function recordsOfCgroups({ host, moment, cgroups }: Reading): Rows<EntityRecord> {
  const rows = [...cgroups].map(([name, cgroup]) => ({
    entity: `container:${host}:${name}`,
    ...moment,
    gauges: known({
      memory_limit_bytes: cgroup.memoryLimitBytes,
      cpu_limit_count: cgroup.cpuLimitCount,
      ...useOf(cgroup),
    }),
  }));
  return { rows, faults: [] };
}

type Values = Readonly<Record<string, number | undefined>>;

/** What a running container uses. The kernel tells more, and tells it the same way whoever manages; of virtual machines it tells nothing. */
function useOf(cgroup: Cgroup | undefined, state?: InstanceState, metered?: ContainerMetrics): Values {
  const { memoryTotalBytes, memoryAvailableBytes } = metered ?? {};
  const usedBytes =
    memoryTotalBytes === undefined || memoryAvailableBytes === undefined
      ? undefined
      : Math.max(0, memoryTotalBytes - memoryAvailableBytes);
  return {
    memory_used_bytes: cgroup?.usedBytes ?? usedBytes,
    memory_charged_bytes: cgroup?.chargedBytes ?? state?.chargedBytes,
    memory_cache_bytes: cgroup?.cacheBytes,
    memory_peak_bytes: cgroup?.peakBytes ?? state?.peakBytes,
    swap_used_bytes: cgroup?.swapBytes ?? state?.swapBytes,
    processes_count: cgroup?.processCount ?? state?.processCount,
    pressure_cpu_some_ratio: cgroup?.cpuPressure?.someRatio,
    pressure_memory_some_ratio: cgroup?.memoryPressure?.someRatio,
    pressure_memory_full_ratio: cgroup?.memoryPressure?.fullRatio,
    pressure_io_some_ratio: cgroup?.ioPressure?.someRatio,
    pressure_io_full_ratio: cgroup?.ioPressure?.fullRatio,
  };
}

/** The limits that its configuration sets, profiles included. One that cannot be read is told and left out. */
function limitsOf(
  instance: Instance,
  { server }: ManagerAnswer,
  {
    hostBytes,
    effectiveBytes,
  }: { readonly hostBytes: number | undefined; readonly effectiveBytes: number | undefined },
  tell: (fault: string) => void,
): Values {
  const { config, state } = instance;
  const root = rootDeviceOf(instance);
  const isBinary = server?.kind === 'lxd' && /^[0-3]\./.test(server.version);
  const attempt = (field: string, read: () => number | undefined): number | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      tell(`${field}: ${error.message}`);
      return undefined;
    }
  };
  const quotaBytes = root && state?.disks.get(root.key)?.totalBytes;
  const allowance = config.get('limits.cpu.allowance');
  const limit = config.get('limits.memory');
  return {
    cpu_limit_count: attempt('CPU limit', () => cpuLimitOf(config.get('limits.cpu'), allowance)),
    cpu_share_ratio: cpuShareOf(allowance),
    // Of a percentage the kernel knows better: LXD 5.0 takes the host's kB for 1000 bytes.
    memory_limit_bytes:
      (limit?.endsWith('%') === true ? effectiveBytes : undefined) ??
      attempt('memory limit', () => memoryLimitOf(limit, { hostBytes, isBinary })),
    // Of a profile's or a pool's default only the quota tells; 0 is none.
    disk_limit_bytes:
      attempt('disk limit', () => sizeOf(root?.size, { isBinary })) ??
      (quotaBytes === 0 ? undefined : quotaBytes),
  };
}

function rootDeviceOf({ devices }: Instance) {
  const [found] = [...devices].filter(([, { type, path }]) => type === 'disk' && path === '/');
  return found && { key: found[0], ...found[1] };
}

/** The ZFS dataset of its root disk: what it uses itself, with its snapshots, and refers to is told of the dataset. */
function datasetOf(instance: Instance, name: string, { pools, server }: ManagerAnswer): string | undefined {
  const root = rootDeviceOf(instance);
  const parent = pools.find((pool) => pool.name === root?.pool)?.zfsDataset ?? server?.zfsDataset;
  if (parent === undefined) return undefined;
  return instance.type === 'virtual-machine'
    ? `${parent}/virtual-machines/${name}.block`
    : `${parent}/containers/${name}`;
}

/**
 * Those through which it talks to others: that have their other end on the host, or are devices of its configuration. What it made itself (a
 * bridge, veth pairs of containers within) carries the same bytes again, and counts only where there is nothing else.
 */
function countedInterfaces({ state, devices }: Instance): InstanceInterface[] {
  const nics = new Set(
    [...devices].filter(([, { type }]) => type === 'nic').map(([key, { name }]) => name ?? key),
  );
  const interfaces = [...(state?.interfaces ?? [])].filter(([, { isLoopback }]) => !isLoopback);
  const outer = interfaces.filter(([name, { hostName }]) => hostName !== '' || nics.has(name));
  return (outer.length > 0 ? outer : interfaces).map(([, own]) => own);
}

function trafficOf(interfaces: readonly Omit<InstanceInterface, 'isLoopback' | 'hostName'>[]): Values {
  const total = (field: 'receivedBytes' | 'sentBytes' | 'errorCount' | 'dropCount'): number | undefined => {
    const values = interfaces.flatMap((one) => one[field] ?? []);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  };
  return {
    network_received_bytes_total: total('receivedBytes'),
    network_sent_bytes_total: total('sentBytes'),
    network_errors_count_total: total('errorCount'),
    network_drops_count_total: total('dropCount'),
  };
}

/** Facts are as long as a record takes. */
function texts(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(known(values)).map(([name, text]) => [name, text.slice(0, 500)]));
}
