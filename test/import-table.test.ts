import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A tree of the same layout under the same linter settings, with one import a file. */
const forbidden: [folder: string, from: string][] = [
  ['src/model', 'node:fs'],
  ['src/model', '../store/fleet.ts'],
  ['src/analysis', 'node:fs'],
  ['src/analysis', '../store/fleet.ts'],
  ['src/collect', '../store/fleet.ts'],
  ['src/store', '../collect/run.ts'],
  ['src/import', '../views/status.ts'],
  ['src/doctor', '../views/status.ts'],
  ['src/export', 'node:fs'],
  ['src/views', 'node:fs'],
  ['src/status', 'node:fs'],
  ['src/status', '../views/status.ts'],
  ['src/status', '../reports/read.ts'],
  ['src/reports', '../store/fleet.ts'],
  ['src/ui', '../status/read.ts'],
  ['collectors', 'node:fs'],
  ['collectors', '../src/store/fleet.ts'],
];
const files: [path: string, text: string][] = [
  ...forbidden.map(([folder, from], index): [string, string] => [`${folder}/x${index}.ts`, source(from)]),
  ['src/status/pages/page.astro', `---\n${source('../../store/fleet.ts')}---\n\n<p>{y}</p>\n`],
  ['src/views/fine.ts', source('../analysis/trend.ts')],
  ['src/collect/one.ts', source('./two.ts')],
  ['src/collect/two.ts', "import { y } from './one.ts';\n\nexport const x = y;\n"],
];

function source(from: string): string {
  return `import { x } from '${from}';\n\nexport const y = x;\n`;
}

let folder: string;
let said: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-imports-'));
  copyFileSync('biome.json', join(folder, 'biome.json'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const biome = resolve('node_modules/.bin/biome');
  const { stdout, stderr } = spawnSync(
    biome,
    ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--colors=off', '.'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  said = (stdout + stderr).split('\n').filter((line) => line.includes(' lint/'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the import table', () => {
  test.each(forbidden.map((row, index) => [...row, index] as const))(
    'keeps %s from importing %s',
    (where, _, index) => {
      expect(
        said.filter(
          (line) => line.startsWith(`${where}/x${index}.ts:`) && line.includes('noRestrictedImports'),
        ),
      ).toHaveLength(1);
    },
  );

  test('holds in .astro files too', () => {
    expect(
      said.some(
        (line) => line.startsWith('src/status/pages/page.astro:') && line.includes('noRestrictedImports'),
      ),
    ).toBe(true);
  });

  test('refuses cycles', () => {
    expect(said.some((line) => line.includes('noImportCycles'))).toBe(true);
  });

  test('lets through what it allows', () => {
    expect(
      said.filter((line) => line.startsWith('src/views/fine.ts:') && line.includes('noRestrictedImports')),
    ).toEqual([]);
  });
});
