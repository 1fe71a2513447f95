import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leakGuard } from '../../src/status/leak-guard.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-guard-')));
});

afterEach(() => rmSync(root, { recursive: true }));

/** Builds a public site whose only page holds this text; resolves when the guard lets it through. */
async function buildPage(text: string, files: Record<string, string> = {}): Promise<void> {
  for (const [path, content] of Object.entries({ ...files, 'src/status/page.ts': text })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [leakGuard(root)],
    build: { ssr: join(root, 'src/status/page.ts'), write: false },
  });
}

describe('the build of the public site', () => {
  test('fails by name when a page imports from outside the public folders', async () => {
    const leaking = buildPage("import { secret } from '../views/secret.ts';\nconsole.log(secret);\n", {
      'src/views/secret.ts': "export const secret = 'hv1';\n",
    });
    await expect(leaking).rejects.toThrow(/src\/views\/secret\.ts is not public/);
  });

  test('fails when a page imports data', async () => {
    const leaking = buildPage("import data from '../../.vigie/reports.json';\nconsole.log(data);\n", {
      '.vigie/reports.json': '{"hosts": []}',
    });
    await expect(leaking).rejects.toThrow(/\.vigie\/reports\.json is not public/);
  });

  test('fails when a glob reaches outside', async () => {
    const leaking = buildPage(
      "console.log(import.meta.glob('../../data/*.yaml', { query: '?raw', eager: true }));\n",
      { 'data/fleet.yaml': 'secret: 1\n' },
    );
    await expect(leaking).rejects.toThrow(/data\/fleet\.yaml is not public/);
  });

  test.each(['node:fs', 'fs', 'node:child_process'])('fails when a page imports %s', async (module) => {
    await expect(buildPage(`import * as module from '${module}';\nconsole.log(module);\n`)).rejects.toThrow(
      /src\/status\/page\.ts imports/,
    );
  });

  test('lets the one reader read, and pages use the shared folders', async () => {
    await buildPage(
      "import { read } from './read.ts';\nimport { word } from '../ui/word.ts';\nconsole.log(read(), word);\n",
      {
        'src/status/read.ts':
          "import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x');\n",
        'src/ui/word.ts': "export const word = 'ok';\n",
      },
    );
  });
});
