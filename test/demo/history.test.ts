import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellHistory } from '../../src/demo/tell-history.ts';
import { Daily } from '../../src/model/rollup.ts';
import { Snapshot } from '../../src/model/snapshot.ts';
import { snapshotPath } from '../../src/store/snapshots.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

const fleet = readFileSync(new URL('../../data/fleet.yaml', import.meta.url), 'utf8');
const now = '2026-11-22T09:32:10Z';
const root = mkdtempSync(join(tmpdir(), 'vigie-history-'));

/** Every file below a folder with its digest. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return new Map(
    paths.map((path) => [
      path.slice(folder.length + 1),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  );
}

async function tell(name: string, seed: number, threads: number): Promise<string> {
  const workspace = workspaceAt(join(root, name));
  await tellHistory({ workspace, fleet, seed, now, days: 4, threads });
  return workspace.data;
}

describe('the history of a demo', () => {
  let data = '';
  beforeAll(async () => {
    data = await tell('one', 1, 1);
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  test('is the same, byte for byte, from the same seed and clock, however many threads tell it', async () => {
    expect(filesOf(await tell('again', 1, 3))).toEqual(filesOf(data));
  }, 60_000);

  test('is another one from another seed', async () => {
    const [own, other] = [filesOf(data), filesOf(await tell('other', 2, 1))];
    expect([...other.keys()]).toEqual([...own.keys()]);
    expect([...other].filter(([path, digest]) => own.get(path) === digest)).toEqual([]);
  }, 60_000);

  test('is days until the day before yesterday, then snapshots of every five minutes until now', () => {
    const paths = [...filesOf(data).keys()];
    expect(paths.filter((path) => path.startsWith('daily/'))).toEqual([
      'daily/2026/2026-11-18.json',
      'daily/2026/2026-11-19.json',
      'daily/2026/2026-11-20.json',
    ]);
    const hosts = paths.filter((path) => path.endsWith('-host.json'));
    // From midnight in Paris (UTC+1) to 09:30: 24 h and 10 h 30 of twelve runs each, both ends included.
    expect(hosts).toHaveLength(24 * 12 + 10.5 * 12 + 1);
    expect(hosts.at(0)).toBe('snapshots/2026-11-20/20261120T230000Z-host.json');
    expect(hosts.at(-1)).toBe('snapshots/2026-11-22/20261122T093000Z-host.json');
    expect(paths.filter((path) => path.endsWith('-probe.json'))).toHaveLength(hosts.length);
  });

  test('holds no file that its schema refuses, and none in a wrong place', () => {
    for (const path of filesOf(data).keys()) {
      const document: unknown = JSON.parse(readFileSync(join(data, path), 'utf8'));
      if (path.startsWith('daily/')) expect(path).toBe(`daily/2026/${Daily.parse(document).day}.json`);
      else expect(path).toBe(snapshotPath(Snapshot.parse(document)));
    }
  });

  test('keeps a day under 450 kB', () => {
    const daily = readFileSync(join(data, 'daily/2026/2026-11-20.json'));
    expect(daily.length).toBeLessThan(450_000);
  });
});
