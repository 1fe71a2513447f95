import { expect, test } from 'vitest';
import { judgeRoom, type Room } from '../../src/doctor/space.ts';

/** A disk of 1 TB, half free; a day of snapshots takes 10 MB in 600 files. */
const roomy: Room = {
  freeBytes: 5e11,
  totalBytes: 1e12,
  freeInodes: 5e7,
  totalInodes: 1e8,
  dayBytes: 1e7,
  dayInodes: 600,
  growingDays: Number.POSITIVE_INFINITY,
};

test.each<[what: string, room: Partial<Room>, found: string[]]>([
  ['a roomy disk', {}, []],
  ['a disk with 4.96 % left', { freeBytes: 4.96e10 }, ['4.9 % of the disk left']],
  ['a disk with few inodes left', { freeInodes: 4e6 }, ['4 % of the inodes left']],
  ['a file system that does not count inodes', { freeInodes: Number.POSITIVE_INFINITY, totalInodes: 0 }, []],
  ['29 days of room', { freeBytes: 5e11, dayBytes: 1.7e10 }, ['room for 29 more days of snapshots']],
  ['30 days of room', { freeBytes: 5.1e11, dayBytes: 1.7e10 }, []],
  ['29 days of inodes', { dayInodes: 1.7e6 }, ['room for 29 more days of snapshots']],
  ['room for all that the retention will still add', { dayBytes: 1.7e10, growingDays: 16 }, []],
  [
    'less room than the retention will still add',
    { dayBytes: 4e10, growingDays: 16 },
    ['room for 12 more days of snapshots'],
  ],
  ['a workspace without a whole day', { dayBytes: 0, dayInodes: 0 }, []],
])('%s', (_, room, found) => {
  expect(judgeRoom({ ...roomy, ...room }, 'data').map((finding) => finding.found)).toEqual(found);
});
