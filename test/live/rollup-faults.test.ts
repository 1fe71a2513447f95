import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Workspace } from '../../src/store/workspace.ts';
import { emptyWorkspace, putFile, removeWorkspace, tellHistory } from '../store/workspaces.ts';
import { fingerprint, vigie } from './command.ts';
import { type Fault, soundWorkspace } from './sound-workspace.ts';

describe('a rollup that is damaged is named by each run, which exits with 1, and stays; what is good is read', () => {
  let workspace: Workspace;
  let outside: Workspace;

  beforeEach(() => {
    workspace = soundWorkspace();
    outside = emptyWorkspace();
  });

  afterEach(() => {
    removeWorkspace(workspace);
    removeWorkspace(outside);
  });

  const day = 'daily/2024/2024-05-01.json';
  const month = 'monthly/2024-04.json';
  const faults: readonly (Fault & { readonly daysLeft: number })[] = [
    {
      what: 'a day of a newer version',
      path: day,
      plant: (path) => writeFileSync(path, '{"schema": "vigie/daily@3"}'),
      told: 'written by a newer Vigie: found vigie/daily@3, this one reads up to vigie/daily@2',
      daysLeft: 1,
    },
    {
      what: 'a truncated day',
      path: day,
      plant: (path) => truncateSync(path, readFileSync(path).length - 100),
      told: 'not JSON',
      daysLeft: 1,
    },
    {
      what: 'a folder for a day',
      path: day,
      plant(path) {
        rmSync(path);
        mkdirSync(path);
      },
      told: 'found a folder or a device, expected a file',
      daysLeft: 1,
    },
    {
      what: 'a link to nowhere for a day',
      path: day,
      plant(path, elsewhere) {
        rmSync(path);
        symlinkSync(join(elsewhere, 'to-be-written.json'), path);
      },
      told: 'found a link, expected a file',
      daysLeft: 1,
    },
    {
      what: 'a month of a newer version',
      path: month,
      plant: (path) => writeFileSync(path, '{"schema": "vigie/monthly@3"}'),
      told: 'written by a newer Vigie: found vigie/monthly@3, this one reads up to vigie/monthly@2',
      daysLeft: 2,
    },
    {
      what: 'a truncated month',
      path: month,
      plant: (path) => truncateSync(path, readFileSync(path).length - 100),
      told: 'not JSON',
      daysLeft: 2,
    },
    {
      what: 'an empty month',
      path: month,
      plant: (path) => truncateSync(path),
      told: 'the file is empty',
      daysLeft: 2,
    },
    {
      what: 'a folder for a month',
      path: month,
      plant(path) {
        rmSync(path);
        mkdirSync(path);
      },
      told: 'found a folder or a device, expected a file',
      daysLeft: 2,
    },
    {
      what: 'a link to nowhere for a month',
      path: month,
      plant(path, elsewhere) {
        rmSync(path);
        symlinkSync(join(elsewhere, 'to-be-written.json'), path);
      },
      told: 'found a link, expected a file',
      daysLeft: 2,
    },
  ];

  for (const { what, path, plant, told, daysLeft } of faults) {
    test(what, async () => {
      await vigie(workspace.root, ['compact']);
      plant(join(workspace.data, path), outside.root);
      const before = [...fingerprint(workspace.data), ...fingerprint(outside.root)];
      const { status, stderr } = await vigie(workspace.root, ['compact']);
      expect(stderr).toContain(`data/${path}: ${told}`);
      expect(status).toBe(1);
      expect([...fingerprint(workspace.data), ...fingerprint(outside.root)]).toEqual(before);
      const set: string[] = [];
      const history = await tellHistory(workspace, 'Europe/Paris', ({ file }) => set.push(file));
      expect(set).toEqual([join(workspace.data, path)]);
      expect(history.days).toHaveLength(daysLeft);
    });
  }
});

test('a configuration that is wrong stops the run with 2 before anything is written', async () => {
  const workspace = soundWorkspace();
  putFile(join(workspace.data, 'fleet.yaml'), 'fleet: { name: Test, retention: never }\n');
  const before = fingerprint(workspace.root);
  const { status, stderr } = await vigie(workspace.root, ['compact']);
  expect(stderr).toContain('fleet.retention: found "never"');
  expect(status).toBe(2);
  expect(fingerprint(workspace.root)).toEqual(before);
  removeWorkspace(workspace);
});
