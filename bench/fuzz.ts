import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What is tried. The same seed makes the same inputs, of which each can be made alone. */
export interface FuzzPlan {
  readonly seed: number;
  readonly count: number;
  /** The number of the first input. */
  readonly first: number;
  /** Captures of real machines, mutated by their formats. */
  readonly folder: string | undefined;
  /** Holds the number of the input under way. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

/** An input that was not parsed and not refused. */
export interface FuzzFailure {
  readonly input: number;
  readonly target: string;
  readonly message: string;
  /** Its beginning. */
  readonly text: string;
}

export interface FuzzReport {
  readonly targets: number;
  /** Inputs that a parser threw at, or did not come back from: 0, that is. */
  readonly crashes: number;
  /** One of each kind. */
  readonly failures: readonly FuzzFailure[];
  /** Below 1 s. */
  readonly slowest: {
    readonly input: number;
    readonly target: string;
    readonly seconds: number;
    readonly text: string;
  };
  /** What is held at the end above what was held after a tenth of the inputs, garbage apart. */
  readonly heap_growth_bytes: number;
}

export interface FuzzFigures extends FuzzReport {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
}

/** The stack is as that of a program's first thread. */
const resourceLimits = { maxOldGenerationSizeMb: 1024, stackSizeMb: 1 };

/** Mutates outputs of all kinds and feeds them to every parser: none may crash, hang or grow. Throws when one takes all memory. */
export async function benchFuzz(count = 100_000, seed = 1, first = 0): Promise<FuzzFigures> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const plan: FuzzPlan = { seed, count, first, folder: process.env.VIGIE_CORPORA, progress };
  const started = performance.now();
  const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.ts'), {
    workerData: plan,
    resourceLimits,
  });
  const { promise, resolve, reject } = Promise.withResolvers<FuzzReport>();
  const fail = (what: string, cause?: unknown) =>
    reject(new Error(`${what} at input ${Atomics.load(progress, 0)} of seed ${seed}`, { cause }));
  worker.on('message', resolve);
  worker.on('error', (error) => fail('the parsers ended', error));
  try {
    const report = await promise;
    return { seed, inputs: count, seconds: (performance.now() - started) / 1000, ...report };
  } finally {
    await worker.terminate();
  }
}

// `node bench/fuzz.ts [COUNT [SEED [FIRST]]]`: more inputs, others, or one alone.
if (import.meta.main) {
  const figures = await benchFuzz(...process.argv.slice(2).map(Number));
  console.log(JSON.stringify(figures, null, 2));
  process.exitCode = figures.crashes > 0 || figures.slowest.seconds >= 1 ? 1 : 0;
}
