import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Daily } from '../../src/model/rollup.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { addToDay } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
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
} from './workspaces.ts';

// What takes more of time or memory than it is worth, or does not end at all.

let workspace: Workspace;

beforeEach(() => {
  workspace = emptyWorkspace();
});

afterEach(() => removeWorkspace(workspace));

const at = '2026-11-20T10:00:00Z';
const vigie = fileURLToPath(new URL('../../src/cli/vigie.ts', import.meta.url));

/** What the good checks of the day say, whatever else lies there. */
async function expectGood(): Promise<void> {
  const { entities } = await tellHistory(workspace, 'Europe/Paris', () => undefined);
  expect(entities['check:s:page']?.samples.at(-1)).toBe(1);
}

describe('a snapshot', () => {
  const head = '{"schema":"vigie/snapshot@1","collector":"probe","at":"2026-11-20T11:00:00Z"';
  const hoards = {
    'millions of records that are none': `${head},"records":[${'{},'.repeat(10_000_000)}{}],"errors":[]}`,
    'lists within lists by the million': '['.repeat(31_000_000),
    'objects within objects by the million': `${head},"records":${'{"a":'.repeat(6_000_000)}`,
  };
  for (const [what, text] of Object.entries(hoards)) {
    test(`of ${what} is refused in little memory`, async () => {
      const path = putFile(join(workspace.data, 'snapshots/2026-11-20/20261120T110000Z-probe.json'), text);
      putFile(join(workspace.data, 'fleet.yaml'), 'fleet: { name: Test }\n');
      arrive(workspace, [runOf(at, [check(at)])]);
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--max-old-space-size=250', vigie, '--root', workspace.root, 'compact'],
        { encoding: 'utf8' },
      );
      expect(stderr).toContain(`${path}: found more than 1000000 objects and lists`);
      expect(status).toBe(1);
      await expectGood();
    }, 30_000);
  }

  test('of texts full of brackets is read as any other', async () => {
    const record = { ...check(later(at, 1)), state: 'down' as const, reason: '[{'.repeat(250) };
    const error = { source: 'host:hv1', message: '"\\'.repeat(500) };
    const records = Array.from({ length: 2_000 }, (_, index) => ({
      ...record,
      entity: `check:${index}:page`,
    }));
    arrive(workspace, [
      runOf(at, [check(at)]),
      { ...runOf(later(at, 1), records), errors: Array(200).fill(error) },
    ]);
    expect((await compactAll(workspace)).broken).toEqual([]);
    const { entities } = await tellHistory(workspace);
    expect(entities['check:1999:page']?.timeline[1]).toEqual([later(at, 1), 'down', record.reason]);
  });

  test('of more entities than any fleet has is refused by name', async () => {
    const records = Array.from({ length: 200_001 }, (_, index) => ({
      entity: `h:${index}`,
      at: later(at, 1),
    }));
    arrive(workspace, [runOf(at, [check(at)]), runOf(later(at, 1), records)]);
    const { broken } = await compactAll(workspace);
    expect(broken.map(({ message }) => message)).toEqual([
      'records.200000: found {"entity":"h:200000","at":"2026-11-20T11:00:00Z"}, expected at most 200000 items',
    ]);
    await expectGood();
  });

  test('with more metrics on one entity than anything honest is refused by name', async () => {
    const gauges = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`m${index}_count`, index]),
    );
    arrive(workspace, [
      runOf(at, [check(at)]),
      runOf(later(at, 1), [{ entity: 'host:hv1', at: later(at, 1), gauges }]),
    ]);
    const { broken } = await compactAll(workspace);
    expect(broken.map(({ message }) => message)).toEqual([
      expect.stringContaining('records.0.gauges: found {"m0_count":0'),
    ]);
    expect(broken[0]?.message).toContain('expected at most 1000 keys');
    await expectGood();
  });

  test('in which one entity began anew tens of thousands of times is read', async () => {
    const records = Array.from(
      { length: 30_000 },
      (_, index): EntityRecord => ({
        entity: 'host:hv1',
        at,
        epoch: `boot-${index}`,
        counters: { a_bytes_total: 1 },
      }),
    );
    arrive(workspace, [runOf(at, [check(at), ...records])]);
    expect((await compactAll(workspace)).broken).toEqual([]);
    await expectGood();
  });
});

test('a host that tells of other metrics at each run costs the day its own last entities, and none of the others', async () => {
  const runs = Array.from({ length: 40 }, (_, run) => {
    const time = later(at, run / 60);
    const gauges = (entity: number) =>
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, index) => [`m${run}_${entity}_${index}_count`, index]),
      );
    const flood = ['host:hv1', 'disk:hv1:a', 'disk:hv1:z'].map((entity, index) => ({
      entity,
      at: time,
      gauges: gauges(index),
    }));
    return runOf(time, [...flood, { entity: 'host:hv2', at: time, gauges: { load_ratio: 1 } }], {
      collector: 'host',
    });
  });
  arrive(workspace, [runOf(at, [check(at)]), ...runs]);
  const { broken } = await compactAll(workspace);
  expect(broken.map(({ message }) => message)).toEqual([
    'more than 50000 metrics and facts of hv1 in a day: its last entities are left out',
  ]);
  const { entities } = await tellHistory(workspace);
  expect(Object.keys(entities)).toEqual(['check:s:page', 'disk:hv1:a', 'host:hv2']);
  expect(entities['host:hv2']?.samples).toEqual([40]);
}, 30_000);

test('a host whose texts are longer than those of a fleet costs the day itself, and none of the others', async () => {
  const runs = Array.from({ length: 12 }, (_, hour) => {
    const time = later(at, hour);
    const flapping = Array.from(
      { length: 3600 },
      (_, second): EntityRecord => ({
        entity: 'pool:hv1:tank',
        at: later(time, second / 3600),
        state: second % 2 === 0 ? 'degraded' : 'down',
        reason: '€'.repeat(500),
      }),
    );
    const wordy = Array.from(
      { length: 1000 },
      (_, index): EntityRecord => ({
        entity: `filesystem:hv2:/${hour}/${index}/${'€'.repeat(250)}`,
        at: time,
        facts: { options: '\u0001'.repeat(500), device: '€'.repeat(500) },
      }),
    );
    return runOf(time, [...flapping, ...wordy, ...(hour === 0 ? [check(at)] : [])]);
  });
  arrive(workspace, runs);
  const { broken } = await compactAll(workspace);
  expect(broken.map(({ message }) => message).toSorted()).toEqual([
    'more than 50000 metrics and facts of hv1 in a day: its last entities are left out',
    'more than 50000 metrics and facts of hv2 in a day: its last entities are left out',
  ]);
  // What one of them may still say; the file may have five times as much.
  expect(statSync(join(workspace.data, 'daily/2026/2026-11-20.json')).size).toBeLessThan(27e6);
  await expectGood();
});

test('a host that names others each day hands over the newest alone, and takes nothing from what others hand over', () => {
  const days = Array.from({ length: 4 }, (_, index) => addToDay('2026-11-20', index));
  const last = days.reduce<Daily | undefined>((previous, day, index) => {
    const time = `${day}T10:00:00Z`;
    const names = Array.from({ length: 20_000 }, (_, number) => `container:hv1:${index}-${number}`);
    const records = names.map((entity): EntityRecord => ({ entity, at: time, epoch: 'b' }));
    // It speaks on the first day alone.
    const silent = { entity: 'container:hv2:c', at: time };
    const snapshots = [runOf(time, index === 0 ? [silent, ...records] : records)];
    const inputs = { snapshots: 1, digest: '' };
    return compactDay({ day, timeZone: 'Europe/Paris', everySeconds: 300, snapshots, previous, inputs });
  }, undefined);
  const carried = Object.keys(last?.carry ?? {});
  const carriedOf = (index: number) => carried.filter((name) => name.startsWith(`container:hv1:${index}-`));
  expect(carriedOf(3)).toHaveLength(20_000);
  expect(carriedOf(2).length).toBeGreaterThan(10_000);
  expect(carriedOf(2).length).toBeLessThan(20_000);
  expect(carriedOf(1)).toEqual([]);
  expect(carried).toContain('container:hv2:c');
});

const kinds: Readonly<Record<string, (path: string) => void>> = {
  'a pipe that nobody writes to': (path) => execFileSync('mkfifo', [path]),
  'a link to zeros without end': (path) => symlinkSync('/dev/zero', path),
  'a folder': (path) => mkdirSync(path),
};

const importFile = {
  schema: 'vigie/import@1',
  id: 'metrics-aaaaaaaaaaaa',
  kind: 'metrics',
  at,
  sources: [],
  detected: [],
  counts: { rows: 1, refused: 0, entities: 1, metrics: 1, days: 1 },
  first: null,
  last: null,
};

describe('what is no file, in the place of', () => {
  const places = {
    'a month': 'monthly/2026-10.json',
    'a day': 'daily/2026/2026-11-19.json',
    'the day that is compacted': 'daily/2026/2026-11-20.json',
    'a snapshot': 'snapshots/2026-11-20/20261120T113000Z-probe.json',
    'an import': 'imports/metrics-bbbbbbbbbbbb/import.json',
    'an imported month': 'imports/metrics-aaaaaaaaaaaa/monthly/2026-08.json',
  };
  for (const [where, place] of Object.entries(places)) {
    for (const [what, make] of Object.entries(kinds)) {
      test(`${where}: ${what} is told, and nothing waits for it`, async () => {
        const path = join(workspace.data, place);
        arrive(workspace, [runOf(later(at, -24 * 30), [check(later(at, -24 * 30))]), runOf(at, [check(at)])]);
        if (place.startsWith('daily/2026/2026-11-20'))
          arrive(workspace, [runOf(later(at, 24), [check(later(at, 24))])]);
        const imported = join(workspace.data, 'imports/metrics-aaaaaaaaaaaa/import.json');
        putFile(imported, JSON.stringify(importFile));
        mkdirSync(dirname(path), { recursive: true });
        make(path);
        const told = new Set<string>();
        const { broken } = await compactAll(workspace);
        for (const { file } of broken) told.add(file);
        await tellHistory(workspace, 'Europe/Paris', ({ file }) => told.add(file));
        expect(told).toEqual(new Set([path]));
        await expectGood();
      });
    }
  }
});

for (const [what, make] of Object.entries(kinds)) {
  test(`what was kept of the day that grows is gathered anew where ${what} lies in its place`, async () => {
    arrive(workspace, [runOf(at, [check(at)])]);
    const path = join(workspace.cache, 'cache/2026-11-20.samples');
    mkdirSync(dirname(path), { recursive: true });
    make(path);
    expect((await compactAll(workspace)).broken).toEqual([]);
    await expectGood();
  });
}

test('a folder of snapshots that we may not read is told, and the others are read', async () => {
  arrive(workspace, [runOf(later(at, -24), [check(later(at, -24))]), runOf(at, [check(at)])]);
  const folder = join(workspace.data, 'snapshots/2026-11-19');
  chmodSync(folder, 0o700);
  for (const path of [workspace.root, workspace.data]) chmodSync(path, 0o777);
  const isRoot = process.getuid?.() === 0;
  // Root may read everything: for a while we are nobody.
  if (isRoot) process.seteuid?.(65_534);
  else chmodSync(folder, 0o000);
  try {
    const { broken } = await compactAll(workspace);
    expect(broken).toEqual([{ file: folder, message: expect.stringContaining('EACCES') }]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    else chmodSync(folder, 0o700);
  }
  await expectGood();
});

test('a column that is longer than its month says nothing of the next one', async () => {
  const days = Array.from({ length: 62 }, (_, day) => later('2026-09-01T10:00:00Z', 24 * day));
  arrive(
    workspace,
    days.map((day) => runOf(day, [check(day)])),
  );
  await compactAll(workspace);
  const path = join(workspace.data, 'monthly/2026-09.json');
  const text = readFileSync(path, 'utf8');
  const long = JSON.stringify(Array.from({ length: 31 }, () => 7));
  writeFileSync(
    path,
    text.replace('"samples":1', `"samples":${long}`).replace(/"last":[^,}]+/, `"last":${long}`),
  );
  const { entities, days: all } = await tellHistory(workspace);
  const samples = entities['check:s:page']?.samples ?? [];
  expect(samples[all.indexOf('2026-09-30')]).toBe(7);
  expect(samples[all.indexOf('2026-10-01')]).toBe(1);
});

test('sketches of more days than their month has are refused by name, and cost their entity alone', async () => {
  const days = Array.from({ length: 40 }, (_, day) => later('2026-09-01T10:00:00Z', 24 * day));
  arrive(
    workspace,
    days.map((day) => runOf(day, [check(day), check(day, 'up', 'other')])),
  );
  await compactAll(workspace);
  const path = join(workspace.data, 'monthly/2026-09.json');
  const text = readFileSync(path, 'utf8');
  const sketches = JSON.stringify(Array.from({ length: 31 }, () => '-25 7'));
  // The last entity of the month, and of its file.
  const at = text.lastIndexOf('"check_duration_seconds":[');
  const long = `${text.slice(0, at)}"check_duration_seconds":${sketches}${text.slice(text.indexOf(']', at) + 1)}`;
  const fault = 'sketches.check_duration_seconds: found 31 items, expected at most 30';
  for (const [content, samples, message] of [
    [long, 1, `check:s:page: ${fault}`],
    // Not by the line: it is read whole, and refused whole; its days are still there.
    [JSON.stringify(JSON.parse(long)), days.length, `check:s:page: ${fault}`],
  ] as const) {
    writeFileSync(path, content);
    const told: string[] = [];
    const { entities, days: all } = await tellHistory(workspace, 'Europe/Paris', (broken) =>
      told.push(broken.message),
    );
    expect(new Set(told)).toEqual(new Set([message]));
    const first = all.indexOf('2026-10-01');
    expect(entities['check:s:page']?.sketches.check_duration_seconds?.[first]).toMatch(/^-23/);
    expect(entities['check:other:page']?.samples).toEqual(days.map(() => 1));
    expect(entities['check:s:page']?.samples[0]).toBe(samples === 1 ? null : 1);
  }
});

test('a month that tells other days than its own is refused by name', async () => {
  const days = Array.from({ length: 40 }, (_, day) => later('2026-09-01T10:00:00Z', 24 * day));
  arrive(
    workspace,
    days.map((day) => runOf(day, [check(day)])),
  );
  await compactAll(workspace);
  const path = join(workspace.data, 'monthly/2026-09.json');
  const text = readFileSync(path, 'utf8');
  for (const [from, to, message] of [
    ['"2026-09-02"', '"2026-09-01"', 'days: found others than those of 2026-09'],
    [
      '"days":["2026-09-01"',
      '"days":["2026-08-31"',
      'inputs.days: found "2026-08-31", expected days of 2026-09',
    ],
    [
      '"days":["2026-09-01","2026-09-02"',
      '"days":["2026-09-02","2026-09-01"',
      'inputs.days: found "2026-09-02", expected days of 2026-09 in their order',
    ],
  ] as const) {
    writeFileSync(path, text.replace(from, to));
    const told: string[] = [];
    const { entities } = await tellHistory(workspace, 'Europe/Paris', (broken) => told.push(broken.message));
    expect(told).toEqual([message]);
    // Its days are still there.
    expect(entities['check:s:page']?.samples).toEqual(days.map(() => 1));
  }
});
