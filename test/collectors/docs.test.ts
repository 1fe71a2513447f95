import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { collectorPages } from '../../docs/write-collectors.ts';

const folder = fileURLToPath(new URL('../../docs/collectors/', import.meta.url));

test('the pages about collectors say what the collectors do (npm run docs writes them)', async () => {
  const pages = await collectorPages();
  expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [file, text] of pages) expect(readFileSync(`${folder}${file}`, 'utf8'), file).toBe(text);
});
