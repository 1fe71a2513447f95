import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import zfs from '../../collectors/zfs.ts';
import { runLocal } from '../../src/collect/local.ts';
import { hostScript } from '../../src/collect/script.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { dayOf } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { missingZfsFuse, startZfsFuse, type ZfsFuse } from './zfs-fuse.ts';

// What our host script and parser make of pools that are really written, damaged, scrubbed and repaired.

const missing = missingZfsFuse();
if (missing !== undefined) {
  console.log(`Skipped, ZFS pools: ${missing}`);
  test('ZFS pools on files', (context) => context.skip(missing));
}

const fleet = parseFleet('fleet: { name: Test, timeZone: UTC }', 'fleet.yaml');
const script = hostScript(
  new Map(Object.entries(zfs.commands).map(([name, command]) => [`zfs.${name}`, command])),
);
const megabyte = 1024 * 1024;

/** What a host answers to the real script, and what we make of it. */
async function collectFrom(daemon: ZfsFuse): Promise<Map<string, EntityRecord>> {
  const { sections, failure } = await runLocal(daemon.within(script), { seconds: 60, bytes: 16e6 });
  expect(failure).toBeUndefined();
  const own = new Map([...sections].map(([name, section]) => [name.replace('zfs.', ''), section]));
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const { records, errors } = zfs.parse(own, { host: 'hv1', at, fleet });
  expect(errors).toEqual([]);
  return new Map(records.map((record) => [record.entity, record]));
}

describe.skipIf(missing !== undefined)('ZFS pools on files', () => {
  let folder: string;
  let daemon: ZfsFuse;
  const file = (name: string): string => join(folder, name);
  const collect = (): Promise<Map<string, EntityRecord>> => collectFrom(daemon);

  /** Overwrites the middle of a disk, where the data are, as a failing one would lose them. */
  async function damage(name: string): Promise<void> {
    const disk = await open(file(name), 'r+');
    await disk.write(randomBytes(40 * megabyte), 0, 40 * megabyte, 8 * megabyte);
    await disk.close();
  }

  /** Scrubs a pool and waits for its end, by what we collect. */
  async function scrub(pool: string): Promise<Map<string, EntityRecord>> {
    const start = Math.floor(Date.now() / 1000);
    daemon.run('zpool', 'scrub', pool);
    return until((entities) => {
      const ended = entities.get(`pool:hv1:${pool}`)?.facts?.scrub_ended_at;
      return ended !== undefined && Date.parse(ended) / 1000 >= start;
    });
  }

  async function until(
    isTrue: (entities: Map<string, EntityRecord>) => boolean,
  ): Promise<Map<string, EntityRecord>> {
    for (let tries = 0; tries < 100; tries += 1) {
      const entities = await collect();
      if (isTrue(entities)) return entities;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`it did not come to that: ${daemon.run('zpool', 'status')}`);
  }

  /** What zfs itself says, exactly. */
  const ask = (property: string, dataset: string): string =>
    daemon.run('zfs', 'get', '-Hp', '-o', 'value', property, dataset).trim();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-zfs-'));
    for (const name of ['d0', 'd1', 'd2', 'd3']) {
      await writeFile(file(name), '');
      await truncate(file(name), 70 * megabyte);
    }
    await mkdir(file('tank'));
    await mkdir(file('solo'));
    daemon = await startZfsFuse();
    // No cache file: nothing of these pools is to be known here after the next boot.
    const create = ['create', '-o', 'cachefile=none', '-m'];
    daemon.run('zpool', ...create, file('tank'), 'tank', 'mirror', file('d0'), file('d1'));
    daemon.run('zpool', ...create, file('solo'), 'solo', file('d3'));
    daemon.run('zfs', 'create', '-o', 'quota=50M', 'tank/koha');
  });

  afterAll(async () => {
    // The daemon unmounts what it mounted; its pools go with their files.
    await daemon?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('are up, never scrubbed, and as large as zpool and zfs say', async () => {
    const entities = await collect();
    const tank = entities.get('pool:hv1:tank');
    expect(tank).toMatchObject({ state: 'up', facts: { health: 'ONLINE', scan: 'none' } });
    expect(tank?.facts).not.toHaveProperty('scrub_ended_at');
    const size = Number.parseFloat(daemon.run('zpool', 'list', '-H', '-o', 'size', 'tank'));
    expect(tank?.gauges?.size_bytes).toBe(Math.round(size * megabyte));
    expect(tank?.gauges?.available_bytes).toBe(Number(ask('available', 'tank')));
    expect([...entities.keys()]).toEqual(
      expect.arrayContaining([
        'vdev:hv1:tank/mirror-0',
        `vdev:hv1:tank/mirror-0/${file('d1')}`,
        `vdev:hv1:solo/${file('d3')}`,
      ]),
    );
  });

  test('hold datasets of which we know what zfs does, and the days of their ZFS snapshots', async () => {
    const name = 'tank/koha';
    await writeFile(join(daemon.root, file('tank'), 'koha', 'dump.sql'), randomBytes(15 * megabyte));
    daemon.run('zfs', 'snapshot', `${name}@snapshot-sunday`);
    await writeFile(join(daemon.root, file('tank'), 'koha', 'dump.sql'), randomBytes(15 * megabyte));
    daemon.run('zfs', 'snapshot', `${name}@autosnap_daily`);
    // What was written counts once it is on the disk, which takes zfs some seconds.
    const { gauges, facts } = (
      await until(
        (entities) =>
          (entities.get('dataset:hv1:tank/koha')?.gauges?.used_by_snapshots_bytes ?? 0) > 14 * megabyte &&
          entities.get('dataset:hv1:tank/koha')?.gauges?.used_bytes === Number(ask('used', name)),
      )
    ).get('dataset:hv1:tank/koha') as EntityRecord;
    for (const [metric, property] of [
      ['used_bytes', 'used'],
      ['available_bytes', 'available'],
      ['referenced_bytes', 'referenced'],
      ['used_by_dataset_bytes', 'usedbydataset'],
      ['used_by_snapshots_bytes', 'usedbysnapshots'],
      ['quota_bytes', 'quota'],
    ] as const)
      expect(gauges?.[metric], metric).toBe(Number(ask(property, name)));
    expect(gauges).not.toHaveProperty('refquota_bytes');
    expect(gauges?.snapshots_count).toBe(2);
    const made = Number(ask('creation', `${name}@autosnap_daily`));
    const instant = `${new Date(made * 1000).toISOString().slice(0, 19)}Z`;
    expect(facts).toMatchObject({
      type: 'filesystem',
      mount_point: join(file('tank'), 'koha'),
      newest_snapshot_at: instant,
    });
    expect(facts?.snapshot_dates?.startsWith(dayOf(instant, 'UTC'))).toBe(true);
  });

  test('that a scrub repairs are degraded until their errors are cleared', async () => {
    expect((await scrub('tank')).get('pool:hv1:tank')).toMatchObject({
      state: 'up',
      gauges: { scrub_errors_count: 0 },
    });

    await damage('d1');
    const entities = await scrub('tank');
    const disk = entities.get(`vdev:hv1:tank/mirror-0/${file('d1')}`);
    const shown = daemon.run('zpool', 'status', 'tank').match(/d1 +ONLINE +0 +0 +(\d+)/)?.[1];
    expect(disk?.gauges?.checksum_errors_count).toBe(Number(shown));
    expect(disk?.gauges?.checksum_errors_count).toBeGreaterThan(0);
    expect(disk?.state).toBe('degraded');
    // The pool is ONLINE all the same.
    expect(entities.get('pool:hv1:tank')).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('unrecoverable error'),
      gauges: { data_errors_count: 0 },
      facts: { health: 'ONLINE' },
    });

    daemon.run('zpool', 'clear', 'tank');
    expect((await collect()).get('pool:hv1:tank')?.state).toBe('up');
  });

  test('that lost data are ONLINE, and degraded for us', async () => {
    await writeFile(join(daemon.root, file('solo'), 'media'), randomBytes(30 * megabyte));
    await scrub('solo');
    await damage('d3');
    const solo = (await scrub('solo')).get('pool:hv1:solo');
    const shown = daemon.run('zpool', 'status', 'solo').match(/errors: (\d+) data errors/)?.[1];
    expect(solo).toMatchObject({ state: 'degraded', facts: { health: 'ONLINE' } });
    expect(solo?.gauges?.data_errors_count).toBe(Number(shown));
    expect(solo?.gauges?.scrub_errors_count).toBeGreaterThan(0);
  });

  test('that lack a disk are degraded, and filled anew; what hides their last scrub does not deny it', async () => {
    daemon.run('zpool', 'offline', 'tank', file('d1'));
    const entities = await collect();
    expect(entities.get('pool:hv1:tank')).toMatchObject({ state: 'degraded', facts: { health: 'DEGRADED' } });
    expect(entities.get(`vdev:hv1:tank/mirror-0/${file('d1')}`)).toMatchObject({
      state: 'down',
      reason: 'OFFLINE',
    });
    expect(entities.get('pool:hv1:tank')?.facts?.scrub_ended_at).toBeDefined();

    daemon.run('zpool', 'replace', 'tank', file('d1'), file('d2'));
    const tank = (
      await until((now) => /^resilver finished /.test(now.get('pool:hv1:tank')?.facts?.scan ?? ''))
    ).get('pool:hv1:tank');
    expect(tank).toMatchObject({ state: 'up', facts: { health: 'ONLINE' } });
    expect(tank?.facts).not.toHaveProperty('scrub_ended_at');
  });

  test('that are taken away leave nothing behind, and no error', async () => {
    daemon.run('zpool', 'export', 'solo');
    const entities = await collect();
    expect([...entities.keys()].filter((entity) => entity.includes(':solo'))).toEqual([]);
    daemon.run('zpool', 'import', '-d', folder, '-o', 'cachefile=none', 'solo');
    expect((await collect()).get('pool:hv1:solo')?.state).toBe('degraded');
  });
});
