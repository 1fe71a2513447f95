import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Day, Instant } from '../model/time.ts';
import { parseFleet } from '../store/fleet.ts';
import type { Workspace } from '../store/workspace.ts';
import { daysOfHistory } from './history.ts';
import type { Task } from './history-worker.ts';
import { createWorld } from './world.ts';

interface TellOptions {
  readonly workspace: Workspace;
  /** The text of the fleet.yaml that the world is made from. */
  readonly fleet: string;
  readonly seed: number;
  readonly now: Instant;
  /** How many days of history; thirteen months when absent. */
  readonly days?: number;
  /** Among how many threads the work is shared. Changes no byte. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told at the start, and after each day. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Recent days take longer than old ones: short stretches, dealt in turn, give each thread as much to do. */
const longestStretchDays = 14;

/** Writes the whole history of a world, its days shared among threads. Same fleet, seed and moment, same bytes. */
export async function tellHistory(options: TellOptions): Promise<void> {
  const {
    workspace,
    seed,
    now,
    days: historyDays,
    threads = Math.min(4, availableParallelism()),
    signal,
  } = options;
  const fleet = parseFleet(options.fleet, 'fleet.yaml');
  const world = createWorld({
    fleet,
    seed,
    now,
    ...(historyDays === undefined ? {} : { days: historyDays }),
  });
  const days = daysOfHistory(fleet, world);
  const stretchDays = Math.min(longestStretchDays, Math.ceil(days.length / threads));
  const stretches = Array.from({ length: Math.ceil(days.length / stretchDays) }, (_, index): Day[] =>
    days.slice(index * stretchDays, (index + 1) * stretchDays),
  );
  let done = 0;
  options.onProgress?.(0, days.length);
  const onDay = () => {
    done += 1;
    options.onProgress?.(done, days.length);
  };
  const workers = Array.from({ length: threads }, (_, thread) => {
    const task: Task = {
      root: workspace.root,
      fleet: options.fleet,
      seed,
      now,
      ...(historyDays === undefined ? {} : { historyDays }),
      stretches: stretches.filter((_, index) => index % threads === thread),
    };
    return new Worker(new URL('./history-worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64 },
    });
  });
  try {
    await Promise.all(workers.map((worker) => finished(worker, onDay, signal)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function finished(worker: Worker, onDay: () => void, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', onDay);
  worker.on('error', reject);
  worker.on('exit', (code) =>
    code === 0 ? resolve() : reject(new Error(`a thread that tells the history ended with ${code}`)),
  );
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  if (signal?.aborted) reject(signal.reason);
  return promise;
}
