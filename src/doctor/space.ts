import { stat, statfs } from 'node:fs/promises';
import { shownPath } from '../store/fleet.ts';
import type { SnapshotFile } from '../store/snapshots.ts';
import type { Context, Examination, Finding } from './examination.ts';

const leastShare = 0.05;
const leastDays = 30;
/** Snapshots are dropped once the day after theirs is closed too; a day of the fleet's time zone lies in two UTC days. */
const margin = 3;

/** Room on the disk where data/ lies, and how fast it is used. */
export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeInodes: number;
  /** 0 where the file system does not limit them. */
  readonly totalInodes: number;
  /** What the snapshots of the last whole day take. */
  readonly dayBytes: number;
  readonly dayInodes: number;
  /** For how many more days snapshots pile up, until as many are dropped as are written. */
  readonly growingDays: number;
}

/** Room on the disk. */
export const space: Examination = {
  name: 'space',
  looksFor: `less than ${leastShare * 100} % of the disk or of its inodes left where data/ lies, or less than ${leastDays} days at the pace of the last whole day`,
  async examine(context) {
    return judgeRoom(await roomOf(context), shownPath(context.workspace.data));
  },
};

/** What is wrong with the room on a disk; `where` names it. */
export function judgeRoom(room: Room, where: string): Finding[] {
  const advice =
    'make room, or shorten retention in fleet.yaml: when the disk is full, nothing can be collected';
  const isGrowing = room.dayInodes > 0;
  const days = Math.floor(Math.min(room.freeBytes / room.dayBytes, room.freeInodes / room.dayInodes));
  const needed = Math.min(leastDays, room.growingDays);
  const shares: [share: number, of: string][] = [
    [room.freeBytes / room.totalBytes, 'disk'],
    // A file system that does not limit inodes says that it has none.
    [room.totalInodes === 0 ? 1 : room.freeInodes / room.totalInodes, 'inodes'],
  ];
  const findings = shares
    .filter(([share]) => share < leastShare)
    .map(([share, of]): Finding => {
      const found = `${percent(share)} of the ${of} left`;
      return { severity: 'warning', where, found, expected: `${percent(leastShare)} at least`, advice };
    });
  if (!isGrowing || days >= needed) return findings;
  const found = `room for ${days} more days of snapshots`;
  return [...findings, { severity: 'warning', where, found, expected: `${needed} at least`, advice }];
}

async function roomOf({ workspace, recent, retentionSeconds }: Context): Promise<Room> {
  const { bavail, blocks, bsize, ffree, files: inodes } = await statfs(workspace.data);
  const days = [...new Set(recent.files.map(dayOfFile))];
  // The newest day goes on.
  const last = recent.files.filter((file) => dayOfFile(file) === days.at(-2));
  let dayBytes = 0;
  for (const { path } of last) dayBytes += (await stat(path)).blocks * 512;
  const keptDays = Math.ceil(retentionSeconds / 86_400) + margin;
  return {
    freeBytes: bavail * bsize,
    totalBytes: blocks * bsize,
    freeInodes: inodes === 0 ? Number.POSITIVE_INFINITY : ffree,
    totalInodes: inodes,
    dayBytes,
    dayInodes: last.length,
    // More days than are kept: nothing is dropped.
    growingDays: days.length > keptDays ? Number.POSITIVE_INFINITY : keptDays - days.length,
  };
}

/** The UTC day of a snapshot. */
function dayOfFile({ at }: SnapshotFile): string {
  return at.slice(0, 10);
}

function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
