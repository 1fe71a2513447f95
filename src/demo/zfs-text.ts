import { fromSeconds } from '../model/time.ts';
import type { Place } from './place.ts';
import { type DatasetMoment, type PoolDevice, type PoolMoment, poolAt, type Scrub } from './pools.ts';

// What zpool, zfs and the kernel's statistics print of a pool, as of OpenZFS 2.1 and 2.2, which know no JSON. The commands that ask for
// lists add a last line of their own.

const absent = 'no ZFS here\n';
const whole = 'end of list, status 0\n';

/** `zpool status -sp`. */
export function zpoolStatusText(place: Place): string {
  const pool = poolAt(place);
  return pool === undefined ? absent : statusOf(pool);
}

/** `zpool status -x`. */
export function zpoolTroubleText(place: Place): string {
  const pool = poolAt(place);
  if (pool === undefined) return absent;
  return complaintOf(pool) === '' ? 'all pools are healthy\n' : statusOf(pool);
}

/** `zpool list -Hp`. */
export function zpoolListText(place: Place): string {
  const pool = poolAt(place);
  if (pool === undefined) return absent;
  const { plan, sizeBytes, allocatedBytes } = pool;
  const share = allocatedBytes / sizeBytes;
  const [fragmentation, capacity] = [Math.floor(4 + 40 * share ** 2), Math.floor(100 * share)];
  const columns = [sizeBytes, allocatedBytes, sizeBytes - allocatedBytes, '-', '-', fragmentation, capacity];
  return `${[plan.name, ...columns, '1.00', healthOf(pool), '-'].join('\t')}\n${whole}`;
}

/** `zfs list -Hp -t filesystem,volume -o …`. */
export function zfsListText(place: Place, run: string): string {
  const pool = poolAt(place);
  if (pool === undefined) return absent;
  const columns = / -o (\S+)/.exec(run)?.[1]?.split(',') ?? [];
  const lines = pool.datasets.map((dataset) => {
    const properties = propertiesOf(dataset, pool);
    return columns.map((column) => properties[column] ?? '-').join('\t');
  });
  return `${lines.join('\n')}\n${whole}`;
}

/** `zfs list -Hp -t snapshot -o name,creation`. */
export function zfsSnapshotsText(place: Place): string {
  const pool = poolAt(place);
  if (pool === undefined) return absent;
  const lines = pool.datasets.flatMap(({ name, container }) =>
    (container?.snapshots ?? []).map(
      (seconds) => `${name}@snapshot-${fromSeconds(seconds).slice(0, 10)}\t${seconds}\n`,
    ),
  );
  return `${lines.join('')}${whole}`;
}

/** `cat /proc/spl/kstat/zfs/POOL/objset-*`. */
export function objsetsText(place: Place): string {
  const { uptimeSeconds, seconds } = place.moment;
  const boot = seconds - uptimeSeconds;
  return (poolAt(place)?.datasets ?? [])
    .flatMap(({ name, container }, index) => {
      if (container === undefined) return [];
      const { startedAt, diskReadBytes, diskWrittenBytes } = container;
      const values: [string, number][] = [
        ['writes', Math.floor(diskWrittenBytes / 9200)],
        ['nwritten', diskWrittenBytes],
        ['reads', Math.floor(diskReadBytes / 21_000)],
        ['nread', diskReadBytes],
        ['nunlinks', 0],
        ['nunlinked', 0],
      ];
      const [since, now] = [startedAt - boot, uptimeSeconds].map(
        (time) => Math.round(time * 1000) * 1_000_000,
      );
      return [
        `${36 + index} 1 0x01 7 2160 ${since} ${now}`,
        'name                            type data',
        `dataset_name                    7    ${name}`,
        ...values.map(([key, value]) => `${key.padEnd(31)} 4    ${value}`),
      ].map((line) => `${line}\n`);
    })
    .join('');
}

function statusOf(pool: PoolMoment): string {
  const { plan, devices, scrub, allocatedBytes } = pool;
  const health = healthOf(pool);
  const row = (level: number, name: string, state: string, counts: readonly (number | string)[], note = '') =>
    `\t${`${'  '.repeat(level)}${name}`.padEnd(20)} ${state.padEnd(8)} ${counts.map((count) => String(count).padStart(5)).join(' ')}${note === '' ? '' : `  ${note}`}\n`;
  return [
    `  pool: ${plan.name}\n state: ${health}\n`,
    complaintOf(pool),
    `  scan: ${scanText(scrub, allocatedBytes)}\n`,
    'config:\n\n',
    `\t${'NAME'.padEnd(20)} ${'STATE'.padEnd(8)}  READ WRITE CKSUM  SLOW\n`,
    row(0, plan.name, health, [0, 0, 0, '-']),
    row(1, plan.group, health, [0, 0, 0, '-']),
    ...devices.map(({ name, isFaulted, reads, checksums, slow }) =>
      row(
        2,
        name,
        isFaulted ? 'FAULTED' : 'ONLINE',
        [reads, 0, checksums, slow],
        isFaulted ? 'too many errors' : '',
      ),
    ),
    ...(plan.spares.length === 0 ? [] : ['\tspares\n']),
    ...plan.spares.map((name) => `\t${`  ${name}`.padEnd(20)} AVAIL\n`),
    '\nerrors: No known data errors\n',
  ].join('');
}

function healthOf({ devices }: PoolMoment): string {
  return devices.some(({ isFaulted }) => isFaulted) ? 'DEGRADED' : 'ONLINE';
}

function complaintOf({ devices }: PoolMoment): string {
  if (devices.some(({ isFaulted }) => isFaulted))
    return `status: One or more devices are faulted in response to persistent errors.
\tSufficient replicas exist for the pool to continue functioning in a
\tdegraded state.
action: Replace the faulted device, or use 'zpool clear' to mark the device
\trepaired.
`;
  const hasErrors = devices.some(({ reads, checksums }: PoolDevice) => reads + checksums > 0);
  if (!hasErrors) return '';
  return `status: One or more devices has experienced an unrecoverable error.  An
\tattempt was made to correct the error.  Applications are unaffected.
action: Determine if the device needs to be replaced, and clear the errors
\tusing 'zpool clear' or replace the device with 'zpool replace'.
   see: https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-9P
`;
}

function scanText({ startedAt, seconds, progress, repairedBytes }: Scrub, allocatedBytes: number): string {
  const repaired = repairedBytes === 0 ? '0B' : `${(repairedBytes / 2 ** 20).toFixed(2)}M`;
  if (progress === 1)
    return `scrub repaired ${repaired} in ${duration(seconds)} with 0 errors on ${ctime(startedAt + seconds)}`;
  const tebibytes = (share: number) => `${((share * allocatedBytes) / 2 ** 40).toFixed(2)}T`;
  return `scrub in progress since ${ctime(startedAt)}
\t${tebibytes(Math.min(1, 1.6 * progress))} scanned at 0B/s, ${tebibytes(progress)} issued at 158M/s, ${tebibytes(1)} total
\t${repaired} repaired, ${(100 * progress).toFixed(2)}% done, ${duration(Math.round(seconds * (1 - progress)))} to go`;
}

/** `Sun Nov  8 02:00:20 2026`, as ctime() writes it in UTC. */
function ctime(seconds: number): string {
  const [weekday = '', date = '', month, year, time] = new Date(seconds * 1000).toUTCString().split(/[ ,]+/);
  return `${weekday} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

/** `01:36:20`, or `1 days 02:03:04`. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  return `${days === 0 ? '' : `${days} days `}${new Date(seconds * 1000).toISOString().slice(11, 19)}`;
}

function propertiesOf(
  dataset: DatasetMoment,
  { availableBytes }: PoolMoment,
): Record<string, string | number> {
  const { name, mountPoint, ownBytes, snapshotBytes, childrenBytes, quotaBytes, createdAt } = dataset;
  const used = ownBytes + snapshotBytes + childrenBytes;
  return {
    name,
    type: 'filesystem',
    used,
    available: quotaBytes === 0 ? availableBytes : Math.min(availableBytes, Math.max(0, quotaBytes - used)),
    referenced: ownBytes,
    usedbydataset: ownBytes,
    usedbysnapshots: snapshotBytes,
    usedbychildren: childrenBytes,
    usedbyrefreservation: 0,
    logicalused: Math.floor(1.42 * used),
    logicalreferenced: Math.floor(1.42 * ownBytes),
    quota: quotaBytes,
    refquota: 0,
    reservation: 0,
    refreservation: 0,
    mountpoint: mountPoint,
    creation: createdAt,
  };
}
