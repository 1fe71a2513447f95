import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  check,
  emptyWorkspace,
  later,
  putFile,
  removeWorkspace,
  runOf,
  tellHistory,
} from '../store/workspaces.ts';
import { type Ended, fingerprint, vigie } from './command.ts';

const fleet = 'fleet: { name: Test, timeZone: Europe/Paris, every: 1h }\n';
/** Two days, a look an hour, over the end of a month. */
const good = Array.from({ length: 48 }, (_, hour) => {
  const at = later('2024-04-29T22:00:00Z', hour);
  return runOf(at, [check(at)]);
});

/** A workspace with what is good. */
function soundWorkspace(): Workspace {
  const workspace = emptyWorkspace();
  putFile(join(workspace.data, 'fleet.yaml'), fleet);
  arrive(workspace, good);
  return workspace;
}

interface Fault {
  readonly what: string;
  /** The place of the damaged file below `data/`. */
  readonly path: string;
  plant(path: string, outside: string): void;
  readonly told: string;
}

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
    runs = [await vigie(workspace.root, ['compact']), await vigie(workspace.root, ['compact'])];
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

test('a file whose name holds a newline is no snapshot, and stays', async () => {
  const workspace = soundWorkspace();
  const path = putFile(
    join(workspace.data, 'snapshots/2024-05-01/20240501T100000Z-probe\n.json'),
    'anything at all',
  );
  expect(await vigie(workspace.root, ['compact'])).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(path, 'utf8')).toBe('anything at all');
  removeWorkspace(workspace);
});

describe('a rollup that is damaged is named by each run, which exits with 1, and stays; what is good is read', () => {
  let workspace: Workspace;
  let outside: Workspace;

  beforeEach(() => {
    workspace = soundWorkspace();
    outside = emptyWorkspace();
  });

  afterEach(() => {
    removeWorkspace(workspace);
    removeWorkspace(outside);
  });

  const day = 'daily/2024/2024-05-01.json';
  const month = 'monthly/2024-04.json';
  const faults: readonly (Fault & { readonly daysLeft: number })[] = [
    {
      what: 'a day of a newer version',
      path: day,
      plant: (path) => writeFileSync(path, '{"schema": "vigie/daily@3"}'),
      told: 'written by a newer Vigie: found vigie/daily@3, this one reads up to vigie/daily@2',
      daysLeft: 1,
    },
    {
      what: 'a truncated day',
      path: day,
      plant: (path) => truncateSync(path, readFileSync(path).length - 100),
      told: 'not JSON',
      daysLeft: 1,
    },
    {
      what: 'a folder for a day',
      path: day,
      plant(path) {
        rmSync(path);
        mkdirSync(path);
      },
      told: 'found a folder or a device, expected a file',
      daysLeft: 1,
    },
    {
      what: 'a link to nowhere for a day',
      path: day,
      plant(path, elsewhere) {
        rmSync(path);
        symlinkSync(join(elsewhere, 'to-be-written.json'), path);
      },
      told: 'found a link, expected a file',
      daysLeft: 1,
    },
    {
      what: 'a month of a newer version',
      path: month,
      plant: (path) => writeFileSync(path, '{"schema": "vigie/monthly@3"}'),
      told: 'written by a newer Vigie: found vigie/monthly@3, this one reads up to vigie/monthly@2',
      daysLeft: 2,
    },
    {
      what: 'a truncated month',
      path: month,
      plant: (path) => truncateSync(path, readFileSync(path).length - 100),
      told: 'not JSON',
      daysLeft: 2,
    },
    {
      what: 'an empty month',
      path: month,
      plant: (path) => truncateSync(path),
      told: 'the file is empty',
      daysLeft: 2,
    },
    {
      what: 'a folder for a month',
      path: month,
      plant(path) {
        rmSync(path);
        mkdirSync(path);
      },
      told: 'found a folder or a device, expected a file',
      daysLeft: 2,
    },
    {
      what: 'a link to nowhere for a month',
      path: month,
      plant(path, elsewhere) {
        rmSync(path);
        symlinkSync(join(elsewhere, 'to-be-written.json'), path);
      },
      told: 'found a link, expected a file',
      daysLeft: 2,
    },
  ];

  for (const { what, path, plant, told, daysLeft } of faults) {
    test(what, async () => {
      await vigie(workspace.root, ['compact']);
      plant(join(workspace.data, path), outside.root);
      // Something new for the day that is damaged as well.
      const before = [...fingerprint(workspace.data), ...fingerprint(outside.root)];
      const { status, stderr } = await vigie(workspace.root, ['compact']);
      expect(stderr).toContain(`data/${path}: ${told}`);
      expect(status).toBe(1);
      expect([...fingerprint(workspace.data), ...fingerprint(outside.root)]).toEqual(before);
      const set: string[] = [];
      const history = await tellHistory(workspace, 'Europe/Paris', ({ file }) => set.push(file));
      expect(set).toEqual([join(workspace.data, path)]);
      expect(history.days).toHaveLength(daysLeft);
    });
  }
});

test('a configuration that is wrong stops the run with 2 before anything is written', async () => {
  const workspace = soundWorkspace();
  putFile(join(workspace.data, 'fleet.yaml'), 'fleet: { name: Test, retention: never }\n');
  const before = fingerprint(workspace.root);
  const { status, stderr } = await vigie(workspace.root, ['compact']);
  expect(stderr).toContain('fleet.retention: found "never"');
  expect(status).toBe(2);
  expect(fingerprint(workspace.root)).toEqual(before);
  removeWorkspace(workspace);
});
