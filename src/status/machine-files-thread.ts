import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { machineFiles } from './machine/files.ts';
import { hostingFiles } from './machine/hosting.ts';
import { readStatus } from './read.ts';

// The thread that writes the files for machines into the folder that it is given.

const root: string = workerData;
const status = readStatus();
const hosting = await hostingFiles(status.every_seconds, status.fleet.locales);
const made = new Set<string>();
for (const [path, text] of [...machineFiles(status), ...hosting]) {
  const folder = dirname(join(root, path));
  if (!made.has(folder)) mkdirSync(folder, { recursive: true });
  made.add(folder);
  // Nothing else runs here that would be held up, and each wait for the pool of threads costs more than the writing.
  writeFileSync(join(root, path), text);
}
