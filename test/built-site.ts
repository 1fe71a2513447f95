import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { render, type Site } from '../src/cli/render.ts';
import type { ReportsFile } from '../src/model/reports-file.ts';
import type { StatusFile } from '../src/model/status-file.ts';
import { workspaceAt } from '../src/store/workspace.ts';

/** A site that was built in a temporary folder, as `vigie build` does. */
export interface BuiltSite {
  readonly folder: string;
  /** Each file by its path. */
  readonly files: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

/** Builds one of the two sites from its file. */
export async function buildSite(site: Site, content: StatusFile | ReportsFile): Promise<BuiltSite> {
  const root = await mkdtemp(join(tmpdir(), `vigie-${site}-`));
  const workspace = workspaceAt(root);
  const file = site === 'status' ? workspace.statusFile : workspace.reportsFile;
  await mkdir(dirname(file));
  await writeFile(file, JSON.stringify(content));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    await render(workspace, site);
  } catch (cause) {
    await remove();
    throw cause;
  }
  const folder = join(workspace.dist, site);
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), await readFile(path, 'utf8'));
  }
  return { folder, files, remove };
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
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}
