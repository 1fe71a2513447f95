import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { inspectSource, type Source } from '../../src/import/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-import-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file with this content, as an import takes it. */
export async function sourceOf(content: string | Buffer, name?: string): Promise<Source> {
  count += 1;
  const path = join(folder, name ?? `${count}.csv`);
  writeFileSync(path, content);
  return inspectSource(path);
}
