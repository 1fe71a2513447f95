import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';
import {
  arrive,
  emptyWorkspace,
  putFile,
  removeWorkspace,
  runOf,
  tellHistory,
  textsBelow,
} from '../store/workspaces.ts';
import { vigie } from './command.ts';
import { type MemoryDisk, missingMount, mountMemoryDisk } from './memory-disk.ts';

const fleet = 'fleet: { name: Test, every: 1h }\n';

/** A run that saw so much that its day takes some 300 kB. */
function run(at: string): Snapshot {
  const filesystems = Array.from({ length: 1500 }, (_, index) => ({
    entity: `filesystem:hv1:/srv/${index}`,
    at,
    gauges: {
      filesystem_used_bytes: Date.parse(at) + index,
      filesystem_size_bytes: Date.parse(at) * 2 + index,
    },
  }));
  return runOf(at, filesystems, { collector: 'host' });
}

const early = [run('2024-05-10T08:00:00Z'), run('2024-05-10T09:00:00Z')];
const late = [run('2024-05-10T10:00:00Z'), run('2024-05-11T10:00:00Z')];

const missing = missingMount();
if (missing !== undefined) test('a full or read-only disk', ({ skip }) => skip(missing));

describe.skipIf(missing !== undefined)('a disk', () => {
  let disk: MemoryDisk;
  let workspace: Workspace;
  /** What a run without faults writes. */
  let whole: Record<string, string>;

  beforeAll(async () => {
    const reference = emptyWorkspace();
    putFile(join(reference.data, 'fleet.yaml'), fleet);
    arrive(reference, [...early, ...late]);
    expect(await vigie(reference.root, ['compact'])).toMatchObject({ status: 0 });
    whole = textsBelow(reference, 'daily', 'monthly', 'snapshots');
    removeWorkspace(reference);
  });

  beforeEach(() => {
    disk = mountMemoryDisk(16 * 1024 * 1024);
    workspace = workspaceAt(disk.folder);
    putFile(join(workspace.data, 'fleet.yaml'), fleet);
  });

  afterEach(() => disk.remove());

  for (const freeBytes of [0, 4096, 200_000]) {
    test(`that is full but for ${freeBytes} bytes stops the run, and costs no byte of what was there`, async () => {
      arrive(workspace, early);
      await vigie(workspace.root, ['compact']);
      arrive(workspace, late);
      const before = textsBelow(workspace, 'daily', 'monthly', 'snapshots');
      // Without the cache, which takes room as well but may.
      rmSync(join(workspace.cache, 'cache'), { recursive: true, force: true });
      putFile(join(workspace.cache, 'cache'), 'a file where a folder should be');
      const filler = join(disk.folder, 'filler');
      const { bavail, bsize } = statfsSync(disk.folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - freeBytes));

      const { status, stderr } = await vigie(workspace.root, ['compact']);
      expect(stderr).toContain('ENOSPC');
      expect(status).toBe(2);
      expect(textsBelow(workspace, 'daily', 'monthly', 'snapshots')).toEqual(before);
      await tellHistory(workspace);

      rmSync(filler);
      expect(await vigie(workspace.root, ['compact'])).toMatchObject({ status: 0, stderr: '' });
      expect(textsBelow(workspace, 'daily', 'monthly', 'snapshots')).toEqual(whole);
    });
  }

  test('that is read-only stops the run, reads as before, and is gone on with once it can be written', async () => {
    arrive(workspace, early);
    await vigie(workspace.root, ['compact']);
    arrive(workspace, late);
    const history = await tellHistory(workspace);
    disk.makeReadOnly();
    const { status, stderr } = await vigie(workspace.root, ['compact']);
    expect(stderr).toContain('EROFS');
    expect(status).toBe(2);
    expect(await tellHistory(workspace)).toEqual(history);
    disk.makeWritable();
    expect(await vigie(workspace.root, ['compact'])).toMatchObject({ status: 0, stderr: '' });
    expect(textsBelow(workspace, 'daily', 'monthly', 'snapshots')).toEqual(whole);
  });
});
