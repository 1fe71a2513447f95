import { describe, expect, test } from 'vitest';
import { coldState } from '../../src/analysis/backup-cold.ts';
import { copiesOfRanges, snapshotsMade, weeklyMarks } from '../../src/analysis/backup-snapshots.ts';

// A Sunday, 10:35 in Paris.
const now = '2026-11-22T09:35:00Z';
const frame = { timeZone: 'Europe/Paris', now };
const sundays = [
  '2026-11-15T02:10:00Z',
  '2026-11-08T02:10:00Z',
  '2026-11-01T02:10:00Z',
  '2026-10-25T02:10:00Z',
];

describe('a container snapshot each Sunday', () => {
  test('is looked for on the last four Sundays that are over: until Monday at six it may still be made', () => {
    const made = [...sundays, '2026-11-22T02:10:00Z'];
    const marks = weeklyMarks({ createdAt: undefined, made }, 'sunday', frame);
    expect(marks.map(({ on, state }) => `${on} ${state}`)).toEqual([
      '2026-10-25 present',
      '2026-11-01 present',
      '2026-11-08 present',
      '2026-11-15 present',
    ]);
    const monday = { ...frame, now: '2026-11-23T05:00:00Z' };
    expect(weeklyMarks({ createdAt: undefined, made }, 'sunday', monday).at(-1)).toMatchObject({
      on: '2026-11-22',
      state: 'present',
    });
  });

  test('counts from midnight to six on Monday, hours of the fleet', () => {
    const state = (at: string) =>
      weeklyMarks({ createdAt: undefined, made: [at] }, 'sunday', frame).at(-1)?.state;
    expect(state('2026-11-14T22:59:00Z')).toBe('missing');
    expect(state('2026-11-14T23:00:00Z')).toBe('present');
    expect(state('2026-11-16T04:59:00Z')).toBe('present');
    expect(state('2026-11-16T05:00:00Z')).toBe('missing');
  });

  test('is not missed of a container that did not exist yet', () => {
    const marks = weeklyMarks({ createdAt: '2026-11-05T08:00:00Z', made: [] }, 'sunday', frame);
    expect(marks.map(({ state }) => state)).toEqual(['none', 'none', 'missing', 'missing']);
  });

  test('is unseen where the container could not be looked at', () => {
    expect(weeklyMarks(undefined, 'sunday', frame).map(({ state }) => state)).toEqual([
      'unseen',
      'unseen',
      'unseen',
      'unseen',
    ]);
  });

  test('may be wanted on another day', () => {
    expect(weeklyMarks(undefined, 'wednesday', frame).at(-1)?.on).toBe('2026-11-18');
  });
});

test('snapshots are read from the facts of a container, those of older days too', () => {
  expect(
    snapshotsMade({
      snapshot_days: '2026-11-22T02:10Z 2026-11-21T02:10Z',
      snapshot_days_older: '2026-10-01T02:10Z',
    }),
  ).toEqual(['2026-11-22T02:10:00Z', '2026-11-21T02:10:00Z', '2026-10-01T02:10:00Z']);
  expect(snapshotsMade({})).toEqual([]);
});

test('days of ZFS snapshots are read from ranges', () => {
  expect(copiesOfRanges('2026-11-20..2026-11-22 2026-11-15').map(({ day }) => day)).toEqual([
    '2026-11-15',
    '2026-11-20',
    '2026-11-21',
    '2026-11-22',
  ]);
  expect(copiesOfRanges('')).toEqual([]);
});

describe('a cold copy', () => {
  const year = 31_557_600;
  const whole = {
    verdict: 'valid',
    cycle_started_at: '2026-09-01T00:00:00Z',
    cycle_finished_at: '2026-10-01T00:00:00Z',
  };

  test('is valid once each of its files was compared, for as long as the policy says', () => {
    expect(coldState(whole, year, now)).toBe('valid');
    expect(coldState({ ...whole, cycle_finished_at: '2025-10-01T00:00:00Z' }, year, now)).toBe('late');
  });

  test('is unverified until then, and bad as soon as one file differs or is gone', () => {
    expect(coldState({ verdict: 'unverified', cycle_started_at: whole.cycle_started_at }, year, now)).toBe(
      'unverified',
    );
    expect(coldState({ ...whole, verdict: 'bad' }, year, now)).toBe('bad');
  });

  test('that is gone is missing; that nobody may look at is unseen', () => {
    expect(coldState({ verdict: 'unverified', problem: 'there is no such folder' }, year, now)).toBe(
      'missing',
    );
    expect(
      coldState({ verdict: 'unverified', problem: 'no permission to look into the folder' }, year, now),
    ).toBe('unseen');
    expect(coldState(undefined, year, now)).toBe('unseen');
  });
});
