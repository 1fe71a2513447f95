import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { StatusFile } from '../model/status-file.ts';

let cached: StatusFile | undefined;

/**
 * All that the public site knows: the file named by VIGIE_STATUS_FILE, checked once.
 * The only file of the public site that may touch the disk; the build fails when another one tries.
 */
export function readStatus(): StatusFile {
  cached ??= parse(resolve(process.env.VIGIE_STATUS_FILE ?? '.vigie/status.json'));
  return cached;
}

function parse(file: string): StatusFile {
  const result = StatusFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!result.success) throw new Error(`${file}: not a status file\n${z.prettifyError(result.error)}`);
  return result.data;
}
