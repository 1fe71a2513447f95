import type { Metric } from '../../model/metric.ts';
import { type EntityRecord, maxClockSeconds } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { storageFileSystems } from './df.ts';
import { wholeDisks } from './diskstats.ts';
import { known } from './known.ts';
import { countedInterfaces } from './net-dev.ts';
import { type HostMoment, type HostSeries, labelsOf, type Preset } from './prometheus-series.ts';

// The node exporter (https://github.com/prometheus/node_exporter) reads the same files as the host collector: the same records come out.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const hostNames = [
  'node_load1',
  'node_load5',
  'node_load15',
  'node_memory_MemTotal_bytes',
  'node_memory_MemAvailable_bytes',
  'node_memory_SwapTotal_bytes',
  'node_memory_SwapFree_bytes',
  'node_zfs_arc_size',
  'node_zfs_arc_c_min',
  'node_vmstat_oom_kill',
  'node_boot_time_seconds',
  'node_time_seconds',
  'node_os_info',
  'node_uname_info',
];
const diskNames = [
  'node_disk_read_bytes_total',
  'node_disk_written_bytes_total',
  'node_disk_io_time_seconds_total',
];
const networkNames = [
  'node_network_receive_bytes_total',
  'node_network_transmit_bytes_total',
  'node_network_receive_errs_total',
  'node_network_transmit_errs_total',
  'node_network_receive_drop_total',
  'node_network_transmit_drop_total',
];
const fileSystemNames = [
  'node_filesystem_size_bytes',
  'node_filesystem_free_bytes',
  'node_filesystem_avail_bytes',
  'node_filesystem_files',
  'node_filesystem_files_free',
];

/** Which of the kernel's counters of waiting gives which share of the last five minutes. */
const pressures = {
  pressure_cpu_some_ratio: 'node_pressure_cpu_waiting_seconds_total',
  pressure_memory_some_ratio: 'node_pressure_memory_waiting_seconds_total',
  pressure_memory_full_ratio: 'node_pressure_memory_stalled_seconds_total',
  pressure_io_some_ratio: 'node_pressure_io_waiting_seconds_total',
  pressure_io_full_ratio: 'node_pressure_io_stalled_seconds_total',
} as const;

/** The modes of a CPU in which it works; guests are within user and nice. */
const busyModes = ['user', 'nice', 'system', 'irq', 'softirq', 'steal'];

/** The node exporter's metrics as the records of the host collector. */
export const nodePreset: Preset = {
  metrics: {
    load1_count: gauge('Tasks that ran or waited, averaged over 1 minute (node_load1).', 0.36),
    load5_count: gauge('The same over 5 minutes (node_load5).', 0.23),
    load15_count: gauge('The same over 15 minutes (node_load15).', 0.13),
    cpu_count: gauge('CPUs that are online (series of node_cpu_seconds_total).', 2),
    cpu_busy_seconds_total: counter(
      'Time of all CPUs that was neither idle nor waiting for a disk (node_cpu_seconds_total).',
      96.23,
    ),
    cpu_idle_seconds_total: counter('Time of all CPUs with nothing to do (mode idle).', 3635.66),
    cpu_iowait_seconds_total: counter('Time of all CPUs that waited for a disk (mode iowait).', 4.22),
    cpu_steal_seconds_total: counter(
      'Time of all CPUs given to others by the hypervisor (mode steal); part of busy.',
      0.1,
    ),
    memory_total_bytes: gauge('Memory that the kernel manages (node_memory_MemTotal_bytes).', 25_276_510_208),
    memory_used_bytes: gauge(
      'MemTotal − MemAvailable, less what the ZFS cache would give back (node_zfs_arc_size − node_zfs_arc_c_min).',
      485_900_288,
    ),
    swap_total_bytes: gauge('Swap space (node_memory_SwapTotal_bytes).', 4_294_963_200),
    swap_used_bytes: gauge('Swap space in use (SwapTotal − SwapFree).', 7_634_944),
    pressure_cpu_some_ratio: gauge(
      'Share of the last 5 minutes in which a task waited for a CPU (rate of node_pressure_cpu_waiting_seconds_total).',
      0.0138,
    ),
    pressure_memory_some_ratio: gauge(
      'Share of the last 5 minutes in which a task waited for memory.',
      0.0028,
    ),
    pressure_memory_full_ratio: gauge(
      'Share of the last 5 minutes in which all tasks waited for memory.',
      0.0026,
    ),
    pressure_io_some_ratio: gauge('Share of the last 5 minutes in which a task waited for a disk.', 0),
    pressure_io_full_ratio: gauge('Share of the last 5 minutes in which all tasks waited for a disk.', 0),
    uptime_seconds: gauge('Time since boot (node_time_seconds − node_boot_time_seconds).', 1873.36),
    oom_kills_count_total: counter(
      'Processes killed for want of memory since boot (node_vmstat_oom_kill).',
      0,
    ),
    disk_read_bytes_total: counter(
      'Bytes read from a whole disk since boot (node_disk_read_bytes_total).',
      3_184_186_368,
    ),
    disk_written_bytes_total: counter('Bytes written to a whole disk since boot.', 1_581_469_696),
    disk_busy_seconds_total: counter(
      'Time during which at least one request to the disk was under way (node_disk_io_time_seconds_total).',
      6.54,
    ),
    network_received_bytes_total: counter(
      'Bytes received by an interface named as hardware is, e.g. eth0 or eno1 (node_network_receive_bytes_total).',
      433_945_703,
    ),
    network_sent_bytes_total: counter('Bytes sent by it.', 914_146),
    network_errors_count_total: counter('Packets it received or sent with an error.', 0),
    network_drops_count_total: counter('Packets it dropped in either direction.', 0),
    filesystem_size_bytes: gauge(
      'Size of a local file system (node_filesystem_size_bytes).',
      270_553_174_016,
    ),
    filesystem_used_bytes: gauge('Bytes in use (size − free).', 24_487_538_688),
    filesystem_available_bytes: gauge(
      'Bytes that accounts other than root can still write (node_filesystem_avail_bytes).',
      84_456_755_200,
    ),
    filesystem_inodes_count: gauge(
      'Inodes it can hold (node_filesystem_files); absent where there is no such limit.',
      16_777_216,
    ),
    filesystem_inodes_used_count: gauge('Inodes in use (files − files_free).', 431_280),
  },
  names: [...hostNames, ...diskNames, ...networkNames, ...fileSystemNames],
  parts: {
    cpu: (select) => `sum without (cpu) (${select('node_cpu_seconds_total')})`,
    cpu_count: (select) => `count without (cpu, mode) (${select('node_cpu_seconds_total', 'mode="idle"')})`,
    ...Object.fromEntries(
      Object.entries(pressures).map(([part, name]) => [
        part,
        (select: (name: string) => string) => `rate(${select(name)}[5m])`,
      ]),
    ),
  },
  anchor: 'node_boot_time_seconds',
  records(series, moment) {
    const shared = sharedOf(series, moment);
    const host = hostRecord(series, moment.host, shared);
    return [
      ...(host === undefined ? [] : [host]),
      ...diskRecords(series, moment.host, shared),
      ...networkRecords(series, moment.host, shared),
      ...fileSystemRecords(series, moment.host, shared),
    ];
  },
};

/** What every record of one scrape shares. */
type Shared = Pick<EntityRecord, 'at' | 'epoch' | 'clock_seconds'>;

function sharedOf(series: HostSeries, { at }: HostMoment): Shared {
  const [row] = series.rows(['node_boot_time_seconds', 'node_time_seconds'], []);
  const boot = row?.value('node_boot_time_seconds');
  const now = row?.value('node_time_seconds');
  const clock = boot === undefined || now === undefined ? undefined : now - boot;
  const isClock = clock !== undefined && clock >= 0 && clock <= maxClockSeconds;
  return {
    at,
    // The kernel computes its boot time from a clock that may step by some seconds: to the minute, it changes at a boot alone.
    ...(boot !== undefined &&
      boot > 0 &&
      boot < 4e9 && { epoch: `boot ${fromSeconds(Math.round(boot / 60) * 60)}` }),
    ...(isClock && { clock_seconds: Math.round(clock * 1000) / 1000 }),
  };
}

function hostRecord(series: HostSeries, host: string, shared: Shared): EntityRecord | undefined {
  const [row] = series.rows([...hostNames, ...Object.keys(pressures), 'cpu_count'], []);
  const cpu = new Map(series.rows(['cpu'], ['mode']).map((mode) => [mode.label('mode'), mode.value('cpu')]));
  const value = (name: string) => row?.value(name);
  const [total, available] = [value('node_memory_MemTotal_bytes'), value('node_memory_MemAvailable_bytes')];
  const arc = Math.max(0, less(value('node_zfs_arc_size'), value('node_zfs_arc_c_min')) ?? 0);
  const busy = busyModes.map((mode) => cpu.get(mode) ?? (mode === 'steal' ? 0 : undefined));
  const gauges = known({
    load1_count: value('node_load1'),
    load5_count: value('node_load5'),
    load15_count: value('node_load15'),
    cpu_count: value('cpu_count'),
    memory_total_bytes: total,
    memory_used_bytes: atLeastZero(less(less(total, available), arc)),
    swap_total_bytes: value('node_memory_SwapTotal_bytes'),
    swap_used_bytes: atLeastZero(
      less(value('node_memory_SwapTotal_bytes'), value('node_memory_SwapFree_bytes')),
    ),
    ...Object.fromEntries(
      Object.keys(pressures).map((metric) => {
        const ratio = value(metric);
        // The rate of a counter that is scraped at uneven times may come out slightly above the whole time.
        return [
          metric,
          ratio === undefined ? undefined : Math.min(1, Math.max(0, Number(ratio.toPrecision(4)))),
        ];
      }),
    ),
    uptime_seconds: shared.clock_seconds,
  });
  const counters = known({
    cpu_busy_seconds_total: busy.some((seconds) => seconds === undefined)
      ? undefined
      : rounded(busy.reduce((sum: number, seconds) => sum + (seconds ?? 0), 0)),
    cpu_idle_seconds_total: rounded(cpu.get('idle')),
    cpu_iowait_seconds_total: rounded(cpu.get('iowait')),
    cpu_steal_seconds_total: rounded(cpu.get('steal')),
    oom_kills_count_total: value('node_vmstat_oom_kill'),
  });
  const os = labelsOf(row?.all('node_os_info')[0]);
  const facts = known({
    os_name: os('name'),
    os_version: os('version_id'),
    kernel: labelsOf(row?.all('node_uname_info')[0])('release'),
  });
  const isEmpty = [gauges, counters, facts].every((values) => Object.keys(values).length === 0);
  return isEmpty ? undefined : { entity: `host:${host}`, ...shared, gauges, counters, facts };
}

function diskRecords(series: HostSeries, host: string, shared: Shared): EntityRecord[] {
  const rows = series.rows(diskNames, ['device']).flatMap((row) => {
    const readBytes = row.value('node_disk_read_bytes_total');
    const writtenBytes = row.value('node_disk_written_bytes_total');
    const busySeconds = row.value('node_disk_io_time_seconds_total');
    return readBytes === undefined || writtenBytes === undefined || busySeconds === undefined
      ? []
      : [{ device: row.label('device'), readBytes, writtenBytes, busySeconds }];
  });
  return wholeDisks(rows).map((disk) => ({
    entity: `block:${host}:${disk.device}`,
    ...shared,
    counters: {
      disk_read_bytes_total: disk.readBytes,
      disk_written_bytes_total: disk.writtenBytes,
      disk_busy_seconds_total: disk.busySeconds,
    },
  }));
}

function networkRecords(series: HostSeries, host: string, shared: Shared): EntityRecord[] {
  const rows = series.rows(networkNames, ['device']).flatMap((row) => {
    const [received, sent, ...rest] = networkNames.map((name) => row.value(name));
    const [receiveErrors = 0, sendErrors = 0, receiveDrops = 0, sendDrops = 0] = rest;
    if (received === undefined || sent === undefined || rest.includes(undefined)) return [];
    return [
      {
        name: row.label('device'),
        receivedBytes: received,
        sentBytes: sent,
        errorCount: receiveErrors + sendErrors,
        dropCount: receiveDrops + sendDrops,
      },
    ];
  });
  // The exporter does not say which have hardware behind them.
  return countedInterfaces(rows, new Set()).map((network) => ({
    entity: `network:${host}:${network.name}`,
    ...shared,
    counters: {
      network_received_bytes_total: network.receivedBytes,
      network_sent_bytes_total: network.sentBytes,
      network_errors_count_total: network.errorCount,
      network_drops_count_total: network.dropCount,
    },
  }));
}

function fileSystemRecords(series: HostSeries, host: string, shared: Shared): EntityRecord[] {
  const rows = series.rows(fileSystemNames, ['mountpoint']).flatMap((row) => {
    const [size, free, available, files, filesFree] = fileSystemNames.map((name) => row.value(name));
    if (size === undefined || free === undefined || available === undefined) return [];
    const inodes = files === undefined || filesFree === undefined ? undefined : { files, filesFree };
    const place = {
      device: row.label('device'),
      type: row.label('fstype'),
      mountPoint: row.label('mountpoint'),
    };
    return isRemote(place)
      ? []
      : [{ ...place, total: size, used: Math.max(0, size - free), available, inodes }];
  });
  const inodesAt = new Map(rows.map(({ mountPoint, inodes }) => [mountPoint, inodes]));
  return storageFileSystems(rows).map((fileSystem) => {
    const inodes = inodesAt.get(fileSystem.mountPoint);
    return {
      entity: `filesystem:${host}:${fileSystem.mountPoint}`,
      ...shared,
      gauges: {
        filesystem_size_bytes: fileSystem.total,
        filesystem_used_bytes: fileSystem.used,
        filesystem_available_bytes: fileSystem.available,
        ...(inodes !== undefined &&
          inodes.files > 0 && {
            filesystem_inodes_count: inodes.files,
            filesystem_inodes_used_count: Math.max(0, inodes.files - inodes.filesFree),
          }),
      },
      facts: { device: fileSystem.device, type: fileSystem.type },
    };
  });
}

/** As `df -l` tells them: their space is counted on the host that has it. */
function isRemote({ device, type }: { readonly device: string; readonly type: string }): boolean {
  return (
    device.includes(':') ||
    device.startsWith('//') ||
    /^(nfs4?|cifs|smb3|smbfs|9p|ceph|afs|fuse\.sshfs)$/.test(type)
  );
}

function less(from: number | undefined, what: number | undefined): number | undefined {
  return from === undefined || what === undefined ? undefined : from - what;
}

function atLeastZero(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.max(0, value);
}

/** To hundredths, as the kernel counts: sums of many carry dust. */
function rounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 100) / 100;
}
