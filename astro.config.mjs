// @ts-check
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'astro/config';
import { leakGuard } from './src/status/leak-guard.ts';
import { writeMachineFiles } from './src/status/write-machine-files.ts';

const sites = ['status', 'reports'];

/**
 * The configuration of one of the two sites. `status` is public, `reports` is internal; they share nothing but `src/ui` and `public/`.
 * @param {string} site
 */
export function siteConfig(site) {
  if (!sites.includes(site)) {
    throw new Error(`VIGIE_SITE: found "${site}", expected one of: ${sites.join(', ')}`);
  }
  // The folder of one build: all that it writes; without it (`astro check`), the usual places.
  const work = process.env.VIGIE_WORK;
  return defineConfig({
    srcDir: `./src/${site}`,
    outDir: work === undefined ? `./dist/${site}` : `${work}/site`,
    cacheDir: work === undefined ? `./node_modules/.astro-${site}` : `${work}/astro`,
    publicDir: './public',
    trailingSlash: 'always',
    // Lossless: the default drops a space that stands at the end of a line, which the formatter puts there.
    compressHTML: true,
    // Several pages at once: each waits for the disk longer than it is rendered.
    build: { format: 'directory', inlineStylesheets: 'never', concurrency: 4 },
    devToolbar: { enabled: false },
    integrations: site === 'status' ? [writeMachineFiles()] : [],
    vite: {
      ...(work === undefined ? {} : { cacheDir: `${work}/vite` }),
      plugins: site === 'status' ? [leakGuard(fileURLToPath(new URL('.', import.meta.url)))] : [],
      // One style sheet for all pages, and no script inlined: the pages' security policy allows neither inline.
      build: { cssCodeSplit: false, assetsInlineLimit: 0 },
    },
  });
}

export default siteConfig(process.env.VIGIE_SITE ?? 'status');
