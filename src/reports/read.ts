import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ReportsFile } from '../model/reports-file.ts';

let cached: ReportsFile | undefined;

/** All that the internal site knows: the file named by VIGIE_REPORTS_FILE, checked once. The site's only reader. */
export function readReports(): ReportsFile {
  cached ??= parse(resolve(process.env.VIGIE_REPORTS_FILE ?? '.vigie/reports.json'));
  return cached;
}

function parse(file: string): ReportsFile {
  const result = ReportsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!result.success) throw new Error(`${file}: not a reports file\n${z.prettifyError(result.error)}`);
  return result.data;
}
