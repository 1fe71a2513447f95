import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { compact } from '../../src/store/compact.ts';
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

/** A look each six hours of Paris, from the beginning of a day on: a check, and a host whose counter is reset now and then. */
function looks(from: string, days: number): Snapshot[] {
  return Array.from({ length: days * 4 }, (_, look) => later(from, look * 6)).map((at, look) => {
    const host = {
      entity: 'host:hv1',
      at,
      epoch: `boot-${Math.floor(look / 50)}`,
      clock_seconds: (look % 50) * 21_600,
      gauges: { load_ratio: look % 7 },
      counters: { sent_bytes_total: (look % 50) * 1000 },
      facts: { kernel: `6.${Math.floor(look / 30)}` },
    };
    return runOf(at, [check(at, look % 9 === 0 ? 'down' : 'up'), host]);
  });
}

const compactFor = (retentionDays: number) => compactAll(workspace, { retentionDays });
const foldersLeft = (): Set<string> =>
  new Set(Object.keys(textsBelow(workspace, 'snapshots')).map((path) => path.slice(10, 20)));
const daysLeft = () => Object.keys(textsBelow(workspace, 'daily')).map((path) => path.slice(11, 21));

describe('snapshots are dropped', () => {
  test('once their day and the next one are older than the retention', async () => {
    // Days of Paris begin at 23:00 of the UTC day before.
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    const { summary } = await compactFor(3);
    // The newest day is the 11th, the 8th the first open one. The 7th touches it, and the 6th shares the folder of a UTC day with the 7th.
    expect(summary.snapshotsDropped).toBe(4 * 4);
    expect([...foldersLeft()][0]).toBe('2026-11-05');
    expect(textsBelow(workspace, 'snapshots')).toHaveProperty([
      'snapshots/2026-11-05/20261105T230000Z-probe.json',
    ]);
    expect(daysLeft()).toHaveLength(10);
  });

  test('to the last one of a day, also when the run that began it did not come to its end', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    await compactFor(60);
    const history = await tellHistory(workspace);
    // A folder in the place of the third of four files stops the run as it removes them.
    const path = join(workspace.data, 'snapshots/2026-11-02/20261102T110000Z-probe.json');
    const options = { timeZone: 'Europe/Paris', everySeconds: 3600, retentionSeconds: 3 * 86_400 };
    const stop = () => {
      if (existsSync(path)) rmSync(path);
      mkdirSync(path);
    };
    const run = compact({
      ...options,
      workspace,
      now: '2027-06-01T00:00:00Z',
      onBroken: () => undefined,
      onProgress: (text) => (text.startsWith('dropping') ? stop() : undefined),
    });
    await expect(run).rejects.toThrow(path);
    const left = Object.keys(textsBelow(workspace, 'snapshots')).filter(
      (file) => file < 'snapshots/2026-11-03',
    );
    expect(left).not.toHaveLength(4);
    rmdirSync(path);
    await compactFor(3);
    expect([...foldersLeft()][0]).toBe('2026-11-05');
    expect(await tellHistory(workspace)).toEqual(history);
  });

  test('not when the rollup of their day was damaged, in its numbers or as a whole', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    await compactFor(60);
    const path = join(workspace.data, 'daily/2026/2026-11-03.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"samples":4', '"samples":"4"'));
    const { broken, summary } = await compactFor(3);
    expect(broken.map(({ file }) => file)).toContain(path);
    expect(summary.snapshotsDropped).toBe(3 * 4);
    expect(foldersLeft()).toContain('2026-11-03');
  });

  test('not when one of them is broken: what it may have said is not in the rollup', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    const path = putFile(
      join(workspace.data, 'snapshots/2026-11-03/20261103T100000Z-probe.json'),
      '{"schema": "vigie/snap',
    );
    expect((await compactFor(3)).summary.snapshotsDropped).toBe(3 * 4);
    expect((await compactFor(3)).summary.snapshotsDropped).toBe(0);
    expect(existsSync(path)).toBe(true);
    expect(foldersLeft()).toContain('2026-11-03');
  });

  test('not when one arrived after its day was closed: it stays beside the others, and nothing is lost', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    await compactFor(60);
    const history = await tellHistory(workspace);
    const late = '2026-11-03T10:00:00Z';
    const [path = ''] = arrive(workspace, [runOf(late, [check(late, 'down')])]);
    await compactFor(3);
    await compactFor(3);
    expect(existsSync(path)).toBe(true);
    // Those of its day with it.
    expect(
      Object.keys(textsBelow(workspace, 'snapshots')).filter((file) => file < 'snapshots/2026-11-04'),
    ).toHaveLength(5);
    expect(await tellHistory(workspace)).toEqual(history);
  });

  test('and what arrives for a day whose snapshots are gone stays, and takes nothing from the day', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 10));
    await compactFor(3);
    const history = await tellHistory(workspace);
    const late = '2026-11-03T10:00:00Z';
    const [path = ''] = arrive(workspace, [runOf(late, [check(late, 'down')])]);
    expect((await compactFor(3)).summary).toMatchObject({ daysWritten: [], snapshotsDropped: 0 });
    // Neither does a retention that is longer from now on: the days are open again, and some of their snapshots gone.
    const { summary, broken } = await compactFor(60);
    expect(summary).toMatchObject({ daysWritten: [], snapshotsDropped: 0 });
    expect(broken).toEqual([
      {
        file: path,
        message: expect.stringContaining('arrived after other snapshots of its day were removed'),
      },
    ]);
    expect(existsSync(path)).toBe(true);
    expect(await tellHistory(workspace)).toEqual(history);
  });
});

describe('a day is never made from less than it was', () => {
  test('when one snapshot is gone and another one came', async () => {
    const runs = looks('2026-11-01T23:00:00Z', 4);
    const [gone = ''] = arrive(workspace, runs.slice(5, 6));
    arrive(workspace, runs);
    await compactFor(14);
    const history = await tellHistory(workspace);
    rmSync(gone);
    const late = '2026-11-03T10:00:00Z';
    arrive(workspace, [runOf(late, [check(late, 'down')])]);
    const { summary, broken } = await compactFor(14);
    expect(summary.daysWritten).toEqual([]);
    expect(broken).toHaveLength(1);
    expect(await tellHistory(workspace)).toEqual(history);
  });

  test('when the snapshots of the day before, which touch it, are gone', async () => {
    arrive(workspace, looks('2026-11-01T23:00:00Z', 4));
    // Ten seconds before midnight a run begins that reads after it.
    const run = '2026-11-03T22:59:50Z';
    arrive(workspace, [runOf(run, [check('2026-11-03T23:00:05Z', 'down', 'late')])]);
    await compactFor(14);
    const history = await tellHistory(workspace);
    rmSync(join(workspace.data, 'snapshots/2026-11-03'), { recursive: true });
    const late = '2026-11-04T10:00:00Z';
    arrive(workspace, [runOf(late, [check(late, 'down')])]);
    expect((await compactFor(14)).summary.daysWritten).toEqual([]);
    expect(await tellHistory(workspace)).toEqual(history);
  });

  test('when its last run found nothing', async () => {
    arrive(workspace, [...looks('2026-11-01T23:00:00Z', 4), runOf('2026-11-03T22:00:00Z', [])]);
    await compactFor(14);
    const history = await tellHistory(workspace);
    rmSync(join(workspace.data, 'snapshots/2026-11-03/20261103T050000Z-probe.json'));
    expect((await compactFor(14)).summary.daysWritten).toEqual([]);
    expect(await tellHistory(workspace)).toEqual(history);
  });
});

test('a day is made anew when a snapshot that could not be read is gone', async () => {
  const looked = looks('2026-11-01T23:00:00Z', 4);
  arrive(workspace, looked);
  const path = putFile(
    join(workspace.data, 'snapshots/2026-11-03/20261103T100000Z-probe.json'),
    '{"schema": "vigie/snap',
  );
  await compactFor(14);
  rmSync(path);
  const late = '2026-11-03T10:30:00Z';
  arrive(workspace, [runOf(late, [check(late, 'down')])]);
  expect((await compactFor(14)).broken).toEqual([]);
  expect((await tellHistory(workspace)).entities['check:s:page']?.timeline).toContainEqual([late, 'down']);
});

test('a day that was broken when its month was made comes back once its rollup is removed, for its snapshots are kept', async () => {
  const looked = looks('2026-09-19T22:00:00Z', 30);
  arrive(workspace, looked.slice(0, 44));
  await compactFor(60);
  const { samples, gauges } = (await tellHistory(workspace)).entities['host:hv1'] ?? expect.fail();
  const path = join(workspace.data, 'daily/2026/2026-09-28.json');
  writeFileSync(path, 'no rollup');
  arrive(workspace, looked.slice(44));
  const { summary, broken } = await compactFor(5);
  expect(summary.monthsWritten).toEqual(['2026-09']);
  expect(new Set(broken.map(({ file }) => file))).toEqual(new Set([path]));
  expect(foldersLeft()).toContain('2026-09-28');
  rmSync(path);
  expect((await compactFor(5)).summary.daysWritten).toEqual(['2026-09-28']);
  const after = (await tellHistory(workspace)).entities['host:hv1'] ?? expect.fail();
  expect(after.samples.slice(0, 11)).toEqual(samples);
  expect(after.gauges.load_ratio?.mean.slice(0, 11)).toEqual(gauges.load_ratio?.mean);
});

describe('daily files are dropped', () => {
  test('once their month says all that they say and all of it is closed; the history reads as before', async () => {
    arrive(workspace, looks('2026-09-19T22:00:00Z', 60));
    await compactFor(90);
    const [history, rollups] = [await tellHistory(workspace), textsBelow(workspace, 'daily', 'monthly')];
    rmSync(join(workspace.data, 'monthly'), { recursive: true });
    // From days alone the same.
    expect(await tellHistory(workspace)).toEqual(history);
    const { summary } = await compactFor(10);
    expect(summary.monthsWritten).toEqual(['2026-09', '2026-10']);
    expect(summary.daysDropped).toBe(11 + 31);
    expect(daysLeft().every((day) => day >= '2026-11-01')).toBe(true);
    for (const [path, text] of Object.entries(textsBelow(workspace, 'daily', 'monthly')))
      expect(text).toBe(rollups[path]);
    expect(await tellHistory(workspace)).toEqual(history);
    rmSync(workspace.cache, { recursive: true });
    expect(await tellHistory(workspace)).toEqual(history);
  });

  test('not while a day of their month is open', async () => {
    arrive(workspace, looks('2026-09-19T22:00:00Z', 20));
    // The newest day is the 9th of October: the 29th of September is open.
    const { summary } = await compactFor(10);
    expect(summary).toMatchObject({ monthsWritten: ['2026-09'], daysDropped: 0 });
  });

  test('not when the month was damaged, nor the day that the month does not say', async () => {
    arrive(workspace, looks('2026-09-19T22:00:00Z', 60));
    await compactFor(90);
    const damaged = join(workspace.data, 'monthly/2026-09.json');
    writeFileSync(damaged, readFileSync(damaged, 'utf8').slice(0, -100));
    // As a hand may have changed it: the month says another number of one day.
    const changed = join(workspace.data, 'daily/2026/2026-10-15.json');
    writeFileSync(changed, readFileSync(changed, 'utf8').replace(/"total":\d+/, '"total":17'));
    const { summary, broken } = await compactFor(10);
    expect(new Set(broken.map(({ file }) => file))).toEqual(new Set([damaged]));
    expect(summary.daysDropped).toBe(30);
    const left = daysLeft().filter((day) => day < '2026-11');
    expect(left.filter((day) => day < '2026-10')).toHaveLength(11);
    expect(left.filter((day) => day >= '2026-10')).toEqual(['2026-10-15']);
  });

  test('and a month that was written stays as it is when its days are gone', async () => {
    arrive(workspace, looks('2026-09-19T22:00:00Z', 60));
    await compactFor(10);
    const months = textsBelow(workspace, 'monthly');
    arrive(workspace, looks('2026-11-18T23:00:00Z', 20));
    expect((await compactFor(10)).summary.monthsWritten).toEqual(['2026-11']);
    expect(textsBelow(workspace, 'monthly')).toMatchObject(months);
  });
});

test('a workspace that drops what it has compacted, all along, reads as one that keeps everything', async () => {
  const keeping = emptyWorkspace();
  for (let day = 0; day < 80; day += 1) {
    const news = looks('2026-09-19T22:00:00Z', day + 1).slice(day * 4);
    for (const each of [workspace, keeping]) arrive(each, news);
    await compactFor(10);
  }
  await compactAll(keeping, { retentionDays: 1000 });
  expect(await tellHistory(workspace)).toEqual(await tellHistory(keeping));
  expect(daysLeft().length).toBeLessThan(45);
  // Of the last day of each month as well.
  expect(foldersLeft().size).toBeLessThan(15);
  removeWorkspace(keeping);
});
