import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const program = resolve('src/cli/vigie.ts');

// What apt would do takes it many seconds on a busy machine; it is tried where it matters.
const programs = mkdtempSync(join(tmpdir(), 'vigie-programs-'));
writeFileSync(
  join(programs, 'apt-get'),
  '#!/bin/sh\necho "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded."\n',
  { mode: 0o755 },
);
afterAll(() => rmSync(programs, { recursive: true, force: true }));

/** What a command left behind. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `vigie --root ROOT …` as a user would. */
export function startVigie(
  root: string,
  words: readonly string[],
  env: Record<string, string> = {},
): ChildProcess {
  const { SSH_AUTH_SOCK, VIGIE_PAGE_SECRET, ...inherited } = process.env;
  return spawn(process.execPath, [program, '--root', root, ...words], {
    env: { ...inherited, PATH: `${programs}:${process.env.PATH}`, NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
}

/** Runs `vigie --root ROOT …` to its end. */
export async function vigie(
  root: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = startVigie(root, words, env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const status = await new Promise<number | null>((settle) => child.on('close', settle));
  return { status, stdout, stderr };
}

/** A workspace in a folder of its own, with this fleet.yaml. */
export function makeWorkspace(fleetYaml: string): string {
  const root = mkdtempSync(join(tmpdir(), 'vigie-cli-'));
  mkdirSync(join(root, 'data'));
  writeFileSync(join(root, 'data/fleet.yaml'), fleetYaml);
  return root;
}

/** Every file below a folder, relative to it, in order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** The bytes of a whole tree in one line a file. */
export function fingerprint(folder: string): string[] {
  return filesBelow(folder).map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')} ${file}`,
  );
}
