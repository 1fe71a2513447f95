import type { Command, HostCollector } from '../src/collect/collector.ts';
import { parseReclaimableArcBytes } from '../src/collect/parse/arcstats.ts';
import { type DfRow, parseDf, storageFileSystems } from '../src/collect/parse/df.ts';
import { type DiskCounters, parseDiskstats, wholeDisks } from '../src/collect/parse/diskstats.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { known } from '../src/collect/parse/known.ts';
import { parseLoadavg } from '../src/collect/parse/loadavg.ts';
import { parseMeminfo } from '../src/collect/parse/meminfo.ts';
import { countedInterfaces, type InterfaceCounters, parseNetDev } from '../src/collect/parse/net-dev.ts';
import { parseOsRelease } from '../src/collect/parse/os-release.ts';
import { parsePressure } from '../src/collect/parse/pressure.ts';
import { parseProcStat } from '../src/collect/parse/proc-stat.ts';
import { type SectionReader, sectionReader } from '../src/collect/parse/sections.ts';
import { parseUptimeSeconds } from '../src/collect/parse/uptime.ts';
import { parseOomKillCount } from '../src/collect/parse/vmstat.ts';
import type { Metric } from '../src/model/metric.ts';
import type { EntityRecord } from '../src/model/snapshot.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const metrics = {
  load1_count: gauge(
    'Tasks that ran or waited for a CPU or a disk, averaged over 1 minute (/proc/loadavg).',
    0.36,
  ),
  load5_count: gauge('The same over 5 minutes.', 0.23),
  load15_count: gauge('The same over 15 minutes.', 0.13),
  cpu_count: gauge('CPUs that are online (/proc/stat).', 2),
  cpu_busy_seconds_total: counter(
    'Time of all CPUs that was neither idle nor waiting for a disk; that of guests is within.',
    96.23,
  ),
  cpu_idle_seconds_total: counter('Time of all CPUs with nothing to do.', 3635.66),
  cpu_iowait_seconds_total: counter('Time of all CPUs with nothing to do but wait for a disk.', 4.22),
  cpu_steal_seconds_total: counter('Time of all CPUs that the hypervisor gave to others; part of busy.', 0.1),
  memory_total_bytes: gauge('Memory that the kernel manages (MemTotal).', 25_276_510_208),
  memory_used_bytes: gauge(
    'MemTotal − MemAvailable, less what the ZFS cache would give back (size − c_min). Before Linux 3.14 available is estimated as MemFree + Buffers + Cached − Shmem.',
    485_900_288,
  ),
  swap_total_bytes: gauge('Swap space (SwapTotal).', 4_294_963_200),
  swap_used_bytes: gauge('Swap space in use (SwapTotal − SwapFree).', 7_634_944),
  pressure_cpu_some_ratio: gauge(
    'Share of the last 5 minutes in which a task waited for a CPU (PSI, Linux 4.20 and later).',
    0.0138,
  ),
  pressure_memory_some_ratio: gauge('Share of the last 5 minutes in which a task waited for memory.', 0.0028),
  pressure_memory_full_ratio: gauge(
    'Share of the last 5 minutes in which all tasks waited for memory.',
    0.0026,
  ),
  pressure_io_some_ratio: gauge('Share of the last 5 minutes in which a task waited for a disk.', 0),
  pressure_io_full_ratio: gauge('Share of the last 5 minutes in which all tasks waited for a disk.', 0),
  uptime_seconds: gauge('Time since boot (/proc/uptime).', 1873.36),
  oom_kills_count_total: counter(
    'Processes killed for want of memory since boot (/proc/vmstat, Linux 4.13 and later).',
    0,
  ),
  disk_read_bytes_total: counter('Bytes read from a whole disk since boot (/proc/diskstats).', 3_184_186_368),
  disk_written_bytes_total: counter('Bytes written to a whole disk since boot.', 1_581_469_696),
  disk_busy_seconds_total: counter('Time during which at least one request to the disk was under way.', 6.54),
  network_received_bytes_total: counter(
    'Bytes received by an interface with hardware behind it (/proc/net/dev).',
    433_945_703,
  ),
  network_sent_bytes_total: counter('Bytes sent by it.', 914_146),
  network_errors_count_total: counter('Packets it received or sent with an error.', 0),
  network_drops_count_total: counter('Packets it dropped in either direction.', 0),
  filesystem_size_bytes: gauge('Size of a file system, without its own overhead (df).', 270_553_174_016),
  filesystem_used_bytes: gauge('Bytes in use.', 24_487_538_688),
  filesystem_available_bytes: gauge('Bytes that accounts other than root can still write.', 84_456_755_200),
  filesystem_inodes_count: gauge(
    'Inodes (files and folders) it can hold; absent where there is no such limit (btrfs).',
    16_777_216,
  ),
  filesystem_inodes_used_count: gauge('Inodes in use.', 431_280),
} satisfies Record<string, Metric>;

// -l: a network share that does not answer would hang df, and its space is counted on the host that has it.
const df = 'df -l -x tmpfs -x devtmpfs -x squashfs -PT';

const commands = {
  stat: { run: 'cat /proc/stat' },
  meminfo: { run: 'cat /proc/meminfo' },
  arcstats: { run: 'cat /proc/spl/kstat/zfs/arcstats', isOptional: true },
  loadavg: { run: 'cat /proc/loadavg' },
  uptime: { run: 'cat /proc/uptime' },
  'boot-id': { run: 'cat /proc/sys/kernel/random/boot_id' },
  vmstat: { run: 'cat /proc/vmstat' },
  'pressure-cpu': { run: 'cat /proc/pressure/cpu', isOptional: true },
  'pressure-memory': { run: 'cat /proc/pressure/memory', isOptional: true },
  'pressure-io': { run: 'cat /proc/pressure/io', isOptional: true },
  diskstats: { run: 'cat /proc/diskstats' },
  'net-dev': { run: 'cat /proc/net/dev' },
  interfaces: { run: 'ls -d /sys/class/net/*/device', isOptional: true },
  filesystems: { run: `${df} -B1` },
  inodes: { run: `${df} -i` },
  'os-release': { run: 'cat /etc/os-release' },
  kernel: { run: 'uname -r' },
} satisfies Record<string, Command>;

/** What every record of one reading shares. */
type Moment = Pick<EntityRecord, 'at' | 'epoch' | 'clock_seconds'>;

export default {
  kind: 'host',
  reads:
    'Load, CPU, memory, pressure, disk and network traffic, file systems and system release of a Linux host, from /proc and df.',
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(commands, sections, context);
    const uptimeSeconds = reader.read('uptime', parseUptimeSeconds);
    const epoch = reader.read('boot-id', parseBootId);
    const moment: Moment = {
      at: context.at,
      ...(epoch !== undefined && { epoch }),
      ...(uptimeSeconds !== undefined && { clock_seconds: uptimeSeconds }),
    };
    const physical = new Set(reader.read('interfaces', parseDeviceLinks));
    const fileSystems = storageFileSystems(reader.readRows('filesystems', parseDf));
    const inodes = new Map(reader.readRows('inodes', parseDf).map((row) => [row.mountPoint, row]));

    const host = hostRecord(reader, context.host, moment);
    if (host !== undefined) reader.keep('host', host);
    for (const disk of wholeDisks(reader.readRows('diskstats', parseDiskstats))) {
      reader.keep('diskstats', diskRecord(context.host, moment, disk));
    }
    for (const network of countedInterfaces(reader.readRows('net-dev', parseNetDev), physical)) {
      reader.keep('net-dev', networkRecord(context.host, moment, network));
    }
    for (const fileSystem of fileSystems) {
      reader.keep(
        'filesystems',
        fileSystemRecord(context.host, moment, fileSystem, inodes.get(fileSystem.mountPoint)),
      );
    }
    return reader.parsed;
  },
} satisfies HostCollector;

/** The host itself, or undefined when nothing of it could be read. */
function hostRecord(reader: SectionReader, host: string, moment: Moment): EntityRecord | undefined {
  const load = reader.read('loadavg', parseLoadavg);
  const cpu = reader.read('stat', parseProcStat);
  const memory = reader.read('meminfo', parseMeminfo);
  const arcBytes = reader.read('arcstats', parseReclaimableArcBytes) ?? 0;
  const cpuPressure = reader.read('pressure-cpu', parsePressure);
  const memoryPressure = reader.read('pressure-memory', parsePressure);
  const ioPressure = reader.read('pressure-io', parsePressure);
  const system = reader.read('os-release', parseOsRelease);

  const gauges = known({
    load1_count: load?.load1,
    load5_count: load?.load5,
    load15_count: load?.load15,
    cpu_count: cpu?.cpuCount,
    memory_total_bytes: memory?.totalBytes,
    memory_used_bytes: memory && Math.max(0, memory.totalBytes - memory.availableBytes - arcBytes),
    swap_total_bytes: memory?.swapTotalBytes,
    swap_used_bytes: memory && Math.max(0, memory.swapTotalBytes - memory.swapFreeBytes),
    pressure_cpu_some_ratio: cpuPressure?.someRatio,
    pressure_memory_some_ratio: memoryPressure?.someRatio,
    pressure_memory_full_ratio: memoryPressure?.fullRatio,
    pressure_io_some_ratio: ioPressure?.someRatio,
    pressure_io_full_ratio: ioPressure?.fullRatio,
    uptime_seconds: moment.clock_seconds,
  });
  const counters = known({
    cpu_busy_seconds_total: cpu?.busySeconds,
    cpu_idle_seconds_total: cpu?.idleSeconds,
    cpu_iowait_seconds_total: cpu?.iowaitSeconds,
    cpu_steal_seconds_total: cpu?.stealSeconds,
    oom_kills_count_total: reader.read('vmstat', parseOomKillCount),
  });
  const facts = known({
    os_name: system?.name,
    os_version: system?.version,
    kernel: reader.read('kernel', parseKernelRelease),
  });
  const isEmpty = [gauges, counters, facts].every((values) => Object.keys(values).length === 0);
  return isEmpty ? undefined : { entity: `host:${host}`, ...moment, gauges, counters, facts };
}

function diskRecord(host: string, moment: Moment, disk: DiskCounters): EntityRecord {
  return {
    entity: `block:${host}:${disk.device}`,
    ...moment,
    counters: {
      disk_read_bytes_total: disk.readBytes,
      disk_written_bytes_total: disk.writtenBytes,
      disk_busy_seconds_total: disk.busySeconds,
    },
  };
}

function networkRecord(host: string, moment: Moment, network: InterfaceCounters): EntityRecord {
  return {
    entity: `network:${host}:${network.name}`,
    ...moment,
    counters: {
      network_received_bytes_total: network.receivedBytes,
      network_sent_bytes_total: network.sentBytes,
      network_errors_count_total: network.errorCount,
      network_drops_count_total: network.dropCount,
    },
  };
}

function fileSystemRecord(
  host: string,
  moment: Moment,
  space: DfRow,
  inodes: DfRow | undefined,
): EntityRecord {
  return {
    entity: `filesystem:${host}:${space.mountPoint}`,
    ...moment,
    gauges: {
      filesystem_size_bytes: space.total,
      filesystem_used_bytes: space.used,
      filesystem_available_bytes: space.available,
      ...(inodes !== undefined &&
        inodes.total > 0 && {
          filesystem_inodes_count: inodes.total,
          filesystem_inodes_used_count: inodes.used,
        }),
    },
    facts: { device: space.device, type: space.type },
  };
}

function parseBootId(text: string): string {
  const id = text.trim();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new FormatError('boot id', id, 'a UUID');
  return id;
}

function parseKernelRelease(text: string): string {
  const release = text.trim();
  if (!/^[\x21-\x7e]{1,100}$/.test(release))
    throw new FormatError('release', release, 'one word, such as 6.1.0-28-amd64');
  return release;
}

/** The interfaces of lines such as /sys/class/net/eth0/device. */
function parseDeviceLinks(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\/sys\/class\/net\/([^/]+)\/device$/.exec(line)?.[1] ?? []);
}
