import type { History } from '../../src/model/history.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { type Day, dayOf } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { joinMonths } from '../../src/store/history.ts';

/** The history that records make, as `vigie compact` would, in November 2026. */
export function historyOf(records: readonly EntityRecord[], timeZone = 'Europe/Paris'): History {
  const days = [...new Set(records.map(({ at }) => dayOf(at, timeZone)))].toSorted();
  const dailies = days.map((day) => {
    return compactDay({
      day,
      timeZone,
      everySeconds: 300,
      snapshots: snapshotsOf(records, day, timeZone),
      previous: undefined,
      inputs: { snapshots: 0, digest: '' },
    });
  });
  return joinMonths([compactMonth('2026-11', timeZone, dailies, 'd')], timeZone);
}

function snapshotsOf(records: readonly EntityRecord[], day: Day, timeZone: string): Snapshot[] {
  return records
    .filter(({ at }) => dayOf(at, timeZone) === day)
    .map((record) => ({
      schema: 'vigie/snapshot@1',
      collector: 'any',
      at: record.at,
      records: [record],
      errors: [],
    }));
}
