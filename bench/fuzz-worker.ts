import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzFailure, FuzzPlan, FuzzReport } from './fuzz.ts';
import { chanceOf, mutate } from './fuzz-mutations.ts';
import { fuzzTargets } from './fuzz-targets.ts';

// Runs inputs one after another. Before each it writes its number where the other thread sees it: that of the input which never comes back.

const { seed, count, first, folder, progress } = workerData as FuzzPlan;
const maxFailures = 20;
const targets = await fuzzTargets(folder);
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const failures = new Map<string, FuzzFailure>();
const crashed = new Set<number>();
let slowest = { input: first, target: '', seconds: 0 };
let heapAfterTenth = 0;

for (let input = first; input < first + count; input += 1) {
  Atomics.store(progress, 0, input);
  const seconds = run(input);
  if (seconds > slowest.seconds) {
    // A busy machine makes any input slow once.
    const best = Math.min(seconds, run(input), run(input));
    if (best > slowest.seconds) slowest = { input, target: targetOf(input).name, seconds: best };
  }
  if (input - first === Math.floor(count / 10)) heapAfterTenth = heldBytes();
}
const report: FuzzReport = {
  targets: targets.length,
  crashes: crashed.size,
  failures: [...failures.values()],
  slowest: { ...slowest, text: textOf(slowest.input).text.slice(0, 300) },
  heap_growth_bytes: heldBytes() - heapAfterTenth,
};
parentPort?.postMessage(report);

/** Gives how long it took to parse an input, and keeps how it failed. */
function run(input: number): number {
  const { text, target, chance } = textOf(input);
  const started = performance.now();
  try {
    target.parse(text, chance);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const cause = message.split('\n', 3).join('\n');
    crashed.add(input);
    if (failures.size < maxFailures && !failures.has(cause))
      failures.set(cause, {
        input,
        target: target.name,
        message: message.slice(0, 1000),
        text: text.slice(0, 2000),
      });
  }
  return (performance.now() - started) / 1000;
}

function targetOf(input: number) {
  return textOf(input).target;
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
