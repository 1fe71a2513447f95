import { fromSeconds, toSeconds } from '../src/model/time.ts';
import { containerNames, type MachineSize, now } from './parse-texts.ts';

// What LXD 5.0 answers on its socket, and what the kernel counts of its containers. Its answers hold much that must not leave the host.

const GiB = 2 ** 30;
const weeks = 9;

/** What follows `http://manager/1.0` in a question, and the answer to it. */
export function lxdAnswers(size: MachineSize): Map<string, string> {
  const answer = (metadata: unknown): string =>
    `${JSON.stringify({ type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata })}\n`;
  const pools = Array.from({ length: size.pools }, (_, index) => `tank${index + 1}`);
  return new Map([
    ['', answer(server)],
    ['/instances?recursion=2&all-projects=true', answer(containerNames(size).map(instance))],
    [
      '/storage-pools?recursion=1',
      answer(
        pools.map((name) => ({
          config: { source: `${name}/containers`, 'zfs.pool_name': `${name}/containers` },
          description: '',
          name,
          driver: 'zfs',
          used_by: containerNames(size).map((container) => `/1.0/instances/${container}`),
          status: 'Created',
          locations: ['none'],
        })),
      ),
    ],
    ['/storage-pools', answer(pools.map((name) => `/1.0/storage-pools/${name}`))],
    ...pools.map((name): [string, string] => [
      `/storage-pools/${name}/resources`,
      answer({
        space: { used: 9_210_088_960, total: 23_044_535_894 },
        inodes: { used: 31, total: 9_000_000 },
      }),
    ]),
    ['/warnings?recursion=1', answer([warning])],
    ['/metrics', metricsOf(size)],
  ]);
}

const server = {
  config: { 'core.trust_password': true },
  api_extensions: [
    ...Array.from({ length: 300 }, (_, index) => `an_extension_of_the_api_${index}`),
    ...['container_full', 'storage', 'resources', 'projects', 'instances', 'instance_all_projects'],
    ...['metrics', 'warnings'],
  ],
  api_status: 'stable',
  api_version: '1.0',
  auth: 'trusted',
  public: false,
  environment: {
    certificate: `-----BEGIN CERTIFICATE-----\n${'MIIC'.repeat(300)}\n-----END CERTIFICATE-----\n`,
    driver: 'lxc',
    driver_version: '5.0.2',
    kernel_version: '6.1.0-28-amd64',
    server: 'lxd',
    server_clustered: false,
    server_name: 'hv1',
    server_pid: 1077,
    server_version: '5.0.2',
    storage: 'zfs',
  },
};

const warning = {
  uuid: '4c82c3c2-e132-446c-9dde-20f48695d397',
  location: 'none',
  project: '',
  entity_url: '',
  status: 'new',
  severity: 'low',
  type: "Couldn't find the CGroup network priority controller",
  count: 1,
  first_seen_at: '2026-11-22T00:24:32.978184687Z',
  last_seen_at: '2026-11-22T00:24:32.978184687Z',
  last_message: 'network priority will be ignored',
};

function instance(name: string, index: number): unknown {
  const idmap = '[{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":10000001}]';
  const config = {
    'cloud-init.user-data': `#cloud-config\npassword: "${'secret '.repeat(40)}"\n`,
    'image.description': 'Debian bookworm amd64',
    'image.os': 'debian',
    'image.release': 'bookworm',
    'limits.cpu': '4',
    'limits.memory': '8GiB',
    'snapshots.schedule': '0 3 * * 0',
    'volatile.base_image': '737fa4ad6b82fc3b9dffb306c37d3a6fa78ba3412cc1c0c5eb2b35e37978d875',
    'volatile.eth0.host_name': `veth${index}`,
    'volatile.eth0.hwaddr': '00:16:3e:7f:27:f8',
    'volatile.idmap.current': idmap,
    'volatile.idmap.next': idmap,
    'volatile.last_state.idmap': idmap,
    'volatile.last_state.power': 'RUNNING',
    'volatile.uuid': '6f9364f9-b089-43d1-9a90-fcf38c8eac4e',
  };
  const deviceSet = {
    eth0: { name: 'eth0', network: 'lxdbr0', type: 'nic' },
    root: { path: '/', pool: `tank${(index % 4) + 1}`, size: '100GiB', type: 'disk' },
  };
  const network = (host_name: string, type: string) => ({
    addresses: [{ family: 'inet', address: '192.0.2.7', netmask: '24', scope: 'global' }],
    counters: {
      bytes_received: 51_600_000 + index,
      bytes_sent: 48_600_000 + index,
      packets_received: 6000,
      packets_sent: 6000,
      errors_received: 0,
      errors_sent: 0,
      packets_dropped_outbound: 0,
      packets_dropped_inbound: 0,
    },
    hwaddr: '00:16:3e:7f:27:f8',
    host_name,
    mtu: 1500,
    state: 'up',
    type,
  });
  return {
    architecture: 'x86_64',
    config,
    devices: {},
    ephemeral: false,
    profiles: ['default'],
    stateful: false,
    description: '',
    created_at: '2025-01-02T03:04:05.363356712Z',
    expanded_config: config,
    expanded_devices: deviceSet,
    name,
    status: 'Running',
    status_code: 103,
    last_used_at: '2026-11-01T00:00:00.49205785Z',
    location: 'none',
    type: 'container',
    project: 'default',
    backups: null,
    state: {
      status: 'Running',
      status_code: 103,
      disk: { root: { usage: 9_341_376_512, total: 0 } },
      memory: { usage: 2_101_576_704, usage_peak: 0, swap_usage: 0, swap_usage_peak: 0 },
      network: { eth0: network(`veth${index}`, 'broadcast'), lo: network('', 'loopback') },
      pid: 25_043 + index,
      processes: 131,
      cpu: { usage: 78_069_061_500_000 },
    },
    snapshots: Array.from({ length: weeks }, (_, week) => ({
      architecture: 'x86_64',
      config,
      created_at: fromSeconds(toSeconds(now) - week * 604_800 - 23_700),
      expires_at: '0001-01-01T00:00:00Z',
      devices: {},
      ephemeral: false,
      expanded_config: config,
      expanded_devices: deviceSet,
      last_used_at: '0001-01-01T00:00:00Z',
      name: `snap${week}`,
      profiles: ['default'],
      stateful: false,
      size: -1,
    })),
  };
}

function metricsOf(size: MachineSize): string {
  const names = ['MemTotal', 'MemAvailable', 'MemFree', 'Active', 'Cached', 'Mapped', 'Shmem', 'Swap'];
  const lines = containerNames(size).flatMap((name) => {
    const labels = `name="${name}",project="default",type="container"`;
    return [
      ...names.map((memory, index) => `lxd_memory_${memory}_bytes{${labels}} ${(8 - index) * GiB}`),
      `lxd_memory_OOM_kills_total{${labels}} 0`,
      ...[0, 1, 2, 3].flatMap((cpu) =>
        ['user', 'system', 'idle'].map(
          (mode) => `lxd_cpu_seconds_total{cpu="${cpu}",mode="${mode}",${labels}} ${cpu * 1000 + 0.65545254}`,
        ),
      ),
      ...['eth0', 'lo'].map((device) => `lxd_network_receive_bytes_total{device="${device}",${labels}} 516`),
    ];
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Files below /sys/fs/cgroup (version 2), by path. */
export function cgroupFiles(size: MachineSize): Map<string, string> {
  return new Map(
    containerNames(size).flatMap((name) =>
      Object.entries(cgroup).map(([file, text]): [string, string] => [`lxc.payload.${name}/${file}`, text]),
    ),
  );
}

const waiting = ['some', 'full']
  .map((who) => `${who} avg10=0.00 avg60=0.12 avg300=0.31 total=${who.length}12\n`)
  .join('');
/** Of memory.stat there are 50 lines, of which few are read. */
const otherMemory = Array.from({ length: 46 }, (_, index) => `a_count_${index} ${index * 4096}\n`).join('');
const cgroup = {
  'memory.current': '2101576704\n',
  'memory.peak': '4102535168\n',
  'memory.max': '8589934592\n',
  'memory.swap.current': '0\n',
  'memory.stat': `anon 1048576000\nfile 996403456\ninactive_file 496403456\nactive_file 396403456\n${otherMemory}`,
  'memory.events': 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n',
  'cpu.stat': 'usage_usec 78069061500\nuser_usec 58069061500\nsystem_usec 20000000000\nthrottled_usec 0\n',
  'cpu.max': '400000 100000\n',
  'pids.current': '131\n',
  'cpu.pressure': waiting,
  'memory.pressure': waiting,
  'io.pressure': waiting,
};
