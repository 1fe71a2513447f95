import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from './sample.ts';

const program = fileURLToPath(new URL('../..', import.meta.url));
const page = 'src/status/pages/404.astro';

/** A copy of what the public site is built from, where things can be planted. */
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'vigie-guard-'));
  for (const part of ['src/status', 'src/ui', 'src/model', 'public', 'astro.config.mjs', 'package.json']) {
    await cp(join(program, part), join(copy, part), { recursive: true });
  }
  await symlink(join(program, 'node_modules'), join(copy, 'node_modules'));
  await write('.vigie/status.json', JSON.stringify(sample));
  await write('src/views/secret.ts', 'export const secret = 1;');
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the public site, built by its own configuration', () => {
  it('passes while nothing is planted, and needs no other part of the program', async () => {
    expect(await buildWith('')).toMatch(/^0:/);
  });

  it.each([
    ['a view', "import { secret } from '../../views/secret.ts';", /src\/views\/secret\.ts is not public/],
    ['the disk', "import secret from 'node:fs';", /404\.astro imports "node:fs"/],
  ])('fails, by name, when a page reaches for %s', async (_, planted, message) => {
    const said = await buildWith(`${planted}\nconsole.log(secret);`);
    expect(said).not.toMatch(/^0:/);
    expect(said).toMatch(message);
  });
});

/** Builds with something planted in a page; resolves to the exit status and all that was said. */
async function buildWith(planted: string): Promise<string> {
  await write(page, `---\n${planted}\n---\n<p>nothing</p>\n`);
  const astro = join(program, 'node_modules/astro/bin/astro.mjs');
  const { VIGIE_SITE: _, VIGIE_WORK: __, VIGIE_STATUS_FILE: ___, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [astro, 'build'],
      { cwd: copy, env: { ...env, NODE_ENV: 'production', NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1' } },
      (error, stdout, stderr) => resolve(`${error?.code ?? 0}:${stdout}${stderr}`),
    );
  });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(copy, path)), { recursive: true });
  await writeFile(join(copy, path), text);
}
