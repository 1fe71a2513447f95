import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '../src/cli/render.ts';
import { tellHistory } from '../src/demo/tell-history.ts';
import { workspaceAt } from '../src/store/workspace.ts';
import { buildBareSite } from './bare-site.ts';
import { type Cost, measure, medianBy } from './measure.ts';

const now = '2026-11-22T09:32:10Z';
const rounds = 3;
const sites = ['status', 'reports'] as const;
const programRoot = join(import.meta.dirname, '..');

/** A whole `vigie build`, from the start of Node to its end. */
export interface BuildFigures extends Cost {
  readonly compact_seconds: number;
  readonly analyse_seconds: number;
  readonly render_seconds: Readonly<Record<Site, number>>;
}

export interface DemoBuildFigures {
  /** Thirteen months of history, told by several threads. */
  readonly history_seconds: number;
  readonly pages: number;
  /** The first build: two days of snapshots and thirteen months of days to compact. */
  readonly cold: BuildFigures;
  /** With nothing new to compact; the round of median time. */
  readonly warm: BuildFigures;
  /** Both sites rendered alone, one after the other; the round of median time. */
  readonly rendered: Cost;
  /** Two Astro sites of as many pages without data, styles or scripts, one after the other; the round of median time. */
  readonly bare_astro: Cost;
  /** What rendering took, by what the bare sites took. */
  readonly render_ratio: number;
}

/** Builds both sites of the demo, beside bare Astro sites of as many pages, in turns. */
export async function benchBuild(): Promise<DemoBuildFigures> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  try {
    const workspace = workspaceAt(root);
    await mkdir(workspace.data);
    for (const file of ['fleet.yaml', 'hardware.csv'])
      await copyFile(join(programRoot, 'data', file), join(workspace.data, file));
    const started = performance.now();
    const fleet = await readFile(join(workspace.data, 'fleet.yaml'), 'utf8');
    await tellHistory({ workspace, fleet, seed: 1, now });
    const historySeconds = (performance.now() - started) / 1000;

    const cold = await build(root);
    const pages = await Promise.all(sites.map((site) => countPages(join(workspace.dist, site))));
    const warm: BuildFigures[] = [];
    for (let round = 0; round < rounds; round += 1) warm.push(await build(root));
    const { rendered, bare } = await besideBare(
      () => inTurn(sites.map((site) => () => renderSite(root, site))),
      () => inTurn(pages.map((count) => () => buildBareSite(join(root, 'bare'), count))),
    );
    return {
      history_seconds: historySeconds,
      pages: pages.reduce((sum, count) => sum + count, 0),
      cold,
      warm: medianBy(warm, ({ seconds }) => seconds),
      rendered,
      bare_astro: bare,
      render_ratio: rendered.seconds / bare.seconds,
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Builds a workspace as of an instant, in a process of its own. */
export async function build(root: string, at = now): Promise<BuildFigures> {
  const { stdout, cost } = await measure({
    command: process.execPath,
    args: [join(programRoot, 'src/cli/vigie.ts'), '--root', root, 'build', '--json'],
    env: { SOURCE_DATE_EPOCH: String(Date.parse(at) / 1000), VIGIE_PAGE_SECRET: 'bench' },
  });
  const { compactSeconds, analyseSeconds, renderSeconds } = JSON.parse(stdout) as {
    compactSeconds: number;
    analyseSeconds: number;
    renderSeconds: Record<Site, number>;
  };
  return {
    ...cost,
    compact_seconds: compactSeconds,
    analyse_seconds: analyseSeconds,
    render_seconds: renderSeconds,
  };
}

/** Renders a site of a workspace that was analysed, in a process of its own. */
export async function renderSite(root: string, site: Site): Promise<Cost> {
  const { cost } = await measure({
    command: process.execPath,
    args: [join(import.meta.dirname, 'render-site.ts'), root, site],
  });
  return cost;
}

/** Renders our pages and bare ones in turns; of each the round of median time. */
export async function besideBare(
  ours: () => Promise<Cost>,
  theirs: () => Promise<Cost>,
): Promise<{ readonly rendered: Cost; readonly bare: Cost }> {
  const rendered: Cost[] = [];
  const bare: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = [async () => rendered.push(await ours()), async () => bare.push(await theirs())];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return {
    rendered: medianBy(rendered, ({ seconds }) => seconds),
    bare: medianBy(bare, ({ seconds }) => seconds),
  };
}

/** What some programs cost, one after the other. */
async function inTurn(programs: readonly (() => Promise<Cost>)[]): Promise<Cost> {
  const costs: Cost[] = [];
  for (const program of programs) costs.push(await program());
  return {
    seconds: costs.reduce((sum, { seconds }) => sum + seconds, 0),
    cpu_seconds: costs.reduce((sum, { cpu_seconds }) => sum + cpu_seconds, 0),
    peak_rss_bytes: Math.max(...costs.map(({ peak_rss_bytes }) => peak_rss_bytes)),
  };
}

/** The pages of a built site. */
export async function countPages(site: string): Promise<number> {
  const files = await readdir(site, { recursive: true });
  return files.filter((file) => file.endsWith('.html')).length;
}
