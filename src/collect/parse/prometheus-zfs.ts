import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { type HostMoment, known, type Preset, type SeriesRow } from './prometheus-series.ts';

// The exporter of ZFS properties (https://github.com/pdf/zfs_exporter). It writes 0 for `-` and `none`.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

const poolNames = [
  'zfs_pool_size_bytes',
  'zfs_pool_allocated_bytes',
  'zfs_pool_free_bytes',
  'zfs_pool_fragmentation_ratio',
  'zfs_pool_health',
];
const datasetNames = [
  'zfs_dataset_used_bytes',
  'zfs_dataset_available_bytes',
  'zfs_dataset_referenced_bytes',
  'zfs_dataset_used_by_dataset_bytes',
  'zfs_dataset_used_by_snapshot_bytes',
  'zfs_dataset_logical_used_bytes',
  'zfs_dataset_quota_bytes',
];

/** The codes of zfs_pool_health. */
const healths = ['ONLINE', 'DEGRADED', 'FAULTED', 'OFFLINE', 'UNAVAIL', 'REMOVED', 'SUSPENDED'];

/** ZFS properties as the records of the zfs collector; what only `zpool status` tells is not there. */
export const zfsPreset: Preset = {
  metrics: {
    pool_size_bytes: gauge('What the devices of a pool hold, parity included.', 2_952_790_016),
    pool_allocated_bytes: gauge('What of it is written.', 218_130_944),
    pool_free_bytes: gauge('What of it is free.', 2_734_659_072),
    pool_fragmentation_ratio: gauge('How far free space is in pieces.', 0.12),
    dataset_used_bytes: gauge('Space of a dataset with its descendants and ZFS snapshots.', 63_413_760),
    dataset_available_bytes: gauge('What it can still take.', 2_599_874_048),
    dataset_referenced_bytes: gauge('Data that can be reached in it, shared or not.', 175_112_192),
    dataset_used_by_dataset_bytes: gauge('Space of the dataset alone.', 21_233_664),
    dataset_used_by_snapshots_bytes: gauge('Space that its ZFS snapshots alone hold.', 42_180_096),
    dataset_logical_used_bytes: gauge('What it would use without compression.', 121_233_664),
    dataset_quota_bytes: gauge(
      'The most it may use with its descendants; absent without a quota.',
      419_430_400,
    ),
  },
  names: [...poolNames, ...datasetNames],
  parts: {},
  anchor: 'zfs_pool_health',
  records(series, moment) {
    return [
      ...series.rows(poolNames, ['pool']).map((row) => poolRecord(row, moment)),
      ...series
        .rows(datasetNames, ['name', 'type'])
        .filter((row) => row.label('type') === 'filesystem' || row.label('type') === 'volume')
        .map((row) => datasetRecord(row, moment)),
    ];
  },
};

function poolRecord(row: SeriesRow, { host, at }: HostMoment): EntityRecord {
  const health = healths[row.value('zfs_pool_health') ?? -1];
  // Of a pool that cannot be opened nothing is known, and all is written as 0.
  const isKnown = (row.value('zfs_pool_size_bytes') ?? 0) > 0;
  const value = (name: string) => (isKnown ? row.value(`zfs_pool_${name}`) : undefined);
  return {
    entity: `pool:${host}:${row.label('pool')}`,
    at,
    gauges:
      known({
        pool_size_bytes: value('size_bytes'),
        pool_allocated_bytes: value('allocated_bytes'),
        pool_free_bytes: value('free_bytes'),
        pool_fragmentation_ratio: value('fragmentation_ratio'),
      }) ?? {},
    facts: known({ health }) ?? {},
  };
}

function datasetRecord(row: SeriesRow, { host, at }: HostMoment): EntityRecord {
  const value = (name: string) => row.value(`zfs_dataset_${name}`);
  return {
    entity: `dataset:${host}:${row.label('name')}`,
    at,
    gauges:
      known({
        dataset_used_bytes: value('used_bytes'),
        dataset_available_bytes: value('available_bytes'),
        dataset_referenced_bytes: value('referenced_bytes'),
        dataset_used_by_dataset_bytes: value('used_by_dataset_bytes'),
        dataset_used_by_snapshots_bytes: value('used_by_snapshot_bytes'),
        dataset_logical_used_bytes: value('logical_used_bytes'),
        dataset_quota_bytes: value('quota_bytes') || undefined,
      }) ?? {},
    facts: known({ type: row.label('type') }) ?? {},
  };
}
