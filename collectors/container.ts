import type { Command, HostCollector, Section } from '../src/collect/collector.ts';
import { cgroupsCommand, parseCgroups } from '../src/collect/parse/cgroups.ts';
import {
  type Reading,
  recordsOfCgroups,
  recordsOfLxc,
  recordsOfManager,
} from '../src/collect/parse/container-records.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { lxcCommand, parseLxcAnswer } from '../src/collect/parse/lxc-answer.ts';
import { type ManagerAnswer, parseManagerAnswer } from '../src/collect/parse/manager-answer.ts';
import { managerCommand } from '../src/collect/parse/manager-command.ts';
import { parseMeminfo } from '../src/collect/parse/meminfo.ts';
import type { Rows } from '../src/collect/parse/rows.ts';
import { type SectionReader, sectionReader } from '../src/collect/parse/sections.ts';
import { snapshotDays } from '../src/collect/parse/snapshot-days.ts';
import { parseUptimeSeconds } from '../src/collect/parse/uptime.ts';
import type { Metric } from '../src/model/metric.ts';
import type { EntityRecord } from '../src/model/snapshot.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const metrics = {
  memory_used_bytes: gauge(
    'Memory without page cache: what the cgroup is charged with, less its file pages; of virtual machines MemTotal − MemAvailable.',
    8_429_568,
  ),
  memory_limit_bytes: gauge(
    'The most it may use (limits.memory, a percentage taken of the host’s memory; of classic LXC the cgroup’s limit). Absent without a limit.',
    1_073_741_824,
  ),
  memory_charged_bytes: gauge('Memory with its page cache, as managers show it.', 101_576_704),
  memory_cache_bytes: gauge(
    'File pages of the page cache, which the kernel gives back under pressure.',
    96_403_456,
  ),
  memory_peak_bytes: gauge(
    'The most memory that was ever charged, page cache included (cgroup v1, and v2 from Linux 5.19).',
    102_535_168,
  ),
  swap_used_bytes: gauge('Swap space in use.', 0),
  disk_used_bytes: gauge(
    'Space of its root disk as the manager counts it: on ZFS what its dataset uses, snapshots included and the image it was cloned from not.',
    63_413_760,
  ),
  disk_limit_bytes: gauge(
    'The size of its root disk (size, else the quota). Absent without a limit.',
    419_430_400,
  ),
  processes_count: gauge('Processes and threads.', 31),
  cpu_limit_count: gauge(
    'CPUs it may use at most (limits.cpu and a limits.cpu.allowance such as 25ms/100ms; of classic LXC the cgroup’s quota). Absent without a limit.',
    2,
  ),
  cpu_share_ratio: gauge(
    'Share of CPU time when others want it too (limits.cpu.allowance in percent), which is no limit.',
    0.5,
  ),
  pressure_cpu_some_ratio: gauge(
    'Share of the last 5 minutes in which a task of it waited for a CPU (cgroup v2).',
    0.0138,
  ),
  pressure_memory_some_ratio: gauge(
    'Share of the last 5 minutes in which a task of it waited for memory.',
    0.0028,
  ),
  pressure_memory_full_ratio: gauge(
    'Share of the last 5 minutes in which all its tasks waited for memory.',
    0.0026,
  ),
  pressure_io_some_ratio: gauge('Share of the last 5 minutes in which a task of it waited for a disk.', 0.01),
  pressure_io_full_ratio: gauge(
    'Share of the last 5 minutes in which all its tasks waited for a disk.',
    0.008,
  ),
  snapshots_count: gauge('Container snapshots that exist.', 9),
  cpu_busy_seconds_total: counter('CPU time it used since it started, of all CPUs together.', 780.690615),
  cpu_throttled_seconds_total: counter('Time in which its quota denied it a CPU that it wanted.', 1.5),
  network_received_bytes_total: counter(
    'Bytes its interfaces received since it started, lo not among them.',
    516,
  ),
  network_sent_bytes_total: counter('Bytes they sent.', 586),
  network_errors_count_total: counter('Packets they received or sent with an error.', 0),
  network_drops_count_total: counter('Packets they dropped in either direction.', 0),
  oom_kills_count_total: counter('Its processes that were killed for want of memory since it started.', 0),
  containers_count: gauge('Containers and virtual machines of a manager on this host.', 4),
  containers_running_count: gauge('Those of them that run.', 3),
  warnings_count: gauge('Warnings of LXD or Incus that are not resolved.', 4),
  storage_size_bytes: gauge(
    'What a storage pool of LXD or Incus can hold; on ZFS what its dataset uses and may still use.',
    2_818_004_992,
  ),
  storage_used_bytes: gauge('What of it is used.', 218_130_944),
  storage_inodes_count: gauge(
    'Files and folders it can hold; absent where there is no such limit.',
    16_777_216,
  ),
  storage_inodes_used_count: gauge('Files and folders it holds.', 577_002),
} satisfies Record<string, Metric>;

/** A cluster may take its time; the question for the state of all is broken off before (manager-command.ts). */
const managerLimits = {
  asRoot: true,
  isOptional: true,
  timeoutSeconds: 60,
  maxBytes: 8 * 1024 * 1024,
} as const;

/** The sections of managers; a host rarely has two. */
const managers = {
  lxd: managerCommand({
    sockets: ['/var/lib/lxd/unix.socket'],
    client: 'lxc',
    settings: '.config/lxc/config.yml',
    folderVariable: 'LXD_DIR',
  }),
  'lxd-snap': managerCommand({
    sockets: ['/var/snap/lxd/common/lxd/unix.socket'],
    client: '/snap/bin/lxc',
    settings: 'snap/lxd/common/config/config.yml',
    folderVariable: 'LXD_DIR',
  }),
  incus: managerCommand({
    sockets: ['/var/lib/incus/unix.socket', '/run/incus/unix.socket'],
    client: 'incus',
    settings: '.config/incus/config.yml',
    folderVariable: 'INCUS_DIR',
  }),
};

const commands = {
  uptime: { run: 'cat /proc/uptime' },
  'boot-id': { run: 'cat /proc/sys/kernel/random/boot_id' },
  meminfo: { run: 'cat /proc/meminfo' },
  cgroups: { run: cgroupsCommand, isOptional: true, maxBytes: 4 * 1024 * 1024 },
  lxd: { run: managers.lxd, ...managerLimits },
  'lxd-snap': { run: managers['lxd-snap'], ...managerLimits },
  incus: { run: managers.incus, ...managerLimits },
  lxc: { run: lxcCommand, asRoot: true, isOptional: true, timeoutSeconds: 20 },
} satisfies Record<string, Command>;

export default {
  kind: 'host',
  reads:
    'Containers of LXD, Incus and classic LXC with limits, use, placement and snapshots, through their sockets and the kernel’s cgroups.',
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(awaited(sections), sections, context);
    const uptimeSeconds = reader.read('uptime', parseUptimeSeconds);
    const bootId = reader.read('boot-id', parseBootId);
    const [cgroups] = reader.readRows('cgroups', (text) => withFaults(parseCgroups(text)));
    const reading: Reading = {
      host: context.host,
      moment: { at: context.at, ...(uptimeSeconds !== undefined && { clock_seconds: uptimeSeconds }) },
      bootId,
      hostBytes: reader.read('meminfo', parseMeminfo)?.totalBytes,
      cgroups: cgroups?.byName ?? new Map(),
      factsOfSnapshots: snapshotDays(context.fleet.timeZone),
    };
    const answers = managerNames.flatMap((section) =>
      reader.readRows(section, (text) => withFaults({ section, ...parseManagerAnswer(text) })),
    );
    const [lxc] = reader.readRows('lxc', (text) => withFaults(parseLxcAnswer(text)));
    const found = new Map(
      distinct(answers).map((answer): [string, Rows<EntityRecord>] => [
        answer.section,
        recordsOfManager(answer, answer.section, reading),
      ]),
    );
    if (lxc !== undefined) found.set('lxc', recordsOfLxc(lxc, reading));
    const isListed = lxc !== undefined || answers.some(({ instances }) => instances !== undefined);
    if (!isListed) found.set('cgroups', recordsOfCgroups(reading));
    const faults = keepOnce(reader, found);
    const { records, errors } = reader.parsed;
    return {
      records,
      errors: [
        ...errors,
        ...faults.map(({ section, message }) => ({
          source: `host:${context.host}`,
          part: section,
          message: message.slice(0, 1000),
        })),
      ],
    };
  },
} satisfies HostCollector;

const managerNames = ['lxd', 'lxd-snap', 'incus'] as const;

/** Managers that are not there say nothing, and end well. Whatever else an optional section shows is to be told. */
function awaited(sections: ReadonlyMap<string, Section>): Record<string, Command> {
  return Object.fromEntries(
    Object.entries<Command>(commands).map(([name, command]) => {
      const section = sections.get(name);
      const isSilent =
        section === undefined || (section.status === 0 && section.stdout === '' && !section.isTruncated);
      return [name, { ...command, isOptional: command.isOptional === true && isSilent }];
    }),
  );
}

/** One daemon may be there by two paths (a link from the one to the other); it is one all the same. */
function distinct<Answer extends Pick<ManagerAnswer, 'server'>>(answers: readonly Answer[]): Answer[] {
  const pids = answers.map(({ server }) => server?.pid);
  return answers.filter((_, index) => pids[index] === undefined || pids.indexOf(pids[index]) === index);
}

/** A container that two managers name alike cannot be told apart from its namesake: neither is kept. */
function keepOnce(
  reader: SectionReader,
  found: ReadonlyMap<string, Rows<EntityRecord>>,
): { readonly section: string; readonly message: string }[] {
  const sectionsOf = Map.groupBy(
    [...found].flatMap(([section, { rows }]) => rows.map(({ entity }) => ({ section, entity }))),
    ({ entity }) => entity,
  );
  return [...found].flatMap(([section, { rows, faults }]) => {
    const doubles = rows.flatMap((record) => {
      const sections = sectionsOf.get(record.entity)?.map((other) => other.section) ?? [];
      if (sections.length > 1) return [`${record.entity}: found in ${sections.join(' and ')}, expected once`];
      reader.keep(section, record);
      return [];
    });
    return [...faults, ...doubles].slice(0, 10).map((message) => ({ section, message }));
  });
}

function withFaults<Value extends { readonly faults: readonly string[] }>(value: Value): Rows<Value> {
  return { rows: [value], faults: value.faults };
}

function parseBootId(text: string): string {
  const id = text.trim();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new FormatError('boot id', id, 'a UUID');
  return id;
}
