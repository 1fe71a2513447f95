import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/model/json-document.ts';
import type { Daily, EntityDay, TimelineStep } from '../../src/model/rollup.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { dayBounds, dayOf, fromSeconds } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { dayOfMonth } from '../../src/store/month-days.ts';
import { formatMonthly, monthlyKind } from '../../src/store/rollups.ts';
import { arbitraryRuns } from './arbitrary-runs.ts';
import { runOf } from './workspaces.ts';

/** Each day of runs, built on the one before. */
function daysOf(runs: readonly Snapshot[], timeZone: string): Daily[] {
  const days = [...new Set(runs.map(({ at }) => dayOf(at, timeZone)))].toSorted();
  const dailies: Daily[] = [];
  for (const day of days) {
    const inputs = { snapshots: 0, digest: '' };
    const previous = dailies.at(-1);
    dailies.push(compactDay({ day, timeZone, everySeconds: 3600, snapshots: runs, previous, inputs }));
  }
  return dailies;
}

/** As a day says it where a month may differ: without reasons, and no further than the day's end. */
function statesWithin(timeline: readonly TimelineStep[] | undefined, end: string): unknown {
  return timeline?.filter(([at]) => at < end).map(([at, state]) => [at, state]);
}

function numbersOf({ samples, gauges, sketches, counters }: EntityDay): unknown {
  return { samples, gauges, sketches, counters };
}

describe('a month', () => {
  for (const [month, timeZone] of [
    ['2026-03', 'Europe/Paris'],
    ['2026-10', 'Europe/Paris'],
    ['2026-10', 'America/Sao_Paulo'],
  ] as const) {
    test(`says all that its days say, in ${month} of ${timeZone}`, () => {
      fc.assert(
        fc.property(arbitraryRuns({ from: `${month}-22T12:00:00Z`, days: 9 }, 60), (runs) => {
          const dailies = daysOf(runs, timeZone).filter(({ day }) => day.startsWith(month));
          const written = formatMonthly(compactMonth(month, timeZone, dailies, ''));
          const monthly = parseDocument(monthlyKind, written);
          for (const daily of dailies) {
            // As it is read: JSON has no negative zero.
            const { day, entities } = JSON.parse(JSON.stringify(daily)) as Daily;
            const end = fromSeconds(dayBounds(day, timeZone).end);
            const said = dayOfMonth(monthly, day);
            expect(Object.keys(said)).toEqual(Object.keys(entities));
            for (const [name, own] of Object.entries(entities)) {
              const other = said[name];
              expect(other && numbersOf(other)).toEqual(numbersOf(own));
              if (own.timeline !== undefined)
                expect(statesWithin(other?.timeline, end)).toEqual(statesWithin(own.timeline, end));
              expect(other?.facts ?? {}).toMatchObject(own.facts ?? {});
              expect(monthly.entities[name]?.restarts ?? []).toEqual(
                expect.arrayContaining(own.restarts ?? []),
              );
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  test('holds a fact that is called as what each object inherits', () => {
    const seen = (at: string, facts: Record<string, string>) => runOf(at, [{ entity: 'host:a', at, facts }]);
    const runs = [
      seen('2026-10-05T12:00:00Z', { version: '1' }),
      seen('2026-10-06T12:00:00Z', { constructor: 'ACME' }),
    ];
    const monthly = compactMonth('2026-10', 'Europe/Paris', daysOf(runs, 'Europe/Paris'), '');
    expect(monthly.entities['host:a']?.facts).toEqual({
      constructor: [['2026-10-06', 'ACME']],
      version: [['2026-10-05', '1']],
    });
  });

  test('says nothing of a day without samples', () => {
    const at = '2026-10-05T12:00:00Z';
    const run = runOf(at, [{ entity: 'host:a', at, gauges: { load_ratio: 0.5 } }]);
    const monthly = compactMonth('2026-10', 'Europe/Paris', daysOf([run], 'Europe/Paris'), '');
    expect(dayOfMonth(monthly, '2026-10-06')).toEqual({});
    expect(dayOfMonth(monthly, '2026-10-05')).toEqual({
      'host:a': { samples: 1, gauges: { load_ratio: 0.5 } },
    });
  });
});
