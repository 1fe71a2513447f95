import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

interface ThreadOptions {
  readonly signal?: AbortSignal;
  /** The most that a thread holds: the less it is, the sooner it clears up. */
  readonly heapMegabytes?: number;
  /** Told of each message that a thread sends. */
  readonly onMessage: () => void;
}

/** Among how many threads work is shared unless somebody says otherwise. */
export const usualThreads = Math.min(4, availableParallelism());

/** Does each task in a thread of its own, by the program at `url`. Throws what one of them throws, and ends the others. */
export async function inThreads(
  url: URL,
  tasks: readonly object[],
  { signal, heapMegabytes = 256, onMessage }: ThreadOptions,
): Promise<void> {
  const workers = tasks.map(
    (workerData) =>
      new Worker(url, {
        workerData,
        resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 64 },
      }),
  );
  try {
    await Promise.all(workers.map((worker) => finished(worker, onMessage, signal)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function finished(worker: Worker, onMessage: () => void, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', onMessage);
  worker.on('error', reject);
  worker.on('exit', (code) =>
    code === 0 ? resolve() : reject(new Error(`a thread that tells a history ended with ${code}`)),
  );
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  if (signal?.aborted) reject(signal.reason);
  return promise;
}
