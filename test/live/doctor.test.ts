import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeWorkspace, vigie } from './command.ts';

const fleetYaml = 'fleet: { name: Essai }\nhosts:\n  here: { local: true }\n';
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('skipped: small and read-only disks are mounted by root alone');

/** A disk of its own, mounted with these options for as long as the work lasts. */
async function onDisk(options: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  expect(mounted.status, String(mounted.stderr)).toBe(0);
  try {
    await work(folder);
  } finally {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('vigie doctor', () => {
  test('after a run finds nothing worse than a note and exits with 0', async () => {
    const root = makeWorkspace(fleetYaml);
    await vigie(root, ['collect']);
    await vigie(root, ['compact']);
    const { status, stdout } = await vigie(root, ['doctor']);
    expect(stdout).toContain('✓ files');
    expect(status).toBe(0);
    rmSync(root, { recursive: true });
  });

  test('names a fault with what to do about it, in text and as JSON, and exits with 1', async () => {
    const root = makeWorkspace(fleetYaml);
    await vigie(root, ['collect']);
    writeFileSync(join(root, 'data/snapshots/readme.md'), '# Hello');
    const told = await vigie(root, ['doctor']);
    expect(told.stdout).toMatch(/warning .*data\/snapshots\/readme\.md: a file that is not ours, expected/);
    expect(told.status).toBe(1);
    const { stdout, status } = await vigie(root, ['doctor', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { check: 'workspace', severity: 'warning', advice: expect.stringContaining('move it elsewhere') },
    ]);
    expect(status).toBe(1);
    rmSync(root, { recursive: true });
  });

  test('examines the data even when fleet.yaml cannot be read', async () => {
    const root = makeWorkspace('fleet: {');
    const { stdout, status } = await vigie(root, ['doctor']);
    expect(stdout).toContain('data/fleet.yaml:1');
    expect(stdout).toContain('✓ files');
    expect(status).toBe(1);
    rmSync(root, { recursive: true });
  });

  test('without any data says so and exits with 2', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vigie-nothing-'));
    const { stderr, status } = await vigie(root, ['doctor']);
    expect(stderr).toContain('data: found no such folder, expected the data of a fleet');
    expect(status).toBe(2);
    rmSync(root, { recursive: true });
  });

  test.skipIf(!isRoot)('names a disk that is almost full', () =>
    onDisk('size=4m', async (folder) => {
      const root = makeWorkspace(fleetYaml);
      spawnSync('cp', ['-r', join(root, 'data'), folder]);
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(3.9 * 1024 * 1024));
      const { stdout, status } = await vigie(folder, ['doctor']);
      expect(stdout).toMatch(/warning .*data: [\d.]+ % of the disk left, expected 5 % at least/);
      expect(status).toBe(1);
      rmSync(root, { recursive: true });
    }),
  );

  test.skipIf(!isRoot)('names folders that cannot be written', () =>
    onDisk('size=4m', async (folder) => {
      const root = makeWorkspace(fleetYaml);
      spawnSync('cp', ['-r', join(root, 'data'), folder]);
      spawnSync('mount', ['-o', 'remount,ro', folder]);
      const { stdout, status } = await vigie(folder, ['doctor']);
      expect(stdout).toMatch(/error .*data: EROFS, expected a folder that can be written/);
      expect(status).toBe(1);
      rmSync(root, { recursive: true });
    }),
  );
});
