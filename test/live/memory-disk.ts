import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own in memory, so small that it can be filled. */
export interface MemoryDisk {
  readonly folder: string;
  /** From now on nothing on it can be changed. */
  makeReadOnly(): void;
  makeWritable(): void;
  remove(): void;
}

/** Why no disk can be mounted here; undefined when it can. */
export function missingMount(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a disk in memory takes root';
  try {
    mountMemoryDisk(1024 * 1024).remove();
    return undefined;
  } catch (cause) {
    return `mounting a disk in memory: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** Mounts a disk that holds so many bytes. */
export function mountMemoryDisk(bytes: number): MemoryDisk {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-disk-'));
  const remount = (mode: string) => run('mount', ['-o', `remount,${mode}`, folder]);
  try {
    run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'vigie-test', folder]);
  } catch (cause) {
    rmdirSync(folder);
    throw cause;
  }
  return {
    folder,
    makeReadOnly: () => remount('ro'),
    makeWritable: () => remount('rw'),
    remove() {
      run('umount', [folder]);
      rmdirSync(folder);
    },
  };
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
}
