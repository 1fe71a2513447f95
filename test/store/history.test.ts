import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { daysBetween } from '../../src/model/time.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import type { BrokenFile } from '../../src/store/documents.ts';
import { draftImport } from '../../src/store/imports.ts';
import { readDaily, writeDaily, writeMonthly } from '../../src/store/rollups.ts';
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

/** A look every second hour: a check, and a host whose counter is reset now and then. */
function looks(from: string, days: number): Snapshot[] {
  return Array.from({ length: days * 12 }, (_, look) => later(from, look * 2)).map((at, look) => {
    const host = {
      entity: 'host:hv1',
      at,
      epoch: `boot-${Math.floor(look / 30)}`,
      clock_seconds: (look % 30) * 7200,
      gauges: { load_ratio: look % 7, check_duration_seconds: look % 5 },
      counters: { sent_bytes_total: look * look },
      facts: { kernel: `6.${Math.floor(look / 25)}` },
    };
    return runOf(at, [check(at, look % 23 < 4 ? 'down' : 'up'), host]);
  });
}

test('days that their month was made without count at once when they are there again', async () => {
  arrive(workspace, looks('2026-10-22T22:10:00Z', 14));
  await compactAll(workspace, { retentionDays: 60 });
  const history = await tellHistory(workspace);
  const days = daysBetween('2026-10-23', '2026-10-31');
  const dailies = await Promise.all(days.map((day) => readDaily(workspace, day, () => expect.fail())));
  const property = fc.asyncProperty(fc.subarray(dailies, { minLength: 1 }), async (sound) => {
    const own = sound.filter((daily) => daily !== undefined);
    await writeMonthly(workspace, compactMonth('2026-10', 'Europe/Paris', own, ''));
    expect(await tellHistory(workspace)).toEqual(history);
    // By way of the cache.
    expect(await tellHistory(workspace)).toEqual(history);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('the days of a month that is broken count between other months, also by way of the cache', async () => {
  arrive(workspace, looks('2026-09-25T22:10:00Z', 70));
  await compactAll(workspace, { retentionDays: 90 });
  const history = await tellHistory(workspace);
  const path = putFile(join(workspace.data, 'monthly/2026-10.json'), '');
  for (const _ of [1, 2]) {
    const broken: string[] = [];
    const told = await tellHistory(workspace, 'Europe/Paris', ({ file }) => broken.push(file));
    expect(told).toEqual(history);
    expect(broken).toEqual([path]);
  }
});

test('rollups of the future are told and left out, ours and imported ones', async () => {
  arrive(workspace, looks('2026-10-22T22:10:00Z', 14));
  await compactAll(workspace, { retentionDays: 60 });
  const history = await tellHistory(workspace);
  const texts = textsBelow(workspace, 'daily', 'monthly');
  const far = (path: string) => JSON.parse((texts[path] ?? '').replaceAll('2026-1', '2199-1'));
  await writeDaily(workspace, far('daily/2026/2026-11-01.json'));
  await writeMonthly(workspace, far('monthly/2026-10.json'));
  const draft = await draftImport(workspace, 'metrics-aaaaaaaaaaaa');
  await draft.writeMonth(far('monthly/2026-10.json'));
  await draft.commit({
    schema: 'vigie/import@1',
    id: 'metrics-aaaaaaaaaaaa',
    kind: 'metrics',
    at: '2026-11-10T00:00:00Z',
    sources: [],
    detected: [],
    counts: { rows: 1, refused: 0, entities: 1, metrics: 1, days: 1 },
    first: null,
    last: null,
  });
  const broken: string[] = [];
  const tell = ({ file, message }: BrokenFile) =>
    broken.push(`${file.slice(workspace.data.length)}: ${message}`);
  expect(await tellHistory(workspace, 'Europe/Paris', tell, '2026-11-29T23:30:00Z')).toEqual(history);
  expect(broken).toEqual([
    '/monthly/2199-10.json: dated in the future: found 2199-10, expected at most 2026-12',
    '/daily/2199/2199-11-01.json: dated in the future: found 2199-11-01, expected at most 2026-12-01',
    '/imports/metrics-aaaaaaaaaaaa/monthly/2199-10.json: dated in the future: found 2199-10, expected at most 2026-12',
  ]);
});
