import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BackupReport } from '../../src/model/reports-file.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { writeSnapshot } from '../../src/store/snapshots.ts';
import { workspaceAt } from '../../src/store/workspace.ts';
import { backupReports } from '../../src/views/backups.ts';
import { presentOf, readPresent } from '../../src/views/present.ts';
import { historyOf } from './fleet-days.ts';

const now = '2026-11-22T09:35:00Z';
const fleet = parseFleet(
  `fleet: { name: Test }
hosts:
  hv1: { ssh: hv1.example.org }
  store: { ssh: store.example.org }
services:
  koha: { name: Catalogue, url: "https://koha.example.org", host: hv1, container: koha-1, backup: standard }
  omeka: { name: Médias, url: "https://omeka.example.org", host: hv1, backup: media }
  site: { name: Site, url: "https://www.example.org", host: hv1 }
backups:
  standard: { on: store, dumps: "/backup/{service}/*.sql.gz", restic: "/srv/{service}", daily: 7, monthly: 12, containerSnapshot: sunday }
  media: { sanoid: "tank/{service}", daily: 7, coldCopy: { path: /cold, checkEvery: 1y, on: store } }
`,
  'fleet.yaml',
);

const dumps: EntityRecord = {
  entity: 'backup:store:koha/dumps',
  at: '2026-11-22T09:00:00Z',
  gauges: { backup_count: 3 },
  facts: {
    newest_valid_at: '2026-11-22T02:00:00Z',
    d_2026_11_22: 'valid 334001',
    d_2026_11_21: 'bad 396 its closing line is missing',
    d_2026_11_20: 'valid 333000',
  },
};
const container: EntityRecord = {
  entity: 'container:hv1:koha-1',
  at: '2026-11-22T09:30:00Z',
  gauges: { snapshots_count: 1 },
  facts: { created_at: '2026-01-10T08:00:00Z', snapshot_days: '2026-11-15T02:10Z' },
};

function reports(records: readonly EntityRecord[], past: readonly EntityRecord[] = records) {
  const run: Snapshot = {
    schema: 'vigie/snapshot@1',
    collector: 'backup',
    at: now,
    records: [...records],
    errors: [],
  };
  return backupReports({
    fleet,
    history: historyOf([...past, { entity: 'host:hv1', at: now }]),
    present: presentOf([run]),
    now,
  });
}

describe('the backups of a service', () => {
  const [koha, omeka] = reports([dumps, container]);
  const [kept, repository] = koha?.sources ?? [];

  test('are told for services with a policy, in the shape of the file', () => {
    expect(reports([dumps, container]).map(({ service }) => service)).toEqual(['koha', 'omeka']);
    for (const report of [koha, omeka]) expect(BackupReport.safeParse(report).error).toBeUndefined();
  });

  test('lay policy and evidence side by side', () => {
    expect(koha?.policy).toMatchObject({
      name: 'standard',
      daily: 7,
      monthly: 12,
      containerSnapshot: 'sunday',
    });
    expect(kept).toMatchObject({ kind: 'dumps', host: 'store', lookedAt: '2026-11-22T09:00:00Z' });
    expect(kept?.days.slice(-3).map(({ state }) => state)).toEqual(['valid', 'bad', 'valid']);
    expect(koha?.newestValidAt).toBe('2026-11-22T02:00:00Z');
  });

  test('that a repository holds beside dumps need not be made each day', () => {
    expect(repository?.kind).toBe('restic');
    expect(new Set(repository?.days.map(({ state }) => state))).toEqual(new Set(['unseen']));
    const seen = reports([
      { entity: 'backup:store:koha/restic', at: dumps.at, gauges: { backup_count: 0 }, facts: {} },
    ]);
    expect(new Set(seen[0]?.sources[1]?.days.map(({ state }) => state))).toEqual(new Set(['none']));
  });

  test('are unseen where nobody may look, with the reason and what was known before', () => {
    const denied: EntityRecord = {
      entity: dumps.entity,
      at: '2026-11-22T09:00:00Z',
      facts: { problem: 'no permission to look for /backup/koha/*.sql.gz' },
    };
    const [found] = reports([denied], [{ ...dumps, at: '2026-11-19T09:00:00Z' }, denied]);
    expect(found?.sources[0]).toMatchObject({
      lookedAt: null,
      problem: 'no permission to look for /backup/koha/*.sql.gz',
      newestValidAt: '2026-11-22T02:00:00Z',
    });
    expect(found?.sources[0]?.days.every(({ state }) => state === 'unseen')).toBe(true);
  });

  test('that were looked at two days ago are unseen: what the history remembers may be gone', () => {
    const [found] = reports([{ ...dumps, at: '2026-11-20T09:00:00Z' }]);
    expect(found?.sources[0]?.days.every(({ state }) => state === 'unseen')).toBe(true);
    expect(found?.newestValidAt).toBe('2026-11-22T02:00:00Z');
  });

  test('hold the snapshots of its container, wherever that is now', () => {
    expect(koha?.weeks.map(({ on, state }) => `${on} ${state}`)).toEqual([
      '2026-10-25 missing',
      '2026-11-01 missing',
      '2026-11-08 missing',
      '2026-11-15 present',
    ]);
    const moved = reports([{ ...container, entity: 'container:store:koha-1' }]);
    expect(moved[0]?.weeks.at(-1)?.state).toBe('present');
  });

  test('may be ZFS snapshots, which are there, and no more is known of them', () => {
    const dataset: EntityRecord = {
      entity: 'dataset:hv1:tank/omeka',
      at: '2026-11-22T09:30:00Z',
      gauges: { snapshots_count: 7 },
      facts: { snapshot_dates: '2026-11-16..2026-11-22' },
    };
    const [, found] = reports([dataset]);
    expect(found?.sources[0]).toMatchObject({ kind: 'sanoid', host: 'hv1', newestValidAt: null });
    expect(found?.sources[0]?.days.every(({ state }) => state === 'present')).toBe(true);
  });

  test('hold a cold copy with how much of it was compared', () => {
    const cold: EntityRecord = {
      entity: 'backup:store:omeka/cold',
      at: '2026-11-22T09:00:00Z',
      gauges: {
        cold_files_count: 800,
        cold_checked_count: 40,
        cold_bad_count: 1,
        cold_missing_count: 2,
        cold_unverified_count: 0,
      },
      facts: { verdict: 'bad', path: '/cold', cycle_started_at: '2026-11-01T00:00:00Z' },
    };
    expect(reports([cold])[1]?.cold).toMatchObject({
      state: 'bad',
      files_count: 800,
      checked_count: 40,
      bad_count: 3,
    });
    expect(omeka?.cold).toMatchObject({ state: 'unseen', files_count: null });
  });

  test('are as grave as the gravest of what is wanted', () => {
    expect(koha?.state).toBe('missing');
  });
});

test('backups that were looked at an hour ago are present: runs in between did not look', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-present-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const workspace = workspaceAt(folder);
  const run = (collector: string, at: string, record: EntityRecord): Snapshot => ({
    schema: 'vigie/snapshot@1',
    collector,
    at,
    records: [{ ...record, at }],
    errors: [],
  });
  await writeSnapshot(
    workspace,
    run('backup', '2026-11-21T09:40:00Z', { ...dumps, entity: 'backup:store:old/dumps' }),
  );
  await writeSnapshot(
    workspace,
    run('backup', '2026-11-21T09:30:00Z', { ...dumps, entity: 'backup:store:older/dumps' }),
  );
  await writeSnapshot(workspace, run('backup', '2026-11-22T08:40:00Z', dumps));
  await writeSnapshot(workspace, run('disk', '2026-11-22T08:40:00Z', { entity: 'disk:hv1:S1', at: now }));
  await writeSnapshot(workspace, run('host', '2026-11-22T09:30:00Z', { entity: 'host:hv1', at: now }));
  const { records } = await readPresent(workspace, now, 300, () => undefined);
  expect([...records.keys()].toSorted()).toEqual([
    'backup:store:koha/dumps',
    'backup:store:old/dumps',
    'host:hv1',
  ]);
});
