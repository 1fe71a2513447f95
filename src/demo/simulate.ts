import { join } from 'node:path';
import { formatDocument } from '../store/documents.ts';
import type { Workspace } from '../store/workspace.ts';
import { hardwareText } from './simulated/fleet-text.ts';
import { createSimulation } from './simulated/history.ts';
import type { SimulationOptions } from './simulated/plan.ts';
import { tellTruth } from './simulated/tell-truth.ts';
import type { Truth } from './simulated/truth.ts';
import type { Task } from './simulated/worker.ts';
import { layOut, type Piece, write } from './simulated/write.ts';
import { inThreads, usualThreads } from './threads.ts';

/** Those parts of truth.json whose items stand on lines of their own. */
const listed = ['outages', 'stops', 'moves', 'disk_deaths', 'missing', 'series'];

/** What to simulate, and where to. */
export interface SimulateOptions extends SimulationOptions {
  readonly workspace: Workspace;
  /** How many of the last days are raw snapshots, today included; the others are rollups. */
  readonly rawDays: number;
  /** Among how many threads the work is shared. Changes no byte. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told at the start, and after each month, day or day of snapshots. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was written. */
export interface Simulated {
  readonly truth: Truth;
  readonly months: number;
  readonly days: number;
  readonly snapshotDays: number;
}

/**
 * Writes the workspace of an invented fleet as Vigie would have left it, and `truth.json` beside `data/`: all that is planted in it.
 * Same options, same bytes.
 */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { workspace, rawDays, threads = usualThreads, signal, onProgress } = options;
  const { hosts, services, containers, days, seed, now } = options;
  const own = { hosts, services, containers, days, seed, now };
  const simulation = createSimulation(own);
  const { plan, events, fleet, fleetYaml } = simulation;
  const retentionDays = fleet.retentionSeconds / 86_400;
  const pieces = layOut(plan.days, { rawDays, retentionDays });
  await write(join(workspace.data, 'fleet.yaml'), fleetYaml);
  await write(join(workspace.data, 'hardware.csv'), hardwareText(plan, events));
  const truth = tellTruth(simulation, own);
  await write(join(workspace.root, 'truth.json'), formatDocument(truth, listed));
  let done = 0;
  onProgress?.(0, pieces.length);
  const tasks = Array.from(
    { length: threads },
    (_, thread): Task => ({
      root: workspace.root,
      options: own,
      // Dealt in turn: the last ones take longest.
      pieces: pieces.filter((_, index) => index % threads === thread),
    }),
  );
  await inThreads(new URL('./simulated/worker.ts', import.meta.url), tasks, {
    onMessage: () => {
      done += 1;
      onProgress?.(done, pieces.length);
    },
    // A month of a host with its disks, of a container or of a service.
    heapMegabytes: 256 + hosts + Math.ceil((containers + services) / 2),
    ...(signal === undefined ? {} : { signal }),
  });
  const count = (kind: Piece['kind']) => pieces.filter((piece) => piece.kind === kind).length;
  return { truth, months: count('month'), days: count('day'), snapshotDays: count('snapshots') };
}
