import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Daily } from '../../src/model/rollup.ts';
import { type EntityRecord, maxClockSeconds, type Snapshot } from '../../src/model/snapshot.ts';
import { compactDay, type Result, timelineOf } from '../../src/store/compact-day.ts';
import { formatDocument } from '../../src/store/documents.ts';

const day = '2026-11-22';
const timeZone = 'Europe/Paris';

function snapshot(at: string, ...records: EntityRecord[]): Snapshot {
  return { schema: 'vigie/snapshot@1', collector: 'host', at, records, errors: [] };
}

function compacted(snapshots: readonly Snapshot[], previous?: Daily): Daily {
  return compactDay({
    day,
    timeZone,
    everySeconds: 300,
    snapshots,
    previous,
    inputs: { snapshots: 0, digest: '' },
  });
}

/** One counter sample of a host that booted at `boot` (seconds of the day) and has run `clock` seconds. */
function sample(time: string, epoch: string, clock: number, sent: number): Snapshot {
  const at = `${day}T${time}Z`;
  return snapshot(at, {
    entity: 'network:hv1:eth0',
    at,
    epoch,
    clock_seconds: clock,
    counters: { network_sent_bytes_total: sent },
  });
}

const sentOf = (daily: Daily) => daily.entities['network:hv1:eth0']?.counters?.network_sent_bytes_total;

describe('counters of a day', () => {
  test('are the sum of what lies between samples', () => {
    const daily = compacted([
      sample('10:00:00', 'a', 1000, 5000),
      sample('10:05:00', 'a', 1300, 8000),
      sample('10:10:00', 'a', 1600, 8600),
    ]);
    // 3000 bytes in 300 s, then 600 in 300 s: rates 10 and 2 a second.
    expect(sentOf(daily)).toEqual({ total: 3600, covered_seconds: 600, p95: 10, max: 10 });
  });

  test('go on after a reboot with what was counted since it, and the reboot is dated by uptime', () => {
    const daily = compacted([sample('10:00:00', 'a', 1000, 5000), sample('10:05:00', 'b', 120, 240)]);
    expect(sentOf(daily)).toEqual({ total: 240, covered_seconds: 120, p95: 2, max: 2 });
    expect(daily.entities['network:hv1:eth0']?.restarts).toEqual([`${day}T10:03:00Z`]);
  });

  test('began anew after the sample before, whatever a host claims of its uptime: no day has instants of 1926', () => {
    const daily = compacted([
      sample('10:00:00', 'a', 1000, 5000),
      sample('10:05:00', 'b', maxClockSeconds, 240),
    ]);
    expect(daily.entities['network:hv1:eth0']?.restarts).toEqual([`${day}T10:00:00Z`]);
  });

  test('lose a step that goes back without a reboot, and are never negative', () => {
    const daily = compacted([
      sample('10:00:00', 'a', 1000, 5000),
      sample('10:05:00', 'a', 1300, 10),
      sample('10:10:00', 'a', 1600, 310),
    ]);
    expect(sentOf(daily)).toMatchObject({ total: 300, covered_seconds: 300 });
  });

  test('are measured by the uptime of the host, not by a clock that jumped an hour', () => {
    const daily = compacted([sample('10:00:00', 'a', 1000, 0), sample('11:05:00', 'a', 1300, 300)]);
    expect(sentOf(daily)).toMatchObject({ covered_seconds: 300, p95: 1 });
  });

  test('take from a step across midnight only the share that lies in the day', () => {
    // Midnight in Paris is 23:00 UTC. 600 bytes in 600 s, of which 400 s lie after midnight.
    const before = compactDay({
      day: '2026-11-21',
      timeZone,
      everySeconds: 300,
      snapshots: [
        snapshot('2026-11-21T22:56:40Z', {
          entity: 'network:hv1:eth0',
          at: '2026-11-21T22:56:40Z',
          epoch: 'a',
          clock_seconds: 100,
          counters: { network_sent_bytes_total: 0 },
        }),
      ],
      previous: undefined,
      inputs: { snapshots: 0, digest: '' },
    });
    const at = '2026-11-21T23:06:40Z';
    const after = compacted(
      [
        snapshot(at, {
          entity: 'network:hv1:eth0',
          at,
          epoch: 'a',
          clock_seconds: 700,
          counters: { network_sent_bytes_total: 600 },
        }),
      ],
      before,
    );
    expect(sentOf(after)).toMatchObject({ total: 400, covered_seconds: 400 });
  });
});

test('a counter that is read at midnight itself has counted nothing in the day yet', () => {
  const at = (instant: string, sent: number) =>
    snapshot(instant, {
      entity: 'network:hv1:eth0',
      at: instant,
      counters: { network_sent_bytes_total: sent },
    });
  const yesterday = compactDay({
    day: '2026-11-21',
    timeZone,
    everySeconds: 300,
    snapshots: [at('2026-11-21T22:55:00Z', 0)],
    previous: undefined,
    inputs: { snapshots: 0, digest: '' },
  });
  const midnight = at('2026-11-21T23:00:00Z', 3000);
  expect(sentOf(compacted([midnight], yesterday))).toBeUndefined();
  // Nor does it disturb the rates of what follows: 10, 20 and 1 a second.
  const others = [
    at('2026-11-21T23:05:00Z', 6000),
    at('2026-11-21T23:10:00Z', 12000),
    at('2026-11-21T23:15:00Z', 12300),
  ];
  expect(sentOf(compacted([midnight, ...others], yesterday))).toEqual({
    total: 9300,
    covered_seconds: 900,
    p95: 20,
    max: 20,
  });
});

test('gauges keep their distribution by nearest rank', () => {
  const values = Array.from({ length: 20 }, (_, index) => index + 1);
  const snapshots = values.map((value, index) => {
    const at = `${day}T08:${String(index).padStart(2, '0')}:00Z`;
    return snapshot(at, { entity: 'host:hv1', at, gauges: { memory_used_bytes: value } });
  });
  expect(compacted(snapshots).entities['host:hv1']?.gauges?.memory_used_bytes).toEqual({
    count: 20,
    min: 1,
    mean: 10.5,
    p50: 10,
    p95: 19,
    max: 20,
    last: 20,
  });
});

test('what a host claims past the greatest number leaves a day that can be read', () => {
  const claim = (time: string, clock: number, value: number) => {
    const at = `${day}T${time}Z`;
    const record = { entity: 'host:hv1', at, epoch: 'a', clock_seconds: clock };
    const numbers = { gauges: { some_bytes: value }, counters: { some_bytes_total: value } };
    return snapshot(at, { ...record, ...numbers });
  };
  // A sum, a rounding up and a rate that no number can hold.
  const daily = compacted([claim('10:00:00', 0, 1e308), claim('10:05:00', 1e-12, 1.797e308)]);
  expect(daily.entities['host:hv1']?.gauges?.some_bytes).toEqual({
    count: 2,
    min: 1e308,
    mean: 1.4e308,
    p50: 1e308,
    p95: Number.MAX_VALUE,
    max: Number.MAX_VALUE,
    last: 1.797e308,
  });
  expect(daily.entities['host:hv1']?.counters?.some_bytes_total).toMatchObject({ max: Number.MAX_VALUE });
  expect(Daily.safeParse(JSON.parse(formatDocument(daily, []))).success).toBe(true);
});

describe('the timeline of a day', () => {
  const bounds = { start: 0, end: 86400 };
  const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');

  test('holds a result until the next with its first reason, and believes it for 2.5 intervals', () => {
    const results: Result[] = [
      { at: 300, state: 'up' },
      { at: 600, state: 'down', reason: 'refused' },
      { at: 700, state: 'down', reason: 'timed out' },
      { at: 900, state: 'up' },
    ];
    expect(timelineOf(results, bounds, 750)).toEqual([
      [at(0), 'unknown'],
      [at(300), 'up'],
      [at(600), 'down', 'refused'],
      [at(900), 'up'],
      [at(1650), 'unknown'],
    ]);
  });

  test('a gap in the middle is unknown, not what was last seen', () => {
    expect(
      timelineOf(
        [
          { at: 0, state: 'up' },
          { at: 10000, state: 'up' },
        ],
        bounds,
        750,
      ),
    ).toEqual([
      [at(0), 'up'],
      [at(750), 'unknown'],
      [at(10000), 'up'],
      [at(10750), 'unknown'],
    ]);
  });

  test('begins with the last result of the day before while it is believed', () => {
    expect(
      timelineOf(
        [
          { at: -300, state: 'down' },
          { at: 100, state: 'up' },
        ],
        bounds,
        750,
      ).slice(0, 2),
    ).toEqual([
      [at(0), 'down'],
      [at(100), 'up'],
    ]);
    expect(
      timelineOf(
        [
          { at: -800, state: 'down' },
          { at: 100, state: 'up' },
        ],
        bounds,
        750,
      ).slice(0, 2),
    ).toEqual([
      [at(0), 'unknown'],
      [at(100), 'up'],
    ]);
  });
});

test('the same snapshots in any order give the same bytes, and a rollup that its schema accepts', () => {
  const record = fc.record({
    entity: fc.constantFrom('host:a', 'check:s:page', 'network:a:eth0'),
    minute: fc.integer({ min: 0, max: 1300 }),
    epoch: fc.constantFrom('x', 'y'),
    clock_seconds: fc.integer({ min: 0, max: 90000 }),
    state: fc.constantFrom('up' as const, 'down' as const, 'unknown' as const),
    value: fc.double({ min: 0, max: 1e13, noNaN: true }),
  });
  const text = (snapshots: readonly Snapshot[]) => formatDocument(compacted(snapshots), ['entities']);
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (records, order) => {
      const snapshots = records.map(({ entity, minute, epoch, clock_seconds, state, value }, index) => {
        const at = new Date(Date.parse('2026-11-21T23:00:00Z') + minute * 60_000)
          .toISOString()
          .replace('.000', '');
        const seen = { entity, at, epoch, clock_seconds, state };
        const numbers = { gauges: { some_bytes: value }, counters: { some_bytes_total: value } };
        // Names are unique: those of one second are of several vantages.
        return { ...snapshot(at, { ...seen, ...numbers }), vantage: `v${index}` };
      });
      const shuffled = snapshots
        .map((item) => ({ item, rank: order.next().value }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ item }) => item);
      expect(text(shuffled)).toBe(text(snapshots));
      expect(Daily.safeParse(JSON.parse(text(snapshots))).success).toBe(true);
    }),
  );
});
