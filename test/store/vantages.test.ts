import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Daily, TimelineStep } from '../../src/model/rollup.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { State } from '../../src/model/state.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { mergeVantages, vantageOf } from '../../src/store/vantages.ts';

const check = 'check:koha:page';
type Seen = readonly [time: string, vantage: string | undefined, state: State, reason?: string | undefined];

const atTime = (time: string) => `2026-11-22T${time}:00Z`;

function snapshot([time, vantage, state, reason]: Seen): Snapshot {
  const at = atTime(time);
  const record: EntityRecord = { entity: check, at, state, ...(reason === undefined ? {} : { reason }) };
  const from = vantage === undefined ? {} : { vantage };
  return { schema: 'vigie/snapshot@1', collector: 'probe', ...from, at, records: [record], errors: [] };
}

function compacted(seen: readonly Seen[], day = '2026-11-22', previous?: Daily): Daily {
  return compactDay({
    day,
    timeZone: 'UTC',
    everySeconds: 300,
    snapshots: seen.map(snapshot),
    previous,
    inputs: { snapshots: 0, digest: '' },
  });
}

/** The steps of the day but the first one, that nothing is known, by their time. */
function told(seen: readonly Seen[]): (readonly [string, State, (string | undefined)?])[] {
  const [, ...steps] = compacted(seen).entities[check]?.timeline ?? [];
  return steps.map(([at, ...rest]) => [at.slice(11, 16), ...rest]);
}

describe('a check that several machines look at', () => {
  test('is down when more than half of them have it down, degraded while fewer do, with their reason', () => {
    expect(
      told([
        ['10:00', 'lyon', 'up'],
        ['10:01', 'paris', 'up'],
        ['10:02', 'lille', 'up'],
        ['10:05', 'lyon', 'down', 'refused'],
        ['10:06', 'paris', 'down', 'timed out'],
        ['10:07', 'lille', 'down', 'status 503'],
        ['10:10', 'lyon', 'up'],
        ['10:11', 'paris', 'up'],
        ['10:12', 'lille', 'up'],
      ]),
    ).toEqual([
      ['10:00', 'up'],
      ['10:05', 'degraded', 'refused'],
      ['10:06', 'down', 'refused'],
      ['10:11', 'degraded', 'status 503'],
      ['10:12', 'up'],
      ['10:24', 'unknown'],
    ]);
  });

  test('is degraded, not down, when one of two has it down', () => {
    expect(
      told([
        ['10:00', 'lyon', 'down', 'refused'],
        ['10:00', 'paris', 'up'],
      ]),
    ).toEqual([
      ['10:00', 'degraded', 'refused'],
      ['10:12', 'unknown'],
    ]);
  });

  test('is unknown only when none of them knows: one that is offline itself has no vote', () => {
    expect(
      told([
        ['10:00', 'lyon', 'unknown', 'the observer is offline'],
        ['10:00', 'paris', 'up'],
        ['10:05', 'lyon', 'unknown', 'the observer is offline'],
        ['10:05', 'paris', 'down', 'refused'],
        ['10:10', 'lyon', 'unknown', 'the observer is offline'],
        ['10:10', 'paris', 'unknown', 'the observer is offline'],
      ]),
    ).toEqual([
      ['10:00', 'up'],
      ['10:05', 'down', 'refused'],
      ['10:10', 'unknown', 'the observer is offline'],
    ]);
  });

  test('is told by the others when one of them falls silent, after 2.5 intervals', () => {
    expect(
      told([
        ['10:00', 'lyon', 'down', 'refused'],
        ['10:00', 'paris', 'up'],
        ['10:05', 'paris', 'up'],
        ['10:10', 'paris', 'up'],
      ]),
    ).toEqual([
      ['10:00', 'degraded', 'refused'],
      // 10:12:30 and 10:22:30.
      ['10:12', 'up'],
      ['10:22', 'unknown'],
    ]);
  });

  test('goes on over midnight as all of them left it, not as the last one did', () => {
    const evening: Seen[] = [
      ['23:55', 'lyon', 'up'],
      ['23:56', 'paris', 'up'],
      ['23:57', 'lille', 'down', 'refused'],
    ];
    const before = compacted(evening);
    const morning = compactDay({
      day: '2026-11-23',
      timeZone: 'UTC',
      everySeconds: 300,
      snapshots: [
        ['00:00', 'lyon', 'up'],
        ['00:01', 'paris', 'up'],
        ['00:02', 'lille', 'down', 'refused'],
      ].map(([time = '', vantage = '', state, reason]) => {
        const made = snapshot([time, vantage, state as State, reason]);
        const at = `2026-11-23T${time}:00Z`;
        return { ...made, at, records: made.records.map((record) => ({ ...record, at })) };
      }),
      previous: before,
      inputs: { snapshots: 0, digest: '' },
    });
    expect(morning.entities[check]?.timeline).toEqual([
      ['2026-11-23T00:00:00Z', 'degraded', 'refused'],
      ['2026-11-23T00:01:00Z', 'up'],
      ['2026-11-23T00:02:00Z', 'degraded', 'refused'],
      // The last of lyon and of paris are believed until 00:12:30 and 00:13:30, that of lille until 00:14:30.
      ['2026-11-23T00:13:30Z', 'down', 'refused'],
      ['2026-11-23T00:14:30Z', 'unknown'],
    ]);
  });
});

const arbitrarySeen: fc.Arbitrary<Seen[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.integer({ min: 0, max: 119 }),
      fc.constantFrom(undefined, 'lyon', 'paris', 'lille-2'),
      fc.constantFrom(...State.options),
    )
    .map(([minute, vantage, state]): Seen => {
      const time = `${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      return [time, vantage, state, `${state} from ${vantage}`];
    }),
  { maxLength: 40, selector: ([time, vantage]) => `${time} ${vantage}` },
);

test('each minute is as those vote whose newest result is believed', () => {
  fc.assert(
    fc.property(arbitrarySeen, (seen) => {
      const timeline = compacted(seen).entities[check]?.timeline ?? [];
      for (let minute = 0; minute < 150; minute += 1) {
        const at = new Date(Date.parse(atTime('08:00')) + minute * 60_000).toISOString().slice(0, 19);
        const newest = new Map<string | undefined, State>();
        for (const [time, vantage, state] of seen.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
          const age = (Date.parse(`${at}Z`) - Date.parse(atTime(time))) / 1000;
          if (age >= 0 && age < 750) newest.set(vantage, state);
        }
        const votes = [...newest.values()].filter((state) => state !== 'unknown');
        const state = timeline.findLast(([from]) => from <= `${at}Z`)?.[1] ?? 'unknown';
        const down = votes.filter((own) => own === 'down').length;
        expect(state === 'unknown').toBe(votes.length === 0);
        expect(state === 'down').toBe(down * 2 > votes.length);
        if (down > 0 && down * 2 <= votes.length && state !== 'maintenance') expect(state).toBe('degraded');
        if (state === 'up')
          expect(votes.filter((own) => own === 'up').length * 2).toBeGreaterThanOrEqual(votes.length);
      }
    }),
    { numRuns: 200 },
  );
});

test('the same day, whichever records share a snapshot and in whatever order they are read', () => {
  fc.assert(
    fc.property(arbitrarySeen, fc.nat(), (seen, seed) => {
      const daily = compacted(seen);
      expect(compacted(seen.toReversed())).toEqual(daily);
      // All that one vantage found in an hour, in one snapshot of it.
      const perHour = Map.groupBy(seen, ([time, vantage]) => `${time.slice(0, 2)} ${vantage}`);
      const merged = [...perHour.values()].flatMap((own): Snapshot[] => {
        const [first] = own.map(snapshot).toSorted((a, b) => (a.at < b.at ? -1 : 1));
        const records = own.flatMap((one) => snapshot(one).records);
        return first === undefined ? [] : [{ ...first, records }];
      });
      const rotated = [...merged.slice(seed % 7), ...merged.slice(0, seed % 7)];
      const again = compactDay({
        day: '2026-11-22',
        timeZone: 'UTC',
        everySeconds: 300,
        snapshots: rotated,
        previous: undefined,
        inputs: { snapshots: 0, digest: '' },
      });
      expect(again.entities).toEqual(daily.entities);
      expect(again.carry).toEqual(daily.carry);
    }),
  );
});

test('one vantage alone tells what it would tell without a name', () => {
  fc.assert(
    fc.property(arbitrarySeen, (seen) => {
      const unnamed = seen.filter(([, vantage]) => vantage === 'lyon').map((one) => snapshot(one));
      const alone = unnamed.map(({ vantage: _vantage, ...rest }) => rest);
      const [named, nameless] = [unnamed, alone].map((snapshots) =>
        compactDay({
          day: '2026-11-22',
          timeZone: 'UTC',
          everySeconds: 300,
          snapshots,
          previous: undefined,
          inputs: { snapshots: 0, digest: '' },
        }),
      );
      expect(JSON.stringify(named)).toBe(JSON.stringify(nameless));
    }),
  );
});

test('the order of the vantages changes no second', () => {
  const timeline = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 59 }), fc.constantFrom(...State.options)), {
      selector: ([second]) => second,
      maxLength: 8,
    })
    .map((steps): TimelineStep[] => [
      ['2026-11-22T00:00:00Z', 'unknown'],
      ...steps
        .toSorted(([a], [b]) => a - b)
        .map(
          ([second, state]): TimelineStep => [`2026-11-22T00:00:${String(second).padStart(2, '0')}Z`, state],
        ),
    ]);
  fc.assert(
    fc.property(fc.array(timeline, { minLength: 1, maxLength: 5 }), (timelines) => {
      expect(mergeVantages(timelines.toReversed())).toEqual(mergeVantages(timelines));
    }),
  );
});

test('the vantage is read from the name of a snapshot file', () => {
  const at = '20261122T093500Z';
  expect(
    ['probe', 'probe-lyon', 'probe-lyon-2', 'host-only-hv1', 'host-lyon-only-hv1'].map((source) =>
      vantageOf(`${at}-${source}.json`),
    ),
  ).toEqual(['', 'lyon', 'lyon-2', '', 'lyon']);
});
