import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { render } from '../../src/cli/render.ts';
import type { ReportsFile } from '../../src/model/reports-file.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

/** The internal site of a reports file, built in a temporary folder as `vigie build` does. */
export interface BuiltSite {
  readonly folder: string;
  /** Each file by its path. */
  readonly files: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

export async function buildReports(reports: ReportsFile): Promise<BuiltSite> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-reports-'));
  const workspace = workspaceAt(root);
  await mkdir(dirname(workspace.reportsFile));
  await writeFile(workspace.reportsFile, JSON.stringify(reports));
  await render(workspace, 'reports');
  const folder = join(workspace.dist, 'reports');
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), await readFile(path, 'utf8'));
  }
  return { folder, files, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What a page says, without its markup, scripts and special spaces. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<\/(p|t[dhr]|li|h\d|d[dt]|div)>/g, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}
