import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { render } from '../../src/cli/render.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigie-render-'));
});

afterEach(() => rmSync(root, { recursive: true }));

// A process number that no living process has.
const dead = 4_194_399;

test('pages that a build took away before it was killed are back even when the next build fails', async () => {
  mkdirSync(join(root, `dist/.status-${dead}-old`), { recursive: true });
  mkdirSync(join(root, `dist/.status-${dead}-work`));
  writeFileSync(join(root, `dist/.status-${dead}-old/index.html`), 'the old page');
  // There is no status.json: this build fails.
  await expect(render(workspaceAt(root), 'status')).rejects.toThrow('the site status could not be rendered');
  expect(readFileSync(join(root, 'dist/status/index.html'), 'utf8')).toBe('the old page');
  expect(readdirSync(join(root, 'dist')).filter((name) => name.includes(String(dead)))).toEqual([]);
});
