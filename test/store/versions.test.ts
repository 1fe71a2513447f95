import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addToDay, dayBounds, fromSeconds } from '../../src/model/time.ts';
import { readDaily, readMonthly } from '../../src/store/rollups.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  check,
  compactAll,
  emptyWorkspace,
  later,
  putFile,
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

const gauge = { count: 288, min: 0.1, mean: 0.34, p50: 0.3, p95: 0.9, max: 1.5, last: 0.4 };
const counter = { total: 86_400, covered_seconds: 86_100, p95: 1.2, max: 3 };

const constant = { min: 8e9, mean: 8e9, p50: 8e9, p95: 8e9, max: 8e9, last: 8e9 };

/** A day as version 1 wrote it: each entity holds its own last sample, and no number of samples. */
function putDayV1(day: string): void {
  const { start, end } = dayBounds(day, 'Europe/Paris');
  const at = fromSeconds(end - 300);
  const daily = {
    schema: 'vigie/daily@1',
    day,
    timeZone: 'Europe/Paris',
    inputs: { snapshots: 288, digest: `of ${day}` },
    entities: {
      'check:s:page': {
        gauges: { check_duration_seconds: gauge },
        timeline: [
          [fromSeconds(start), 'up'],
          [fromSeconds(start + 3600), 'down', 'refused'],
          [fromSeconds(start + 7200), 'up'],
          [fromSeconds(end + 450), 'unknown'],
        ],
        carry: { at, state: 'up' },
      },
      'host:hv1': {
        // Version 1 told a value that never changed by all its statistics.
        gauges: { load_ratio: { ...gauge, count: 287 }, memory_total_bytes: { ...constant, count: 287 } },
        counters: { sent_bytes_total: counter },
        facts: { kernel: '6.1' },
        restarts: [fromSeconds(start + 60)],
        carry: { at, epoch: 'boot', clock_seconds: 9000, counters: { sent_bytes_total: 5_000_000 } },
      },
    },
  };
  putFile(join(workspace.data, `daily/${day.slice(0, 4)}/${day}.json`), JSON.stringify(daily, null, 1));
}

/** A month as version 1 wrote it: without least values, highest rates and numbers of samples, and of facts the last value alone. */
function putMonthV1(): void {
  const days = Array.from({ length: 31 }, (_, index) => addToDay('2026-08-01', index));
  const column = (value: number) => days.map((_, index) => (index === 30 ? null : value + index));
  const monthly = {
    schema: 'vigie/monthly@1',
    month: '2026-08',
    timeZone: 'Europe/Paris',
    days,
    inputs: { days: 30, digest: 'of august' },
    entities: {
      'host:hv1': {
        gauges: {
          load_ratio: {
            mean: column(2),
            p50: column(3),
            p95: column(4),
            max: column(5),
            last: column(6),
          },
        },
        counters: {
          sent_bytes_total: { total: column(1000), covered_seconds: column(80_000), p95: column(7) },
        },
        facts: { kernel: '5.10' },
        restarts: ['2026-08-03T10:00:00Z'],
      },
    },
  };
  putFile(join(workspace.data, 'monthly/2026-08.json'), JSON.stringify(monthly));
}

describe('rollups of version 1', () => {
  test('of days read with all their numbers', async () => {
    putDayV1('2026-09-29');
    putDayV1('2026-09-30');
    const { days, entities } = await tellHistory(workspace);
    expect(days).toEqual(['2026-09-29', '2026-09-30']);
    const { count, min, mean, p50, p95, max, last } = gauge;
    expect(entities['check:s:page']?.gauges.check_duration_seconds).toEqual({
      count: [count, count],
      min: [min, min],
      mean: [mean, mean],
      p50: [p50, p50],
      p95: [p95, p95],
      max: [max, max],
      last: [last, last],
    });
    expect(entities['host:hv1']).toMatchObject({
      samples: [287, 287],
      counters: {
        sent_bytes_total: { total: [86_400, 86_400], covered_seconds: [86_100, 86_100], max: [3, 3] },
      },
      facts: { kernel: '6.1' },
      restarts: ['2026-09-28T22:01:00Z', '2026-09-29T22:01:00Z'],
    });
    expect(entities['check:s:page']?.timeline).toEqual([
      ['2026-09-28T22:00:00Z', 'up'],
      ['2026-09-28T23:00:00Z', 'down', 'refused'],
      ['2026-09-29T00:00:00Z', 'up'],
      ['2026-09-29T23:00:00Z', 'down', 'refused'],
      ['2026-09-30T00:00:00Z', 'up'],
      ['2026-09-30T22:07:30Z', 'unknown'],
    ]);
  });

  test('of months read with all their numbers; what they did not hold is not known', async () => {
    putMonthV1();
    const { days, entities } = await tellHistory(workspace);
    expect(days).toHaveLength(30);
    const { gauges, counters, facts, restarts } = entities['host:hv1'] ?? expect.fail();
    const column = (value: number) => days.map((_, index) => value + index);
    const unknown = days.map(() => null);
    expect(gauges.load_ratio).toMatchObject({
      min: unknown,
      mean: column(2),
      p50: column(3),
      p95: column(4),
      max: column(5),
      last: column(6),
    });
    expect(counters.sent_bytes_total).toEqual({
      total: column(1000),
      covered_seconds: column(80_000),
      p95: column(7),
      max: unknown,
    });
    expect([facts, restarts]).toEqual([{ kernel: '5.10' }, ['2026-08-03T10:00:00Z']]);
  });

  test('of days are gone on with: the day after counts from their last samples', async () => {
    putDayV1('2026-09-30');
    const at = '2026-09-30T22:05:00Z';
    const host = { entity: 'host:hv1', at, epoch: 'boot', clock_seconds: 9600 };
    arrive(workspace, [
      runOf(at, [{ ...host, counters: { sent_bytes_total: 5_000_600 } }, check(at, 'down')]),
    ]);
    const { broken } = await compactAll(workspace);
    expect(broken).toEqual([]);
    const daily = await readDaily(workspace, '2026-10-01', () => expect.fail());
    // 600 bytes in 600 s, of which 300 s lie after midnight.
    expect(daily?.entities['host:hv1']?.counters?.sent_bytes_total).toMatchObject({
      total: 300,
      covered_seconds: 300,
    });
    expect(daily?.entities['check:s:page']?.timeline?.[0]).toEqual(['2026-09-30T22:00:00Z', 'up']);
  });

  test('of days become a month of version 2, and are dropped once it says all that they say', async () => {
    const dayOfSeptember = Array.from({ length: 30 }, (_, index) => addToDay('2026-09-01', index));
    for (const day of dayOfSeptember) putDayV1(day);
    const before = await tellHistory(workspace);
    const at = '2026-10-10T10:00:00Z';
    arrive(workspace, [runOf(at, [check(at, 'up', 'other')])]);
    const { summary, broken } = await compactAll(workspace, { retentionDays: 40 });
    expect(broken).toEqual([]);
    expect(summary).toMatchObject({ monthsWritten: ['2026-09'], daysDropped: 0 });
    const month = await readMonthly(workspace, '2026-09', () => expect.fail());
    expect(month?.schema).toBe('vigie/monthly@2');
    expect((await compactAll(workspace, { retentionDays: 40 })).summary.monthsWritten).toEqual([]);

    const days = [later(at, 120), later(at, 216), later(at, 240)];
    arrive(
      workspace,
      days.map((later) => runOf(later, [check(later, 'up', 'other')])),
    );
    expect((await compactAll(workspace, { retentionDays: 2 })).summary.daysDropped).toBe(30);
    const after = await tellHistory(workspace);
    expect(Object.keys(textsBelow(workspace, 'daily'))).toHaveLength(4);
    for (const name of ['check:s:page', 'host:hv1']) {
      const [own, old] = [after.entities[name], before.entities[name]];
      expect(own?.samples.slice(0, 30)).toEqual(old?.samples);
      expect(own?.timeline).toEqual(old?.timeline);
      expect(own?.restarts).toEqual(old?.restarts);
      for (const [metric, columns] of Object.entries(old?.gauges ?? {}))
        for (const [stat, column] of Object.entries(columns))
          expect(own?.gauges[metric]).toHaveProperty(
            [stat],
            [...column, ...after.days.slice(30).map(() => null)],
          );
    }
  });

  test('of months stay when their days are gone', async () => {
    putMonthV1();
    const text = textsBelow(workspace, 'monthly');
    const at = '2026-09-20T10:00:00Z';
    arrive(workspace, [runOf(at, [check(at)])]);
    expect((await compactAll(workspace)).broken).toEqual([]);
    expect(textsBelow(workspace, 'monthly')).toEqual(text);
  });
});
