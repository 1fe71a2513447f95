import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Daily } from '../../src/model/rollup.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { arbitraryRuns, type Span } from './arbitrary-runs.ts';
import { arrive, compactAll, emptyWorkspace, type Fleet, removeWorkspace, textsBelow } from './workspaces.ts';

/** Compacts batch after batch, and gives all rollups. */
async function rollUp(
  batches: readonly (readonly Snapshot[])[],
  fleet: Fleet,
): Promise<Record<string, string>> {
  const workspace = emptyWorkspace();
  try {
    for (const batch of batches) {
      arrive(workspace, batch);
      const { broken } = await compactAll(workspace, fleet);
      expect(broken).toEqual([]);
    }
    return textsBelow(workspace, 'daily', 'monthly');
  } finally {
    removeWorkspace(workspace);
  }
}

/** Each run into one of four batches; empty ones repeat a compaction of the same. */
const split = fc.infiniteStream(fc.nat({ max: 3 }));

function batchesOf(runs: readonly Snapshot[], batch: Iterator<number>): Snapshot[][] {
  const batches: Snapshot[][] = [[], [], [], []];
  for (const run of runs) batches[batch.next().value ?? 0]?.push(run);
  return batches;
}

/** How many samples the daily rollups have, those that have any. */
function samplesByDay(rollups: Readonly<Record<string, string>>): Record<string, number> {
  const days = Object.entries(rollups).filter(([path]) => path.startsWith('daily/'));
  const counts = days.map(([, text]): [string, number] => {
    const { day, entities } = JSON.parse(text) as Daily;
    return [day, Object.values(entities).reduce((sum, { samples }) => sum + samples, 0)];
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** How many records were read on each day, as clocks show it to JavaScript's own calendar. */
function recordsByDay(runs: readonly Snapshot[], timeZone: string): Record<string, number> {
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const counts: Record<string, number> = {};
  for (const { at } of runs.flatMap(({ records }) => records)) {
    const day = calendar.format(new Date(at));
    counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
}

const spans: readonly (Span & { what: string; timeZone: string })[] = [
  {
    what: 'the end of a month and clocks that go forward in Paris',
    from: '2026-03-28T00:00:00Z',
    days: 6,
    timeZone: 'Europe/Paris',
  },
  {
    what: 'clocks that go back in Paris and the end of a month',
    from: '2026-10-24T00:00:00Z',
    days: 9,
    timeZone: 'Europe/Paris',
  },
  {
    what: 'a zone far in the east, a leap day between',
    from: '2028-02-27T00:00:00Z',
    days: 5,
    timeZone: 'Pacific/Kiritimati',
  },
  {
    what: 'a zone far in the west at the end of a year',
    from: '2026-12-29T00:00:00Z',
    days: 5,
    timeZone: 'Pacific/Pago_Pago',
  },
  {
    what: 'clocks that go forward at midnight in Havana',
    from: '2026-03-06T00:00:00Z',
    days: 5,
    timeZone: 'America/Havana',
  },
  {
    what: 'clocks that go back at midnight in Cairo',
    from: '2026-10-27T00:00:00Z',
    days: 6,
    timeZone: 'Africa/Cairo',
  },
];

describe('rollups count each record on its day, in the same bytes however snapshots arrive: in any order, in any batches, compacted any number of times', () => {
  for (const { what, timeZone, ...span } of spans) {
    test(`across ${what}`, async () => {
      const fleet = { timeZone, retentionDays: 60, now: '2028-06-01T00:00:00Z' };
      await fc.assert(
        fc.asyncProperty(arbitraryRuns(span), split, async (runs, batch) => {
          const rollups = await rollUp([runs], fleet);
          expect(await rollUp(batchesOf(runs, batch), fleet)).toEqual(rollups);
          expect(samplesByDay(rollups)).toEqual(recordsByDay(runs, timeZone));
        }),
        // Looking for a smaller counterexample would take minutes.
        { numRuns: 12, endOnFailure: true },
      );
    });
  }
});
