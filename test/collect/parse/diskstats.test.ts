import { expect, test } from 'vitest';
import { wholeDisks } from '../../../src/collect/parse/diskstats.ts';

/** Which of these devices are whole disks. */
function disksAmong(...devices: string[]): string[] {
  const idle = { readBytes: 0, writtenBytes: 0, busySeconds: 0 };
  return wholeDisks(devices.map((device) => ({ device, ...idle }))).map(({ device }) => device);
}

// Names as the kernel gives them: https://www.kernel.org/doc/Documentation/admin-guide/devices.txt
test.each([
  [
    'partitions of SCSI, virtio, Xen and IDE disks',
    ['sda', 'sda1', 'vdb', 'vdb12', 'xvdc', 'xvdc1', 'hda', 'hda5'],
    ['sda', 'vdb', 'xvdc', 'hda'],
  ],
  [
    'partitions of disks whose name ends in a digit',
    ['nvme0n1', 'nvme0n1p1', 'nvme1n2', 'mmcblk0', 'mmcblk0p2'],
    ['nvme0n1', 'nvme1n2', 'mmcblk0'],
  ],
  ['the twenty-seventh disk, which is no partition of the first', ['sda', 'sdaa', 'sdaa1'], ['sda', 'sdaa']],
  [
    'a second disk that is the first one’s name and a digit',
    ['nvme0n1', 'nvme0n11'],
    ['nvme0n1', 'nvme0n11'],
  ],
  ['Xen partitions that come without their disk', ['xvda1', 'xvda2'], ['xvda1', 'xvda2']],
  ['boot areas of flash memory', ['mmcblk0', 'mmcblk0boot0', 'mmcblk0rpmb'], ['mmcblk0']],
  ['paths below a multipath NVMe disk', ['nvme0n1', 'nvme0c0n1', 'nvme0c1n1'], ['nvme0n1']],
  [
    'devices upon others, and those of memory and removable media',
    ['md0', 'md0p1', 'dm-3', 'zd16', 'loop0', 'ram1', 'zram0', 'sr0', 'fd0', 'nbd3', 'drbd1', 'bcache0'],
    [],
  ],
])('disks: %s', (_name, devices, expected) => expect(disksAmong(...devices)).toEqual(expected));
