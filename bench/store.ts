import { link, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Cost, measure, medianBy } from './measure.ts';
import { expectSame, type Sums } from './store-sums.ts';

/** The last second of a whole day of the fleet's time zone, which lies in the past of any machine that runs this. */
const now = '2024-11-22T22:59:59Z';
const newDay = '2024-11-22';
const fleet = { hosts: 10, containers: 200, services: 200 };
const rounds = 3;
const programRoot = join(import.meta.dirname, '..');
const vigie = join(programRoot, 'src/cli/vigie.ts');

/** A whole program, from the start of Node to its end; the round of median time. */
interface LoadCost extends Cost {
  /** Without the start of Node, until the first entity can be asked. */
  readonly open_seconds: number;
  /** Until all entities were asked for all they have: in proportion to the rows of the answer. */
  readonly load_seconds: number;
  /** To keep what was parsed for the next time, which a build does after it has its answers; nothing where nothing is kept. */
  readonly keep_seconds: number;
}

export interface YearsFigures {
  readonly years: number;
  /** Days of gauges and counters. */
  readonly rows: number;
  readonly rollup_bytes: number;
  readonly rollup_bytes_a_year: number;
  /** `vigie compact` with one whole day of snapshots on top. */
  readonly compact_new_day: Cost;
  /** `vigie compact` when nothing is new. */
  readonly compact_nothing_new: Cost;
  /** Every entity's columns `last`, `p95` and `total` and its timeline, without a cache. */
  readonly load_cold: LoadCost;
  /** The same once more. */
  readonly load_cached: LoadCost;
  readonly sqlite: {
    readonly file_bytes: number;
    readonly load: LoadCost;
    /** Our time by SQLite's, and our bytes by SQLite's. */
    readonly cold_ratio: number;
    readonly cached_ratio: number;
    readonly bytes_ratio: number;
  };
}

export interface StoreFigures {
  readonly fleet: typeof fleet;
  /** `vigie simulate` of all these years, by two threads or more. */
  readonly simulate: Cost & { readonly years: number };
  readonly by_years: readonly YearsFigures[];
}

/** Compacts and loads years of an invented fleet, beside the same rows in SQLite. */
export async function benchStore(years: readonly number[] = [1, 2, 5, 10]): Promise<StoreFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  try {
    const most = Math.max(...years);
    const whole = join(folder, 'whole');
    const words = Object.entries(fleet).flatMap(([name, count]) => [`--${name}`, String(count)]);
    const { cost } = await measure({
      command: process.execPath,
      args: [vigie, 'simulate', ...words, '--days', daysOf(most), '--raw-days', '1', '--now', now, whole],
    });
    const figures: YearsFigures[] = [];
    for (const count of years) {
      console.error(`  ${count} ${count === 1 ? 'year' : 'years'} …`);
      const root = join(folder, `years-${count}`);
      await keepYears(whole, root, count);
      figures.push(await benchYears(root, count));
      await rm(root, { recursive: true });
    }
    return { fleet, simulate: { ...cost, years: most }, by_years: figures };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchYears(root: string, years: number): Promise<YearsFigures> {
  const compacted = await inRounds(async () => {
    await rm(join(root, '.vigie'), { recursive: true, force: true });
    await rm(join(root, 'data/daily', newDay.slice(0, 4), `${newDay}.json`), { force: true });
    return compact(root, 1);
  });
  const unchanged = await inRounds(() => compact(root, 0));
  const database = join(root, 'history.sqlite');
  await measure({
    command: process.execPath,
    args: [join(import.meta.dirname, 'store-sqlite-fill.ts'), root, database],
  });
  const cold: Loaded[] = [];
  const cached: Loaded[] = [];
  const sqlite: Loaded[] = [];
  // In turns, so that a slow moment of the machine is not one way's alone; a cold load leaves its cache for the next one.
  for (let round = 0; round < rounds; round += 1) {
    await rm(join(root, '.vigie'), { recursive: true, force: true });
    cold.push(await load('store-load.ts', root));
    cached.push(await load('store-load.ts', root));
    sqlite.push(await load('store-sqlite-ask.ts', database));
  }
  const [ours, again, theirs] = [cold, cached, sqlite].map((loads) =>
    medianBy(loads, ({ cost }) => cost.load_seconds),
  );
  if (ours === undefined || again === undefined || theirs === undefined)
    throw new Error('nothing was loaded');
  expectSame(ours.sums, theirs.sums);
  expectSame(again.sums, theirs.sums);
  const bytes = await bytesBelow(join(root, 'data/monthly'));
  const months = (await readdir(join(root, 'data/monthly'))).length;
  const fileBytes = (await stat(database)).size;
  const rollupBytes = bytes + (await bytesBelow(join(root, 'data/daily')));
  return {
    years,
    rows: ours.sums.rows,
    rollup_bytes: rollupBytes,
    // By the months: a day that is still a file of its own takes three times as much, for a few weeks.
    rollup_bytes_a_year: (bytes / months) * 12,
    compact_new_day: compacted,
    compact_nothing_new: unchanged,
    load_cold: ours.cost,
    load_cached: again.cost,
    sqlite: {
      file_bytes: fileBytes,
      load: theirs.cost,
      cold_ratio: ours.cost.load_seconds / theirs.cost.load_seconds,
      cached_ratio: again.cost.load_seconds / theirs.cost.load_seconds,
      bytes_ratio: rollupBytes / fileBytes,
    },
  };
}

interface LoadTimes {
  readonly open_seconds?: number;
  readonly seconds: number;
  readonly keep_seconds?: number;
}

interface Loaded {
  readonly cost: LoadCost;
  readonly sums: Sums;
}

async function load(program: string, path: string): Promise<Loaded> {
  const { stdout, cost } = await measure({
    command: process.execPath,
    args: [join(import.meta.dirname, program), path],
  });
  const { open_seconds = 0, seconds, keep_seconds = 0, ...sums } = JSON.parse(stdout) as Sums & LoadTimes;
  return { cost: { ...cost, open_seconds, load_seconds: seconds, keep_seconds }, sums };
}

async function compact(root: string, expectedDays: number): Promise<Cost> {
  const { stdout, cost } = await measure({
    command: process.execPath,
    args: [vigie, '--root', root, 'compact', '--json'],
  });
  const { daysWritten } = JSON.parse(stdout) as { daysWritten: string[] };
  if (daysWritten.length !== expectedDays)
    throw new Error(`${daysWritten.length} days were written, expected ${expectedDays}`);
  return cost;
}

async function inRounds(run: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) costs.push(await run());
  return medianBy(costs, ({ seconds }) => seconds);
}

/** Another workspace with the last years of one, its files the same ones. */
async function keepYears(whole: string, root: string, years: number): Promise<void> {
  const first = `${Number(now.slice(0, 4)) - years}${now.slice(4, 7)}`;
  const entries = await readdir(whole, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(whole.length + 1);
    const month = /^data\/monthly\/(.*)\.json$/.exec(path)?.[1];
    if (month !== undefined && month < first) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await link(join(whole, path), join(root, path));
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Days enough for so many years of whole months. */
function daysOf(years: number): string {
  return String(Math.ceil(years * 365.25) + 31);
}
