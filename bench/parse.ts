import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostCollectors } from '../src/collect/host-run.ts';
import { loadCollectors } from '../src/collect/registry.ts';
import { measure, medianBy } from './measure.ts';
import type { ParseTimes } from './parse-child.ts';
import { type Machine, makeMachine, type ScriptCost } from './parse-machine.ts';
import type { MachineSize } from './parse-texts.ts';

const large: MachineSize = { containers: 60, disks: 24, pools: 4, zfsSnapshots: 20_000, dumps: 3000 };
const rounds = 5;

/** What parsing took in a process of its own, which had parsed nothing before; the round of median time. */
interface ParseFigures {
  readonly seconds: number;
  readonly cpu_seconds: number;
  /** The most it held, above the most that the same program held which parsed nothing. */
  readonly peak_bytes_over_empty: number;
  readonly records: number;
}

interface CollectorFigures extends ParseFigures {
  /** What our script costs the host when this collector alone is due. */
  readonly script: ScriptCost & { readonly answer_bytes: number };
}

export interface ParseBenchFigures {
  readonly size: MachineSize;
  /** All collectors at once: below 0.3 s and 100 MB. */
  readonly parse: ParseFigures;
  /**
   * What our script of all collectors costs the host, its programs being such as only print, but for those of the machine itself (apt, df):
   * below 3 s of processor time.
   */
  readonly script: ScriptCost & { readonly answer_bytes: number };
  /** The first look at all dumps, each read whole. Later ones know them. */
  readonly first_look_at_dumps: ScriptCost;
  readonly by_collector: Readonly<Record<string, CollectorFigures>>;
}

/** Asks a large host by our own script, with stubs for its programs, and parses what it answers. */
export async function benchParse(size: MachineSize = large): Promise<ParseBenchFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const machine = await makeMachine(folder, size);
  try {
    await writeFile(join(folder, 'fleet.yaml'), machine.fleetText);
    const collectors = await hostCollectors();
    const only = (name: string): HostCollectors => new Map([...collectors].filter(([own]) => own === name));
    const { cost: firstLook } = await machine.ask(only('backup'));
    const { script, answer } = await askInRounds(machine, collectors);
    await writeFile(join(folder, 'answer'), answer);
    const names = [...collectors.keys()];
    // In turns, so that a slow moment of the machine is not one's alone.
    const runs: ParseTimes[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const turn: ParseTimes[] = [];
      for (const own of [[], names, ...names.map((name) => [name])]) turn.push(await parse(folder, own));
      runs.push(turn);
    }
    const figures = [...names.keys(), names.length, names.length + 1].map((position) =>
      figuresOf(runs, position),
    );
    const byCollector: [string, CollectorFigures][] = [];
    for (const [index, name] of names.entries()) {
      const { script: own } = await askInRounds(machine, only(name));
      const parsed = figures[index + 2];
      if (parsed !== undefined) byCollector.push([name, { ...parsed, script: own }]);
    }
    const [, all] = figures;
    if (all === undefined) throw new Error('nothing was parsed');
    return {
      size,
      parse: all,
      script,
      first_look_at_dumps: firstLook,
      by_collector: Object.fromEntries(byCollector),
    };
  } finally {
    machine.close();
    await rm(folder, { recursive: true });
  }
}

async function hostCollectors(): Promise<HostCollectors> {
  const all = await loadCollectors();
  return new Map(
    [...all].flatMap(([name, collector]) => (collector.kind === 'host' ? [[name, collector] as const] : [])),
  );
}

async function askInRounds(
  machine: Machine,
  collectors: HostCollectors,
): Promise<{ script: ParseBenchFigures['script']; answer: string }> {
  const answers: { answer: string; cost: ScriptCost }[] = [];
  for (let round = 0; round < rounds; round += 1) answers.push(await machine.ask(collectors));
  const { answer, cost } = medianBy(answers, (one) => one.cost.cpu_seconds);
  return { script: { ...cost, answer_bytes: Buffer.byteLength(answer) }, answer };
}

async function parse(folder: string, names: readonly string[]): Promise<ParseTimes> {
  const { stdout } = await measure({
    command: process.execPath,
    args: [join(import.meta.dirname, 'parse-child.ts'), folder, ...names],
  });
  const times = JSON.parse(stdout) as ParseTimes;
  if (times.errors.length > 0) throw new Error(`could not be parsed: ${times.errors.join('\n')}`);
  return times;
}

/** Those of one position in each round; at the first nothing was parsed. */
function figuresOf(runs: readonly (readonly ParseTimes[])[], position: number): ParseFigures {
  const own = runs.flatMap((turn) => turn[position] ?? []);
  const empty = medianBy(
    runs.flatMap((turn) => turn[0] ?? []),
    ({ peak_rss_bytes }) => peak_rss_bytes,
  );
  const { seconds, cpu_seconds, records } = medianBy(own, (times) => times.seconds);
  const peak = medianBy(own, ({ peak_rss_bytes }) => peak_rss_bytes).peak_rss_bytes;
  return { seconds, cpu_seconds, peak_bytes_over_empty: peak - empty.peak_rss_bytes, records };
}
