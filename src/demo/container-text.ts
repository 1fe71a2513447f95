import { fromSeconds } from '../model/time.ts';
import { type ContainerMoment, containersAt } from './contained.ts';
import { managerOf } from './managers.ts';
import type { Place } from './place.ts';

// What the manager of a host's containers and the kernel's cgroups print of them.

/** The documents of a manager, a line each after its label; nothing where this manager is not the host's. */
export function managerText(place: Place, section: string): string {
  const manager = managerOf(place);
  if (manager?.section !== section) return '';
  const { version, kind, pool, storage } = manager;
  const line = (label: string, metadata: unknown) => `${label} ${JSON.stringify({ error: '', metadata })}\n`;
  const environment = {
    server: kind,
    server_version: version,
    server_name: place.host,
    server_clustered: false,
    server_pid: 1187,
  };
  return [
    line('server', { environment }),
    line(
      'instances',
      containersAt(place).map((container) => instanceOf(container, place)),
    ),
    line('warnings', []),
    line('pools', [{ name: 'default', driver: pool.driver, status: 'Created', config: pool.config }]),
    'pool default\n',
    line('resources', {
      space: { used: storage.usedBytes, total: storage.sizeBytes },
      inodes: { used: storage.inodesUsed, total: storage.inodes },
    }),
  ].join('');
}

/** The files of all cgroups of containers that are asked for, a line each. */
export function cgroupsText(place: Place): string {
  return containersAt(place).map(cgroupOf).join('');
}

function instanceOf(container: ContainerMoment, place: Place): object {
  const manager = managerOf(place);
  const { name, startedAt, diskUsedBytes } = container;
  const isZfs = manager?.pool.driver === 'zfs';
  const counters = (received: number, sent: number) => ({
    bytes_received: received,
    bytes_sent: sent,
    errors_received: 0,
    errors_sent: 0,
    packets_dropped_inbound: 0,
    packets_dropped_outbound: 0,
  });
  return {
    name,
    project: 'default',
    type: 'container',
    location: 'none',
    status: 'Running',
    status_code: 103,
    architecture: 'x86_64',
    created_at: fromSeconds(container.createdAt),
    last_used_at: fromSeconds(startedAt),
    profiles: ['default'],
    expanded_config: {
      'limits.cpu': String(container.cpuLimit),
      'limits.memory': `${container.memoryLimitBytes / 2 ** 30}GiB`,
      'image.os': 'Debian',
      'image.release': 'bookworm',
      ...(container.snapshots.length > 0 && { 'snapshots.schedule': '0 4 * * 0' }),
    },
    expanded_devices: {
      root: {
        type: 'disk',
        path: '/',
        pool: 'default',
        ...(isZfs && { size: `${container.diskLimitBytes / 1e9}GB` }),
      },
      eth0: { type: 'nic', name: 'eth0' },
    },
    snapshots: container.snapshots.map((seconds) => ({
      name: `snapshot-${fromSeconds(seconds).slice(0, 10)}`,
      created_at: fromSeconds(seconds),
    })),
    state: {
      status: 'Running',
      status_code: 103,
      pid: container.pid,
      ...(manager?.kind === 'incus' && { started_at: fromSeconds(startedAt) }),
      processes: container.processes,
      cpu: { usage: Math.round(container.cpuSeconds * 1e9) },
      memory: {
        usage: container.memoryUsedBytes + container.memoryCacheBytes,
        usage_peak: 0,
        swap_usage: 0,
      },
      disk: isZfs ? { root: { usage: diskUsedBytes, total: 0 } } : {},
      network: {
        eth0: {
          type: 'broadcast',
          host_name: `veth${container.pid.toString(16)}`,
          counters: counters(container.receivedBytes, container.sentBytes),
        },
        lo: { type: 'loopback', host_name: '', counters: counters(81_204, 81_204) },
      },
    },
  };
}

function cgroupOf(container: ContainerMoment): string {
  const { memoryUsedBytes, memoryCacheBytes } = container;
  const pressure = (file: string, share: number) =>
    ['some', 'full'].map((kind): [string, string] => {
      const percent = (kind === 'some' ? 100 * share : 0).toFixed(2);
      return [
        file,
        `${kind} avg10=${percent} avg60=${percent} avg300=${percent} total=${Math.round(share * 1e9)}`,
      ];
    });
  const files: readonly (readonly [file: string, content: string | number])[] = [
    ['memory.current', memoryUsedBytes + memoryCacheBytes],
    ['memory.peak', container.memoryPeakBytes],
    ['memory.max', container.memoryLimitBytes],
    ['memory.swap.current', 0],
    ['memory.stat', `inactive_file ${memoryCacheBytes / 2}`],
    ['memory.stat', `active_file ${memoryCacheBytes / 2}`],
    ['memory.events', 'oom_kill 0'],
    ['cpu.stat', `usage_usec ${Math.round(container.cpuSeconds * 1e6)}`],
    ['cpu.stat', 'throttled_usec 0'],
    ['cpu.max', 'max 100000'],
    ['pids.current', container.processes],
    ...pressure('cpu.pressure', container.cpuPressure),
    ...pressure('memory.pressure', 0),
    ...pressure('io.pressure', container.ioPressure),
  ];
  return files.map(([file, content]) => `lxc.payload.${container.name}/${file}:${content}\n`).join('');
}
