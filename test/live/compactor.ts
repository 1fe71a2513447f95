import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import type { CompactSummary } from '../../src/store/compact.ts';
import type { BrokenFile } from '../../src/store/documents.ts';

const program = resolve('test/live/compact-once.ts');
/** Where Node keeps what it compiled: starting takes half as long. */
const compiled = mkdtempSync(join(tmpdir(), 'vigie-compiled-'));

afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** A compaction in a process of its own. */
export interface Compactor {
  /** Resolves when all is loaded and the compaction could begin. */
  readonly ready: Promise<void>;
  /** Resolves when it found a lock and waits. */
  readonly waiting: Promise<void>;
  begin(): void;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** What it did; undefined when it was killed before its end. Rejects with what it wrote to stderr when it failed. */
  readonly ended: Promise<{ summary: CompactSummary; broken: BrokenFile[] } | undefined>;
}

/** Starts a process that will compact a workspace. */
export function startCompactor(root: string, retentionDays: number): Compactor {
  const child = spawn(process.execPath, [program, root, String(retentionDays)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: 'pipe',
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const lines = linesOf(child);
  return {
    ready: lines.until((line) => line === 'ready'),
    waiting: lines.until((line) => line === 'waiting'),
    begin() {
      // Whoever was killed does not hear.
      child.stdin.on('error', () => undefined).write('begin\n');
    },
    kill: (signal) => child.kill(signal),
    ended: new Promise((settle, fail) => {
      child.on('close', (status, signal) => {
        if (signal === null && status !== 0) fail(new Error(stderr));
        else settle(signal === null ? JSON.parse(lines.last()) : undefined);
      });
    }),
  };
}

function linesOf(child: ChildProcessWithoutNullStreams): {
  until(isMeant: (line: string) => boolean): Promise<void>;
  last(): string;
} {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk) => {
    rest += chunk;
    lines.push(...rest.split('\n').slice(0, -1));
    rest = rest.slice(rest.lastIndexOf('\n') + 1);
    for (const listener of listeners) listener();
  });
  return {
    until: (isMeant) =>
      new Promise((settle) => {
        const look = () => {
          if (lines.some(isMeant)) settle();
        };
        listeners.add(look);
        look();
      }),
    last: () => lines.at(-1) ?? '',
  };
}
