import { FormatError, readCount, splitFields } from './field.ts';
import { type Rows, readRows } from './rows.ts';

/** What a block device did since boot. */
export interface DiskCounters {
  /** As the kernel names it, e.g. `nvme0n1`. */
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Time during which at least one request was under way. */
  readonly busySeconds: number;
}

// The file counts in units of 512 bytes, whatever the block size of the disk (https://docs.kernel.org/admin-guide/iostats.html).
const sectorBytes = 512;

/** Reads /proc/diskstats: every block device, partitions and devices built upon others too. */
export function parseDiskstats(text: string): Rows<DiskCounters> {
  return readRows(text, (line) => {
    const fields = splitFields(line);
    const device = fields[2];
    if (device === undefined) throw new FormatError('device', line, 'a line of /proc/diskstats');
    return {
      device,
      readBytes: readCount(fields[5], `${device} sectors read`) * sectorBytes,
      writtenBytes: readCount(fields[9], `${device} sectors written`) * sectorBytes,
      busySeconds: readCount(fields[12], `${device} milliseconds doing I/O`) / 1000,
    };
  });
}

const stackedOrVirtual =
  /^(dm-|md|zd|z?ram|loop|sr|fd|nbd|drbd|bcache)\d|^mmcblk\d+(boot\d+|rpmb)$|^nvme\d+c\d+n\d+$/;

/**
 * Those that are disks: what partitions, RAID, LVM, ZFS volumes and loops do ends on a disk, and would count twice.
 * `xvda1` without an `xvda` beside it is a whole disk (Xen).
 */
export function wholeDisks(devices: readonly DiskCounters[]): DiskCounters[] {
  const names = new Set(devices.map(({ device }) => device));
  return devices.filter(({ device }) => !stackedOrVirtual.test(device) && !isPartition(device, names));
}

function isPartition(device: string, names: ReadonlySet<string>): boolean {
  // From the first digit on, or a long number is tried from each of them.
  const withoutNumber = device.replace(/(?<!\d)\d+$/, '');
  if (withoutNumber === device) return false;
  // A disk whose name ends in a digit puts a `p` before the partition's number: nvme0n1p2.
  return /\dp$/.test(withoutNumber) ? names.has(withoutNumber.slice(0, -1)) : names.has(withoutNumber);
}
