import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AstroIntegration } from 'astro';

/**
 * Writes the files for machines beside the pages: as endpoints of Astro thousands of them would take twenty times as long. A thread of its own
 * writes them while the pages are rendered, into a folder that Astro has emptied by then.
 */
export function writeMachineFiles(): AstroIntegration {
  let folder = '';
  let writing: Promise<unknown> | undefined;
  return {
    name: 'vigie-machine-files',
    hooks: {
      'astro:config:done'({ config }) {
        folder = fileURLToPath(config.outDir);
      },
      'astro:build:setup'() {
        // What fails is told at the end: until then nobody waits for it.
        writing ??= writeIn(folder).catch((cause: unknown) => cause);
      },
      async 'astro:build:done'() {
        const failure = await writing;
        if (failure !== undefined) throw failure;
      },
    },
  };
}

async function writeIn(folder: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const thread = new Worker(new URL('./machine-files-thread.ts', import.meta.url), { workerData: folder });
  thread.on('error', reject);
  thread.on('exit', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`the files for machines could not be written (the thread ended with ${code})`));
  });
  await promise;
}
