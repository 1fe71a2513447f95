import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Slug } from '../model/entity.ts';
import { MetricName } from '../model/metric.ts';
import type { Collector } from './collector.ts';

const collectorsFolder = fileURLToPath(new URL('../../collectors', import.meta.url));

/**
 * All collectors, by the name of their file, in alphabetical order. A file in the folder is a collector; there is no list to edit.
 * Throws an error that names the file when one is not a collector.
 */
export async function loadCollectors(folder = collectorsFolder): Promise<ReadonlyMap<string, Collector>> {
  const files = (await readdir(folder)).filter((file) => /(?<!\.d)\.(ts|js)$/.test(file));
  const collectors = new Map<string, Collector>();
  const named = files.map((file): [string, string] => [file.slice(0, -'.ts'.length), file]);
  // By their names: among files, prometheus-disk.ts comes before prometheus.ts.
  for (const [name, file] of named.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const path = join(folder, file);
    if (!Slug.safeParse(name).success) {
      throw new Error(`${path}: expected a name of lower-case letters, digits and hyphens, such as host.ts`);
    }
    if (collectors.has(name)) throw new Error(`${path}: there is another collector named ${name}`);
    const module: { default?: unknown } = await import(pathToFileURL(path).href);
    collectors.set(name, readCollector(module.default, path));
  }
  return collectors;
}

const isFunction = z.custom((value) => typeof value === 'function', 'expected a function');
const facts = { reads: z.string().min(1), metrics: z.record(MetricName, z.unknown()), parse: isFunction };
const CollectorShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host'), commands: z.record(z.string(), z.unknown()), ...facts }),
  z.object({ kind: z.literal('request'), requests: isFunction, ...facts }),
  z.object({ kind: z.literal('api'), requests: isFunction, ...facts }),
]);

function readCollector(value: unknown, path: string): Collector {
  const checked = CollectorShape.safeParse(value);
  if (!checked.success) {
    throw new Error(`${path}: its default export is not a collector\n${z.prettifyError(checked.error)}`);
  }
  // The shape stands; the compiler checked the rest where the file says `satisfies HostCollector`.
  return value as Collector;
}
