import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Announcements, type Incident, noAnnouncements } from '../../src/model/announcement.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { History } from '../../src/model/history.ts';
import type { Daily } from '../../src/model/rollup.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import type { State } from '../../src/model/state.ts';
import { type PublicService, StatusFile } from '../../src/model/status-file.ts';
import { dayOf, daysBetween, fromSeconds, monthOf, toSeconds } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { joinMonths } from '../../src/store/history.ts';
import { presentOf } from '../../src/views/present.ts';
import { statusFile } from '../../src/views/status.ts';

// From snapshots to the public figures, by hand: a check every five minutes, in Paris.

const timeZone = 'Europe/Paris';
const every = 300;

function fleetOf(checks: string): Fleet {
  return parseFleet(
    `fleet: { name: Réseau, timeZone: ${timeZone} }
services:
  koha: { name: Catalogue, application: koha, url: "https://catalogue.example.org", checks: { ${checks} } }
  idle: { name: Jamais vu, url: "https://idle.example.org" }
`,
    'fleet.yaml',
  );
}

const onePage = fleetOf('page: { kind: http }');

/** What a check found at each run from an instant on, one after the other. */
function runs(from: string, states: readonly State[], check = 'page'): EntityRecord[] {
  return states.map((state, run) => ({
    entity: `check:koha:${check}`,
    at: fromSeconds(toSeconds(from) + run * every),
    state,
  }));
}

const times = (count: number, state: State) => new Array<State>(count).fill(state);

/** One snapshot a record. */
function snapshotsOf(records: readonly EntityRecord[]): Snapshot[] {
  return records.map((record) => {
    return {
      schema: 'vigie/snapshot@1',
      collector: 'probe',
      at: record.at,
      records: [record],
      errors: [],
    };
  });
}

/** The history that snapshots make, each day going on where the one before ended. */
function historyOf(snapshots: readonly Snapshot[]): History {
  const instants = snapshots.flatMap(({ records }) => records.map(({ at }) => at)).toSorted();
  const [first, last] = [instants[0], instants.at(-1)].map((at) => dayOf(at ?? '', timeZone));
  const dailies: Daily[] = [];
  for (const day of daysBetween(first ?? '', last ?? '')) {
    const within = snapshots.filter(({ records }) => records.some(({ at }) => dayOf(at, timeZone) === day));
    if (within.length === 0) continue;
    dailies.push(
      compactDay({
        day,
        timeZone,
        everySeconds: every,
        snapshots: within,
        previous: dailies.at(-1),
        inputs: { snapshots: 0, digest: '' },
      }),
    );
  }
  const months = Map.groupBy(dailies, ({ day }) => monthOf(day));
  return joinMonths(
    [...months].map(([month, own]) => compactMonth(month, timeZone, own, 'd')),
    timeZone,
  );
}

function fileOf(
  snapshots: readonly Snapshot[],
  now: string,
  { fleet = onePage, announcements = noAnnouncements }: { fleet?: Fleet; announcements?: Announcements } = {},
): StatusFile {
  return statusFile({
    fleet,
    history: historyOf(snapshots),
    announcements,
    present: presentOf(snapshots.toReversed()),
    now,
    unlistedAddress: () => null,
  }).status;
}

function koha(...input: Parameters<typeof fileOf>): PublicService {
  return fileOf(...input).services.find(({ id }) => id === 'koha') ?? expect.fail();
}

/** The seconds of one of the 90 days. */
function secondsOn({ days }: PublicService, day: string): Record<string, number | undefined> {
  const index = daysBetween(days.first, day).length - 1;
  return {
    up: days.up_seconds[index],
    degraded: days.degraded_seconds[index],
    down: days.down_seconds[index],
    maintenance: days.maintenance_seconds[index],
    unknown: days.unknown_seconds[index],
  };
}

const none = { up: 0, degraded: 0, down: 0, maintenance: 0, unknown: 0 };

describe('a day on which clocks change', () => {
  test('has 23 hours in March: an hour down is 1 / 23 of it', () => {
    // 29 March 2026 in Paris is 23:00 UTC to 22:00 UTC; down from 01:30 to 02:30 UTC, across the change.
    const states = [...times(30, 'up'), ...times(12, 'down'), ...times(276 - 42, 'up')];
    const service = koha(snapshotsOf(runs('2026-03-28T23:00:00Z', states)), '2026-03-29T22:00:00Z');
    expect(secondsOn(service, '2026-03-29')).toEqual({ ...none, up: 22 * 3600, down: 3600 });
    expect(service.windows.last24Hours).toMatchObject({ down_seconds: 3600, coverage: 23 / 24 });
    expect(service.windows.last7Days.ratio).toBeCloseTo(22 / 23, 12);
  });

  test('has 25 hours in October: an hour down is 1 / 25 of it', () => {
    const states = [...times(30, 'up'), ...times(12, 'down'), ...times(300 - 42, 'up')];
    const service = koha(snapshotsOf(runs('2026-10-24T22:00:00Z', states)), '2026-10-25T22:59:59Z');
    expect(secondsOn(service, '2026-10-25')).toEqual({ ...none, up: 24 * 3600 - 1, down: 3600 });
    expect(service.months.at(-1)?.availability.down_seconds).toBe(3600);
  });
});

describe('what is counted', () => {
  const from = '2026-11-22T10:00:00Z';
  const now = '2026-11-22T11:00:00Z';
  const day = '2026-11-22';

  test('failures of two checks that overlap count once', () => {
    const fleet = fleetOf('page: { kind: http }, search: { kind: http }');
    const records = [
      ...runs(from, [...times(3, 'up'), ...times(4, 'down'), ...times(6, 'up')]),
      ...runs(from, [...times(5, 'up'), ...times(4, 'down'), ...times(4, 'up')], 'search'),
    ];
    // From 10:15 to 10:35 and from 10:25 to 10:45: 30 minutes.
    const service = koha(snapshotsOf(records), now, { fleet });
    expect(secondsOn(service, day)).toMatchObject({ down: 1800, up: 1800 });
    expect(service.outages).toEqual([{ from: '2026-11-22T10:15:00Z', to: '2026-11-22T10:45:00Z' }]);
  });

  test('a gap is unknown from 2.5 intervals after the last result on, and lowers coverage alone', () => {
    const records = [...runs(from, times(3, 'up')), ...runs('2026-11-22T10:45:00Z', times(4, 'up'))];
    // The last result before it, of 10:10, is believed until 10:22:30.
    const service = koha(snapshotsOf(records), now);
    expect(secondsOn(service, day)).toMatchObject({ unknown: 11 * 3600 + 1350, up: 3600 - 1350 });
    expect(service.windows.last7Days.ratio).toBe(1);
  });

  test('what the observer saw while it was itself offline is unknown, and ends no outage', () => {
    const states = [...times(3, 'up'), ...times(3, 'down'), ...times(3, 'unknown'), ...times(1, 'down')];
    const service = koha(snapshotsOf(runs(from, [...states, ...times(3, 'up')])), now);
    // Down from 10:15 to 10:30 and from 10:45 to 10:50.
    expect(secondsOn(service, day)).toMatchObject({ down: 1200, unknown: 11 * 3600 + 900, up: 1500 });
    expect(service.outages).toEqual([{ from: '2026-11-22T10:15:00Z', to: '2026-11-22T10:50:00Z' }]);
  });

  test('a check that flaps and must fail three times is never down, one that fails three times is', () => {
    const fleet = fleetOf('page: { kind: http, failures: 3 }');
    const flapping = Array.from({ length: 13 }, (_, run): State => (run % 3 === 0 ? 'up' : 'down'));
    expect(koha(snapshotsOf(runs(from, flapping)), now, { fleet }).outages).toEqual([]);
    const failing = [...times(3, 'up'), ...times(3, 'down'), ...times(7, 'up')];
    const service = koha(snapshotsOf(runs(from, failing)), now, { fleet });
    expect(service.outages).toEqual([{ from: '2026-11-22T10:15:00Z', to: '2026-11-22T10:30:00Z' }]);
  });

  test('a check that has failed twice of three times is still up; the third tells that it was down since the first', () => {
    const fleet = fleetOf('page: { kind: http, failures: 3 }');
    const twice = snapshotsOf(runs(from, [...times(3, 'up'), ...times(2, 'down')]));
    expect(koha(twice, '2026-11-22T10:21:00Z', { fleet })).toMatchObject({ state: 'up', outages: [] });
    const thrice = snapshotsOf(runs(from, [...times(3, 'up'), ...times(3, 'down')]));
    expect(koha(thrice, '2026-11-22T10:26:00Z', { fleet })).toMatchObject({
      state: 'down',
      since: '2026-11-22T10:15:00Z',
    });
  });

  test('the morning of the documentation is counted as it says', () => {
    const fleet = fleetOf('page: { kind: http, failures: 2 }');
    const records = [
      ...runs(from, ['up', 'down', 'up', 'down', 'down', 'up']),
      ...runs('2026-11-22T11:00:00Z', ['up']),
    ];
    const service = koha(snapshotsOf(records), '2026-11-22T11:05:00Z', { fleet });
    expect(secondsOn(service, day)).toMatchObject({
      down: 600,
      up: 32.5 * 60,
      unknown: 11 * 3600 + 22.5 * 60,
    });
    expect(service.windows.last7Days.ratio).toBeCloseTo(0.7647, 4);
  });

  test('what was never looked at is unknown on every day, whatever was planned', () => {
    const occurrences = [{ ...turn, services: ['idle'], from: toSeconds(from), to: toSeconds(now) }];
    const maintenance = { ...planned, occurrences };
    const announcements = { incidents: [], maintenances: [maintenance] };
    const file = fileOf(snapshotsOf(runs(from, times(3, 'up'))), now, { announcements });
    const idle = file.services.find(({ id }) => id === 'idle');
    expect(idle).toMatchObject({ state: 'unknown', windows: { last90Days: { ratio: null, coverage: 0 } } });
  });
});

const planned = {
  id: '2026-11-21-mise-a-jour',
  title: { fr: 'Mise à jour' },
  isCampaign: false,
  isRecurring: false,
  updates: [],
};
const turn = { id: '2026-11-21', isCancelled: false, verifyingFrom: null };

/** What people wrote about the service. */
function incident(from: string, to: string, corrections: Incident['corrections']): Incident {
  return {
    id: '2026-11-22-panne',
    title: { fr: 'Panne' },
    impact: 'major',
    services: ['koha'],
    from: toSeconds(from),
    to: toSeconds(to),
    updates: [],
    corrections,
  };
}

describe('what people know better', () => {
  test('maintenance across midnight is taken out of both days', () => {
    // Down from 23:00 to 00:30 in Paris; planned from 23:15 to 00:15.
    const states = [...times(12, 'up'), ...times(18, 'down'), ...times(18, 'up')];
    const snapshots = snapshotsOf(runs('2026-11-21T21:00:00Z', states));
    const occurrences = [
      {
        ...turn,
        services: ['koha'],
        from: toSeconds('2026-11-21T22:15:00Z'),
        to: toSeconds('2026-11-21T23:15:00Z'),
      },
    ];
    const announcements = { incidents: [], maintenances: [{ ...planned, occurrences }] };
    const service = koha(snapshots, '2026-11-22T00:55:00Z', { announcements });
    expect(secondsOn(service, '2026-11-21')).toMatchObject({ up: 3600, down: 900, maintenance: 2700 });
    expect(secondsOn(service, '2026-11-22')).toMatchObject({ up: 85 * 60, down: 900, maintenance: 900 });
    // 30 minutes down of 175 that are judged.
    expect(service.windows.last7Days.ratio).toBeCloseTo(1 - 30 / 175, 12);
  });

  test('a maintenance that was cancelled counts for nothing', () => {
    const snapshots = snapshotsOf(runs('2026-11-22T10:00:00Z', times(12, 'down')));
    const [from, to] = [toSeconds('2026-11-22T10:00:00Z'), toSeconds('2026-11-22T10:30:00Z')];
    const occurrences = [{ ...turn, services: ['koha'], from, to, isCancelled: true }];
    const announcements = { incidents: [], maintenances: [{ ...planned, occurrences }] };
    const service = koha(snapshots, '2026-11-22T11:00:00Z', { announcements });
    expect(secondsOn(service, '2026-11-22')).toMatchObject({ down: 3600, maintenance: 0 });
  });

  test('a correction counts: a false alarm was up, what nobody saw was down', () => {
    const states = [...times(3, 'up'), ...times(6, 'down'), ...times(4, 'up')];
    const snapshots = snapshotsOf(runs('2026-11-22T10:00:00Z', states));
    const correction = (from: string, to: string, state: State) => ({
      services: ['koha'],
      from: toSeconds(from),
      to: toSeconds(to),
      state,
      reason: { fr: 'Fausse alerte' },
    });
    const told = incident('2026-11-22T10:15:00Z', '2026-11-22T10:45:00Z', [
      correction('2026-11-22T10:15:00Z', '2026-11-22T10:45:00Z', 'up'),
      correction('2026-11-22T10:50:00Z', '2026-11-22T10:52:00Z', 'down'),
    ]);
    const announcements = { incidents: [told], maintenances: [] };
    const now = '2026-11-22T11:00:00Z';
    expect(secondsOn(koha(snapshots, now), '2026-11-22')).toMatchObject({ down: 1800 });
    const service = koha(snapshots, now, { announcements });
    expect(secondsOn(service, '2026-11-22')).toMatchObject({ down: 120, up: 3480 });
    expect(service.outages).toEqual([{ from: '2026-11-22T10:50:00Z', to: '2026-11-22T10:52:00Z' }]);
  });
});

describe('what else is told of a service', () => {
  const now = '2026-11-22T10:05:00Z';
  const seen = (gauges: Record<string, number>, facts = {}, check = 'page'): Snapshot[] =>
    snapshotsOf(runs('2026-11-22T10:00:00Z', ['up'], check).map((record) => ({ ...record, gauges, facts })));

  test('until when the first of its certificates lasts', () => {
    const snapshots = [
      ...seen({ certificate_remaining_seconds: 86_400 }),
      ...seen({ certificate_remaining_seconds: 3600 }, {}, 'search').map((snapshot) => ({
        ...snapshot,
        vantage: 'lyon',
      })),
    ];
    const fleet = fleetOf('page: { kind: http }, search: { kind: http }');
    expect(koha(snapshots, now, { fleet }).certificateExpiresAt).toBe('2026-11-22T11:00:00Z');
    expect(koha(seen({}), now).certificateExpiresAt).toBeNull();
  });

  test('until when its version is supported: Koha 24.05 for 18 months', () => {
    expect(koha(seen({}, { version: '24.0503000' }), now)).toMatchObject({
      version: '24.05.03',
      support: { until: '2025-11', longTermUntil: null },
    });
    expect(koha(seen({}, { version: '3.22' }), now)).toMatchObject({ version: '3.22', support: null });
  });

  test('outages of the last 13 months, and those that were long as incidents', () => {
    const outage = [...times(1, 'up'), ...times(3, 'down'), ...times(1, 'up')];
    const records = ['2025-10-15', '2025-11-15', '2026-10-15'].flatMap((day) =>
      runs(`${day}T10:00:00Z`, outage),
    );
    const file = fileOf(snapshotsOf(records), '2026-11-22T10:00:00Z');
    expect(StatusFile.safeParse(file).success).toBe(true);
    expect(file.services.find(({ id }) => id === 'koha')?.outages.map(({ from }) => from)).toEqual([
      '2026-10-15T10:05:00Z',
      '2025-11-15T10:05:00Z',
    ]);
    expect(file.incidents.map(({ id, to }) => [id, to])).toEqual([
      ['2026-10-15-koha-1205', '2026-10-15T10:20:00Z'],
      ['2025-11-15-koha-1105', '2025-11-15T10:20:00Z'],
    ]);
  });
});

describe('the figures of any samples', () => {
  /** Some runs of three days around the change of clocks in October, some of them missing. */
  const start = toSeconds('2026-10-24T06:00:00Z');
  const records = fc
    .uniqueArray(fc.tuple(fc.nat(500), fc.constantFrom<State>('up', 'up', 'degraded', 'down', 'unknown')), {
      selector: ([run]) => run,
      minLength: 1,
      maxLength: 80,
    })
    .map((all) =>
      all
        .toSorted(([a], [b]) => a - b)
        .map(([run, state]): EntityRecord => {
          return { entity: 'check:koha:page', at: fromSeconds(start + run * every), state };
        }),
    );
  const now = '2026-10-26T12:00:00Z';
  const fleet = fleetOf('page: { kind: http, failures: 2, successes: 2 }');

  test('are the same however the samples are split into snapshots, and in whatever order they are read', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 12 }), (all, size) => {
        const one = koha(snapshotsOf(all), now, { fleet });
        // Runs that are up to an hour long, each in a snapshot of its own.
        const long = Map.groupBy(all, ({ at }) => Math.floor(toSeconds(at) / (size * every)));
        const split = [...long.values()].flatMap((own): Snapshot[] => {
          const [first] = snapshotsOf(own);
          return first === undefined ? [] : [{ ...first, records: own }];
        });
        const { windows, days, months, outages } = koha(split.toReversed(), now, { fleet });
        expect({ windows, days, months, outages }).toEqual({
          windows: one.windows,
          days: one.days,
          months: one.months,
          outages: one.outages,
        });
      }),
      { numRuns: 40 },
    );
  });

  test('add up: days to their windows, states to the time that has passed', () => {
    fc.assert(
      fc.property(records, (all) => {
        const service = koha(snapshotsOf(all), now, { fleet });
        const { days, windows } = service;
        const last7 = (column: readonly number[]) => column.slice(-7).reduce((sum, own) => sum + own, 0);
        expect(last7(days.down_seconds)).toBe(windows.last7Days.down_seconds);
        expect(last7(days.degraded_seconds)).toBe(windows.last7Days.degraded_seconds);
        for (const day of ['2026-10-24', '2026-10-25', '2026-10-26']) {
          const sum = Object.values(secondsOn(service, day)).reduce((a = 0, b = 0) => a + b, 0);
          expect(sum).toBe(day === '2026-10-25' ? 90_000 : day === '2026-10-26' ? 13 * 3600 : 86_400);
        }
        expect(secondsOn(service, days.first)).toEqual({ ...none, unknown: 86_400 });
      }),
      { numRuns: 40 },
    );
  });
});
