import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listDays, listMonths } from '../../src/store/rollups.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

test('files named for days and months that the calendar does not have are passed over', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vigie-rollups-'));
  const workspace = workspaceAt(root);
  mkdirSync(join(workspace.data, 'daily/2026'), { recursive: true });
  mkdirSync(join(workspace.data, 'monthly'));
  for (const day of ['2026-02-28', '2026-02-30', '2026-99-99'])
    writeFileSync(join(workspace.data, `daily/2026/${day}.json`), '{}');
  for (const month of ['2026-12', '2026-13'])
    writeFileSync(join(workspace.data, `monthly/${month}.json`), '');
  expect(await listDays(workspace)).toEqual(['2026-02-28']);
  expect(await listMonths(workspace)).toEqual(['2026-12']);
  rmSync(root, { recursive: true });
});
