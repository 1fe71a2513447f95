import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsence } from './documents.ts';
import type { Workspace } from './workspace.ts';

/** A file on its way that nobody has written to for so long was left behind by a run that was killed. */
const abandonedMilliseconds = 3_600_000;

/** Removes what killed runs left on its way beside rollups and in the cache. */
export async function dropLeftovers(workspace: Workspace): Promise<void> {
  const daily = join(workspace.data, 'daily');
  const years = (await namesIn(daily)).map((year) => join(daily, year));
  const folders = [
    ...years,
    join(workspace.data, 'monthly'),
    workspace.cache,
    join(workspace.cache, 'cache'),
  ];
  for (const folder of folders) await dropLeftoversIn(folder);
}

/** The same in one folder. */
export async function dropLeftoversIn(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    // As we name them: behind the file's own name the number of a process.
    if (!/\.\d+\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    // Whoever wrote it may be done by now.
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile() && Date.now() - status.mtimeMs > abandonedMilliseconds)
      await rm(path, { force: true });
  }
}

/** Removes a folder if nothing is in it. */
export async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((cause: unknown) => {
    if (isAbsence(cause)) return;
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOTEMPTY')) throw cause;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}
