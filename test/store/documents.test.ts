import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BrokenFile, writeDocument, writeUnlessTooLarge } from '../../src/store/documents.ts';

test('a rollup that nobody would read again is told and not written; what stands in its place stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-documents-'));
  const [path, standing] = [join(folder, 'new.json'), join(folder, 'standing.json')];
  writeFileSync(standing, '{}\n');
  const told: BrokenFile[] = [];
  const tooLong = 'x'.repeat(128 * 1024 * 1024 + 1);
  for (const file of [path, standing])
    expect(
      await writeUnlessTooLarge(
        file,
        () => writeDocument(file, tooLong),
        (broken) => told.push(broken),
      ),
    ).toBe(false);
  expect(told.map(({ file }) => file)).toEqual([path, standing]);
  expect(told[0]?.message).toBe('not written: 134217729 bytes, expected at most 134217728');
  expect([existsSync(path), existsSync(standing)]).toEqual([false, true]);
  // A text that JavaScript cannot hold at all.
  const endless = async () => writeDocument(path, 'x'.repeat(2 ** 30));
  expect(await writeUnlessTooLarge(path, endless, (broken) => told.push(broken))).toBe(false);
  // A full disk, say, is another matter.
  const broken = async () => writeDocument(join(standing, 'below'), '{}');
  await expect(writeUnlessTooLarge(path, broken, () => undefined)).rejects.toThrow('standing.json');
  rmSync(folder, { recursive: true });
});
