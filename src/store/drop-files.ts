import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { DocumentKind } from '../model/json-document.ts';
import { formatDocument, readDocument, writeDocument } from './documents.ts';
import { dropLeftoversIn, removeEmpty } from './leftovers.ts';
import type { Workspace } from './workspace.ts';

/** `.vigie/dropping.json`: the snapshots that a run is about to remove, so that the next one goes on should it be killed. */
const Dropping = z.strictObject({
  schema: z.literal('vigie/dropping@1'),
  /** Below `data/`. */
  files: z.array(z.string().regex(/^snapshots\/\d{4}-\d\d-\d\d\/[^/]+\.json$/)),
});
const droppingKind: DocumentKind<typeof Dropping> = { name: 'vigie/dropping@1', schema: Dropping };

/** Removes snapshots, all or, should the run be killed, the rest of them by `finishDropping`. */
export async function dropFiles(workspace: Workspace, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => path.slice(workspace.data.length + 1));
  await writeDocument(pathOf(workspace), formatDocument({ schema: droppingKind.name, files }, ['files']));
  await remove(workspace, files);
}

/** Goes on where a run was killed: what is left of a day would never again be all that its rollup was made from. */
export async function finishDropping(workspace: Workspace): Promise<void> {
  const dropping = await readDocument(pathOf(workspace), droppingKind, () => undefined);
  if (dropping !== undefined) await remove(workspace, dropping.files);
}

async function remove(workspace: Workspace, files: readonly string[]): Promise<void> {
  const paths = files.map((file) => join(workspace.data, file));
  for (const path of paths) await rm(path, { force: true });
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    await dropLeftoversIn(folder);
    // The folder of a UTC day goes with the last of its files.
    await removeEmpty(folder);
  }
  await rm(pathOf(workspace), { force: true });
}

function pathOf(workspace: Workspace): string {
  return join(workspace.cache, 'dropping.json');
}
