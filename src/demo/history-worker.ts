import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { Day, Instant } from '../model/time.ts';
import { parseFleet } from '../store/fleet.ts';
import { workspaceAt } from '../store/workspace.ts';
import { writeDays } from './history.ts';
import { slowCollectors } from './told-by-collectors.ts';
import { createWorld } from './world.ts';

/** What a thread is told to write. */
export const Task = z.strictObject({
  root: z.string(),
  fleet: z.string(),
  seed: z.int(),
  now: Instant,
  historyDays: z.int().optional(),
  /** Days that follow each other. */
  stretches: z.array(z.array(Day)),
});
export type Task = z.infer<typeof Task>;

const { root, fleet: text, seed, now, historyDays, stretches } = Task.parse(workerData);
const fleet = parseFleet(text, 'fleet.yaml');
const world = createWorld({ fleet, seed, now, ...(historyDays === undefined ? {} : { days: historyDays }) });
const collectors = await slowCollectors();
for (const days of stretches)
  await writeDays(workspaceAt(root), world, collectors, days, () => parentPort?.postMessage('day'));
