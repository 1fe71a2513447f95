import type {
  BackupMark,
  BackupReport,
  BackupState,
  ContainerReport,
  DiskReport,
  PlatformReport,
  PoolReport,
} from '../../src/model/reports-file.ts';
import { addToDay, addToMonth } from '../../src/model/time.ts';

// The parts of the first host of the sample, and its backups: well, ill, unknown and gone.

const seen = { seenOn: '2026-11-22', isCurrent: true };
const untold = {
  readOn: null,
  size_bytes: null,
  powerOn_seconds: null,
  wear_used_ratio: null,
  written_bytes: null,
  temperature_celsius: null,
  reallocated_count: null,
  pending_count: null,
  uncorrected_count: null,
  state: 'unknown',
} as const;

export const disks: DiskReport[] = [
  {
    ...seen,
    id: 'S4YPNX0W100001',
    device: '/dev/nvme0',
    model: 'SAMSUNG MZQL23T8HCLS-00A07',
    readOn: '2026-11-22',
    size_bytes: 3.84e12,
    powerOn_seconds: 5.4 * 31_557_600,
    wear_used_ratio: 0.07,
    written_bytes: 79.87e12,
    temperature_celsius: 36,
    reallocated_count: null,
    pending_count: null,
    uncorrected_count: 0,
    state: 'up',
  },
  {
    ...seen,
    id: 'ZC1A0B2C',
    device: '/dev/sda',
    model: 'ST4000NM000A-2HZ100',
    readOn: '2026-11-18',
    size_bytes: 4e12,
    powerOn_seconds: 2.1 * 31_557_600,
    wear_used_ratio: null,
    written_bytes: null,
    temperature_celsius: 41,
    reallocated_count: 12,
    pending_count: 3,
    uncorrected_count: 5,
    state: 'degraded',
  },
  { ...seen, ...untold, id: '5000c500a1b2c3d4', device: '/dev/sdb megaraid,3', model: null },
  {
    ...untold,
    seenOn: '2026-11-03',
    isCurrent: false,
    id: 'OLD-DISK',
    device: '/dev/sdc',
    model: 'WD<b>40</b>',
  },
];

export const pools: PoolReport[] = [
  {
    ...seen,
    name: 'tank',
    health: 'ONLINE',
    state: 'degraded',
    reason: 'ONLINE: 0 read, 0 write, 3 checksum errors of tank/mirror-0/sdb',
    used_bytes: 3e12,
    available_bytes: 1e12,
    read_errors_count: 0,
    write_errors_count: 0,
    checksum_errors_count: 3,
    data_errors_count: 0,
    scrubbedAt: '2026-10-11T03:24:00Z',
    scrub_errors_count: 0,
    isScrubLate: false,
    scan: { kind: 'scrub', state: 'running', at: '2026-11-22T06:00:00Z', progress_ratio: 0.369 },
    devices: [
      { name: 'tank/mirror-0/sdb', state: 'degraded', reason: 'ONLINE: 0 read, 0 write, 3 checksum errors' },
    ],
  },
  {
    ...seen,
    name: 'media',
    health: 'ONLINE',
    state: 'up',
    reason: null,
    used_bytes: 8e12,
    available_bytes: 8e12,
    read_errors_count: 0,
    write_errors_count: 0,
    checksum_errors_count: 0,
    data_errors_count: 0,
    scrubbedAt: '2026-10-11T03:24:00Z',
    scrub_errors_count: 0,
    isScrubLate: true,
    scan: null,
    devices: [],
  },
  {
    ...seen,
    name: 'old',
    health: null,
    state: 'unknown',
    reason: null,
    used_bytes: null,
    available_bytes: null,
    read_errors_count: null,
    write_errors_count: null,
    checksum_errors_count: null,
    data_errors_count: null,
    scrubbedAt: null,
    scrub_errors_count: null,
    isScrubLate: false,
    scan: null,
    devices: [],
  },
];

export const containers: ContainerReport[] = [
  {
    ...seen,
    name: 'koha-1',
    status: 'running',
    cpu_busy_count: 0.52,
    cpu_limit_count: 2,
    memory_used_bytes: 2.7e9,
    memory_limit_bytes: 4e9,
    disk_used_bytes: 34e9,
    disk_limit_bytes: null,
    snapshots_count: 4,
    newestSnapshotAt: '2026-11-22T02:10:00Z',
  },
  {
    ...seen,
    name: 'validation',
    status: 'stopped',
    cpu_busy_count: null,
    cpu_limit_count: null,
    memory_used_bytes: null,
    memory_limit_bytes: null,
    disk_used_bytes: null,
    disk_limit_bytes: 1e10,
    snapshots_count: 0,
    newestSnapshotAt: null,
  },
  {
    seenOn: '2026-11-09',
    isCurrent: false,
    name: 'moved',
    status: 'running',
    cpu_busy_count: 0.1,
    cpu_limit_count: null,
    memory_used_bytes: 1e9,
    memory_limit_bytes: null,
    disk_used_bytes: 1e9,
    disk_limit_bytes: null,
    snapshots_count: null,
    newestSnapshotAt: null,
  },
];

export const platform: PlatformReport = {
  ...seen,
  software: [
    {
      name: 'Debian GNU/Linux',
      version: '12',
      support: {
        until: '2026-07-11',
        longTermUntil: '2028-06-30',
        source: 'wiki.debian.org/LTS',
        checkedOn: '2026-11-20',
      },
    },
    {
      name: 'LXD',
      version: '4.0.9',
      support: { until: '2025-06', longTermUntil: null, source: 'canonical/lxd', checkedOn: '2026-11-20' },
    },
    { name: 'OpenZFS', version: '2.1.11-1', support: null },
  ],
  kernel: '6.1.0-28-amd64',
  kernelNewest: '6.1.0-31-amd64',
  isRebootDue: true,
  updates_count: 17,
  securityUpdates_count: 4,
  lists_seconds: 39_600,
};

export function mark(on: string, state: BackupState, more: Partial<BackupMark> = {}): BackupMark {
  return { on, state, bytes: null, usual_bytes: null, why: null, ...more };
}

const days = (state: BackupState) =>
  Array.from({ length: 7 }, (_, index) => mark(addToDay('2026-11-16', index), state));
const months = (state: BackupState) =>
  Array.from({ length: 12 }, (_, index) => mark(addToMonth('2025-11', index), state));

const standard = {
  name: 'standard',
  daily: 7,
  monthly: 12,
  containerSnapshot: 'sunday',
  coldCheck_seconds: null,
};

export const backups: BackupReport[] = [
  {
    service: 'bokeh',
    name: 'Portail',
    policy: { ...standard, containerSnapshot: null },
    state: 'valid',
    newestValidAt: '2026-11-22T02:00:00Z',
    sources: [
      {
        kind: 'dumps',
        host: 'hv1',
        lookedAt: '2026-11-22T09:00:00Z',
        problem: null,
        newestValidAt: '2026-11-22T02:00:00Z',
        days: days('valid'),
        months: [...months('none').slice(0, 6), ...months('valid').slice(6)],
      },
    ],
    weeks: [],
    cold: null,
  },
  {
    service: 'koha',
    name: 'Catalogue',
    policy: standard,
    state: 'missing',
    newestValidAt: '2026-11-20T02:00:00Z',
    sources: [
      {
        kind: 'dumps',
        host: 'hv1',
        lookedAt: '2026-11-22T09:00:00Z',
        problem: null,
        newestValidAt: '2026-11-20T02:00:00Z',
        days: [
          mark('2026-11-16', 'valid', { bytes: 334_001 }),
          mark('2026-11-17', 'missing'),
          mark('2026-11-18', 'unverified', { bytes: 330_000, why: 'made without comments (--compact)' }),
          mark('2026-11-19', 'suspicious', { bytes: 120_000, usual_bytes: 334_000 }),
          mark('2026-11-20', 'valid', { bytes: 334_000 }),
          mark('2026-11-21', 'bad', { bytes: 396, why: 'its closing line is missing <b>' }),
          mark('2026-11-22', 'late'),
        ],
        months: [
          ...months('none').slice(0, 4),
          ...months('missing').slice(4, 6),
          ...months('valid').slice(6),
        ],
      },
    ],
    weeks: [
      mark('2026-10-25', 'present'),
      mark('2026-11-01', 'missing'),
      mark('2026-11-08', 'present'),
      mark('2026-11-15', 'present'),
    ],
    cold: null,
  },
  {
    service: 'omeka',
    name: 'Bibliothèque numérique',
    policy: {
      name: 'media',
      daily: 7,
      monthly: null,
      containerSnapshot: null,
      coldCheck_seconds: 31_557_600,
    },
    state: 'unseen',
    newestValidAt: null,
    sources: [
      {
        kind: 'restic',
        host: 'neuf',
        lookedAt: null,
        problem: 'the repository is locked',
        newestValidAt: null,
        days: days('unseen'),
        months: months('unseen'),
      },
    ],
    weeks: [],
    cold: {
      state: 'unverified',
      lookedAt: '2026-11-22T09:00:00Z',
      problem: null,
      verifiedAt: null,
      files_count: 812_345,
      checked_count: 40_211,
      bad_count: 0,
    },
  },
];
