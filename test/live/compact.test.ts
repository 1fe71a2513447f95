import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listOf } from '../../src/model/history.ts';
import { parseDocument } from '../../src/model/json-document.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { readHistory } from '../../src/store/history.ts';
import { withLock } from '../../src/store/lock.ts';
import { dailyKind, monthlyKind } from '../../src/store/rollups.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  compactAll,
  emptyWorkspace,
  later,
  removeWorkspace,
  runOf,
  textsBelow,
} from '../store/workspaces.ts';
import { type Compactor, startCompactor } from './compactor.ts';

const retentionDays = 10;
const first = '2026-08-20T00:00:00Z';
const kills = 200;
/** So much of the time passes between two kills: all of them together see months close and go. */
const hoursBetweenKills = 8;

let workspace: Workspace;

beforeEach(() => {
  workspace = emptyWorkspace();
});

afterEach(() => removeWorkspace(workspace));

/** What two vantages saw in some hours, one look each in two hours. */
function looks(from: string, hours: number): Snapshot[] {
  return Array.from({ length: hours / 2 }, (_, look) => later(from, look * 2)).flatMap((at, index) =>
    ['lyon', 'paris'].map((vantage) => {
      const seconds = Date.parse(at) / 1000;
      const records = Array.from({ length: 6 }, (_, host) => ({
        entity: `host:hv${host}`,
        at,
        epoch: `boot-${Math.floor(seconds / 400_000)}`,
        clock_seconds: seconds % 400_000,
        gauges: { load_ratio: ((seconds / 7200) * (host + 3)) % 11 },
        counters: { sent_bytes_total: (seconds % 400_000) * (host + 1) },
        facts: { kernel: `6.${Math.floor(seconds / 1_000_000)}` },
      }));
      const state = index % 5 === 0 ? ('down' as const) : ('up' as const);
      const seen = { entity: 'check:s:page', at, state, reason: `refused by ${vantage}` };
      return runOf(at, [...records, seen], { vantage });
    }),
  );
}

/** Begins a compaction and waits for its end, or kills it after a while; how long it took, undefined when it was killed. */
async function runFor(compactor: Compactor, milliseconds: number): Promise<number | undefined> {
  await compactor.ready;
  const start = performance.now();
  compactor.begin();
  const ended = await Promise.race([compactor.ended, setTimeout(milliseconds, 'late' as const)]);
  if (ended === 'late') compactor.kill('SIGKILL');
  // It may have come to its end meanwhile.
  return (await compactor.ended) === undefined ? undefined : performance.now() - start;
}

/** A lock whose holder was killed is nobody's after five seconds. These tests do not wait for that but make the lock older than it is. */
function ageLock(): void {
  const lock = join(workspace.cache, 'compact.lock');
  if (existsSync(lock)) utimesSync(lock, new Date(0), new Date(0));
}

/** Parses each rollup; names of other files in their folders. */
function readRollups(): string[] {
  const others: string[] = [];
  for (const [path, text] of Object.entries(textsBelow(workspace, 'daily', 'monthly'))) {
    if (/^daily\/\d{4}\/\d{4}-\d\d-\d\d\.json$/.test(path)) parseDocument(dailyKind, text);
    else if (/^monthly\/\d{4}-\d\d\.json$/.test(path)) parseDocument(monthlyKind, text);
    else others.push(path);
  }
  return others;
}

/** How many samples the history has of a host. */
async function countSamples(): Promise<number> {
  const history = await readHistory({
    workspace,
    timeZone: 'Europe/Paris',
    now: '2027-06-01T00:00:00Z',
    onBroken: ({ file, message }) => expect.fail(`${file}: ${message}`),
  });
  const samples = listOf(history.entities.get('host:hv0')?.samples);
  const count = samples.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  await history.close();
  return count;
}

describe('a compaction', () => {
  test(`that is killed at a random moment, ${kills} times, leaves whole files and loses nothing; the next one goes on to the same bytes`, async () => {
    const reference = emptyWorkspace();
    let to = first;
    const arriveEverywhere = (snapshots: readonly Snapshot[]) => {
      arrive(workspace, snapshots);
      arrive(reference, snapshots);
    };
    const pass = (hours: number) => {
      const news = looks(to, hours);
      to = later(to, hours);
      return news;
    };
    arriveEverywhere(pass(20 * 24));
    // Two are started ahead, so that it is compactions that are killed and not programs that load.
    const ahead = [1, 2].map(() => startCompactor(workspace.root, retentionDays));
    const start = () => {
      ahead.push(startCompactor(workspace.root, retentionDays));
      return ahead.shift() ?? expect.fail();
    };
    let usualMs = (await runFor(start(), 60_000)) ?? 0;
    let known = await countSamples();
    let killed = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const news = pass(hoursBetweenKills);
      // Some arrive late: after the next kill.
      const held = kill % 7 === 3 ? news.splice(2, 2) : [];
      arriveEverywhere(news);
      if ((await runFor(start(), Math.random() * usualMs)) === undefined) killed += 1;
      ageLock();
      // Now and then one comes to its end, so that what is dropped at last is interrupted as well.
      if (kill % 8 === 7) usualMs = (await runFor(start(), 60_000)) ?? usualMs;
      readRollups();
      const samples = await countSamples();
      expect(samples).toBeGreaterThanOrEqual(known);
      known = samples;
      arriveEverywhere(held);
    }
    for (const compactor of ahead) compactor.kill('SIGKILL');
    // The others came to their end before.
    expect(killed).toBeGreaterThan(kills / 4);
    expect((await compactAll(workspace, { retentionDays })).broken).toEqual([]);
    await compactAll(reference, { retentionDays });
    const leftovers = readRollups();
    const texts = textsBelow(workspace, 'daily', 'monthly', 'snapshots');
    for (const path of leftovers) delete texts[path];
    expect(texts).toEqual(textsBelow(reference, 'daily', 'monthly', 'snapshots'));
    expect(Object.keys(texts).filter((path) => path.startsWith('monthly'))).not.toEqual([]);
    removeWorkspace(reference);
    // A minute where nothing else runs; each of the 225 processes takes its time where much does.
  }, 300_000);

  test('takes over the lock of one that was killed, once it is stale', async () => {
    arrive(workspace, looks(first, 60 * 24));
    const victim = startCompactor(workspace.root, 90);
    const heir = startCompactor(workspace.root, 90);
    await victim.ready;
    victim.begin();
    await lockIsTaken();
    victim.kill('SIGKILL');
    expect(await victim.ended).toBeUndefined();
    await heir.ready;
    heir.begin();
    await heir.waiting;
    expect((await heir.ended)?.broken).toEqual([]);
    expect(textsBelow(workspace, 'daily', 'monthly')).toEqual(await rolledUpAtOnce(60, 90));
  });

  test('waits for another one that begins at the same time; one does the work, and both end well', async () => {
    arrive(workspace, looks(first, 45 * 24));
    const both = [1, 2].map(() => startCompactor(workspace.root, retentionDays));
    await Promise.all(both.map(({ ready }) => ready));
    for (const compactor of both) compactor.begin();
    const ends = await Promise.all(both.map(({ ended }) => ended));
    const written = ends.map((end) => end?.summary.daysWritten.length ?? 0);
    expect(written.toSorted((a, b) => a - b)).toEqual([0, 46]);
    expect(textsBelow(workspace, 'daily', 'monthly')).toEqual(await rolledUpAtOnce(45, retentionDays));
  });

  test('waits for a lock that its holder renews, for longer than it takes to grow stale', async () => {
    arrive(workspace, looks(first, 48));
    const compactor = startCompactor(workspace.root, retentionDays);
    await compactor.ready;
    await withLock(
      workspace,
      async () => {
        compactor.begin();
        await compactor.waiting;
        await setTimeout(7000);
        expect(textsBelow(workspace, 'daily', 'monthly')).toEqual({});
      },
      () => expect.fail('nobody else holds it'),
    );
    expect((await compactor.ended)?.summary.daysWritten).toHaveLength(3);
  });

  test('that slept while another one took over its lock does no harm when it wakes', async () => {
    arrive(workspace, looks(first, 60 * 24));
    const [sleeper, other] = [
      startCompactor(workspace.root, retentionDays),
      startCompactor(workspace.root, retentionDays),
    ];
    await sleeper.ready;
    sleeper.begin();
    await lockIsTaken();
    sleeper.kill('SIGSTOP');
    await other.ready;
    other.begin();
    await other.ended;
    sleeper.kill('SIGCONT');
    await sleeper.ended;
    await compactAll(workspace, { retentionDays });
    expect(textsBelow(workspace, 'daily', 'monthly')).toEqual(await rolledUpAtOnce(60, retentionDays));
  });
});

/** Resolves as soon as a compaction has begun. */
async function lockIsTaken(): Promise<void> {
  while (!existsSync(join(workspace.cache, 'compact.lock'))) await setTimeout(1);
}

/** What one compaction makes of some days. */
async function rolledUpAtOnce(days: number, retention: number): Promise<Record<string, string>> {
  const reference = emptyWorkspace();
  arrive(reference, looks(first, days * 24));
  await compactAll(reference, { retentionDays: retention });
  const texts = textsBelow(reference, 'daily', 'monthly');
  removeWorkspace(reference);
  return texts;
}
