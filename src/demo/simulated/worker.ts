import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { workspaceAt } from '../../store/workspace.ts';
import { createSimulation } from './history.ts';
import { writePiece } from './write.ts';

/** What a thread is told to write. */
export const Task = z.strictObject({
  root: z.string(),
  options: z.strictObject({
    hosts: z.int(),
    services: z.int(),
    containers: z.int(),
    days: z.int(),
    seed: z.int(),
    now: z.int(),
  }),
  pieces: z.array(
    z.strictObject({ kind: z.enum(['month', 'day', 'snapshots']), first: z.int(), count: z.int() }),
  ),
});
export type Task = z.infer<typeof Task>;

const { root, options, pieces } = Task.parse(workerData);
const workspace = workspaceAt(root);
const simulation = createSimulation(options);
for (const piece of pieces) {
  await writePiece(workspace, simulation, piece);
  parentPort?.postMessage('piece');
}
