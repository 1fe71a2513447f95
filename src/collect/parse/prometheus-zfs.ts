import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { known } from './known.ts';
import type { HostMoment, Preset, SeriesRow } from './prometheus-series.ts';
import { poolVerdict } from './zpool-verdict.ts';

// The exporter of ZFS properties (https://github.com/pdf/zfs_exporter). It writes 0 for `-` and `none`.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

/** By metric, the name in the exporter. */
const ofPools = {
  size_bytes: 'zfs_pool_size_bytes',
  allocated_bytes: 'zfs_pool_allocated_bytes',
  free_bytes: 'zfs_pool_free_bytes',
  fragmentation_ratio: 'zfs_pool_fragmentation_ratio',
} as const;
const ofScrubs = [
  'zfs_pool_scrub_state',
  'zfs_pool_scrub_errors',
  'zfs_pool_scrub_repaired_bytes',
  'zfs_pool_scrub_last_completed_timestamp_seconds',
];
const ofDatasets = {
  used_bytes: 'zfs_dataset_used_bytes',
  available_bytes: 'zfs_dataset_available_bytes',
  referenced_bytes: 'zfs_dataset_referenced_bytes',
  used_by_dataset_bytes: 'zfs_dataset_used_by_dataset_bytes',
  used_by_snapshots_bytes: 'zfs_dataset_used_by_snapshot_bytes',
  used_by_children_bytes: 'zfs_dataset_used_by_children_bytes',
  logical_used_bytes: 'zfs_dataset_logical_used_bytes',
  logical_referenced_bytes: 'zfs_dataset_logical_referenced_bytes',
} as const;
/** Limits: 0 is none. */
const ofLimits = {
  quota_bytes: 'zfs_dataset_quota_bytes',
  refquota_bytes: 'zfs_dataset_referenced_quota_bytes',
  reservation_bytes: 'zfs_dataset_reservation_bytes',
  refreservation_bytes: 'zfs_dataset_referenced_reservation_bytes',
  volume_size_bytes: 'zfs_dataset_volume_size_bytes',
} as const;

const poolNames = [...Object.values(ofPools), ...ofScrubs, 'zfs_pool_deduplication_ratio', 'zfs_pool_health'];
const datasetNames = [...Object.values(ofDatasets), ...Object.values(ofLimits)];

/** The codes of zfs_pool_health. */
const healths = ['ONLINE', 'DEGRADED', 'FAULTED', 'OFFLINE', 'UNAVAIL', 'REMOVED', 'SUSPENDED'];
/** The code of zfs_pool_scrub_state for a scrub that has ended; a resilver hides it. */
const scrubFinished = 2;

/** ZFS properties as the records of the zfs collector; what only `zpool status` tells is not there. */
export const zfsPreset: Preset = {
  metrics: {
    size_bytes: gauge('Raw size of a pool; that of a RAID-Z includes its parity.', 4_831_838_208),
    allocated_bytes: gauge('Raw space of a pool in use.', 352_350_720),
    free_bytes: gauge('Raw space of a pool not in use.', 4_479_487_488),
    fragmentation_ratio: gauge('How far the free space of a pool is in pieces.', 0.09),
    dedup_ratio: gauge('How many times over what is deduplicated would need its space.', 1),
    scrub_errors_count: gauge('What the last finished scrub of a pool could not repair.', 68),
    scrub_repaired_bytes: gauge('What it repaired.', 69_120),
    used_bytes: gauge(
      'Usable space of a dataset in use, with its snapshots and all below it; of a pool, that of its root dataset.',
      63_413_760,
    ),
    available_bytes: gauge(
      'What can still be written in a dataset; of a pool, in its root dataset.',
      356_016_640,
    ),
    referenced_bytes: gauge('What can be read in a dataset, also where it is shared.', 175_016_448),
    used_by_dataset_bytes: gauge('What would be freed if a dataset alone were destroyed.', 21_411_328),
    used_by_snapshots_bytes: gauge(
      'What would be freed if all its ZFS snapshots were destroyed.',
      42_002_432,
    ),
    used_by_children_bytes: gauge('What the datasets below it use.', 63_874_560),
    logical_used_bytes: gauge('Used space before compression.', 359_408_128),
    logical_referenced_bytes: gauge('Referenced space before compression.', 359_071_744),
    quota_bytes: gauge('Limit of a dataset and all below it; absent without one.', 419_430_400),
    refquota_bytes: gauge('Limit of a dataset alone; absent without one.', 419_430_400),
    reservation_bytes: gauge('What a dataset and all below it are sure of; absent without one.', 104_857_600),
    refreservation_bytes: gauge('What a dataset alone is sure of; absent without one.', 104_857_600),
    volume_size_bytes: gauge('Size of a volume as its user sees it.', 10_737_418_240),
  },
  names: [...poolNames, ...datasetNames],
  parts: {},
  anchor: 'zfs_pool_health',
  records(series, moment) {
    const datasets = series
      .rows(datasetNames, ['name', 'type'])
      // ZFS snapshots come as well where the exporter is told to tell of them.
      .filter((row) => row.label('type') === 'filesystem' || row.label('type') === 'volume');
    const roots = new Map(datasets.map((row) => [row.label('name'), row]));
    return [
      ...series.rows(poolNames, ['pool']).map((row) => poolRecord(row, roots.get(row.label('pool')), moment)),
      ...datasets.map((row) => datasetRecord(row, moment)),
    ];
  },
};

function poolRecord(row: SeriesRow, root: SeriesRow | undefined, { host, at }: HostMoment): EntityRecord {
  const health = healths[row.value('zfs_pool_health') ?? -1];
  // Of a pool that cannot be opened nothing is known, and all is written as 0.
  const isOpen = (row.value(ofPools.size_bytes) ?? 0) > 0;
  const saved = row.value('zfs_pool_deduplication_ratio');
  const hasScrub = row.value('zfs_pool_scrub_state') === scrubFinished;
  const ended = hasScrub ? row.value('zfs_pool_scrub_last_completed_timestamp_seconds') : undefined;
  const space = { name: row.label('pool'), health: health ?? '' };
  return {
    entity: `pool:${host}:${row.label('pool')}`,
    at,
    ...(health !== undefined &&
      poolVerdict({ status: undefined, space, explained: undefined, isCrossChecked: false })),
    gauges: known({
      ...(isOpen && {
        ...valuesOf(row, ofPools),
        // The exporter tells the share that is left of it.
        dedup_ratio: saved ? Math.round(100 / saved) / 100 : undefined,
      }),
      used_bytes: root?.value(ofDatasets.used_bytes),
      available_bytes: root?.value(ofDatasets.available_bytes),
      ...(hasScrub && {
        scrub_errors_count: row.value('zfs_pool_scrub_errors'),
        scrub_repaired_bytes: row.value('zfs_pool_scrub_repaired_bytes'),
      }),
    }),
    facts: known({
      health,
      scrub_ended_at: ended !== undefined && ended > 0 && ended < 4e9 ? fromSeconds(ended) : undefined,
    }),
  };
}

function datasetRecord(row: SeriesRow, { host, at }: HostMoment): EntityRecord {
  const limits = Object.entries(valuesOf(row, ofLimits)).map(([metric, value]) => [
    metric,
    value || undefined,
  ]);
  return {
    entity: `dataset:${host}:${row.label('name')}`,
    at,
    gauges: known({ ...valuesOf(row, ofDatasets), ...Object.fromEntries(limits) }),
    facts: { type: row.label('type') },
  };
}

function valuesOf(
  row: SeriesRow,
  names: Readonly<Record<string, string>>,
): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(names).map(([metric, name]) => [metric, row.value(name)]));
}
