import { readFile } from 'node:fs/promises';
import { type BrokenFile, isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';
import { recentDays } from './recent.ts';

/** Files that cannot be read. */
export const files: Examination = {
  name: 'files',
  looksFor: `rollups, imports and snapshots (of the last ${recentDays} days) that are broken or of another version`,
  async examine({ broken, recent, rollups }) {
    const unreadable = [...broken, ...recent.broken];
    const told = new Set(unreadable.map(({ file }) => file));
    const findings = unreadable.map(toFinding);
    for (const path of [...rollups, ...recent.read.map((file) => file.path)]) {
      if (!told.has(path) && (await isHostile(path))) findings.push(hostile(shownPath(path)));
    }
    return findings;
  },
};

/** Whether a file holds the key `__proto__`, which JavaScript gives a meaning of its own: nothing of ours writes it. */
async function isHostile(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    // A compaction has dropped it since.
    if (isAbsence(cause)) return '';
    throw cause;
  });
  // Few files come this far: the word, or letters that are escaped.
  if (!text.includes('__proto__') && !text.includes('\\u00')) return false;
  let isFound = false;
  JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__') isFound = true;
    return value;
  });
  return isFound;
}

function hostile(where: string): Finding {
  const advice = 'it is passed over; see who wrote the file, and restore it from a copy';
  return { severity: 'warning', where, found: 'the key "__proto__"', expected: 'names of entities', advice };
}

function toFinding({ file, message }: BrokenFile): Finding {
  return { severity: 'error', where: shownPath(file), found: message, advice: adviceFor(file, message) };
}

function adviceFor(file: string, message: string): string {
  if (message.startsWith('written by a newer Vigie')) return 'update Vigie on this machine';
  // The system's own words begin with its code.
  if (/^E[A-Z]+: /.test(message))
    return 'let this account read it; else see what the system says of the disk';
  if (file.includes('/imports/')) return 'undo the import (vigie import undo ID) and import again';
  if (file.includes('/snapshots/'))
    return 'restore it from a copy, or remove it: the run is lost, and its day stays marked as incomplete';
  if (file.includes('/daily/'))
    return 'restore it from a copy; or remove it and run vigie compact, while its snapshots are still there';
  return 'restore it from a copy; or remove it and run vigie compact, while its days are still there';
}
