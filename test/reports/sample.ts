import type { HostReport, ReportsFile, Resource } from '../../src/model/reports-file.ts';
import { backups, containers, disks, platform, pools } from './sample-parts.ts';

// A small fleet made by hand: one host with a growing disk, a quiet processor and ten days without data; one that has just arrived.

/** 120 days from 26 July 2026: 400 GB and 2 GB more each day, nothing on days 50 to 59. */
export const growing: Resource = {
  kind: 'filesystem',
  name: '/srv',
  unit: 'bytes',
  capacity: 1e12,
  thresholds: [8e11, 9e11],
  now: 400e9 + 119 * 2e9,
  first: '2026-07-26',
  values: Array.from({ length: 120 }, (_, day) => (day >= 50 && day < 60 ? null : 400e9 + day * 2e9)),
  means: null,
  trend: {
    kind: 'line',
    days: 110,
    slope_per_day: 2e9,
    slope_low: 1.8e9,
    slope_high: 2.3e9,
    ahead: {
      first: '2026-11-23',
      step_days: 30,
      median: [640e9, 700e9, 760e9, 820e9],
      low: [635e9, 680e9, 730e9, 780e9],
      high: [645e9, 720e9, 800e9, 880e9],
    },
    crossings: [
      { threshold: 8e11, earliest: '2027-01-22', median: '2027-02-10', latest: '2027-03-05' },
      { threshold: 9e11, earliest: null, median: null, latest: null },
    ],
    backtest: {
      horizon_days: 28,
      trials: 26,
      error: 3e9,
      error_of_last_value: 56e9,
      held: 0.5,
    },
  },
};

/** 30 days of a busy weekday and a calm weekend, without a crossing in sight. */
export const processor: Resource = {
  kind: 'cpu',
  name: '',
  unit: 'ratio',
  capacity: null,
  thresholds: [0.8],
  now: 0.2,
  first: '2026-10-24',
  values: Array.from({ length: 30 }, (_, day) => (day % 7 < 2 ? 0.2 : 0.41)),
  means: Array.from({ length: 30 }, () => 0.125),
  trend: {
    kind: 'line',
    days: 30,
    slope_per_day: 0.0001,
    slope_low: -0.0002,
    slope_high: 0.0004,
    ahead: { first: '2026-11-23', step_days: 7, median: [0.4, 0.4], low: [0.3, 0.3], high: [0.5, 0.5] },
    crossings: [{ threshold: 0.8, earliest: null, median: null, latest: null }],
    backtest: null,
  },
};

/** Three days of the fourteen that it takes. */
export const arriving: Resource = {
  kind: 'memory',
  name: '',
  unit: 'ratio',
  capacity: null,
  thresholds: [0.9],
  now: 0.35,
  first: '2026-11-20',
  values: [0.33, 0.34, 0.35],
  means: null,
  trend: { kind: 'collecting', days: 3, needed_days: 14 },
};

const blank = {
  provider: null,
  site: null,
  isEntry: false,
  state: 'up',
  readAt: '2026-11-22T09:35:00Z',
  fault: null,
  os: 'Debian GNU/Linux 12',
  kernel: null,
  bootedAt: null,
  cpu_count: 8,
  memory_bytes: 64e9,
  load5_per_cpu_ratio: 0.25,
  hardware: [],
  events: [],
  services: [],
  disks: [],
  pools: [],
  containers: [],
  platform: null,
} satisfies Partial<HostReport>;

export const sample: ReportsFile = {
  schema: 'vigie/reports@1',
  fleet: { name: 'Réseau exemple', timeZone: 'Europe/Paris', locale: 'fr' },
  builtAt: '2026-11-22T09:36:00Z',
  dataUntil: '2026-11-22T09:35:00Z',
  every_seconds: 300,
  firstDay: '2026-07-26',
  policies: { hostMaxAge_days: 2192, hostLeadTime_days: 42 },
  hosts: [
    {
      ...blank,
      id: 'hv1',
      name: 'Premier',
      resources: [growing, processor],
      events: [{ at: '2026-09-14T02:00:00Z', kind: 'silence', seconds: 864_000 }],
      hardware: [
        {
          part: 'server',
          description: 'R640',
          acquisition: 'bought',
          contract: 'C-1',
          from: '2020-06-01',
          until: '2025-06-01',
          price_eur: 6200,
          monthly_eur: null,
          age_days: 2365,
        },
      ],
      services: ['koha'],
      disks,
      pools,
      containers,
      platform,
    },
    {
      ...blank,
      id: 'neuf',
      name: 'Dernier venu',
      state: 'unknown',
      readAt: '2026-11-21T14:05:00Z',
      fault: 'connect ETIMEDOUT <b>',
      resources: [arriving],
    },
  ],
  services: [
    {
      id: 'koha',
      name: 'Catalogue',
      application: 'Koha',
      software: {
        name: 'Koha',
        version: '24.05',
        support: {
          until: '2025-11',
          longTermUntil: null,
          source: 'wiki.koha-community.org',
          checkedOn: '2026-11-20',
        },
      },
      host: 'hv1',
      container: 'koha-1',
      state: 'down',
      reason: 'HTTP 502',
      last90Days: {
        ratio: 0.99996,
        coverage: 0.98,
        down_seconds: 300,
        degraded_seconds: 0,
        maintenance_seconds: 0,
      },
      p95_seconds: 1.26,
    },
  ],
  backups,
  withoutBackup: ['Statistiques'],
  errors: [
    {
      collector: 'host',
      at: '2026-11-22T09:35:00Z',
      source: 'host:neuf',
      part: null,
      message: 'banner was <script>alert(1)</script>',
    },
  ],
  broken: [],
};

/** The same fleet before its first collection. */
export const empty: ReportsFile = {
  ...sample,
  fleet: { ...sample.fleet, locale: 'en' },
  dataUntil: null,
  firstDay: null,
  hosts: [],
  services: [],
  backups: [],
  withoutBackup: [],
  errors: [],
};
