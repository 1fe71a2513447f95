import { z } from 'zod';
import { Slug } from './entity.ts';
import { State } from './state.ts';
import { Availability } from './status-file.ts';
import { Day, Instant, Month, TimeZone } from './time.ts';

// .vigie/reports.json: what the hosting team and its management may know.

const column = z.array(z.number().nullable());

/** A robust line through a series, with what it is worth on that very series. */
export const Trend = z.discriminatedUnion('kind', [
  /** Too little history for a line: how much there is, and how much it takes. */
  z.strictObject({ kind: z.literal('collecting'), days: z.int(), needed_days: z.int() }),
  z.strictObject({
    kind: z.literal('line'),
    /** How many days of data it rests on. */
    days: z.int(),
    /** Theil–Sen slope in the series' unit a day, and its 80 % interval. */
    slope_per_day: z.number(),
    slope_low: z.number(),
    slope_high: z.number(),
    /** The line ahead, one item every `step_days` from tomorrow: median, and the band that held 80 % of past errors. */
    ahead: z.strictObject({
      first: Day,
      step_days: z.int(),
      median: z.array(z.number()),
      low: z.array(z.number()),
      high: z.array(z.number()),
    }),
    /** When each threshold is crossed; null: not within the horizon shown. */
    crossings: z.array(
      z.strictObject({
        threshold: z.number(),
        earliest: Day.nullable(),
        median: Day.nullable(),
        latest: Day.nullable(),
      }),
    ),
    /** How the same method did on this series' own past. Null when there is too little of it. */
    backtest: z
      .strictObject({
        horizon_days: z.int(),
        trials: z.int(),
        /** Mean absolute error at the horizon, in the series' unit. */
        error: z.number(),
        /** The same for "as today", the yardstick. */
        error_of_last_value: z.number(),
        /** The share of trials that the 80 % band held. */
        held: z.number(),
      })
      .nullable(),
  }),
]);
export type Trend = z.infer<typeof Trend>;

/** One resource of a host over time. */
export const Resource = z.strictObject({
  kind: z.enum(['cpu', 'memory', 'filesystem']),
  /** The mount point for a file system; else empty. */
  name: z.string(),
  /** `ratio`: a share of the capacity, 0 to 1. `bytes`: to be seen against `capacity`. */
  unit: z.enum(['ratio', 'bytes']),
  capacity: z.number().nullable(),
  /** In the unit of the series, ascending. */
  thresholds: z.array(z.number()),
  /** The newest value; null when it was not read of late. */
  now: z.number().nullable(),
  first: Day,
  /** One item a day from `first`. What is planned on: a gauge's 95th percentile of the day, a store's last value of the day. */
  values: column,
  /** The day's mean, for gauges. */
  means: column.nullable(),
  trend: Trend,
});
export type Resource = z.infer<typeof Resource>;

/** When something was last seen. What was not seen today or yesterday is not current. */
const seen = { seenOn: Day, isCurrent: z.boolean() };

const count = z.number().nullable();

/** A disk as it told of itself by SMART; null: it did not tell. */
export const DiskReport = z.strictObject({
  ...seen,
  /** Its serial number, else its WWN: it is known by it wherever it is plugged. */
  id: z.string(),
  device: z.string().nullable(),
  model: z.string().nullable(),
  /** The day of the figures: before `seenOn` for a disk that has slept since. Null when there are none. */
  readOn: Day.nullable(),
  size_bytes: count,
  powerOn_seconds: count,
  wear_used_ratio: count,
  written_bytes: count,
  temperature_celsius: count,
  /** Replaced by spare ones; of SCSI disks the defects that came since they were made. */
  reallocated_count: count,
  pending_count: count,
  /** What could not be read or corrected, by the first of the disk's counters that tells. */
  uncorrected_count: count,
  /** The disk's own verdict; `unknown` when it gives none. */
  state: State,
});
export type DiskReport = z.infer<typeof DiskReport>;

export const PoolReport = z.strictObject({
  ...seen,
  name: z.string(),
  /** ZFS's own word, such as ONLINE, which is not the same as healthy. */
  health: z.string().nullable(),
  state: State,
  reason: z.string().nullable(),
  /** Usable, as its root dataset counts it. */
  used_bytes: count,
  available_bytes: count,
  read_errors_count: count,
  write_errors_count: count,
  checksum_errors_count: count,
  /** Blocks that are lost for good. */
  data_errors_count: count,
  /** When the last scrub ended that we know of; a resilver hides it from ZFS, not from us. */
  scrubbedAt: Instant.nullable(),
  scrub_errors_count: count,
  /** It was not scrubbed for longer than it should be, and no scrub runs. */
  isScrubLate: z.boolean(),
  /** What runs, was paused or was broken off, and since when. */
  scan: z
    .strictObject({
      kind: z.enum(['scrub', 'resilver']),
      state: z.enum(['running', 'paused', 'canceled']),
      at: Instant.nullable(),
      progress_ratio: count,
    })
    .nullable(),
  /** The devices that ZFS says something of. */
  devices: z.array(z.strictObject({ name: z.string(), state: State, reason: z.string() })),
});
export type PoolReport = z.infer<typeof PoolReport>;

/** A container; a limit that is null was not set, or not told. */
export const ContainerReport = z.strictObject({
  ...seen,
  name: z.string(),
  /** Its manager's word, such as `running`. */
  status: z.string().nullable(),
  /** How many CPUs it kept busy, the mean of the day. */
  cpu_busy_count: count,
  cpu_limit_count: count,
  memory_used_bytes: count,
  memory_limit_bytes: count,
  disk_used_bytes: count,
  disk_limit_bytes: count,
  snapshots_count: count,
  newestSnapshotAt: Instant.nullable(),
});
export type ContainerReport = z.infer<typeof ContainerReport>;

/** Until when what runs on a host is supported. */
export const SoftwareReport = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** Null when its makers gave no date that we know of. */
  support: z
    .strictObject({
      until: z.union([Day, Month]),
      longTermUntil: z.union([Day, Month]).nullable(),
      source: z.string(),
      checkedOn: Day,
    })
    .nullable(),
});
export type SoftwareReport = z.infer<typeof SoftwareReport>;

export const PlatformReport = z.strictObject({
  ...seen,
  /** The release first, then what else tells its version: the manager of containers, OpenZFS. */
  software: z.array(SoftwareReport),
  kernel: z.string().nullable(),
  /** The newest kernel that is installed. */
  kernelNewest: z.string().nullable(),
  isRebootDue: z.boolean().nullable(),
  updates_count: count,
  securityUpdates_count: count,
  /** How old the lists of packages were by which that is known. */
  lists_seconds: count,
});
export type PlatformReport = z.infer<typeof PlatformReport>;

/** A Nagios, Naemon or Checkmk that runs on a host. */
export const MonitorReport = z.strictObject({
  version: z.string().nullable(),
  isRunning: z.boolean(),
  /** Of all that it watches, by its own word. */
  ok_count: count,
  warning_count: count,
  critical_count: count,
  /** How many checks fleet.yaml leaves to it. */
  left_count: z.int(),
});
export type MonitorReport = z.infer<typeof MonitorReport>;

/** `hasHour`: when it is false the day alone is known, and `at` is its first second. */
const when = { at: Instant, hasHour: z.boolean() };

/** Something that happened to a host. */
export const HostEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reboot'), ...when }),
  /** Nothing was heard of it; `seconds` is null while that lasts. */
  z.strictObject({ kind: z.literal('silence'), ...when, seconds: count }),
  /** A container came from another host, or went there. */
  z.strictObject({
    kind: z.enum(['arrival', 'departure']),
    ...when,
    container: z.string(),
    otherHost: z.string(),
  }),
  /** A disk was seen for the first time, or no more. */
  z.strictObject({
    kind: z.enum(['diskAdded', 'diskRemoved']),
    ...when,
    disk: z.string(),
    model: z.string().nullable(),
  }),
  /** A pool was well no more, or again; a device of one failed, or came back. */
  z.strictObject({ kind: z.enum(['pool', 'vdev']), ...when, name: z.string(), state: State }),
]);
export type HostEvent = z.infer<typeof HostEvent>;

export const HostReport = z.strictObject({
  id: Slug,
  name: z.string(),
  provider: z.string().nullable(),
  site: z.string().nullable(),
  isEntry: z.boolean(),
  /** `up` when the last run could read it, `unknown` when nothing was heard of it within 2.5 intervals. */
  state: State,
  readAt: Instant.nullable(),
  /** Why it could not be read, when it could not. */
  fault: z.string().nullable(),
  os: z.string().nullable(),
  kernel: z.string().nullable(),
  bootedAt: Instant.nullable(),
  cpu_count: z.number().nullable(),
  memory_bytes: z.number().nullable(),
  load5_per_cpu_ratio: z.number().nullable(),
  /** From hardware.csv. */
  hardware: z.array(
    z.strictObject({
      part: z.string(),
      description: z.string(),
      acquisition: z.enum(['bought', 'leased']),
      contract: z.string().nullable(),
      from: Day,
      until: Day.nullable(),
      price_eur: z.number().nullable(),
      monthly_eur: z.number().nullable(),
      age_days: z.int(),
    }),
  ),
  resources: z.array(Resource),
  /** In order of time. */
  events: z.array(HostEvent),
  services: z.array(Slug),
  disks: z.array(DiskReport),
  pools: z.array(PoolReport),
  containers: z.array(ContainerReport),
  /** Null when its platform was never read. */
  platform: PlatformReport.nullable(),
  /** Null where none was seen. */
  monitor: MonitorReport.nullable(),
});
export type HostReport = z.infer<typeof HostReport>;

/** A check of a service as its last answer told it. */
export const CheckReport = z.strictObject({
  name: Slug,
  /** Who looks: our own probe by a protocol, or a program of others: which one, or on which host. */
  by: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['http', 'tcp', 'dns', 'tls']) }),
    z.strictObject({ kind: z.literal('nagios'), host: Slug }),
    z.strictObject({ kind: z.enum(['icinga2', 'prometheus']), source: Slug.nullable() }),
  ]),
  /** What is asked: an address, a name, a query; or what others call it. */
  target: z.string(),
  isEssential: z.boolean(),
  state: State,
  reason: z.string().nullable(),
  at: Instant.nullable(),
  /** How long the last answer took. */
  answer_seconds: count,
});
export type CheckReport = z.infer<typeof CheckReport>;

export const ServiceReport = z.strictObject({
  id: Slug,
  name: z.string(),
  application: z.string(),
  libraries: z.array(z.string()),
  url: z.string().nullable(),
  /** The availability that was promised. */
  sla_ratio: count,
  /** What its pages say that it runs, when they say a version. */
  software: SoftwareReport.nullable(),
  host: Slug.nullable(),
  container: z.string().nullable(),
  state: State,
  reason: z.string().nullable(),
  last90Days: Availability,
  /** The 95th percentile of all answers of the last 7 days together, of the slowest check, within 5 %. */
  p95_seconds: z.number().nullable(),
  checks: z.array(CheckReport),
  /** From one host to another, in order of time. */
  moves: z.array(z.strictObject({ ...when, from: z.string(), to: z.string() })),
});
export type ServiceReport = z.infer<typeof ServiceReport>;

/**
 * What is there of a day, a month or a week. `valid`: read to its end and found whole. `present`: there, and nothing to read (a snapshot).
 * `unverified`: there, and nobody could tell whether it is whole. `suspicious`: far from the size of its peers. `bad`: not whole. `late`:
 * due today. `missing`: it should be there. `unseen`: we could not look. `none`: nothing is there, and nothing was expected.
 */
export const BackupState = z.enum([
  'valid',
  'present',
  'unverified',
  'suspicious',
  'bad',
  'late',
  'missing',
  'unseen',
  'none',
]);
export type BackupState = z.infer<typeof BackupState>;

/** What is there of one day or month, beside what should be. */
export const BackupMark = z.strictObject({
  on: z.union([Day, Month]),
  state: BackupState,
  bytes: count,
  /** What its peers have, of a suspicious one. */
  usual_bytes: count,
  why: z.string().nullable(),
});
export type BackupMark = z.infer<typeof BackupMark>;

export const backupSources = ['dumps', 'restic', 'borg', 'borgmatic', 'pbs', 'sanoid'] as const;

/** A service with a backup policy: what should exist, and what does. */
export const BackupReport = z.strictObject({
  service: Slug,
  name: z.string(),
  policy: z.strictObject({
    name: Slug,
    daily: count,
    monthly: count,
    containerSnapshot: z.string().nullable(),
    coldCheck_seconds: count,
  }),
  /** The gravest of its marks. */
  state: BackupState,
  /** The newest of those of all sources: what came since would be lost. */
  newestValidAt: Instant.nullable(),
  sources: z.array(
    z.strictObject({
      kind: z.enum(backupSources),
      host: Slug.nullable(),
      /** When it was last looked at within the last day. */
      lookedAt: Instant.nullable(),
      /** What stood in the way of looking. */
      problem: z.string().nullable(),
      /** When the newest copy was made that was found valid, as far as anybody ever saw. */
      newestValidAt: Instant.nullable(),
      /** The last 7 days that are due, then the last 12 complete months; oldest first. */
      days: z.array(BackupMark),
      months: z.array(BackupMark),
    }),
  ),
  /** Of the container: the last 4 weeks; empty when none is wanted. */
  weeks: z.array(BackupMark),
  /** Null when none is wanted. */
  cold: z
    .strictObject({
      state: BackupState,
      lookedAt: Instant.nullable(),
      problem: z.string().nullable(),
      /** When each file had been compared with its checksum last. */
      verifiedAt: Instant.nullable(),
      files_count: count,
      checked_count: count,
      /** Files whose checksum differs, and such as are gone. */
      bad_count: count,
    })
    .nullable(),
});
export type BackupReport = z.infer<typeof BackupReport>;

export const ReportsFile = z.strictObject({
  schema: z.literal('vigie/reports@1'),
  fleet: z.strictObject({ name: z.string(), timeZone: TimeZone, locale: z.enum(['fr', 'en']) }),
  builtAt: Instant,
  dataUntil: Instant.nullable(),
  every_seconds: z.int().positive(),
  firstDay: Day.nullable(),
  policies: z.strictObject({ hostMaxAge_days: z.int(), hostLeadTime_days: z.int() }),
  hosts: z.array(HostReport),
  services: z.array(ServiceReport),
  /** Of services with a backup policy. */
  backups: z.array(BackupReport),
  /** The names of services without one. */
  withoutBackup: z.array(z.string()),
  /** What the last run of each collector could not read. */
  errors: z.array(
    z.strictObject({
      collector: z.string(),
      at: Instant,
      source: z.string(),
      part: z.string().nullable(),
      message: z.string(),
    }),
  ),
  /** Files in data/ that could not be read and were set aside. */
  broken: z.array(z.strictObject({ file: z.string(), message: z.string() })),
});
export type ReportsFile = z.infer<typeof ReportsFile>;
