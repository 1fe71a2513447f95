import { readAnnouncements } from '../store/announcements.ts';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';

/** What people tell of incidents and maintenance. */
export const announcements: Examination = {
  name: 'announcements',
  looksFor:
    'files of incidents and maintenance that the pages leave out, and names in them that fleet.yaml does not know',
  async examine({ workspace, fleet, now }) {
    if (fleet === undefined) return [];
    const findings: Finding[] = [];
    await readAnnouncements({
      dataFolder: workspace.data,
      fleet,
      now,
      onBroken: ({ file, message }) =>
        findings.push({
          severity: 'error',
          where: shownPath(file),
          found: message,
          advice: 'correct it: until then the pages tell nothing of it, and its corrections do not count',
        }),
      onUnknown: ({ file, line, found = '', expected }) =>
        findings.push({
          severity: 'note',
          where: line === undefined ? file : `${file}:${line}`,
          found,
          expected,
          advice: 'nothing, if it exists no more: it is left out; else write its name as fleet.yaml does',
        }),
    });
    return findings;
  },
};
