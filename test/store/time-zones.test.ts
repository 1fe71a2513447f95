import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDaily } from '../../src/store/rollups.ts';
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
