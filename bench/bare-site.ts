import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cost, measure } from './measure.ts';

const astro = join(dirname(fileURLToPath(import.meta.resolve('astro/package.json'))), 'bin/astro.mjs');

const page = `---
import pages from '../pages.json';
export const getStaticPaths = async () =>
  (await import('../pages.json')).default.map((page) => ({ params: { id: page.id }, props: page }));
const { id, title } = Astro.props;
---
<html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1><p>Page {id} of {pages.length}</p></body></html>
`;

/** Makes an Astro project of so many pages in a folder, all from one JSON file, and builds it in a process of its own. */
export async function buildBareSite(folder: string, pageCount: number): Promise<Cost> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'src/pages'), { recursive: true });
  await symlink(join(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  // Caches and outputs stay in the folder.
  await writeFile(
    join(folder, 'astro.config.mjs'),
    "export default { cacheDir: './.cache', vite: { cacheDir: './.vite' } };\n",
  );
  await writeFile(join(folder, 'src/pages/[id].astro'), page);
  const pages = Array.from({ length: pageCount }, (_, index) => ({
    id: `page-${index}`,
    title: `Title ${index}`,
  }));
  await writeFile(join(folder, 'src/pages.json'), JSON.stringify(pages));
  const { cost } = await measure({
    command: process.execPath,
    args: [astro, 'build'],
    cwd: folder,
    env: { NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });
  return cost;
}
