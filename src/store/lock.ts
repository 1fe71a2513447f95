import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import type { Workspace } from './workspace.ts';

/** A lock that its holder has not renewed for so long is nobody's: its holder was killed. */
const staleMilliseconds = 5000;
const renewMilliseconds = 1000;
const patienceMilliseconds = 120_000;
const pauseMilliseconds = 250;

/** Another run holds the lock, and did not let go in time. */
export class LockedError extends Error {
  constructor(path: string) {
    super(
      `${path}: found a lock that another run has been renewing for ${patienceMilliseconds / 1000} s, expected it to end`,
    );
    this.name = 'LockedError';
  }
}

/**
 * Does something while no other run that asks for the same lock does. Waits for the other one; a lock whose holder was killed is
 * taken over.
 * @throws LockedError when the other one goes on for two minutes.
 */
export async function withLock<Result>(
  workspace: Workspace,
  work: () => Promise<Result>,
  onWait: () => void,
): Promise<Result> {
  const path = join(workspace.cache, 'compact.lock');
  await mkdir(workspace.cache, { recursive: true });
  const release = await acquire(path, onWait);
  try {
    return await work();
  } finally {
    // Whoever took over a lock that we renewed too late has it now; both write the same bytes.
    await release().catch(() => undefined);
  }
}

async function acquire(path: string, onWait: () => void): Promise<() => Promise<void>> {
  const options = {
    lockfilePath: path,
    realpath: false,
    stale: staleMilliseconds,
    update: renewMilliseconds,
    onCompromised: () => undefined,
  };
  const deadline = performance.now() + patienceMilliseconds;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await lockfile.lock(path, options);
    } catch (cause) {
      // Whoever sleeps while it takes the lock may find that another one has taken it over, and let go of it.
      if (!(cause instanceof Error && 'code' in cause && ['ELOCKED', 'ENOENT'].includes(String(cause.code))))
        throw cause;
      if (performance.now() > deadline) throw new LockedError(path);
      if (attempt === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  }
}
