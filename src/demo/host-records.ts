import type { EntityRecord } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import type { HostMoment } from './host-truth.ts';

/** What the host collector would make of a host's moment. */
export function hostRecords(host: string, moment: HostMoment, at: Instant): EntityRecord[] {
  const { machine, loads, cpuSeconds, pressure } = moment;
  const shared = { at, epoch: moment.bootId, clock_seconds: moment.uptimeSeconds };
  return [
    {
      entity: `host:${host}`,
      ...shared,
      gauges: {
        load1_count: loads[0],
        load5_count: loads[1],
        load15_count: loads[2],
        cpu_count: machine.threads,
        memory_total_bytes: machine.memoryBytes,
        memory_used_bytes: moment.memoryUsedBytes,
        swap_total_bytes: machine.swapBytes,
        swap_used_bytes: moment.swapUsedBytes,
        pressure_cpu_some_ratio: pressure.cpuSome,
        pressure_memory_some_ratio: pressure.memorySome,
        pressure_memory_full_ratio: pressure.memoryFull,
        pressure_io_some_ratio: pressure.ioSome,
        pressure_io_full_ratio: pressure.ioFull,
        uptime_seconds: moment.uptimeSeconds,
      },
      counters: {
        cpu_busy_seconds_total: cpuSeconds.busy,
        cpu_idle_seconds_total: cpuSeconds.idle,
        cpu_iowait_seconds_total: cpuSeconds.iowait,
        cpu_steal_seconds_total: cpuSeconds.steal,
        oom_kills_count_total: 0,
      },
      facts: { os_name: machine.osName, os_version: machine.osVersion, kernel: moment.kernel },
    },
    ...moment.disks.map(
      ({ device, readBytes, writtenBytes, busySeconds }): EntityRecord => ({
        entity: `block:${host}:${device}`,
        ...shared,
        counters: {
          disk_read_bytes_total: readBytes,
          disk_written_bytes_total: writtenBytes,
          disk_busy_seconds_total: busySeconds,
        },
      }),
    ),
    {
      entity: `network:${host}:${machine.network.name}`,
      ...shared,
      counters: {
        network_received_bytes_total: moment.receivedBytes,
        network_sent_bytes_total: moment.sentBytes,
        network_errors_count_total: 0,
        network_drops_count_total: moment.droppedCount,
      },
    },
    ...moment.fileSystems.map(
      ({ plan, usedBytes, availableBytes, sizeBytes, inodes, inodesUsed }): EntityRecord => ({
        entity: `filesystem:${host}:${plan.mountPoint}`,
        ...shared,
        gauges: {
          filesystem_size_bytes: sizeBytes,
          filesystem_used_bytes: usedBytes,
          filesystem_available_bytes: availableBytes,
          filesystem_inodes_count: inodes,
          filesystem_inodes_used_count: inodesUsed,
        },
        facts: { device: plan.device, type: plan.type },
      }),
    ),
  ];
}
