import { FormatError, readCount } from './field.ts';
import { type Rows, readRows } from './rows.ts';

/** One line of `df -PT`: of blocks in bytes with `-B1`, of inodes with `-i`. */
export interface DfRow {
  /** e.g. `/dev/md0`, `tank/srv`; may hold blanks. */
  readonly device: string;
  /** e.g. `ext4`. */
  readonly type: string;
  /** Zero where the file system has no fixed number of inodes (btrfs). */
  readonly total: number;
  readonly used: number;
  /** For accounts other than root. */
  readonly available: number;
  /** May hold blanks. */
  readonly mountPoint: string;
}

/** Reads what `df -PT -B1` or `df -PTi` prints. */
export function parseDf(text: string): Rows<DfRow> {
  return readRows(text, (line) => {
    if (/^Filesystem\s+Type\s/.test(line)) return undefined;
    const words = [...line.matchAll(/\S+/g)];
    // Devices and mount points may hold blanks, the columns between them do not: they are found by the percentage after three numbers.
    const share = words.findIndex(
      (word, index) => index >= 5 && /^(\d+%|-)$/.test(word[0]) && areAmounts(words.slice(index - 3, index)),
    );
    const [total, used, available, capacity] = words.slice(share - 3, share + 1);
    const type = words[share - 4];
    if (share === -1 || capacity === undefined || type === undefined) {
      throw new FormatError('columns', line, 'device, type, three amounts, a percentage and a mount point');
    }
    const mountPoint = line.slice(capacity.index + capacity[0].length + 1);
    if (!mountPoint.startsWith('/')) throw new FormatError('mount point', mountPoint, 'an absolute path');
    return {
      device: line.slice(0, type.index).trim(),
      type: type[0],
      total: readAmount(total?.[0], `${mountPoint} total`),
      used: readAmount(used?.[0], `${mountPoint} used`),
      available: readAmount(available?.[0], `${mountPoint} available`),
      mountPoint,
    };
  });
}

const withoutStorage = new Set(
  [
    'tmpfs devtmpfs ramfs rootfs proc sysfs devpts cgroup cgroup2 nsfs autofs efivarfs fuse.lxcfs'.split(' '),
    'squashfs erofs iso9660 udf'.split(' '),
  ].flat(),
);

/**
 * Those that can fill up, each once: no memory, no read-only images (snaps), no views of another (overlay, except where the
 * host itself is a container and has it as its root). A device mounted several times (bind mounts, btrfs subvolumes) is kept
 * at its shortest mount point. ZFS datasets have no device, share what is available, and stay apart.
 */
export function storageFileSystems(rows: readonly DfRow[]): DfRow[] {
  const byStorage = new Map<string, DfRow>();
  for (const row of rows) {
    if (row.total === 0 || withoutStorage.has(row.type) || (row.type === 'overlay' && row.mountPoint !== '/'))
      continue;
    const key = row.device.startsWith('/') ? row.device : `${row.device} ${row.mountPoint}`;
    const known = byStorage.get(key);
    if (known === undefined || row.mountPoint.length < known.mountPoint.length) byStorage.set(key, row);
  }
  return [...byStorage.values()];
}

function areAmounts(words: readonly RegExpMatchArray[]): boolean {
  return words.every((word) => /^(-?\d+|-)$/.test(word[0]));
}

/** df prints `-` for what a file system does not know, and a negative number available once the reserve of root is touched. */
function readAmount(text: string | undefined, field: string): number {
  return text?.startsWith('-') ? 0 : readCount(text, field);
}
