import { expect, test } from 'vitest';
import { parseDf } from '../../../src/collect/parse/df.ts';

const row = { device: '/dev/sda1', type: 'ext4', total: 1000, used: 400, available: 550, mountPoint: '/' };

test.each([
  ['the plain case', '/dev/sda1 ext4 1000 400 550 43% /', row],
  [
    'blanks in the device, as of a network share',
    '//nas/Our files cifs 1000 400 550 43% /mnt/nas',
    { ...row, device: '//nas/Our files', type: 'cifs', mountPoint: '/mnt/nas' },
  ],
  [
    'blanks, two in a row, in the mount point',
    '/dev/sda1 ext4 1000 400 550 43% /srv/a  b',
    { ...row, mountPoint: '/srv/a  b' },
  ],
  [
    'a mount point that looks like columns',
    '/dev/sda1 ext4 1000 400 550 43% /x 1 2 3 4% /y',
    { ...row, mountPoint: '/x 1 2 3 4% /y' },
  ],
  [
    'the reserve of root in use, where less than nothing is available',
    '/dev/sda1 ext4 1000 980 -20 103% /',
    { ...row, used: 980, available: 0 },
  ],
  ['no inodes', '/dev/sda1 btrfs 0 0 0 - /', { ...row, type: 'btrfs', total: 0, used: 0, available: 0 }],
])('df: %s', (_name, line, expected) => {
  const text = `Filesystem     Type 1-blocks Used Available Capacity Mounted on\n${line}\n`;
  expect(parseDf(text)).toEqual({ rows: [expected], faults: [] });
});

test.each([
  ['a line that lacks a column', '/dev/sda1 1000 400 550 43% /'],
  ['a line broken in two', '/dev/mapper/a-very-long-name-indeed'],
  ['a mount point that is not a path', '/dev/sda1 ext4 1000 400 550 43% relative'],
  ['a number that is none', '/dev/sda1 ext4 1e3 400 550 43% /'],
])('df: %s costs its own line', (_name, line) => {
  const { rows, faults } = parseDf(`${line}\n/dev/sda1 ext4 1000 400 550 43% /\n`);
  expect(rows).toEqual([row]);
  expect(faults).toEqual([expect.stringMatching(/^line 1: /)]);
});
