import { stat, statfs } from 'node:fs/promises';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';

const leastShare = 0.05;
const leastDays = 30;

/** Room on the disk. */
export const space: Examination = {
  name: 'space',
  looksFor: `less than ${leastShare * 100} % of the disk or of its inodes left where data/ lies, or less than ${leastDays} days at the pace of the last whole day`,
  async examine({ workspace, recent }) {
    const { bavail, blocks, bsize, ffree, files } = await statfs(workspace.data);
    const where = shownPath(workspace.data);
    const advice =
      'make room, or shorten retention in fleet.yaml: when the disk is full, nothing can be collected';
    const findings: Finding[] = [];
    const share = blocks === 0 ? 1 : bavail / blocks;
    if (share < leastShare)
      findings.push({
        severity: 'error',
        where,
        found: `${percent(share)} of the disk left`,
        expected: `${percent(leastShare)} at least`,
        advice,
      });
    if (files > 0 && ffree / files < leastShare)
      findings.push({
        severity: 'error',
        where,
        found: `${percent(ffree / files)} of the inodes left`,
        expected: `${percent(leastShare)} at least`,
        advice,
      });
    const day = recent.files.at(-1)?.at.slice(0, 10) ?? '';
    const before = recent.files.findLast(({ at }) => !at.startsWith(day))?.at.slice(0, 10);
    const last = before === undefined ? [] : recent.files.filter(({ at }) => at.startsWith(before));
    let bytes = 0;
    for (const { path } of last) bytes += (await stat(path)).size;
    const days = bytes === 0 ? Number.POSITIVE_INFINITY : (bavail * bsize) / bytes;
    if (days < leastDays) {
      const found = `room for ${Math.floor(days)} days of snapshots`;
      findings.push({ severity: 'warning', where, found, expected: `${leastDays} at least`, advice });
    }
    return findings;
  },
};

function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
