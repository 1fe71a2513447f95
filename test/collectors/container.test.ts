import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import container from '../../collectors/container.ts';
import type { Section } from '../../src/collect/collector.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const context = {
  host: 'hv1',
  at: '2026-11-22T09:35:00Z',
  fleet: parseFleet('fleet: { name: Test, timeZone: Europe/Paris }', 'fleet.yaml'),
};
const bootId = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
const GiB = 2 ** 30;

// A small host of our own invention. Its answers are as our command prints them: a label, then a document.

const server = {
  environment: {
    server: 'lxd',
    server_version: '5.0.2',
    server_clustered: false,
    server_name: 'hv1',
    server_pid: 77,
  },
};

const koha = {
  name: 'koha',
  project: 'default',
  type: 'container',
  status: 'Running',
  architecture: 'x86_64',
  created_at: '2025-01-02T03:04:05.123456789Z',
  last_used_at: '2026-11-01T00:00:00.5Z',
  location: 'none',
  expanded_config: {
    'limits.cpu': '0-3',
    'limits.memory': '4GiB',
    'image.os': 'debian',
    'image.release': 'bookworm',
  },
  expanded_devices: {
    root: { type: 'disk', path: '/', pool: 'default', size: '20GB' },
    eth0: { type: 'nic', name: 'eth0' },
  },
  snapshots: [
    // Sunday 15 November, half past midnight in Paris.
    { name: 'a', created_at: '2026-11-14T23:30:00Z', expires_at: '0001-01-01T00:00:00Z', size: -1 },
    { name: 'b', created_at: '2026-11-22T01:00:00Z' },
    { name: 'c', created_at: '2026-11-22T05:00:00Z' },
  ],
  state: {
    status: 'Running',
    pid: 4711,
    processes: 31,
    cpu: { usage: 780_690_615 },
    memory: { usage: 900_000_000, usage_peak: 0, swap_usage: 4096 },
    disk: { root: { usage: 63_413_760 } },
    network: {
      lo: { type: 'loopback', host_name: '', counters: { bytes_received: 9_000, bytes_sent: 9_000 } },
      eth0: {
        type: 'broadcast',
        host_name: 'veth1',
        counters: {
          bytes_received: 516,
          bytes_sent: 586,
          errors_received: 1,
          errors_sent: 2,
          packets_dropped_inbound: 3,
          packets_dropped_outbound: 4,
        },
      },
      // A bridge of its own, which carries the same bytes again.
      docker0: { type: 'broadcast', host_name: '', counters: { bytes_received: 516, bytes_sent: 586 } },
    },
  },
};

const stopped = {
  ...koha,
  name: 'old',
  status: 'Stopped',
  last_used_at: '1970-01-01T00:00:00Z',
  expanded_config: {},
  expanded_devices: { root: { type: 'disk', path: '/', pool: 'default' } },
  snapshots: null,
  state: {
    status: 'Stopped',
    pid: 0,
    processes: 0,
    cpu: { usage: 0 },
    memory: { usage: 0, usage_peak: 0 },
    disk: [],
    network: null,
  },
};

const line = (label: string, metadata: unknown) => `${label} ${JSON.stringify({ error: '', metadata })}\n`;

const lxd = [
  line('server', server),
  line('instances', [koha, stopped]),
  line('warnings', [
    { type: 'AppArmor support has been disabled', severity: 'low', status: 'new', location: 'none' },
    { type: 'Old', severity: 'high', status: 'resolved', location: 'none' },
  ]),
  line('pools', [
    { name: 'default', driver: 'zfs', status: 'Created', config: { 'zfs.pool_name': 'tank/lxd' } },
  ]),
  'pool default\n',
  line('resources', { space: { total: 2000, used: 500 }, inodes: { total: 100, used: 7 } }),
].join('');

const cgroups = [
  'lxc.payload.koha/memory.current:900000000',
  'lxc.payload.koha/memory.peak:950000000',
  'lxc.payload.koha/memory.max:4294967296',
  'lxc.payload.koha/memory.swap.current:4096',
  'lxc.payload.koha/memory.stat:inactive_file 300000000',
  'lxc.payload.koha/memory.stat:active_file 100000000',
  'lxc.payload.koha/memory.events:oom_kill 2',
  'lxc.payload.koha/cpu.stat:usage_usec 780690',
  'lxc.payload.koha/cpu.stat:throttled_usec 1500000',
  'lxc.payload.koha/cpu.max:max 100000',
  'lxc.payload.koha/pids.current:40',
  ...['cpu', 'memory', 'io'].flatMap((resource) =>
    ['some', 'full'].map(
      (kind) => `lxc.payload.koha/${resource}.pressure:${kind} avg10=0.00 avg60=0.00 avg300=1.00 total=5`,
    ),
  ),
  '',
].join('\n');

const texts = {
  uptime: '86400.25 160000.00\n',
  'boot-id': `${bootId}\n`,
  meminfo: 'MemTotal: 16777216 kB\nMemFree: 1 kB\nMemAvailable: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
  cgroups,
  lxd,
  'lxd-snap': '',
  incus: '',
  lxc: '',
};

const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });

function parse(replaced: Readonly<Record<string, string | Section | undefined>> = {}) {
  const sections = new Map<string, Section>();
  for (const [name, value] of Object.entries({ ...texts, ...replaced })) {
    if (value !== undefined) sections.set(name, typeof value === 'string' ? ok(value) : value);
  }
  const { records, errors } = container.parse(sections, context);
  return { errors, entities: new Map(records.map((record) => [record.entity, record])) };
}

/** The answer of a manager with this instance alone. */
function parseOne(
  instance: Record<string, unknown>,
  more: Readonly<Record<string, string | Section | undefined>> = {},
) {
  const { entities, errors } = parse({
    lxd: line('server', server) + line('instances', [{ ...koha, ...instance }]),
    ...more,
  });
  return { record: entities.get('container:hv1:koha'), entities, errors };
}

describe('a running container', () => {
  const { entities, errors } = parse();
  const record = entities.get('container:hv1:koha');

  test('is read without an error', () => expect(errors).toEqual([]));

  test('has memory without page cache as used, and what managers show as charged', () => {
    expect(record?.gauges).toMatchObject({
      memory_used_bytes: 500_000_000, // 900 MB − 300 MB − 100 MB
      memory_charged_bytes: 900_000_000,
      memory_cache_bytes: 400_000_000,
      memory_peak_bytes: 950_000_000,
      swap_used_bytes: 4096,
    });
  });

  test('has the limits of its expanded configuration', () => {
    expect(record?.gauges).toMatchObject({
      cpu_limit_count: 4,
      memory_limit_bytes: 4 * GiB,
      disk_limit_bytes: 20e9,
    });
  });

  test('has CPU time, traffic of its own interfaces, throttling and OOM kills since it started', () => {
    expect(record?.counters).toEqual({
      cpu_busy_seconds_total: 0.780690615,
      cpu_throttled_seconds_total: 1.5,
      network_received_bytes_total: 516,
      network_sent_bytes_total: 586,
      network_errors_count_total: 3,
      network_drops_count_total: 7,
      oom_kills_count_total: 2,
    });
    expect(record?.clock_seconds).toBe(86400.25);
  });

  test('has processes, pressure, disk use and snapshots', () => {
    expect(record?.gauges).toMatchObject({
      processes_count: 40,
      pressure_cpu_some_ratio: 0.01,
      pressure_memory_full_ratio: 0.01,
      pressure_io_some_ratio: 0.01,
      disk_used_bytes: 63_413_760,
      snapshots_count: 3,
    });
  });

  test('tells what it is, and the dataset whose split into own, snapshots and referenced is that of its disk', () => {
    expect(record?.facts).toEqual({
      state: 'running',
      type: 'container',
      manager: 'lxd',
      manager_version: '5.0.2',
      project: 'default',
      architecture: 'x86_64',
      image_os: 'debian',
      image_release: 'bookworm',
      created_at: '2025-01-02T03:04:05Z',
      started_at: '2026-11-01T00:00:00.5Z',
      pool: 'default',
      dataset: 'tank/lxd/containers/koha',
      newest_snapshot_at: '2026-11-22T05:00:00Z',
      // The first of each day of the fleet's time zone: two Sundays.
      snapshot_days: '2026-11-22T01:00Z 2026-11-14T23:30Z',
    });
  });

  test('counts anew when it started anew, and only then', () => {
    const epochOf = (instance: Record<string, unknown>) => parseOne(instance).record?.epoch;
    const before = epochOf({});
    expect(before).toBe('2026-11-01T00:00:00.5Z 4711');
    expect(epochOf({ state: { ...koha.state, processes: 7 } })).toBe(before);
    expect(epochOf({ last_used_at: '2026-11-20T00:00:00Z', state: { ...koha.state, pid: 4711 } })).not.toBe(
      before,
    );
    expect(epochOf({ state: { ...koha.state, pid: 815 } })).not.toBe(before);
    expect(epochOf({ state: { ...koha.state, started_at: '2026-11-21T00:00:00Z' } })).toBe(
      '2026-11-21T00:00:00Z',
    );
  });

  test('has no counter where nobody tells since when it counts', () => {
    const { state, ...withoutState } = koha;
    const { entities: found } = parse({ lxd: line('server', server) + line('basic', [withoutState]) });
    const bare = found.get('container:hv1:koha');
    expect(bare?.counters).toBeUndefined();
    expect(bare?.gauges?.memory_used_bytes).toBe(500_000_000);
    expect(state.pid).toBe(4711);
  });

  test('has no memory as used where neither the kernel nor the metrics tell it: charged is not used', () => {
    const { record: unknown } = parseOne({}, { cgroups: '' });
    expect(unknown?.gauges).not.toHaveProperty('memory_used_bytes');
    expect(unknown?.gauges?.memory_charged_bytes).toBe(900_000_000);
  });

  test('has no memory peak of 0, which managers say on cgroup v2', () => {
    expect(parseOne({}, { cgroups: '' }).record?.gauges).not.toHaveProperty('memory_peak_bytes');
  });
});

test('metrics stand in for a virtual machine, of which the host’s kernel tells nothing', () => {
  const metrics = [
    'incus_memory_MemTotal_bytes{name="win",project="default",type="virtual-machine"} 4e+09',
    'incus_memory_MemAvailable_bytes{name="win",project="default",type="virtual-machine"} 1.5e+09',
    '# EOF\n',
  ].join('\n');
  const { entities, errors } = parse({
    incus:
      line('server', { environment: { server: 'incus', server_version: '6.0.4' } }) +
      line('instances', [{ ...koha, name: 'win', type: 'virtual-machine', status: 'Running' }]) +
      metrics,
  });
  expect(errors).toEqual([]);
  const record = entities.get('container:hv1:win');
  expect(record?.gauges?.memory_used_bytes).toBe(2.5e9);
  expect(record?.facts).toMatchObject({ type: 'virtual-machine', manager: 'incus' });
});

test('a stopped container is told as stopped, without use, counters or a verdict', () => {
  const record = parse().entities.get('container:hv1:old');
  expect(record).toEqual({
    entity: 'container:hv1:old',
    at: context.at,
    clock_seconds: 86400.25,
    gauges: { snapshots_count: 0 },
    facts: expect.objectContaining({ state: 'stopped', dataset: 'tank/lxd/containers/old' }),
  });
  expect(record?.facts).not.toHaveProperty('started_at');
});

test('a frozen container keeps its memory and its counters', () => {
  const { record } = parseOne({ status: 'Frozen', state: { ...koha.state, status: 'Frozen' } });
  expect(record?.facts?.state).toBe('frozen');
  expect(record?.gauges?.memory_used_bytes).toBe(500_000_000);
  expect(record?.counters?.cpu_busy_seconds_total).toBe(0.780690615);
});

test('a container that says it is ready runs', () => {
  const { record } = parseOne({ status: 'Ready', state: { ...koha.state, status: 'Ready' } });
  expect(record?.facts?.state).toBe('running');
  expect(record?.gauges?.memory_used_bytes).toBe(500_000_000);
});

describe('limits', () => {
  const gaugesOf = (config: Record<string, string>, more = {}) =>
    parseOne({ expanded_config: config, ...more }, { cgroups: '' }).record?.gauges ?? {};

  test('in every spelling of LXD and Incus', () => {
    expect(gaugesOf({ 'limits.cpu': '0,2', 'limits.memory': '512MB' })).toMatchObject({
      cpu_limit_count: 2,
      memory_limit_bytes: 512e6,
    });
    expect(gaugesOf({ 'limits.cpu': '4', 'limits.cpu.allowance': '25ms/100ms' }).cpu_limit_count).toBe(0.25);
    expect(gaugesOf({ 'limits.memory': '25%' }).memory_limit_bytes).toBe(Math.floor((16 * GiB) / 100) * 25);
  });

  test('a share of CPU time is no limit: an idle host gives more', () => {
    const gauges = gaugesOf({ 'limits.cpu.allowance': '50%' });
    expect(gauges.cpu_share_ratio).toBe(0.5);
    expect(gauges).not.toHaveProperty('cpu_limit_count');
  });

  test('that are not there are left out', () => {
    const gauges = gaugesOf({}, { expanded_devices: { root: { type: 'disk', path: '/', pool: 'default' } } });
    expect(Object.keys(gauges).filter((name) => name.includes('limit'))).toEqual([]);
  });

  test('that cannot be read are told, and cost nothing else', () => {
    const { record, errors } = parseOne({
      expanded_config: { 'limits.cpu': 'many', 'limits.memory': '1GiB' },
    });
    expect(errors).toEqual([
      {
        source: 'host:hv1',
        part: 'lxd',
        message:
          'koha: CPU limit: limits.cpu: found "many", expected a number of CPUs, or a set such as 0-3,7',
      },
    ]);
    expect(record?.gauges?.memory_limit_bytes).toBe(GiB);
  });

  test('LXD before 4.0 counted 1024 bytes in a kB', () => {
    const old = { environment: { server_version: '3.0.3' } };
    const { entities } = parse({
      lxd: line('server', old) + line('basic', [{ ...koha, expanded_config: { 'limits.memory': '512MB' } }]),
    });
    expect(entities.get('container:hv1:koha')?.gauges?.memory_limit_bytes).toBe(512 * 2 ** 20);
  });
});

describe('the manager', () => {
  test('tells its version, its containers and its open warnings', () => {
    expect(parse().entities.get('manager:hv1:lxd')).toMatchObject({
      gauges: { containers_count: 2, containers_running_count: 1, warnings_count: 1 },
      facts: {
        manager: 'lxd',
        manager_version: '5.0.2',
        warnings: 'low: AppArmor support has been disabled',
      },
    });
  });

  test('tells how full its storage pools are', () => {
    expect(parse().entities.get('storage:hv1:lxd/default')).toMatchObject({
      gauges: {
        storage_size_bytes: 2000,
        storage_used_bytes: 500,
        storage_inodes_count: 100,
        storage_inodes_used_count: 7,
      },
      facts: { driver: 'zfs', dataset: 'tank/lxd' },
    });
  });

  test('names containers of other projects after their project, as their cgroups are', () => {
    const { entities } = parse({
      lxd: line('server', server) + line('instances', [{ ...koha, project: 'shared' }]),
      cgroups: cgroups.replaceAll('lxc.payload.koha', 'lxc.payload.shared_koha'),
    });
    expect(entities.get('container:hv1:shared_koha')?.gauges?.memory_used_bytes).toBe(500_000_000);
  });

  test('asked for each project by itself (LXD 3.6 to 4.20), its containers belong to the project asked for', () => {
    const { project: _, ...nameless } = koha;
    const { entities } = parse({
      lxd: `${line('server', server)}project default\n${line('instances', [nameless])}project lab\n${line('instances', [nameless])}`,
    });
    expect([...entities.keys()].filter((id) => id.startsWith('container:'))).toEqual([
      'container:hv1:koha',
      'container:hv1:lab_koha',
    ]);
  });

  test('of a cluster tells of all members, and we keep what is on this host', () => {
    const { entities } = parse({
      lxd:
        line('server', {
          environment: { ...server.environment, server_clustered: true, server_name: 'm1' },
        }) +
        line('instances', [
          { ...koha, name: 'here', location: 'm1' },
          { ...koha, name: 'there', location: 'm2' },
        ]),
    });
    expect([...entities.keys()]).toEqual(['container:hv1:here', 'manager:hv1:lxd']);
    expect(entities.get('container:hv1:here')?.facts?.location).toBe('m1');
  });

  test('LXD 2 and 3.0 are asked for each container’s state and snapshots apart', () => {
    const { state, snapshots, ...bare } = koha;
    const names = snapshots.map((one) => ({ ...one, name: `koha/${one.name}` }));
    const { entities, errors } = parse({
      lxd: [
        line('server', { environment: { server_version: '3.0.3' } }),
        line('basic', [{ ...bare, name: 'gone' }, bare]),
        'names gone,koha\n',
        'state {"error":"not found","metadata":null}\n',
        line('state', state),
        'snapshots {"error":"not found","metadata":null}\n',
        line('snapshots', names),
      ].join(''),
    });
    expect(entities.get('container:hv1:koha')).toMatchObject({
      epoch: '2026-11-01T00:00:00.5Z 4711',
      gauges: { snapshots_count: 3 },
      counters: { network_received_bytes_total: 516 },
    });
    expect(entities.get('container:hv1:gone')?.counters).toBeUndefined();
    expect(errors.map(({ message }) => message)).toEqual([
      'state: answer: found "not found", expected no error',
      'snapshots: answer: found "not found", expected no error',
    ]);
  });

  test('that breaks off in the middle of the whole answer gives the list at least', () => {
    const { entities, errors } = parse({
      lxd: {
        ...ok(`${line('server', server)}instances {"metadata":[{"name":"koha"\n${line('basic', [koha])}`),
        status: 1,
        stderr: 'curl: (28) Operation timed out\n',
      },
    });
    expect(entities.has('container:hv1:koha')).toBe(true);
    expect(errors.map(({ message }) => message)).toEqual([
      'exit status 1: curl: (28) Operation timed out',
      expect.stringMatching(/^instances: answer: found .*, expected whole JSON$/),
    ]);
  });

  test('that shows one container in a way nobody knows costs that container alone', () => {
    const broken = { ...koha, name: 'odd', state: { ...koha.state, cpu: { usage: 'much' } } };
    const { entities, errors } = parse({ lxd: line('server', server) + line('instances', [broken, koha]) });
    expect(entities.has('container:hv1:koha')).toBe(true);
    expect(entities.has('container:hv1:odd')).toBe(false);
    expect(errors[0]?.message).toBe('instance 1.state.cpu.usage: found "much", expected a number');
  });

  test('that is there by two sockets is one', () => {
    const { entities, errors } = parse({ 'lxd-snap': lxd });
    expect(errors).toEqual([]);
    expect(entities).toEqual(parse().entities);
  });

  test('and another one that name two containers alike: neither is kept', () => {
    const other = line('server', { environment: { server: 'incus', server_version: '7.0', server_pid: 78 } });
    const { entities, errors } = parse({ incus: other + line('instances', [koha]) });
    expect(entities.has('container:hv1:koha')).toBe(false);
    expect(entities.has('container:hv1:old')).toBe(true);
    expect(errors.map(({ message }) => message)).toEqual([
      'container:hv1:koha: found in lxd and incus, expected once',
      'container:hv1:koha: found in lxd and incus, expected once',
    ]);
  });
});

describe('classic LXC', () => {
  const lxc = [
    '== version',
    '5.0.2',
    '== list',
    'NAME  STATE   PID   ',
    'web   RUNNING 13506 ',
    'idle  STOPPED -     ',
    '== processes',
    '/proc/13506/stat:13506 (in (it) x) S 13495 13506 13506 0 -1 4194560 3164 0 89 0 10 17 0 0 20 0 1 0 2915643 102768640 3071 18446744073709551615 1 1',
    '/proc/13506/net/dev:Inter-|   Receive                                                |  Transmit',
    '/proc/13506/net/dev: face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '/proc/13506/net/dev:    lo: 999 9 0 0 0 0 0 0 999 9 0 0 0 0 0 0',
    '/proc/13506/net/dev:  eth0: 1000 9 0 1 0 0 0 0 2000 9 0 0 0 0 0 0',
    '== snapshots',
    '1795372861 /var/lib/lxc/web/snaps/snap0/ts',
    '1795286461 /var/lib/lxc/web/snaps/snap1/ts',
    '',
  ].join('\n');
  const v1 = [
    'memory/lxc.payload.web/memory.usage_in_bytes:18026496',
    'memory/lxc.payload.web/memory.max_usage_in_bytes:102535168',
    'memory/lxc.payload.web/memory.limit_in_bytes:1073741824',
    'memory/lxc.payload.web/memory.stat:inactive_file 2740224',
    'memory/lxc.payload.web/memory.stat:active_file 8028160',
    'memory/lxc.payload.web/memory.stat:total_inactive_file 4640768',
    'memory/lxc.payload.web/memory.stat:total_active_file 8253440',
    'cpuacct/lxc.payload.web/cpuacct.usage:284754786',
    'cpu/lxc.payload.web/cpu.cfs_quota_us:150000',
    'cpu/lxc.payload.web/cpu.cfs_period_us:100000',
    '',
  ].join('\n');
  const { entities, errors } = parse({ lxd: '', lxc, cgroups: v1 });

  test('is read without an error', () => expect(errors).toEqual([]));

  test('has limits and use from cgroups of version 1, CPU and traffic since the first process started', () => {
    expect(entities.get('container:hv1:web')).toEqual({
      entity: 'container:hv1:web',
      at: context.at,
      clock_seconds: 86400.25,
      epoch: `${bootId} 13506 2915643`,
      gauges: {
        memory_used_bytes: 18_026_496 - 4_640_768 - 8_253_440,
        memory_charged_bytes: 18_026_496,
        memory_cache_bytes: 4_640_768 + 8_253_440,
        memory_peak_bytes: 102_535_168,
        memory_limit_bytes: GiB,
        cpu_limit_count: 1.5,
        snapshots_count: 2,
      },
      counters: {
        cpu_busy_seconds_total: 0.284754786,
        network_received_bytes_total: 1000,
        network_sent_bytes_total: 2000,
        network_errors_count_total: 0,
        network_drops_count_total: 1,
      },
      facts: {
        state: 'running',
        type: 'container',
        manager: 'lxc',
        manager_version: '5.0.2',
        newest_snapshot_at: '2026-11-22T18:41:01Z',
        snapshot_days: '2026-11-22T18:41Z 2026-11-21T18:41Z',
      },
    });
    expect(entities.get('container:hv1:idle')?.facts?.state).toBe('stopped');
  });
});

describe('a host', () => {
  test('without any manager is silent', () => {
    const { entities, errors } = parse({ lxd: '', cgroups: '' });
    expect(errors).toEqual([]);
    expect(entities.size).toBe(0);
  });

  test('where we may not be root tells what the kernel shows to everybody', () => {
    const { entities, errors } = parse({
      lxd: undefined,
      'lxd-snap': undefined,
      incus: undefined,
      lxc: undefined,
    });
    expect(errors).toEqual([]);
    expect(entities.get('container:hv1:koha')).toMatchObject({
      gauges: { memory_used_bytes: 500_000_000, memory_limit_bytes: 4 * GiB, processes_count: 40 },
    });
    expect(entities.get('container:hv1:koha')).not.toHaveProperty('counters');
  });

  test('whose manager does not answer is no host without containers', () => {
    const failed = { stdout: '', stderr: 'curl: (7) Failed to connect\n', status: 1, isTruncated: false };
    const { errors } = parse({ lxd: failed });
    expect(errors).toEqual([
      { source: 'host:hv1', part: 'lxd', message: 'exit status 1: curl: (7) Failed to connect' },
    ]);
  });

  test('that is cut off is not half read', () => {
    const { entities, errors } = parse({ lxd: { ...ok(lxd.slice(0, 500)), isTruncated: true }, cgroups: '' });
    expect(entities.size).toBe(0);
    expect(errors.map(({ message }) => message)).toEqual(['too much output']);
  });
});

test('every metric that is documented is shown by some host', () => {
  const shown = [
    ...parse().entities.values(),
    parseOne({ expanded_config: { 'limits.cpu.allowance': '50%' } }).record,
  ].flatMap((record) => Object.keys({ ...record?.gauges, ...record?.counters }));
  expect(new Set(shown)).toEqual(new Set(Object.keys(container.metrics)));
});

test('whatever is changed in an answer, nothing throws', () => {
  fc.assert(
    fc.property(fc.nat(lxd.length), fc.nat(40), fc.string({ maxLength: 40 }), (start, length, instead) => {
      const changed = lxd.slice(0, start) + instead + lxd.slice(start + length);
      expect(() => parse({ lxd: changed })).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['deep beyond every stack', `instances {"metadata":${'['.repeat(3e5)}${']'.repeat(3e5)}}\n`],
  ['deep where a name is due', `instances {"metadata":[{"name":${'[['.repeat(2e5)}${']]'.repeat(2e5)}}]}\n`],
  ['of many lines that are none', 'x\n'.repeat(1e6)],
  ['of many documents that are none', 'server {}\n'.repeat(1e5)],
  ['of many metrics that are none', `${'lxd_a{\n'.repeat(2e5)}# EOF\n`],
])('an answer %s is told within a second', (_, text) => {
  const begin = performance.now();
  const { entities, errors } = parse({ lxd: text, cgroups: text });
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(entities.size).toBe(0);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThan(30);
});

test('60 containers with 300 snapshots each are read in a moment', () => {
  const snapshots = Array.from({ length: 300 }, (_, index) => ({
    name: `auto${index}`,
    created_at: new Date(Date.UTC(2026, 10, 22) - index * 86_400_000).toISOString(),
  }));
  const many = Array.from({ length: 60 }, (_, index) => ({ ...koha, name: `c${index}`, snapshots }));
  const text = line('server', server) + line('instances', many);
  parse({ lxd: text });
  const begin = performance.now();
  const { entities } = parse({ lxd: text });
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(entities.get('container:hv1:c59')?.gauges?.snapshots_count).toBe(300);
});
