import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Daily } from '../../src/model/rollup.ts';
import type { State } from '../../src/model/state.ts';
import { dayBounds, daysBetween, monthOf, toSeconds } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { dropDaily, readDaily, writeDaily, writeMonthly } from '../../src/store/rollups.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  check,
  compactAll,
  emptyWorkspace,
  later,
  removeWorkspace,
  runOf,
  tellHistory,
  textsBelow,
} from './workspaces.ts';

let workspace: Workspace;

beforeEach(() => {
  workspace = emptyWorkspace();
});

afterEach(() => removeWorkspace(workspace));

/** How many looks, one a quarter of an hour, fall on each day, as clocks show it to JavaScript's own calendar. */
function looksByDay(from: string, looks: number, timeZone: string): Record<string, number> {
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const days: Record<string, number> = {};
  for (let look = 0; look < looks; look += 1) {
    const day = calendar.format(new Date(later(from, look / 4)));
    days[day] = (days[day] ?? 0) + 1;
  }
  return days;
}

const zones = [
  { what: 'clocks go forward in Paris', timeZone: 'Europe/Paris', from: '2026-03-28T00:00:00Z', hours: 23 },
  { what: 'clocks go back in Paris', timeZone: 'Europe/Paris', from: '2026-10-24T00:00:00Z', hours: 25 },
  {
    what: 'midnight does not exist in Havana',
    timeZone: 'America/Havana',
    from: '2026-03-07T00:00:00Z',
    hours: 23,
  },
  {
    what: 'midnight comes twice in Havana',
    timeZone: 'America/Havana',
    from: '2026-10-31T00:00:00Z',
    hours: 25,
  },
  {
    what: 'midnight does not exist in Cairo',
    timeZone: 'Africa/Cairo',
    from: '2026-04-23T00:00:00Z',
    hours: 23,
  },
  {
    what: 'the last hour comes twice in Cairo',
    timeZone: 'Africa/Cairo',
    from: '2026-10-28T00:00:00Z',
    hours: 25,
  },
  {
    what: 'midnight does not exist in Beirut',
    timeZone: 'Asia/Beirut',
    from: '2026-03-28T00:00:00Z',
    hours: 23,
  },
  {
    what: 'clocks go back by half an hour on Lord Howe',
    timeZone: 'Australia/Lord_Howe',
    from: '2026-04-03T12:00:00Z',
    hours: 24.5,
  },
  {
    what: 'days begin 14 hours before those of Greenwich',
    timeZone: 'Pacific/Kiritimati',
    from: '2026-11-20T00:00:00Z',
    hours: 24,
  },
  {
    what: 'days begin 11 hours after those of Greenwich',
    timeZone: 'Pacific/Pago_Pago',
    from: '2026-11-20T00:00:00Z',
    hours: 24,
  },
  {
    what: 'days begin at a quarter past',
    timeZone: 'Pacific/Chatham',
    from: '2026-11-20T00:00:00Z',
    hours: 24,
  },
];

describe('each look counts on the day that clocks show', () => {
  for (const { what, timeZone, from, hours } of zones) {
    test(`where ${what}`, async () => {
      const looks = Array.from({ length: 4 * 72 }, (_, look) => later(from, look / 4));
      arrive(
        workspace,
        looks.map((at) => runOf(at, [check(at)])),
      );
      await compactAll(workspace, { timeZone });
      const expected = looksByDay(from, looks.length, timeZone);
      // So many hours has the day that is meant.
      expect(Object.values(expected)).toContain(hours * 4);
      const compacted: Record<string, number | undefined> = {};
      for (const day of Object.keys(expected)) {
        const daily = await readDaily(workspace, day, ({ message }) => expect.fail(message));
        compacted[day] = daily?.entities['check:s:page']?.samples;
      }
      expect(compacted).toEqual(expected);
      // Not one second between the first look and the last one is unknown.
      const { entities } = await tellHistory(workspace, timeZone);
      const timeline = entities['check:s:page']?.timeline.filter(([at]) => at >= from);
      expect(timeline).toEqual([
        [from, 'up'],
        [later(looks.at(-1) ?? '', 2.5), 'unknown'],
      ]);
    });
  }
});

describe('where the time zone of the fleet changed', () => {
  test('a day does not go on from a sample that lies within it', () => {
    const looks = Array.from({ length: 96 }, (_, hour) => later('2026-10-20T00:30:00Z', hour));
    const snapshots = looks.map((at) => runOf(at, [check(at)]));
    const common = { everySeconds: 3600, snapshots, inputs: { snapshots: 0, digest: '' } };
    const previous = compactDay({
      ...common,
      day: '2026-10-21',
      timeZone: 'Europe/Paris',
      previous: undefined,
    });
    expect(previous.carry['check:s:page']?.at).toBe('2026-10-21T21:30:00Z');
    const daily = compactDay({ ...common, day: '2026-10-22', timeZone: 'Pacific/Noumea', previous });
    expect(daily.entities['check:s:page']?.timeline).toEqual([
      ['2026-10-21T13:00:00Z', 'unknown'],
      ['2026-10-21T13:30:00Z', 'up'],
      ['2026-10-22T15:00:00Z', 'unknown'],
    ]);
  });

  const name = 'check:s:page';
  const days = daysBetween('2026-10-20', '2026-11-12');
  const zones = [
    'Europe/Paris',
    'America/Cayenne',
    'Pacific/Noumea',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ];
  /** Looks, one an hour, from before the first day of any of these zones until after the last one. */
  const hours = (days.length + 2) * 24;

  const lives = fc.record({
    zones: fc.shuffledSubarray(zones, { minLength: 3, maxLength: 3 }),
    /** On which days the second and the third zone begin to hold. */
    changes: fc.tuple(fc.nat({ max: days.length }), fc.nat({ max: days.length })),
    outages: fc.array(fc.record({ from: fc.nat({ max: hours }), hours: fc.integer({ min: 2, max: 12 }) }), {
      minLength: 10,
      maxLength: 30,
    }),
    /** How many hours at its beginning the first day of a zone knows nothing of. */
    lateHours: fc.nat({ max: 12 }),
  });

  test('history tells what any day knows, as long as there are days and once there are months', async () => {
    const property = fc.asyncProperty(lives, async ({ zones, changes, outages, lateHours }) => {
      const looks = Array.from({ length: hours }, (_, hour): [string, State] => {
        const isDown = outages.some(({ from, hours }) => hour >= from && hour < from + hours);
        return [later('2026-10-19T00:00:00Z', hour), isDown ? 'down' : 'up'];
      });
      const known = new Set<string>();
      const dailies: Daily[] = [];
      for (const [index, day] of days.entries()) {
        const timeZone = zones[changes.filter((change) => change <= index).length] ?? '';
        const { start, end } = dayBounds(day, timeZone);
        const previous = dailies.at(-1);
        const first = previous?.timeZone === timeZone ? start : start + lateHours * 3600;
        const own = looks.filter(([at]) => toSeconds(at) >= first && toSeconds(at) < end);
        const snapshots = own.map(([at, state]) => runOf(at, [check(at, state)]));
        for (const [at] of own) known.add(at);
        const inputs = { snapshots: own.length, digest: day };
        dailies.push(compactDay({ day, timeZone, everySeconds: 3600, snapshots, previous, inputs }));
      }
      const expectAll = async () => {
        const { entities } = await tellHistory(workspace, zones[2]);
        const timeline = entities[name]?.timeline ?? [];
        const told = looks.map(([at]) => [at, timeline.findLast(([since]) => since <= at)?.[1]]);
        expect(told.filter(([at = '']) => known.has(at))).toEqual(looks.filter(([at]) => known.has(at)));
        return entities;
      };
      for (const daily of dailies) await writeDaily(workspace, daily);
      await expectAll();
      const october = dailies.filter(({ day }) => monthOf(day) === '2026-10');
      await writeMonthly(workspace, compactMonth('2026-10', zones[2] ?? '', october, ''));
      const told = await expectAll();
      for (const { day } of october) await dropDaily(workspace, day);
      // By way of the cache, without, and by way of one that was made while another zone held.
      expect(await expectAll()).toEqual(told);
      rmSync(workspace.cache, { recursive: true });
      expect(await expectAll()).toEqual(told);
      rmSync(workspace.cache, { recursive: true });
      await tellHistory(workspace, zones[0]);
      expect(await expectAll()).toEqual(told);
    });
    const anew = async () => {
      removeWorkspace(workspace);
      workspace = emptyWorkspace();
    };
    await fc.assert(property.beforeEach(anew), { numRuns: 40 });
  });
});

describe('a fleet that moves to another time zone', () => {
  const looks = Array.from({ length: 24 * 24 }, (_, hour) => later('2026-10-20T00:30:00Z', hour));
  const moves = [
    { what: 'westward', from: 'Europe/Paris', to: 'America/Cayenne' },
    { what: 'eastward', from: 'Europe/Paris', to: 'Pacific/Noumea' },
    { what: 'far eastward', from: 'Pacific/Pago_Pago', to: 'Pacific/Noumea' },
    { what: 'far westward', from: 'Pacific/Noumea', to: 'Pacific/Pago_Pago' },
  ];
  for (const { what, from, to } of moves) {
    // Closed days in the middle of a month, and at its end; there and back within the retention.
    for (const zones of [
      [
        [from, 300],
        [to, 576],
      ],
      [
        [from, 390],
        [to, 576],
      ],
      [
        [from, 300],
        [to, 340],
        [from, 576],
      ],
    ] as const) {
      const hours = zones.map(([, count]) => count).join(', ');
      test(`${what} after ${hours} hours counts each look on one day, also where closed days meet open ones`, async () => {
        let done = 0;
        for (const [timeZone, count] of zones) {
          // Compacted every eleven hours, so that days close one by one.
          for (; done < count; done += 11) {
            arrive(
              workspace,
              looks.slice(done, Math.min(done + 11, count)).map((at) => runOf(at, [check(at)])),
            );
            expect((await compactAll(workspace, { timeZone, retentionDays: 4 })).broken).toEqual([]);
          }
          done = count;
        }
        const [timeZone = ''] = zones.at(-1) ?? [];
        const { entities } = await tellHistory(workspace, timeZone);
        const samples = entities['check:s:page']?.samples ?? [];
        expect(samples.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(looks.length);
        // Not one second between the first look and the last one is unknown.
        expect(entities['check:s:page']?.timeline.filter(([at]) => at >= (looks[0] ?? ''))).toEqual([
          [looks[0], 'up'],
          [later(looks.at(-1) ?? '', 2.5), 'unknown'],
        ]);
        // What is closed goes, as where no zone ever changed: days of October, and snapshots of more than nine days ago.
        const kept = Object.keys(textsBelow(workspace, 'daily', 'snapshots'));
        expect(kept.filter((path) => path.startsWith('daily/2026/2026-10'))).toEqual([]);
        const [oldest = ''] = kept.filter((path) => path.startsWith('snapshots/'));
        expect(oldest > `snapshots/${later(looks.at(-1) ?? '', -9 * 24)}`).toBe(true);
      });
    }
  }
});

test('a fleet that moves to another time zone loses no look at days that are still open', async () => {
  const times = Array.from({ length: 24 * 6 }, (_, hour) => later('2026-11-10T00:30:00Z', hour));
  const zones = { 'Europe/Paris': 100, 'America/Cayenne': 122, 'Pacific/Noumea': 144 };
  for (const [zone, count] of Object.entries(zones)) {
    const half = times.slice(0, count);
    arrive(
      workspace,
      half.map((time) => runOf(time, [check(time)])),
    );
    const { broken } = await compactAll(workspace, { timeZone: zone, retentionDays: 30 });
    expect(broken).toEqual([]);
    const { entities } = await tellHistory(workspace, zone);
    const counts = entities['check:s:page']?.samples ?? [];
    expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(half.length);
  }
});
