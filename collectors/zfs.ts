import type { Command, HostCollector, HostContext } from '../src/collect/collector.ts';
import { type DayRanges, dayRangesBefore } from '../src/collect/parse/day-ranges.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { known } from '../src/collect/parse/known.ts';
import { type DatasetTraffic, parseObjsets } from '../src/collect/parse/objset-kstat.ts';
import type { Rows } from '../src/collect/parse/rows.ts';
import { sectionReader } from '../src/collect/parse/sections.ts';
import {
  type Dataset,
  datasetColumns,
  oldDatasetProperties,
  parseDatasets,
} from '../src/collect/parse/zfs-datasets.ts';
import { type DatasetSnapshots, parseSnapshots } from '../src/collect/parse/zfs-snapshots.ts';
import { parseZpoolList } from '../src/collect/parse/zpool-list.ts';
import {
  type ErrorCounts,
  parseZpoolStatus,
  type Scan,
  type Vdev,
} from '../src/collect/parse/zpool-status.ts';
import {
  type PoolEvidence,
  poolHealth,
  poolVerdict,
  vdevVerdict,
} from '../src/collect/parse/zpool-verdict.ts';
import type { Metric } from '../src/model/metric.ts';
import { type EntityRecord, maxClockSeconds, type SourceError } from '../src/model/snapshot.ts';
import { fromSeconds } from '../src/model/time.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const metrics = {
  size_bytes: gauge('Raw size of a pool; that of a RAID-Z includes its parity (zpool list).', 4_831_838_208),
  allocated_bytes: gauge('Raw space of a pool in use.', 352_350_720),
  free_bytes: gauge('Raw space of a pool not in use.', 4_479_487_488),
  checkpoint_bytes: gauge('What the checkpoint of a pool holds; absent without one.', 184_320),
  expandable_bytes: gauge('What larger devices would add to a pool; absent when nothing.', 1_073_741_824),
  fragmentation_ratio: gauge('How far the free space of a pool is in pieces.', 0.09),
  dedup_ratio: gauge('How many times over what is deduplicated would need its space.', 1),
  used_bytes: gauge(
    'Usable space of a dataset in use, with its snapshots and all below it (zfs list); of a pool, that of its root dataset.',
    63_413_760,
  ),
  available_bytes: gauge(
    'What can still be written in a dataset by its own limits and those above it; of a pool, in its root dataset.',
    356_016_640,
  ),
  data_errors_count: gauge('Blocks of a pool that are lost for good (the line errors: of zpool status).', 66),
  scan_progress_ratio: gauge('How much of a scrub or resilver is done, while it runs or is paused.', 0.3689),
  scrub_errors_count: gauge('What the last finished scrub of a pool could not repair.', 68),
  scrub_repaired_bytes: gauge('What it repaired, in as many digits as zpool status prints.', 69_120),
  scrub_duration_seconds: gauge('How long it took.', 43_200),
  read_errors_count: gauge('Failed reads of a device or a pool since `zpool clear` or import.', 12),
  write_errors_count: gauge('Failed writes.', 20_981),
  checksum_errors_count: gauge('Reads that gave other data than were written.', 1381),
  slow_operations_count: gauge(
    'Reads and writes of a device that took more than 30 s (zpool status -s, OpenZFS since 0.8).',
    3,
  ),
  referenced_bytes: gauge(
    'What can be read in a dataset, also where it is shared with the image it is a clone of.',
    175_016_448,
  ),
  used_by_dataset_bytes: gauge('What would be freed if a dataset alone were destroyed.', 21_411_328),
  used_by_snapshots_bytes: gauge('What would be freed if all its ZFS snapshots were destroyed.', 42_002_432),
  used_by_children_bytes: gauge('What the datasets below it use.', 63_874_560),
  used_by_refreservation_bytes: gauge('What is kept free for it by its refreservation.', 67_108_864),
  logical_used_bytes: gauge('Used space before compression (OpenZFS since 0.6.3).', 359_408_128),
  logical_referenced_bytes: gauge('Referenced space before compression.', 359_071_744),
  quota_bytes: gauge(
    'Limit of a dataset with its snapshots and all below it; absent without one.',
    419_430_400,
  ),
  refquota_bytes: gauge('Limit of a dataset alone; absent without one.', 419_430_400),
  reservation_bytes: gauge('What a dataset and all below it are sure of; absent without one.', 104_857_600),
  refreservation_bytes: gauge('What a dataset alone is sure of; absent without one.', 104_857_600),
  volume_size_bytes: gauge('Size of a volume as its user sees it.', 10_737_418_240),
  snapshots_count: gauge('ZFS snapshots of a dataset.', 37),
  read_bytes_total: counter('Bytes read in a dataset since it was mounted (kstat objset).', 15_728_640),
  written_bytes_total: counter('Bytes written in it; cgroups count none of them on ZFS.', 26_500_000),
  reads_count_total: counter('Reads in it.', 240),
  writes_count_total: counter('Writes in it.', 1024),
} satisfies Record<string, Metric>;

const absent = 'no ZFS here';
const end = 'end of list, status';
/** The tools alone are no ZFS: its module is loaded, zfs-fuse runs, or pools are remembered, and then one of the two should. */
const signs = '/dev/zfs /run/zfs/zfs_socket /var/run/zfs/zfs_socket /etc/zfs/zpool.cache';
/** The commands for one version after another: an exit status of 2 says that zpool does not know an option. */
const firstKnown = (program: string, ...runs: readonly string[]): string =>
  [
    `here=; for sign in ${signs}; do [ ! -e $sign ] || here=$sign; done`,
    `command -v ${program} >/dev/null && [ -n "$here" ] || { echo '${absent}'; exit 0; }`,
    'code=2',
    ...runs.map((run) => `[ $code -ne 2 ] || { ${run}; code=$?; }`),
    '',
  ].join('; ');

// All of this needs no root. A pool that hangs hangs each of them: all together must not use up the host's time.
const commands = {
  status: {
    run: `${firstKnown('zpool', 'zpool status -jp', 'zpool status -sp', 'zpool status')}exit $code`,
  },
  unhealthy: { run: `${firstKnown('zpool', 'zpool status -x')}exit $code`, timeoutSeconds: 5 },
  pools: {
    run: `${firstKnown('zpool', 'zpool list -Hp', 'zpool list -H')}echo "${end} $code"; exit $code`,
    timeoutSeconds: 5,
  },
  datasets: {
    run: `${firstKnown(
      'zfs',
      `zfs list -Hp -t filesystem,volume -o ${datasetColumns.join(',')}`,
      `zfs get -rHp -o name,property,value ${oldDatasetProperties.join(',')}`,
    )}echo "${end} $code"; exit $code`,
    timeoutSeconds: 15,
    maxBytes: 4 * 1024 * 1024,
  },
  // By name and time alone: what each of thousands holds would take zfs minutes.
  snapshots: {
    run: `${firstKnown(
      'zfs',
      'zfs list -Hp -t snapshot -o name,creation',
      'zfs get -rHp -o name,value creation',
    )}echo "${end} $code"; exit $code`,
    timeoutSeconds: 20,
    maxBytes: 6 * 1024 * 1024,
  },
  objsets: { run: 'cat /proc/spl/kstat/zfs/*/objset-* 2>/dev/null; exit 0', isOptional: true },
  version: { run: 'cat /sys/module/zfs/version', isOptional: true },
} satisfies Record<string, Command>;

/** How far back the days are told that have a ZFS snapshot: twelve months, and one to notice that it is missing. */
const snapshotDays = 400;

export default {
  kind: 'host',
  reads:
    'Health, errors, scrubs and space of ZFS pools, their devices and datasets, with ZFS snapshots and what is written, from zpool, zfs and kstats.',
  everySeconds: 900,
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(commands, sections, context);
    const errors: SourceError[] = [];
    const unique = <Row>(part: string, rows: readonly Row[], nameOf: (row: Row) => string) =>
      byName(rows, nameOf, (message) => errors.push({ source: `host:${context.host}`, part, message }));
    const read = <Row extends { readonly name: string }>(part: string, parse: (text: string) => Rows<Row>) =>
      unique(part, reader.readRows(part, parse), ({ name }) => name);

    const statuses = read('status', whereInstalled(parseZpoolStatus));
    const unhealthy = read('unhealthy', whereInstalled(parseZpoolStatus));
    const spaces = read('pools', whereInstalled(listed(parseZpoolList)));
    const datasets = read('datasets', whereInstalled(listed(parseDatasets)));
    const snapshots = reader.read('snapshots', readSnapshots);
    const traffic = read('objsets', parseObjsets);
    const version = reader.read('version', readVersion);
    // Only where it could be read does its silence mean that all is well.
    const isCrossChecked =
      sections.get('unhealthy')?.status === 0 &&
      !reader.parsed.errors.some(({ part }) => part === 'unhealthy');

    for (const name of new Set([...statuses.keys(), ...spaces.keys()])) {
      const status = statuses.get(name);
      const evidence = { status, space: spaces.get(name), explained: unhealthy.get(name), isCrossChecked };
      reader.keep('status', poolRecord(context, name, evidence, { root: datasets.get(name), version }));
      for (const vdev of unique('status', status?.vdevs ?? [], ({ path }) => path).values())
        reader.keep('status', vdevRecord(context, vdev));
    }
    const rangesOf = dayRangesBefore(context.at, context.fleet.timeZone, snapshotDays);
    for (const name of new Set([...datasets.keys(), ...traffic.keys()])) {
      const dataset = datasets.get(name);
      const hasSnapshots = dataset !== undefined && snapshots !== undefined;
      reader.keep('datasets', {
        entity: `dataset:${context.host}:${name}`,
        at: context.at,
        ...merged(
          dataset && datasetPart(dataset),
          hasSnapshots ? snapshotPart(snapshots.get(name), rangesOf) : undefined,
        ),
        ...trafficPart(traffic.get(name)),
      });
    }
    return { records: reader.parsed.records, errors: [...reader.parsed.errors, ...errors] };
  },
} satisfies HostCollector;

type Part = Pick<EntityRecord, 'gauges' | 'facts'>;

function poolRecord(
  { host, at }: HostContext,
  name: string,
  evidence: PoolEvidence,
  { root, version }: { root: Dataset | undefined; version: string | undefined },
): EntityRecord {
  const { status, space } = evidence;
  const scrub = status?.scans.find(({ kind, state }) => kind === 'scrub' && state === 'finished');
  const last = status && lastScan(status.scans);
  return {
    entity: `pool:${host}:${name}`,
    at,
    ...poolVerdict(evidence),
    gauges: known({
      size_bytes: space?.sizeBytes,
      allocated_bytes: space?.allocatedBytes,
      free_bytes: space?.freeBytes,
      checkpoint_bytes: space?.checkpointBytes,
      expandable_bytes: space?.expandableBytes,
      fragmentation_ratio: space?.fragmentationRatio,
      dedup_ratio: space?.dedupRatio,
      used_bytes: root?.usedBytes,
      available_bytes: root?.availableBytes,
      ...errorGauges(status?.root ?? {}),
      data_errors_count: status?.dataErrorCount,
      scan_progress_ratio: last?.progressRatio,
      scrub_errors_count: scrub?.errorCount,
      scrub_repaired_bytes: scrub?.repairedBytes,
      scrub_duration_seconds: scrub?.durationSeconds,
    }),
    facts: known({
      health: poolHealth(evidence),
      scan: status && describeScan(last),
      // Of a finished scrub alone: a resilver hides when the last one was, and must not make us forget it.
      scrub_ended_at: scrub?.endSeconds === undefined ? undefined : fromSeconds(scrub.endSeconds),
      zfs_version: version,
    }),
  };
}

/** The scan that runs, else the one that ended last. */
function lastScan(scans: readonly Scan[]): Scan | undefined {
  const rank = ({ state, endSeconds = 0 }: Scan): number =>
    state === 'running' || state === 'paused' ? Number.POSITIVE_INFINITY : endSeconds;
  return scans.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** Such as `scrub finished 2026-11-22T18:54:22Z`, `resilver running 2026-11-22T18:51:43Z` (since then), `none`. */
function describeScan(scan: Scan | undefined): string {
  if (scan === undefined) return 'none';
  const seconds = scan.endSeconds ?? scan.startSeconds;
  const when = seconds === undefined ? '' : ` ${fromSeconds(seconds)}`;
  return `${scan.kind} ${scan.state}${when}`;
}

function vdevRecord({ host, at }: HostContext, vdev: Vdev): EntityRecord {
  return {
    entity: `vdev:${host}:${vdev.path}`,
    at,
    ...vdevVerdict(vdev),
    gauges: known({ ...errorGauges(vdev), slow_operations_count: vdev.slowCount }),
    facts: known({ health: vdev.health, class: vdev.kind, note: vdev.note }),
  };
}

function errorGauges(counts: Partial<ErrorCounts>): Record<string, number | undefined> {
  return {
    read_errors_count: counts.readErrorCount,
    write_errors_count: counts.writeErrorCount,
    checksum_errors_count: counts.checksumErrorCount,
  };
}

function datasetPart(dataset: Dataset): Part {
  return {
    gauges: known({
      used_bytes: dataset.usedBytes,
      available_bytes: dataset.availableBytes,
      referenced_bytes: dataset.referencedBytes,
      used_by_dataset_bytes: dataset.usedByDatasetBytes,
      used_by_snapshots_bytes: dataset.usedBySnapshotsBytes,
      used_by_children_bytes: dataset.usedByChildrenBytes,
      used_by_refreservation_bytes: dataset.usedByRefreservationBytes,
      logical_used_bytes: dataset.logicalUsedBytes,
      logical_referenced_bytes: dataset.logicalReferencedBytes,
      quota_bytes: dataset.quotaBytes,
      refquota_bytes: dataset.refquotaBytes,
      reservation_bytes: dataset.reservationBytes,
      refreservation_bytes: dataset.refreservationBytes,
      volume_size_bytes: dataset.volumeSizeBytes,
    }),
    facts: known({
      type: dataset.type,
      mount_point: shortText(dataset.mountPoint),
      origin: shortText(dataset.origin),
      created_at: dataset.createdSeconds === undefined ? undefined : fromSeconds(dataset.createdSeconds),
    }),
  };
}

function snapshotPart(snapshots: DatasetSnapshots | undefined, rangesOf: DayRanges): Part {
  if (snapshots === undefined) return { gauges: { snapshots_count: 0 } };
  const { createdSeconds, newest } = snapshots;
  // Not by Math.max(...): they may be too many to be arguments.
  const [first, last] = createdSeconds.reduce(
    ([low, high], seconds) => [Math.min(low, seconds), Math.max(high, seconds)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const days = rangesOf(createdSeconds);
  return {
    gauges: { snapshots_count: createdSeconds.length },
    facts: known({
      newest_snapshot: newest,
      newest_snapshot_at: fromSeconds(last),
      oldest_snapshot_at: fromSeconds(first),
      snapshot_dates: days === '' ? undefined : days,
    }),
  };
}

/** What was read and written; it begins anew with each mount, which is when a container starts. */
function trafficPart(traffic: DatasetTraffic | undefined): Partial<EntityRecord> {
  if (traffic === undefined) return {};
  return {
    epoch: traffic.since,
    ...(traffic.clockSeconds <= maxClockSeconds && { clock_seconds: traffic.clockSeconds }),
    counters: {
      read_bytes_total: traffic.readBytes,
      written_bytes_total: traffic.writtenBytes,
      reads_count_total: traffic.readCount,
      writes_count_total: traffic.writeCount,
    },
  };
}

/** Reads a section of a host that has ZFS; elsewhere there is nothing to read, and nothing wrong. */
function whereInstalled<Row>(parse: (text: string) => Rows<Row>): (text: string) => Rows<Row> {
  return (text) => (text.trimEnd() === absent ? { rows: [], faults: [] } : parse(text));
}

/** Reads a list to its last line, which says how zfs ended. */
function listed<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => parse(splitList(text).body);
}

/** ZFS snapshots by dataset; all of them, or an error. */
function readSnapshots(text: string): Map<string, DatasetSnapshots> | undefined {
  if (text.trimEnd() === absent) return undefined;
  const { body, status } = splitList(text);
  return status === '0' ? parseSnapshots(body) : undefined;
}

function splitList(text: string): { body: string; status: string } {
  const start = text.trimEnd().lastIndexOf('\n') + 1;
  const last = text.slice(start).trimEnd();
  if (!last.startsWith(`${end} `)) throw new FormatError('last line', last, `${end} and a number`);
  return { body: text.slice(0, start), status: last.slice(end.length + 1) };
}

function readVersion(text: string): string {
  const version = text.trim();
  if (!/^[\w.+~:-]{1,60}$/.test(version)) throw new FormatError('version', version, 'one such as 2.1.11-1');
  return version;
}

/** Rows by their names. Which of two of one name is meant nobody knows: they are left out. */
function byName<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  report: (message: string) => void,
): Map<string, Row> {
  const groups = Map.groupBy(rows, nameOf);
  const ambiguous = [...groups].filter(([, { length }]) => length > 1).map(([name]) => name);
  if (ambiguous.length > 0)
    report(`left out, as they come more than once: ${JSON.stringify(ambiguous).slice(0, 300)}`);
  return new Map(
    [...groups].flatMap(([name, [row, ...others]]) => (row && others.length === 0 ? [[name, row]] : [])),
  );
}

function merged(...parts: readonly (Part | undefined)[]): Part {
  return {
    gauges: Object.assign({}, ...parts.map((part) => part?.gauges)),
    facts: Object.assign({}, ...parts.map((part) => part?.facts)),
  };
}

function shortText(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 500 ? text : undefined;
}
