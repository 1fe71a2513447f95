import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TimelineStep } from '../../src/model/rollup.ts';
import type { State } from '../../src/model/state.ts';
import { toInstant } from '../../src/model/time.ts';
import { compact } from '../../src/store/compact.ts';
import { readHistory } from '../../src/store/history.ts';
import { readDaily } from '../../src/store/rollups.ts';
import { writeSnapshot } from '../../src/store/snapshots.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';

const timeZone = 'Europe/Paris';
const now = '2026-12-31T12:00:00Z';
let root: string;
let workspace: Workspace;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigie-store-'));
  workspace = workspaceAt(root);
});

afterEach(() => rmSync(root, { recursive: true }));

function run() {
  return compact({
    workspace,
    timeZone,
    everySeconds: 3600,
    retentionSeconds: 14 * 86_400,
    now,
    onBroken: ({ file, message }) => expect.fail(`${file}: ${message}`),
  });
}

/** A check seen once. */
async function see(at: string, state: State): Promise<void> {
  await seeLate(at, at, state);
}

/** A check seen once, by a run that began at another moment. */
async function seeLate(began: string, at: string, state: State): Promise<void> {
  const record = { entity: 'check:s:page', at, state, gauges: { check_duration_seconds: 0.1 } };
  await writeSnapshot(workspace, {
    schema: 'vigie/snapshot@1',
    collector: 'probe',
    at: began,
    records: [record],
    errors: [],
  });
}

/** A check seen every hour. */
async function seeHourly(from: string, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1)
    await see(toInstant(new Date(Date.parse(from) + hour * 3_600_000)), 'up');
}

async function timelineOf(): Promise<readonly TimelineStep[]> {
  const history = await readHistory({
    workspace,
    timeZone,
    now,
    onBroken: ({ message }) => expect.fail(message),
  });
  return history.entities.get('check:s:page')?.timeline ?? [];
}

describe('compaction', () => {
  test('writes nothing when nothing is new', async () => {
    await seeHourly('2026-11-20T23:00:00Z', 48);
    expect((await run()).daysWritten).toEqual(['2026-11-21', '2026-11-22']);
    expect(await run()).toEqual({
      daysWritten: [],
      daysUnchanged: 2,
      monthsWritten: [],
      snapshotsDropped: 0,
      daysDropped: 0,
    });
  });

  test('a snapshot that arrives late re-opens its day, and the next one, which builds on it', async () => {
    await seeHourly('2026-11-20T23:00:00Z', 48);
    await run();
    await see('2026-11-21T22:30:00Z', 'down');
    expect((await run()).daysWritten).toEqual(['2026-11-21', '2026-11-22']);
    expect(await timelineOf()).toContainEqual(['2026-11-21T22:30:00Z', 'down']);
  });

  test('the state at midnight goes on into the next day', async () => {
    await see('2026-11-21T22:50:00Z', 'down');
    await see('2026-11-21T23:50:00Z', 'up');
    await run();
    const day = await readDaily(workspace, '2026-11-22', () => expect.fail());
    expect(day?.entities['check:s:page']?.timeline?.slice(0, 2)).toEqual([
      ['2026-11-21T23:00:00Z', 'down'],
      ['2026-11-21T23:50:00Z', 'up'],
    ]);
  });

  test('a closed month is written once a later day follows, and reads as its days do', async () => {
    await seeHourly('2026-10-30T23:00:00Z', 72);
    const { monthsWritten } = await run();
    expect(monthsWritten).toEqual(['2026-10']);
    const withMonth = await timelineOf();
    rmSync(join(root, 'data/monthly'), { recursive: true });
    expect(await timelineOf()).toEqual(withMonth);
  });

  test('a month whose day was written anew by a run that was then killed is made anew by the next', async () => {
    await seeHourly('2026-10-30T23:00:00Z', 72);
    await run();
    const month = join(root, 'data/monthly/2026-10.json');
    const before = readFileSync(month, 'utf8');
    await see('2026-10-31T12:30:00Z', 'down');
    await run();
    // As a run leaves it that was killed between the day and its month.
    writeFileSync(month, before);
    expect((await run()).monthsWritten).toEqual(['2026-10']);
    expect(readFileSync(month, 'utf8')).toContain('2026-10-31T12:30:00Z');
  });

  test('a day without any snapshot is unknown, in its month and between two months', async () => {
    await seeHourly('2026-10-29T23:00:00Z', 24);
    await seeHourly('2026-11-01T23:00:00Z', 24);
    await run();
    expect(await timelineOf()).toContainEqual(['2026-10-31T00:30:00Z', 'unknown']);
    expect((await timelineOf()).filter(([, state]) => state === 'up')).toEqual([
      ['2026-10-29T23:00:00Z', 'up'],
      ['2026-11-01T23:00:00Z', 'up'],
    ]);
  });

  test('a day that has lost snapshots keeps what it was made from them', async () => {
    await seeHourly('2026-11-20T23:00:00Z', 48);
    await run();
    const before = await readDaily(workspace, '2026-11-21', () => expect.fail());
    // A snapshot folder is a UTC day: removing it takes most of one local day, and an hour of the next.
    rmSync(join(root, 'data/snapshots/2026-11-21'), { recursive: true });
    await run();
    expect(await readDaily(workspace, '2026-11-21', () => expect.fail())).toEqual(before);
  });

  test('new snapshots count even after others of the day were removed', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 12);
    await run();
    rmSync(join(root, 'data/snapshots/2026-11-22'), { recursive: true });
    await see('2026-11-22T12:00:00Z', 'down');
    await run();
    expect(await timelineOf()).toContainEqual(['2026-11-22T12:00:00Z', 'down']);
  });

  test('a broken snapshot is told at each compaction while it lies there, and read once it is mended', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 3);
    const path = join(root, 'data/snapshots/2026-11-22/20261122T020000Z-probe.json');
    writeFileSync(path, '{"schema": "vigie/snap');
    const told = async () => {
      const files: string[] = [];
      const options = { workspace, timeZone, everySeconds: 3600, retentionSeconds: 86_400, now };
      await compact({ ...options, onBroken: ({ file }) => files.push(file) });
      return files;
    };
    expect(await told()).toEqual([path]);
    expect(await told()).toEqual([path]);
    rmSync(path);
    await see('2026-11-22T02:00:00Z', 'down');
    expect(await told()).toEqual([]);
    expect(await timelineOf()).toContainEqual(['2026-11-22T02:00:00Z', 'down']);
  });

  test('removes what killed runs left on its way, once it is old, and no file of anybody else', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 3);
    await run();
    const [old, young, foreign] = ['.2026-11-22.json.4711.tmp', '.2026-11-22.json.4712.tmp', 'notes.tmp'].map(
      (name) => {
        const path = join(root, 'data/daily/2026', name);
        writeFileSync(path, '{"schema": "vig');
        return path;
      },
    );
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const path of [old, foreign]) utimesSync(path ?? '', yesterday, yesterday);
    await run();
    expect([old, young, foreign].map((path) => existsSync(path ?? ''))).toEqual([false, true, true]);
    const history = await readHistory({
      workspace,
      timeZone,
      now,
      onBroken: ({ message }) => expect.fail(message),
    });
    expect(history.days).toEqual(['2026-11-22']);
  });

  test('a snapshot that vanishes while its day is compacted costs the day nothing', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 3);
    await run();
    const before = await readDaily(workspace, '2026-11-22', () => expect.fail());
    await see('2026-11-22T10:00:00Z', 'up');
    const path = join(root, 'data/snapshots/2026-11-22/20261122T000000Z-probe.json');
    const options = { workspace, timeZone, everySeconds: 3600, retentionSeconds: 86_400, now };
    rmSync(join(root, '.vigie/cache'), { recursive: true, force: true });
    const onBroken = () => expect.fail();
    await compact({ ...options, onBroken, onProgress: () => rmSync(path, { force: true }) });
    expect(await readDaily(workspace, '2026-11-22', () => expect.fail())).toEqual(before);
  });

  test('what was in time counts, however long no compaction ran', async () => {
    await seeHourly('2026-10-31T23:00:00Z', 12);
    await run();
    // For two months machines collect, and nobody compacts.
    await see('2026-11-01T11:30:00Z', 'down');
    await seeHourly('2026-12-30T23:00:00Z', 12);
    expect((await run()).daysWritten).toEqual(['2026-11-01', '2026-12-31']);
    expect(await timelineOf()).toContainEqual(['2026-11-01T11:30:00Z', 'down']);
  });

  test('a day older than the retention stays as it was compacted', async () => {
    await seeHourly('2026-10-31T23:00:00Z', 24);
    await seeHourly('2026-11-20T23:00:00Z', 24);
    await run();
    await see('2026-11-01T12:30:00Z', 'down');
    expect((await run()).daysWritten).toEqual([]);
  });

  test('a rollup that a newer Vigie wrote is told, and not replaced', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 3);
    await run();
    const path = join(root, 'data/daily/2026/2026-11-22.json');
    writeFileSync(path, '{"schema": "vigie/daily@3"}');
    await see('2026-11-22T10:00:00Z', 'up');
    const told: string[] = [];
    const options = { workspace, timeZone, everySeconds: 3600, retentionSeconds: 86_400, now };
    await compact({ ...options, onBroken: ({ message }) => told.push(message) });
    expect(told[0]).toContain('written by a newer Vigie: found vigie/daily@3');
    expect(readFileSync(path, 'utf8')).toBe('{"schema": "vigie/daily@3"}');
  });

  test('a result read just after midnight by a run that began before it belongs to the new day', async () => {
    await seeLate('2026-11-21T22:59:50Z', '2026-11-21T23:00:05Z', 'down');
    await see('2026-11-21T22:00:00Z', 'up');
    await see('2026-11-22T00:00:00Z', 'up');
    await run();
    expect(await timelineOf()).toEqual([
      ['2026-11-20T23:00:00Z', 'unknown'],
      ['2026-11-21T22:00:00Z', 'up'],
      ['2026-11-21T23:00:05Z', 'down'],
      ['2026-11-22T00:00:00Z', 'up'],
      ['2026-11-22T02:30:00Z', 'unknown'],
    ]);
  });

  const odd = {
    'after midnight by the last run before it': [
      '2026-11-21T22:59:50Z',
      '2026-11-21T23:00:05Z',
      '2026-11-22',
    ],
    // As a name that was taken dates a run a little later.
    'before midnight by the first run after it': [
      '2026-11-21T23:00:10Z',
      '2026-11-21T22:59:50Z',
      '2026-11-21',
    ],
  } as const;
  for (const [what, [began, at, own]] of Object.entries(odd)) {
    test(`a result read ${what} counts on its own day, which has no run`, async () => {
      await seeLate(began, at, 'down');
      const summary = await run();
      expect(summary.daysWritten).toEqual(['2026-11-21', '2026-11-22']);
      const told = await timelineOf();
      expect(told.find(([, state]) => state === 'down')?.[0]).toBe(at);
      expect((await readDaily(workspace, own, () => expect.fail()))?.entities['check:s:page']?.samples).toBe(
        1,
      );
      expect(await run()).toMatchObject({ daysWritten: [], daysUnchanged: 2 });
      // A run of that day, should it come later, counts with it.
      await see(own === '2026-11-22' ? '2026-11-22T01:00:00Z' : '2026-11-21T21:00:00Z', 'up');
      await run();
      expect((await readDaily(workspace, own, () => expect.fail()))?.entities['check:s:page']?.samples).toBe(
        2,
      );
    });
  }

  test('a run that went on past midnight does not replace a day of which nobody knows what it was made from', async () => {
    await seeHourly('2026-11-21T23:00:00Z', 12);
    await run();
    const path = join(root, 'data/daily/2026/2026-11-22.json');
    const text = readFileSync(path, 'utf8').replace(
      /"inputs": .*/,
      '"inputs": {"snapshots":0,"digest":"d"},',
    );
    writeFileSync(path, text);
    rmSync(join(root, 'data/snapshots'), { recursive: true });
    await seeLate('2026-11-21T22:59:50Z', '2026-11-21T23:00:05Z', 'down');
    expect((await run()).daysWritten).toEqual(['2026-11-21']);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('a day into which no run went on has no rollup, be the last one from a minute before', async () => {
    await see('2026-11-21T22:59:00Z', 'up');
    expect((await run()).daysWritten).toEqual(['2026-11-21']);
    expect(existsSync(join(root, 'data/daily/2026/2026-11-22.json'))).toBe(false);
  });

  test('what nobody looked at since the end of a month is unknown, not as it was', async () => {
    await seeHourly('2026-11-29T23:00:00Z', 24);
    await run();
    expect((await timelineOf()).at(-1)).toEqual(['2026-12-01T00:30:00Z', 'unknown']);
  });
});
