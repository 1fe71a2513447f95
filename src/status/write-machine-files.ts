import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { machineFiles } from './machine/files.ts';
import { hostingFiles } from './machine/hosting.ts';
import { readStatus } from './read.ts';

/** Writes the files for machines beside the pages: as endpoints of Astro thousands of them would take twenty times as long. */
export function writeMachineFiles(): AstroIntegration {
  return {
    name: 'vigie-machine-files',
    hooks: {
      async 'astro:build:done'({ dir }) {
        const status = readStatus();
        const hosting = await hostingFiles(status.every_seconds, status.fleet.locales);
        const root = fileURLToPath(dir);
        const made = new Set<string>();
        for (const [path, text] of [...machineFiles(status), ...hosting]) {
          const folder = dirname(join(root, path));
          if (!made.has(folder)) mkdirSync(folder, { recursive: true });
          made.add(folder);
          // Nothing else runs that would be held up, and each wait for the pool of threads costs more than the writing.
          writeFileSync(join(root, path), text);
        }
      },
    },
  };
}
