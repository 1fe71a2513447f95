import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAbsence } from '../store/documents.ts';
import type { Workspace } from '../store/workspace.ts';

const programRoot = fileURLToPath(new URL('../..', import.meta.url));
const astro = fileURLToPath(import.meta.resolve('astro'));

/** One of the two sites. */
export type Site = 'status' | 'reports';

/**
 * Renders a site beside the one that stands, then puts it in its place by two renames: a build that is killed leaves the old pages
 * whole, and the next one puts them back at once where it was killed just between the two.
 *
 * Astro runs in a process of its own, which is told the path of the one file that the site may read, and none of our secrets. The pages
 * and the code that makes them go into a folder of this build alone: builds side by side share none, whichever fleets they are of.
 * @throws Error with Astro's own words when it fails.
 */
export async function render(workspace: Workspace, site: Site): Promise<void> {
  const target = join(workspace.dist, site);
  const work = join(workspace.dist, `.${site}-${process.pid}-work`);
  const old = join(workspace.dist, `.${site}-${process.pid}-old`);
  await mkdir(workspace.dist, { recursive: true });
  await removeLeftovers(workspace.dist, site);
  await mkdir(work, { recursive: true });
  try {
    // Astro runs the pages' code where it writes them; from there it finds its packages through this link.
    await symlink(join(programRoot, 'node_modules'), join(work, 'node_modules'));
    const file =
      site === 'status'
        ? { VIGIE_STATUS_FILE: workspace.statusFile }
        : { VIGIE_REPORTS_FILE: workspace.reportsFile };
    await runAstro(site, work, { VIGIE_SITE: site, VIGIE_WORK: work, ...file });
    await rename(target, old).catch((cause: unknown) => {
      if (!isAbsence(cause)) throw cause;
    });
    await rename(join(work, 'site'), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await rm(old, { recursive: true, force: true });
}

async function runAstro(site: Site, folder: string, settings: Record<string, string>): Promise<void> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(
    process.execPath,
    [join(astro, '../../bin/astro.mjs'), 'build', '--root', programRoot],
    {
      cwd: folder,
      env: {
        PATH,
        HOME,
        TMPDIR,
        NODE_ENV: 'production',
        ASTRO_TELEMETRY_DISABLED: '1',
        NO_COLOR: '1',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-8000);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  const status = await promise;
  if (status !== 0)
    throw new Error(`the site ${site} could not be rendered (astro ended with ${status}):\n${said}`);
}

/** Removes what builds that were killed left behind, and puts back the pages of one that was killed between its two renames. */
async function removeLeftovers(dist: string, site: Site): Promise<void> {
  const names = await readdir(dist);
  for (const name of names) {
    const [, pid, kind] = new RegExp(`^\\.${site}-(\\d+)-(work|old)$`).exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    if (kind === 'old' && !names.includes(site)) await rename(join(dist, name), join(dist, site));
    else await rm(join(dist, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}
