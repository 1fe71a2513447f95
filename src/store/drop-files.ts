import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DocumentKind } from '../model/json-document.ts';
import { formatDocument, readDocument, writeDocument } from './documents.ts';
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
  for (const file of files) await rm(join(workspace.data, file), { force: true });
  await rm(pathOf(workspace));
}

function pathOf(workspace: Workspace): string {
  return join(workspace.cache, 'dropping.json');
}
