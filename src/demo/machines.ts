import { seedOf } from './chance.ts';

// The characters of the demo's machines: what they are made of and how they bear their load.

const GiB = 2 ** 30;
const GB = 1e9;

export interface DiskPlan {
  readonly device: string;
  /** Bytes a second at rest, and on top of it at the busiest hour. */
  readonly read: readonly [number, number];
  readonly written: readonly [number, number];
  /** The share of time it is busy, at rest and on top of it at the busiest hour. */
  readonly busy: readonly [number, number];
  /** The busy share that the night's dumps add. */
  readonly night: number;
}

export interface FileSystemPlan {
  readonly mountPoint: string;
  readonly device: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** What lies there without any container. */
  readonly baseBytes: number;
  /** What it gains each day, containers apart. */
  readonly dailyBytes: number;
  /** Containers live here. */
  readonly holdsContainers: boolean;
  /** It fills by `dailyBytes` and more until it is cleaned, every so many days. */
  readonly cleaned?: { readonly everyDays: number; readonly dailyBytes: number };
}

export interface Machine {
  readonly threads: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  /** Kernel, file caches that count as used (ARC), daemons. */
  readonly baseMemoryBytes: number;
  readonly osName: string;
  readonly osVersion: string;
  /** The last one runs now; each reboot brought the next. */
  readonly kernels: readonly string[];
  /** The share of processor time at rest, what visits and the night's work add (containers apart), what the hypervisor takes. */
  readonly cpu: {
    readonly rest: number;
    readonly visit: number;
    readonly night: number;
    readonly steal: number;
  };
  readonly disks: readonly DiskPlan[];
  readonly network: {
    readonly name: string;
    readonly received: readonly [number, number];
    readonly sent: readonly [number, number];
    readonly night: number;
  };
  readonly fileSystems: readonly FileSystemPlan[];
}

const bookworm = ['6.1.0-28-amd64', '6.1.0-32-amd64', '6.1.0-37-amd64', '6.1.0-40-amd64', '6.1.0-41-amd64'];
const bullseye = [
  '5.10.0-29-amd64',
  '5.10.0-32-amd64',
  '5.10.0-33-amd64',
  '5.10.0-34-amd64',
  '5.10.0-35-amd64',
];
const noble = [
  '6.8.0-49-generic',
  '6.8.0-58-generic',
  '6.8.0-71-generic',
  '6.8.0-86-generic',
  '6.8.0-88-generic',
];

function root(device: string, sizeBytes: number, baseBytes: number, dailyBytes: number): FileSystemPlan {
  return { mountPoint: '/', device, type: 'ext4', sizeBytes, baseBytes, dailyBytes, holdsContainers: false };
}

function pool(
  mountPoint: string,
  device: string,
  sizeBytes: number,
  baseBytes: number,
  dailyBytes: number,
): FileSystemPlan {
  return { mountPoint, device, type: 'zfs', sizeBytes, baseBytes, dailyBytes, holdsContainers: true };
}

const systemFileSystems: readonly FileSystemPlan[] = [
  root('/dev/md1', 78.2 * GB, 21 * GB, 14e6),
  { ...root('/dev/md0', 1.02 * GB, 0.29 * GB, 0.2e6), mountPoint: '/boot' },
];

const nvme: Omit<DiskPlan, 'device'> = {
  read: [0.4e6, 26e6],
  written: [1.8e6, 9e6],
  busy: [0.015, 0.11],
  night: 0.34,
};

const hypervisor: Machine = {
  threads: 32,
  memoryBytes: 128 * GiB - 2_310_144 * 1024,
  swapBytes: 8 * GiB,
  baseMemoryBytes: 30 * GiB,
  osName: 'Debian GNU/Linux',
  osVersion: '12',
  kernels: bookworm,
  cpu: { rest: 0.025, visit: 0, night: 0.16, steal: 0 },
  disks: [
    { device: 'nvme0n1', ...nvme },
    { device: 'nvme1n1', ...nvme },
  ],
  network: { name: 'eno1', received: [0.2e6, 3.4e6], sent: [0.3e6, 11e6], night: 38e6 },
  fileSystems: [...systemFileSystems, pool('/tank', 'tank', 1_742 * GB, 96 * GB, 60e6)],
};

const platter: Omit<DiskPlan, 'device'> = {
  read: [0.9e6, 21e6],
  written: [0.2e6, 1.6e6],
  busy: [0.03, 0.27],
  night: 0.3,
};

const digitalLibrary: Machine = {
  threads: 20,
  memoryBytes: 64 * GiB - 1_502_208 * 1024,
  swapBytes: 4 * GiB,
  baseMemoryBytes: 33 * GiB,
  osName: 'Ubuntu',
  osVersion: '24.04',
  kernels: noble,
  cpu: { rest: 0.03, visit: 0, night: 0.08, steal: 0 },
  disks: [
    { device: 'sda', ...platter },
    { device: 'sdb', ...platter },
    { device: 'sdc', ...platter },
    { device: 'sdd', read: [0.05e6, 0.6e6], written: [0.4e6, 1.1e6], busy: [0.01, 0.05], night: 0.06 },
  ],
  network: { name: 'enp65s0f0', received: [0.3e6, 1.2e6], sent: [0.4e6, 31e6], night: 14e6 },
  fileSystems: [
    root('/dev/sdd2', 468 * GB, 64 * GB, 35e6),
    pool('/media', 'media', 11_610 * GB, 310 * GB, 40e6),
  ],
};

const lightServer: Machine = {
  threads: 4,
  memoryBytes: 16 * GiB - 402_944 * 1024,
  swapBytes: 2 * GiB,
  baseMemoryBytes: 1.1 * GiB,
  osName: 'Debian GNU/Linux',
  osVersion: '12',
  kernels: bookworm,
  cpu: { rest: 0.05, visit: 0, night: 0.22, steal: 0.035 },
  disks: [{ device: 'vda', read: [0.02e6, 1.1e6], written: [0.2e6, 1.4e6], busy: [0.02, 0.12], night: 0.25 }],
  network: { name: 'ens3', received: [0.05e6, 0.5e6], sent: [0.05e6, 0.7e6], night: 3e6 },
  fileSystems: [
    {
      mountPoint: '/',
      device: '/dev/vda1',
      type: 'ext4',
      sizeBytes: 168.9 * GB,
      baseBytes: 14 * GB,
      dailyBytes: 6e6,
      holdsContainers: true,
      cleaned: { everyDays: 61, dailyBytes: 620e6 },
    },
  ],
};

const reverseProxy: Machine = {
  threads: 2,
  memoryBytes: 4 * GiB - 118_784 * 1024,
  swapBytes: 1 * GiB,
  baseMemoryBytes: 1.25 * GiB,
  osName: 'Debian GNU/Linux',
  osVersion: '13',
  kernels: [
    '6.12.38+deb13-amd64',
    '6.12.41+deb13-amd64',
    '6.12.43+deb13-amd64',
    '6.12.48+deb13-amd64',
    '6.12.57+deb13-amd64',
  ],
  cpu: { rest: 0.035, visit: 0.19, night: 0.03, steal: 0.012 },
  disks: [
    { device: 'vda', read: [0.01e6, 0.05e6], written: [0.05e6, 0.9e6], busy: [0.004, 0.03], night: 0.02 },
  ],
  network: { name: 'ens3', received: [0.4e6, 14e6], sent: [0.4e6, 14.6e6], night: 0.1e6 },
  fileSystems: [
    {
      mountPoint: '/',
      device: '/dev/vda1',
      type: 'ext4',
      sizeBytes: 42.1 * GB,
      baseBytes: 6.8 * GB,
      dailyBytes: 3e6,
      holdsContainers: false,
      cleaned: { everyDays: 7, dailyBytes: 410e6 },
    },
  ],
};

const backupServer: Machine = {
  threads: 16,
  memoryBytes: 32 * GiB - 803_840 * 1024,
  swapBytes: 4 * GiB,
  baseMemoryBytes: 19 * GiB,
  osName: 'Debian GNU/Linux',
  osVersion: '11',
  kernels: bullseye,
  cpu: { rest: 0.012, visit: 0, night: 0.42, steal: 0 },
  disks: [
    { device: 'sda', read: [0.05e6, 0.1e6], written: [0.1e6, 0.1e6], busy: [0.01, 0.01], night: 0.74 },
    { device: 'sdb', read: [0.05e6, 0.1e6], written: [0.1e6, 0.1e6], busy: [0.01, 0.01], night: 0.71 },
  ],
  network: { name: 'eno1', received: [0.02e6, 0.02e6], sent: [0.02e6, 0.02e6], night: 11e6 },
  fileSystems: [
    root('/dev/md0', 49.1 * GB, 9.4 * GB, 5e6),
    {
      mountPoint: '/backup',
      device: 'backup',
      type: 'zfs',
      sizeBytes: 5_520 * GB,
      baseBytes: 3_150 * GB,
      dailyBytes: 3.4 * GB,
      holdsContainers: false,
      cleaned: { everyDays: 30, dailyBytes: 21 * GB },
    },
    {
      mountPoint: '/cold',
      device: 'backup/cold',
      type: 'zfs',
      // What it may still grow by it shares with /backup.
      sizeBytes: 9_780 * GB,
      baseBytes: 8_040 * GB,
      dailyBytes: 0,
      holdsContainers: false,
    },
  ],
};

const machines = new Map<string, Machine>([
  ['hv1', hypervisor],
  [
    'hv2',
    {
      ...hypervisor,
      baseMemoryBytes: 36 * GiB,
      cpu: { rest: 0.035, visit: 0, night: 0.19, steal: 0 },
      fileSystems: [...systemFileSystems, pool('/tank', 'tank', 1_742 * GB, 264 * GB, 240e6)],
    },
  ],
  ['hv3', digitalLibrary],
  ['light', lightServer],
  ['front', reverseProxy],
  ['backup', backupServer],
]);

/** The machine behind a host of the demo; any other host gets the character of one of them. */
export function machineOf(host: string): Machine {
  const all = [...machines.values()];
  return machines.get(host) ?? all[seedOf(0, host) % all.length] ?? hypervisor;
}
