import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { containerRecords } from '../../src/demo/container-records.ts';
import { snapshotsOfDay } from '../../src/demo/history.ts';
import { nagiosRecords } from '../../src/demo/nagios.ts';
import { placeAt } from '../../src/demo/place.ts';
import { slowCollectors, toldByCollector } from '../../src/demo/told-by-collectors.ts';
import { createWorld } from '../../src/demo/world.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { fromSeconds, toSeconds } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const now = '2026-11-22T09:32:10Z';
const day = 86_400;
const fleet = parseFleet(
  readFileSync(new URL('../../data/fleet.yaml', import.meta.url), 'utf8'),
  'fleet.yaml',
);
const world = createWorld({ fleet, seed: 1, now });
const collectors = await slowCollectors();

/** What a collector finds on all hosts, so many days before now. */
function found(name: string, daysAgo = 0): EntityRecord[] {
  const seconds = toSeconds(now) - daysAgo * day;
  return [...world.hosts.keys()].flatMap((host) => {
    const place = placeAt(world, host, seconds) ?? expect.fail();
    if (name === 'container') return containerRecords(place, fromSeconds(seconds));
    const { records, errors } = toldByCollector(name, collectors.get(name) ?? expect.fail(), place);
    expect(errors).toEqual([]);
    return records;
  });
}

function one(records: readonly EntityRecord[], entity: string): EntityRecord {
  return records.find((record) => record.entity === entity) ?? expect.fail(`there is no ${entity}`);
}

describe('the disks of the demo', () => {
  test('wear at different paces, and never back', () => {
    const wear = (daysAgo: number) =>
      found('disk', daysAgo).flatMap(({ gauges }) => gauges?.wear_used_ratio ?? []);
    const [before, today] = [wear(100), wear(0)];
    expect(before).toHaveLength(5);
    expect(today.every((share, index) => share >= (before[index] ?? 0))).toBe(true);
    expect(new Set(today).size).toBeGreaterThan(2);
    expect(today.every((share) => share > 0 && share < 0.7)).toBe(true);
  });

  test('say of one of them that it is failing, some weeks after its first bad sectors', () => {
    const disk = (daysAgo: number) => one(found('disk', daysAgo), 'disk:hv3:31N0A01AF57H');
    expect(disk(60).gauges).toMatchObject({ reallocated_sectors_count: 0, pending_sectors_count: 0 });
    expect(disk(20)).toMatchObject({ state: 'up' });
    expect(disk(20).gauges?.reallocated_sectors_count).toBeGreaterThan(100);
    expect(disk(0)).toMatchObject({
      state: 'degraded',
      facts: { last_self_test: 'Short offline: Completed: read failure' },
    });
    expect(found('disk').filter(({ state }) => state === 'degraded')).toHaveLength(1);
  });

  test('leave one asleep, which was awake once in the last month', () => {
    const spare = (daysAgo: number) => one(found('disk', daysAgo), 'disk:backup:ZL21D0F5');
    expect(spare(0).facts).toEqual({ device: '/dev/sdc', power_mode: 'standby' });
    const awake = Array.from({ length: 30 }, (_, daysAgo) => spare(daysAgo)).filter(
      ({ gauges }) => gauges?.disk_size_bytes,
    );
    expect(awake).toHaveLength(1);
  });

  test('are another one where one was replaced', () => {
    const [replaced] = world.story.failing;
    const daysAgo = (toSeconds(now) - (replaced?.replaced ?? 0)) / day;
    const serials = (ago: number) =>
      found('disk', ago).flatMap(({ entity }) => /^disk:hv2:(.*)$/.exec(entity)?.[1] ?? []);
    expect(serials(daysAgo + 1)).toEqual(['S48BNC0R201201', 'S48BNC0R201207']);
    expect(serials(daysAgo - 1)).toEqual(['S48BNC0R201201', 'S64GNE0R700452']);
  });
});

describe('the ZFS pools of the demo', () => {
  test('are degraded where a disk failed, with its errors', () => {
    const records = found('zfs');
    expect(one(records, 'pool:hv3:media')).toMatchObject({
      state: 'degraded',
      facts: { health: 'DEGRADED' },
    });
    expect(one(records, 'vdev:hv3:media/raidz1-0/sdb')).toMatchObject({
      state: 'down',
      facts: { health: 'FAULTED', note: 'too many errors' },
    });
    expect(one(found('zfs', 60), 'pool:hv3:media')).toMatchObject({ state: 'up' });
  });

  test('scrub one of them now, and each every fourth Sunday, but for two whose cron does it no more', () => {
    const scrubbing = found('zfs').filter(({ gauges }) => gauges?.scan_progress_ratio !== undefined);
    expect(scrubbing.map(({ entity }) => entity)).toContain('pool:backup:backup');
    const endedAt = (pool: string) => one(found('zfs', 1), pool).facts?.scrub_ended_at ?? '';
    const ageDays = (pool: string) => (toSeconds(now) - toSeconds(endedAt(pool))) / day;
    expect(new Date(endedAt('pool:hv2:tank')).getUTCDay()).toBe(0);
    expect(ageDays('pool:hv2:tank')).toBeLessThan(29);
    expect(ageDays('pool:hv1:tank')).toBeGreaterThan(52);
    expect(ageDays('pool:backup:backup')).toBeGreaterThan(52);
  });

  test('hold no more than fits', () => {
    for (const { gauges, entity } of [...found('zfs'), ...found('zfs', 400)].filter(({ entity }) =>
      entity.startsWith('pool:'),
    )) {
      const { size_bytes = 0, allocated_bytes = 0, free_bytes = 0, available_bytes = 0 } = gauges ?? {};
      expect(allocated_bytes + free_bytes, entity).toBe(size_bytes);
      expect(available_bytes, entity).toBeGreaterThan(0);
      expect(available_bytes, entity).toBeLessThanOrEqual(free_bytes);
    }
  });

  test('hold a dataset for each container, within it the space that its manager counts', () => {
    const datasets = new Map(
      found('zfs').map(({ entity, gauges }) => [entity.replace('dataset:', ''), gauges?.used_bytes]),
    );
    const containers = found('container').filter(
      ({ facts }) => facts?.dataset !== undefined && facts.type === 'container',
    );
    expect(containers).toHaveLength(46);
    for (const { entity, facts, gauges } of containers) {
      const [, host] = entity.split(':');
      expect(datasets.get(`${host}:${facts?.dataset}`), entity).toBe(gauges?.disk_used_bytes);
    }
  });
});

describe('the containers of the demo', () => {
  const isContainer = ({ entity }: EntityRecord) => entity.startsWith('container:');

  test('are one for each service, on its host, within their limits', () => {
    const records = found('container').filter(isContainer);
    const expected = [...fleet.services.values()].map(
      ({ host, container }) => `container:${host}:${container}`,
    );
    expect(records.map(({ entity }) => entity).toSorted()).toEqual(expected.toSorted());
    for (const { entity, gauges = {} } of records) {
      expect(gauges.memory_used_bytes, entity).toBeLessThan(gauges.memory_limit_bytes ?? 0);
      if (gauges.disk_limit_bytes !== undefined)
        expect(gauges.disk_used_bytes, entity).toBeLessThan(gauges.disk_limit_bytes);
    }
  });

  test('move: one came from another host within the last month, and began anew there', () => {
    const move = world.story.moves.at(-1) ?? expect.fail();
    const daysAgo = (toSeconds(now) - move.at) / day;
    expect(daysAgo).toBeLessThan(31);
    const [before, after] = [daysAgo + 0.1, daysAgo - 0.1].map((ago) =>
      found('container', ago).filter(({ entity }) => entity.endsWith(`:${move.service}`)),
    );
    expect(before?.map(({ entity }) => entity)).toEqual([`container:${move.from}:${move.service}`]);
    expect(after?.map(({ entity }) => entity)).toEqual([`container:${move.to}:${move.service}`]);
    expect(after?.[0]?.epoch).not.toBe(before?.[0]?.epoch);
    expect(after?.[0]?.counters?.cpu_busy_seconds_total).toBeLessThan(
      before?.[0]?.counters?.cpu_busy_seconds_total ?? 0,
    );
  });

  test('count ever on while they run', () => {
    const counters = (daysAgo: number) =>
      one(found('container', daysAgo), 'container:hv1:koha-valombre').counters ?? {};
    const [before, after] = [counters(0.01), counters(0)];
    for (const [name, value] of Object.entries(after))
      expect(value, name).toBeGreaterThanOrEqual(before[name] ?? 0);
    expect(after.cpu_busy_seconds_total).toBeGreaterThan(before.cpu_busy_seconds_total ?? 0);
  });

  test('have a snapshot of each Sunday', () => {
    const { facts } = one(found('container', 1), 'container:hv3:omeka-valombre');
    expect(facts?.snapshot_days?.split(' ').map((instant) => instant.slice(0, 10))).toEqual([
      '2026-11-15',
      '2026-11-08',
      '2026-11-01',
      '2026-10-25',
      '2026-10-18',
      '2026-10-11',
    ]);
  });
});

describe('the backups of the demo', () => {
  const dumps = (service: string) => one(found('backup'), `backup:backup:${service}/dumps`);

  test('are those of the policy: seven days, and twelve months where it says so', () => {
    // 16 to 22 November, and the first of November and of each of the eleven months before.
    expect(dumps('koha-valombre').gauges).toMatchObject({ backup_count: 19, backup_valid_count: 19 });
    expect(dumps('matomo-brezan').gauges).toMatchObject({ backup_count: 7, backup_valid_count: 7 });
  });

  test('lack the last two dumps of one service', () => {
    const { gauges, facts } = dumps('koha-tressange');
    expect(gauges?.backup_count).toBe(17);
    expect(facts?.newest_name).toBe('koha-tressange-2026-11-20.sql.gz');
  });

  test('hold a last dump of another one that was cut off', () => {
    const { gauges, facts } = dumps('bokeh-vernouville');
    expect(gauges).toMatchObject({ backup_bad_count: 1, backup_valid_count: 18 });
    expect(facts?.newest_verdict).toMatch(/^bad: its closing line is missing/);
    expect(found('backup').filter((record) => (record.gauges?.backup_bad_count ?? 0) > 0)).toHaveLength(1);
  });

  test('are read again where they are cold, without a fault', () => {
    const { gauges, facts } = one(found('backup'), 'backup:backup:omeka-valombre/cold');
    expect(gauges).toMatchObject({ cold_bad_count: 0, cold_missing_count: 0 });
    expect(facts?.verdict).toBe('valid');
  });
});

describe('the platform of the demo', () => {
  test('is due for a reboot on one host, and out of support on another', () => {
    const records = found('platform');
    expect(
      records.filter(({ gauges }) => gauges?.reboot_required_code === 1).map(({ entity }) => entity),
    ).toEqual(['platform:hv2']);
    expect(one(records, 'platform:hv2').facts).toMatchObject({
      kernel: '6.1.0-41-amd64',
      kernel_newest: '6.1.0-42-amd64',
    });
    expect(one(records, 'platform:backup').facts).toMatchObject({
      os_name: 'Debian GNU/Linux',
      os_version: '11',
    });
    expect(records.filter(({ gauges }) => (gauges?.updates_security_count ?? 0) > 0).length).toBeGreaterThan(
      2,
    );
  });
});

test('one service is watched by a Nagios, which tells when it is down', () => {
  const records = (seconds: number) =>
    nagiosRecords(placeAt(world, 'light', seconds) ?? expect.fail(), fromSeconds(seconds));
  const entity = 'check:coral-soins-valombre:page';
  expect(one(records(toSeconds(now)), entity)).toMatchObject({
    state: 'up',
    facts: { monitored_state: 'ok' },
  });
  expect(one(records(toSeconds(now)), 'nagios:light:core').gauges).toMatchObject({
    running_code: 1,
    services_ok_count: 1,
    hosts_up_count: 1,
  });
  // While the entry proxy was down, for 24 minutes; Nagios looks every five.
  const outage = world.story.spells
    .get('coral-soins-valombre')
    ?.find(({ kind, from, to }) => kind === 'refused' && to - from === 24 * 60);
  expect(one(records((outage?.from ?? 0) + 15 * 60), entity)).toMatchObject({
    state: 'down',
    reason: expect.stringContaining('Connection refused'),
  });
});

test.each(['2026-11-22', '2026-10-30', '2026-03-11'])('the history of %s tells every kind', (date) => {
  const kinds = snapshotsOfDay(world, collectors, date).map(({ collector }) => collector);
  expect(new Set(kinds)).toEqual(
    new Set(['host', 'probe', 'nagios', 'container', 'backup', 'disk', 'platform', 'zfs']),
  );
});
