import { setFlagsFromString } from 'node:v8';
import { runInNewContext, Script } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzFailure, FuzzPlan, FuzzReport } from './fuzz.ts';
import { chanceOf, mutate } from './fuzz-mutations.ts';
import { fuzzTargets } from './fuzz-targets.ts';

// Runs inputs one after another. Before each it writes its number where the other thread sees it: that of the input which ends the worker.

const { seed, count, first, folder, progress } = workerData as FuzzPlan;
const maxFailures = 20;
const targets = await fuzzTargets(folder);
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
/** A loop that never ends can be ended by a script's time limit alone, which costs too much for each input. */
const inTime = new Script('runBatch()');
const hangSeconds = 20;
const batch = 200;
Object.assign(globalThis, { runBatch });

const failures = new Map<string, FuzzFailure>();
const crashed = new Set<number>();
let slowest = { input: first, target: '', seconds: 0 };
let heapAfterTenth = 0;

let input = first;
const end = first + count;
while (input < end) {
  try {
    inTime.runInThisContext({ timeout: hangSeconds * 1000 });
  } catch {
    // Only the time limit ends it so.
    keepFailure(`no end within ${hangSeconds} s`);
    input += 1;
  }
}
const report: FuzzReport = {
  targets: targets.length,
  crashes: crashed.size,
  failures: [...failures.values()],
  slowest: { ...slowest, text: textOf(slowest.input).text.slice(0, 300) },
  heap_growth_bytes: heldBytes() - heapAfterTenth,
};
parentPort?.postMessage(report);

function runBatch(): void {
  const last = Math.min(end, input + batch);
  for (; input < last; input += 1) {
    Atomics.store(progress, 0, input);
    const seconds = run();
    if (seconds > slowest.seconds) {
      // A busy machine makes any input slow once.
      const best = Math.min(seconds, run(), run());
      if (best > slowest.seconds) slowest = { input, target: textOf(input).target.name, seconds: best };
    }
    if (input - first === Math.floor(count / 10)) heapAfterTenth = heldBytes();
  }
}

/** Gives how long it took to parse an input, and keeps how it failed. */
function run(): number {
  const { text, target, chance } = textOf(input);
  const started = performance.now();
  try {
    target.parse(text, chance);
  } catch (error) {
    keepFailure(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return (performance.now() - started) / 1000;
}

function keepFailure(message: string): void {
  crashed.add(input);
  const { target, text } = textOf(input);
  // Where it was thrown tells one kind from another.
  const kind = `${target.name} ${message.split('\n', 3).join('\n')}`;
  if (failures.size < maxFailures && !failures.has(kind))
    failures.set(kind, {
      input,
      target: target.name,
      message: message.slice(0, 1000),
      text: text.slice(0, 2000),
    });
}

function textOf(input: number) {
  const chance = chanceOf(seed, input);
  const target = chance.pick(targets);
  const seedText = target && chance.pick(target.seeds);
  if (target === undefined || seedText === undefined) throw new Error('nothing to try');
  return { target, chance, text: mutate(seedText, chance) };
}

function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
