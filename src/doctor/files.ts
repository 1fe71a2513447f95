import type { BrokenFile } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';
import { recentDays } from './recent.ts';

/** Files that cannot be read. */
export const files: Examination = {
  name: 'files',
  looksFor: `rollups, imports and snapshots (of the last ${recentDays} days) that are broken or of another version`,
  examine({ broken, recent }) {
    return [...broken, ...recent.broken].map(toFinding);
  },
};

function toFinding({ file, message }: BrokenFile): Finding {
  return { severity: 'error', where: shownPath(file), found: message, advice: adviceFor(file, message) };
}

function adviceFor(file: string, message: string): string {
  if (message.startsWith('written by a newer Vigie')) return 'update Vigie on this machine';
  if (file.includes('/imports/')) return 'undo the import (vigie import undo ID) and import again';
  if (file.includes('/snapshots/'))
    return 'restore it from a copy, or remove it: the run is lost, and its day stays marked as incomplete';
  if (file.includes('/daily/'))
    return 'restore it from a copy; or remove it and run vigie compact, while its snapshots are still there';
  return 'restore it from a copy; or remove it and run vigie compact, while its days are still there';
}
