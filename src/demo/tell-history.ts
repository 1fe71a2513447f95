import type { Day, Instant } from '../model/time.ts';
import { parseFleet } from '../store/fleet.ts';
import type { Workspace } from '../store/workspace.ts';
import { daysOfHistory } from './history.ts';
import type { Task } from './history-worker.ts';
import { inThreads, usualThreads } from './threads.ts';
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
  const { workspace, seed, now, days: historyDays, threads = usualThreads, signal } = options;
  const fleet = parseFleet(options.fleet, 'fleet.yaml');
  const world = createWorld({
    fleet,
    seed,
    now,
    ...(historyDays === undefined ? {} : { days: historyDays }),
  });
  const days = daysOfHistory(world);
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
  const tasks = Array.from(
    { length: threads },
    (_, thread): Task => ({
      root: workspace.root,
      fleet: options.fleet,
      seed,
      now,
      ...(historyDays === undefined ? {} : { historyDays }),
      stretches: stretches.filter((_, index) => index % threads === thread),
    }),
  );
  await inThreads(new URL('./history-worker.ts', import.meta.url), tasks, {
    onMessage: onDay,
    ...(signal === undefined ? {} : { signal }),
  });
}
