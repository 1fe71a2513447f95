import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { addToDay } from '../src/model/time.ts';
import { readFleet } from '../src/store/fleet.ts';
import { workspaceAt } from '../src/store/workspace.ts';
import { buildBareSite } from './bare-site.ts';
import { type BuildFigures, besideBare, build, countPages, renderSite } from './build.ts';
import { type Cost, measure, medianBy } from './measure.ts';

/** The last second of a whole day of the fleet's time zone. */
const now = '2024-11-22T22:59:59Z';
const fleet = { hosts: 10, containers: 200, services: 200, days: 1826 };
const rounds = 3;
const vigie = join(import.meta.dirname, '../src/cli/vigie.ts');

interface StatusPageFigures {
  readonly incidents: number;
  /** Of the public site. */
  readonly pages: number;
  readonly files: number;
  /** A whole `vigie build` of both sites, the history never parsed before. */
  readonly cold: BuildFigures;
  /** With nothing new but the clock; the round of median time. */
  readonly warm: BuildFigures;
  /** The public site rendered alone, its files for machines too; the round of median time. */
  readonly rendered: Cost;
  /** An Astro site of as many pages without data, styles or scripts; the round of median time. */
  readonly bare_astro: Cost;
  /** What rendering the public site took, by what the bare one took. */
  readonly render_ratio: number;
  readonly render_cpu_ratio: number;
  /** What of the home page travels, compressed: its HTML and its style sheet. */
  readonly home_gzip_bytes: number;
}

/** Builds the status page of 200 services and five years of days, with few and with many incidents, beside bare Astro sites of as many pages. */
export async function benchStatus(counts: readonly number[] = [1000, 3000]): Promise<StatusPageFigures[]> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  try {
    const words = Object.entries(fleet).flatMap(([name, count]) => [`--${name}`, String(count)]);
    const args = [vigie, 'simulate', ...words, '--raw-days', '1', '--now', now, join(root, 'fleet')];
    await measure({ command: process.execPath, args });
    await giveAddress(join(root, 'fleet/data/fleet.yaml'));
    const figures: StatusPageFigures[] = [];
    for (const count of counts) figures.push(await benchIncidents(join(root, 'fleet'), count));
    return figures;
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Feeds, calendars and Statuspage's API are written where the fleet says where its site is. */
async function giveAddress(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^fleet: \{ /m, 'fleet: { url: https://status.fleet.example, '));
}

async function benchIncidents(root: string, incidents: number): Promise<StatusPageFigures> {
  const workspace = workspaceAt(root);
  const services = [...(await readFleet(workspace.data)).services.keys()];
  await tellIncidents(join(workspace.data, 'incidents'), services, incidents);
  await rm(join(root, '.vigie'), { recursive: true, force: true });
  const cold = await build(root, now);
  const site = join(workspace.dist, 'status');
  const pages = await countPages(site);
  const warm: BuildFigures[] = [];
  for (let round = 0; round < rounds; round += 1) warm.push(await build(root, now));
  const { rendered, bare } = await besideBare(
    () => renderSite(root, 'status'),
    () => buildBareSite(join(root, 'bare'), pages),
  );
  return {
    incidents,
    pages,
    files: (await readdir(site, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
      .length,
    cold,
    warm: medianBy(warm, ({ seconds }) => seconds),
    rendered,
    bare_astro: bare,
    render_ratio: rendered.seconds / bare.seconds,
    render_cpu_ratio: rendered.cpu_seconds / bare.cpu_seconds,
    home_gzip_bytes: await homeBytes(site),
  };
}

/** So many incidents of an hour, in three steps, spread evenly over the days before now. */
async function tellIncidents(folder: string, services: readonly string[], count: number): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const day = addToDay(now.slice(0, 10), -1 - Math.floor((index * (fleet.days - 2)) / count));
    const service = services[index % services.length];
    const text = `---
title: { fr: "Catalogue ${index} indisponible", en: "Catalogue ${index} unavailable" }
impact: major
from: ${day} 10:00
to: ${day} 11:00
services: [${service}]
---
## ${day} 10:05 investigating
Nous cherchons la **cause**.

## ${day} 10:30 identified
Le disque est plein ; voir [notre page](https://fleet.example/).

## ${day} 11:00 resolved
Tout fonctionne à nouveau.
`;
    await writeFile(join(folder, `${day}-incident-${index}.md`), text);
  }
}

async function homeBytes(site: string): Promise<number> {
  const html = await readFile(join(site, 'index.html'));
  const [, sheet = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(html.toString()) ?? [];
  return gzipSync(html).length + gzipSync(await readFile(join(site, sheet))).length;
}
