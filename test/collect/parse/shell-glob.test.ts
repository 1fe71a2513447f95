import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { folderOf, shellGlob } from '../../../src/collect/parse/shell-glob.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-glob-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a shell makes of a word. */
function expand(word: string): string[] {
  const text = execFileSync('sh', ['-s'], { input: `printf '%s\\n' ${word}`, encoding: 'utf8' });
  return text.slice(0, -1).split('\n');
}

test.each([
  [
    'a star, below a folder with blanks and a quote',
    "it's mine/*.gz",
    ["it's mine/a.gz", "it's mine/b c.gz"],
  ],
  ['a question mark', 'plain/?.sql', ['plain/1.sql', 'plain/2.sql']],
  ['a bracket expression', 'plain/[2-9].sql', ['plain/2.sql']],
  ['its negation', 'plain/[!2].sql', ['plain/1.sql']],
  ['what a shell would run or replace', 'plain/$(id) `id` $HOME;~&.sql', ['plain/$(id) `id` $HOME;~&.sql']],
])('%s', (_name, pattern, names) => {
  for (const name of ["it's mine/a.gz", "it's mine/b c.gz", 'plain/1.sql', 'plain/2.sql']) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
  expect(expand(shellGlob(join(folder, pattern)))).toEqual(names.map((name) => join(folder, name)));
});

test('a text without wildcards stands for itself, whatever is in it', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((part) => !/[*?[\p{Cc}]/u.test(part));
  fc.assert(
    fc.property(text, (part) => {
      expect(expand(shellGlob(`/nonexistent/${part}`))).toEqual([`/nonexistent/${part}`]);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['/backup/koha/*.gz', '/backup/koha'],
  ['/backup/*/koha.gz', '/backup'],
  ['/*.sql', '/'],
  ['/backup/ko[ab]/x', '/backup'],
])('above the wildcards of %s lies %s', (pattern, above) => expect(folderOf(pattern)).toBe(above));
