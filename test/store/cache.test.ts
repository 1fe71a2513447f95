import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  check,
  compactAll,
  emptyWorkspace,
  later,
  removeWorkspace,
  runOf,
  tellHistory,
} from './workspaces.ts';

let workspace: Workspace;
let clean: Awaited<ReturnType<typeof tellHistory>>;

/** Three months and some days, of which the first two months have no daily files any more. */
beforeEach(async () => {
  workspace = emptyWorkspace();
  for (let look = 0; look < 80 * 2; look += 1) {
    const at = later('2026-09-10T06:00:00Z', look * 12);
    const host = {
      entity: 'host:hv1',
      at,
      epoch: 'boot',
      clock_seconds: look * 43_200,
      gauges: { load_ratio: look % 7, check_duration_seconds: 0.1 * (look % 5) },
      counters: { sent_bytes_total: look * look },
      facts: { kernel: `6.${Math.floor(look / 30)}` },
    };
    arrive(workspace, [runOf(at, [check(at, look % 9 === 0 ? 'down' : 'up'), host])]);
  }
  await compactAll(workspace, { retentionDays: 10 });
  rmSync(workspace.cache, { recursive: true });
  clean = await tellHistory(workspace);
});

afterEach(() => removeWorkspace(workspace));

const folder = () => join(workspace.cache, 'cache');
const cacheFiles = () => readdirSync(folder()).map((name) => join(folder(), name));

/** Changes a file so that the cache does not see it: as if it had been so when the cache last looked. */
function changeUnseen(path: string, change: () => void): void {
  change();
  const memory = join(folder(), 'digests.json');
  const digests = JSON.parse(readFileSync(memory, 'utf8'));
  const { size, mtimeMs, ctimeMs, ino } = statSync(path);
  digests[path][0] = [size, mtimeMs, ctimeMs, ino].join(' ');
  writeFileSync(memory, JSON.stringify(digests));
}

describe('the cache', () => {
  test('gives the history as the rollups do', async () => {
    expect(cacheFiles().filter((path) => path.endsWith('.segment'))).not.toEqual([]);
    expect(await tellHistory(workspace)).toEqual(clean);
    expect(clean.days).toHaveLength(80);
  });

  const damages: Readonly<Record<string, (path: string) => void>> = {
    'deleted file by file': (path) => rmSync(path),
    emptied: (path) => truncateSync(path),
    'cut in half': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    'longer than it was': (path) => appendFileSync(path, 'more'),
    'made of something else': (path) => writeFileSync(path, '{"schema": "vigie/daily@2"}'),
    'a pipe that nobody writes to': (path) => {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    },
    'a link to zeros without end': (path) => {
      rmSync(path);
      symlinkSync('/dev/zero', path);
    },
    'filled with NUL': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(`that is ${what} changes nothing in the history, and is made anew`, async () => {
      for (const path of cacheFiles()) damage(path);
      expect(await tellHistory(workspace)).toEqual(clean);
      expect(await tellHistory(workspace)).toEqual(clean);
      expect((await compactAll(workspace, { retentionDays: 10 })).summary.daysWritten).toEqual([]);
    });
  }

  test('of which any byte is flipped changes nothing in the history', async () => {
    const files = cacheFiles();
    const sound = files.map((path) => readFileSync(path));
    for (const [index, path] of files.entries()) {
      const bytes = sound[index] ?? Buffer.alloc(0);
      // Twenty places all over the file, its beginning and its end among them.
      for (let place = 0; place <= 20; place += 1) {
        const flipped = Buffer.from(bytes);
        const at = Math.round(((bytes.length - 1) * place) / 20);
        flipped[at] = (flipped[at] ?? 0) ^ 0x10;
        files.forEach((other, position) => {
          writeFileSync(other, sound[position] ?? '');
        });
        writeFileSync(path, flipped);
        expect(await tellHistory(workspace), `byte ${at} of ${path}`).toEqual(clean);
      }
    }
  });

  test('that rots without a trace is found out as it is read, and made anew by the next run', async () => {
    const [path = ''] = cacheFiles().filter((file) => file.endsWith('.segment'));
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    changeUnseen(path, () => writeFileSync(path, bytes));
    await expect(tellHistory(workspace)).rejects.toThrow(`${path}: found damaged at`);
    expect(await tellHistory(workspace)).toEqual(clean);
  });

  test('that cannot be written, or is a file itself, costs time and nothing else', async () => {
    rmSync(workspace.cache, { recursive: true });
    writeFileSync(workspace.cache, 'a file where a folder should be');
    expect(await tellHistory(workspace)).toEqual(clean);
    rmSync(workspace.cache);
    mkdirSync(folder(), { recursive: true });
    chmodSync(folder(), 0o500);
    expect(await tellHistory(workspace)).toEqual(clean);
    chmodSync(folder(), 0o700);
  });
});

describe('a month that was read once', () => {
  /** The lower month, whose days are gone. */
  const path = () => join(workspace.data, 'monthly/2026-09.json');
  /** As long as it was, but with another kernel on its first day. */
  const changeKernel = (from: string, to: string) =>
    writeFileSync(path(), readFileSync(path(), 'utf8').replace(`"${from}"`, `"${to}"`));

  test('is not read again as long as nobody touches it', async () => {
    // Told by what would be read.
    changeUnseen(path(), () => changeKernel('6.0', '5.0'));
    expect(await tellHistory(workspace)).toEqual(clean);
  });

  test('is read anew once another file of its size and time of modification stands in its place', async () => {
    // Times in whole seconds, which every file system keeps exactly.
    const whole = new Date(Math.floor(statSync(path()).mtimeMs / 1000) * 1000);
    utimesSync(path(), whole, whole);
    await tellHistory(workspace);
    copyFileSync(path(), `${path()}.other`);
    renameSync(`${path()}.other`, path());
    changeKernel('6.0', '5.0');
    utimesSync(path(), whole, whole);
    const { entities } = await tellHistory(workspace);
    expect(entities['host:hv1']?.factChanges.kernel?.[0]).toEqual(['2026-09-10', '5.0']);
  });

  test('is read anew once its content is another, be it as long as before', async () => {
    changeKernel('6.0', '5.0');
    const { entities } = await tellHistory(workspace);
    expect(entities['host:hv1']?.factChanges.kernel?.[0]).toEqual(['2026-09-10', '5.0']);
    changeKernel('5.0', '6.0');
    expect(await tellHistory(workspace)).toEqual(clean);
  });

  test('reads the same after it was only touched, as by a checkout', async () => {
    utimesSync(path(), new Date(), new Date());
    expect(await tellHistory(workspace)).toEqual(clean);
  });
});
