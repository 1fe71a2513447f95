import { addToDay } from '../model/time.ts';
import type { Examination, Finding } from './examination.ts';

/** Snapshots that outlived the retention. */
export const late: Examination = {
  name: 'late snapshots',
  looksFor:
    'snapshots older than the retention that are still there: they came too late, or their day is not whole',
  examine({ recent, retentionSeconds, daysWithData }) {
    const newest = [...daysWithData, recent.files.at(-1)?.at.slice(0, 10) ?? ''].toSorted().at(-1) ?? '';
    if (newest === '') return [];
    // Folders are of UTC days; what is dropped lies a day and the neighbour's last hour behind.
    const until = addToDay(newest, -Math.ceil(retentionSeconds / 86_400) - 3);
    const old = recent.files.filter(({ at }) => at.slice(0, 10) < until);
    return [...Map.groupBy(old, ({ at }) => at.slice(0, 10))].map(
      ([day, files]): Finding => ({
        severity: 'note',
        where: `data/snapshots/${day}`,
        found: `snapshots older than the retention: ${files.length}`,
        advice:
          'run vigie compact; what is still there then came after its day was closed, or its day has broken files: it is kept and does not count',
      }),
    );
  },
};
