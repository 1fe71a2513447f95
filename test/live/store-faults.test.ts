import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  check,
  emptyWorkspace,
  later,
  putFile,
  removeWorkspace,
  runOf,
  tellHistory,
} from '../store/workspaces.ts';
import { type Ended, fingerprint, vigie } from './command.ts';
import { type Fault, soundWorkspace } from './sound-workspace.ts';

describe('snapshots that are damaged', () => {
  /** A snapshot of a minute of its own in the second day. */
  const nameOf = (minute: number, day = '2024-05-01') =>
    `snapshots/${day}/${day.replaceAll('-', '')}T10${String(minute).padStart(2, '0')}00Z-probe.json`;
  const textOf = (minute: number) => {
    const at = `2024-05-01T10:${String(minute).padStart(2, '0')}:00Z`;
    return formatSnapshot(runOf(at, [check(at, 'down')]));
  };
  const write = (content: string | Buffer) => (path: string) => putFile(path, content);
  const future = later(new Date().toISOString().slice(0, 11).concat('00:00:00Z'), 72);

  const faults: readonly Fault[] = [
    { what: 'truncated', path: nameOf(1), plant: write(textOf(1).slice(0, -40)), told: 'not JSON' },
    { what: 'empty', path: nameOf(2), plant: write(''), told: 'the file is empty' },
    {
      what: 'binary',
      path: nameOf(3),
      plant: write(Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 97) % 256))),
      told: 'not JSON',
    },
    { what: 'filled with NUL', path: nameOf(4), plant: write(Buffer.alloc(4096)), told: 'not JSON' },
    {
      what: 'of 200 MB',
      path: nameOf(5),
      plant(path) {
        putFile(path, textOf(5));
        truncateSync(path, 200 * 1024 * 1024);
      },
      told: '209715200 bytes, expected at most',
    },
    {
      what: 'of another instant than its name says',
      path: nameOf(6),
      plant: write(textOf(36)),
      told: 'found the content of 20240501T103600Z-probe.json',
    },
    {
      what: 'dated in the future',
      path: snapshotPath({ at: future, collector: 'probe' }),
      plant: write(formatSnapshot(runOf(future, [check(future)]))),
      told: `dated in the future: found ${future}`,
    },
    {
      what: 'of a newer version',
      path: nameOf(7),
      plant: write('{"schema": "vigie/snapshot@2"}'),
      told: 'written by a newer Vigie: found vigie/snapshot@2, this one reads up to vigie/snapshot@1',
    },
    {
      what: 'of another kind',
      path: nameOf(8),
      plant: write('{"schema": "vigie/daily@2"}'),
      told: 'found schema "vigie/daily@2", expected vigie/snapshot@1',
    },
    {
      what: 'of a collector that would lead elsewhere',
      path: nameOf(9),
      plant: write(textOf(9).replace('"probe"', '"../../probe"')),
      told: 'collector: found "../../probe"',
    },
    {
      what: 'nested a hundred thousand levels deep',
      path: nameOf(10),
      plant: write(`{"schema":"vigie/snapshot@1","records":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
      told: 'Maximum call stack size exceeded',
    },
    {
      what: 'a link to a file elsewhere',
      path: nameOf(11),
      plant(path, outside) {
        putFile(join(outside, 'snapshot.json'), textOf(11));
        symlinkSync(join(outside, 'snapshot.json'), path);
      },
      told: 'found a link, expected a file',
    },
    {
      what: 'a folder',
      path: nameOf(12),
      plant: (path) => mkdirSync(path, { recursive: true }),
      told: 'found a folder, expected a file',
    },
    {
      what: 'in a folder that is a link elsewhere',
      path: 'snapshots/2024-05-02',
      plant(path, outside) {
        const at = '2024-05-02T10:00:00Z';
        putFile(
          join(outside, 'day/20240502T100000Z-probe.json'),
          formatSnapshot(runOf(at, [check(at, 'down')])),
        );
        symlinkSync(join(outside, 'day'), path);
      },
      told: 'found a link, expected a folder',
    },
    {
      what: 'with a schema that a terminal would obey',
      path: nameOf(13),
      plant: write('{"schema": "\\u001b]0;owned\\u0007"}'),
      told: 'found schema',
    },
  ];

  let workspace: Workspace;
  let outside: Workspace;
  let before: string[];
  let runs: Ended[];
  let clean: Awaited<ReturnType<typeof tellHistory>>;

  beforeAll(async () => {
    const sound = soundWorkspace();
    await vigie(sound.root, ['compact']);
    clean = await tellHistory(sound);
    removeWorkspace(sound);
    [workspace, outside] = [soundWorkspace(), emptyWorkspace()];
    for (const { path, plant } of faults) {
      mkdirSync(dirname(join(workspace.data, path)), { recursive: true });
      plant(join(workspace.data, path), outside.root);
    }
    before = [...fingerprint(workspace.data), ...fingerprint(outside.root)];
    runs = [await vigie(workspace.root, ['compact']), await vigie(workspace.root, ['compact', '--json'])];
  });

  afterAll(() => {
    removeWorkspace(workspace);
    removeWorkspace(outside);
  });

  for (const { what, path, told } of faults) {
    test(`${what}: it is named by each run`, () => {
      for (const { stderr } of runs) {
        const lines = stderr.split('\n').filter((line) => line.includes(`data/${path}: `));
        expect(lines).toHaveLength(1);
        expect(lines[0]).toContain(told);
      }
    });
  }

  test('are listed in the summary for programs', () => {
    const { broken } = JSON.parse(runs[1]?.stdout ?? '');
    const files = broken.map(({ file }: { file: string }) => file.slice(workspace.data.length + 1));
    expect(files.toSorted()).toEqual(faults.map(({ path }) => path).toSorted());
  });

  test('make no other line, nor one that a terminal obeys', () => {
    for (const { stderr } of runs) {
      expect(stderr.trimEnd().split('\n')).toHaveLength(faults.length);
      expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });

  test('make each run exit with 1', () => expect(runs.map(({ status }) => status)).toEqual([1, 1]));

  test('leave what is good as it would be without them', async () => {
    expect(await tellHistory(workspace)).toEqual(clean);
  });

  test('stay where they are, byte by byte', () => {
    const after = [...fingerprint(workspace.data), ...fingerprint(outside.root)];
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

test('files that are called otherwise than snapshots are none, whatever their names try, and stay', async () => {
  const workspace = soundWorkspace();
  const names = [
    '20240501T100000Z-probe\n.json',
    '\n20240501T100000Z-probe.json',
    '20240501T100000Z-...json',
    '20240501T106100Z-probe.json',
    '20240501T100000Z-Probe.json',
    '..20240501T100000Z-probe.json',
    '.20240501T100000Z-probe.json.4711.tmp',
    '20240501T100000Z-probe.json~',
  ].map((name) => `2024-05-01/${name}`);
  const folders = ['2024-05-32', '..2024-05-01', '2024-05-01\n', '2024-05-01.old'].map(
    (name) => `${name}/20240501T100000Z-probe.json`,
  );
  for (const name of [...names, ...folders])
    putFile(join(workspace.data, 'snapshots', name), 'anything at all');
  const before = fingerprint(workspace.data);
  expect(await vigie(workspace.root, ['compact'])).toMatchObject({ status: 0, stderr: '' });
  expect(fingerprint(workspace.data)).toEqual(expect.arrayContaining(before));
  expect((await tellHistory(workspace)).entities['check:s:page']?.samples).toEqual([24, 24]);
  removeWorkspace(workspace);
});
