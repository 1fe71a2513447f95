import { describe, expect, test } from 'vitest';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { hostContainers } from '../../src/views/host-containers.ts';
import { hostDisks } from '../../src/views/host-disks.ts';
import { hostPlatform } from '../../src/views/host-platform.ts';
import { hostPools } from '../../src/views/host-pools.ts';
import { ownedEntities, type PartsInput } from '../../src/views/last-seen.ts';
import { softwareReport } from '../../src/views/software.ts';
import { historyOf } from './fleet-days.ts';

const now = '2026-11-22T09:35:00Z';

function input(...records: readonly EntityRecord[]): PartsInput {
  const history = historyOf(records);
  return { history, owned: ownedEntities(history), now };
}

describe('disks', () => {
  const disk: EntityRecord = {
    entity: 'disk:hv1:S1',
    at: '2026-11-22T09:00:00Z',
    state: 'up',
    gauges: {
      disk_size_bytes: 4e12,
      power_on_seconds: 157_680_000,
      temperature_celsius: 36,
      media_errors_count: 0,
    },
    facts: { device: '/dev/nvme0', model: 'PM9A3' },
  };

  test('are told with what they tell; what they do not tell is not known, never 0', () => {
    expect(hostDisks('hv1', input(disk))).toEqual([
      {
        seenOn: '2026-11-22',
        isCurrent: true,
        id: 'S1',
        device: '/dev/nvme0',
        model: 'PM9A3',
        readOn: '2026-11-22',
        size_bytes: 4e12,
        powerOn_seconds: 157_680_000,
        wear_used_ratio: null,
        written_bytes: null,
        temperature_celsius: 36,
        reallocated_count: null,
        pending_count: null,
        uncorrected_count: 0,
        state: 'up',
      },
    ]);
  });

  test('that sleep keep their last figures, with the day on which they were read', () => {
    const asleep: EntityRecord = {
      ...disk,
      at: '2026-11-22T09:00:00Z',
      gauges: {},
      facts: { power_mode: 'standby' },
    };
    const [found] = hostDisks('hv1', input({ ...disk, at: '2026-11-18T09:00:00Z' }, asleep));
    expect(found).toMatchObject({
      seenOn: '2026-11-22',
      isCurrent: true,
      readOn: '2026-11-18',
      temperature_celsius: 36,
    });
  });

  test('that say they are failing are told so an hour later, too, though a state is believed for minutes', () => {
    const failing: EntityRecord = {
      ...disk,
      at: '2026-11-22T08:00:00Z',
      state: 'degraded',
      reason: 'failing',
    };
    expect(hostDisks('hv1', input(failing))[0]?.state).toBe('degraded');
  });

  test('without a verdict have none', () => {
    const { state: _, ...silent } = disk;
    expect(hostDisks('hv1', input(silent))[0]?.state).toBe('unknown');
  });

  test('are current when they were seen yesterday, told as seen last before that, and gone after a month', () => {
    const on = (day: string) =>
      hostDisks('hv1', input({ ...disk, at: `${day}T09:00:00Z` }, { entity: 'host:hv1', at: now }));
    expect(on('2026-11-21')[0]).toMatchObject({ isCurrent: true });
    expect(on('2026-11-20')[0]).toMatchObject({ isCurrent: false, seenOn: '2026-11-20' });
    const old = input({ ...disk, at: '2026-11-01T09:00:00Z' });
    expect(hostDisks('hv1', { ...old, now: '2026-12-05T09:00:00Z' })).toEqual([]);
  });

  test('of another host are not told', () => {
    expect(hostDisks('hv10', input(disk))).toEqual([]);
  });
});

describe('pools', () => {
  const pool: EntityRecord = {
    entity: 'pool:hv1:tank',
    at: '2026-11-22T09:30:00Z',
    state: 'up',
    gauges: {
      used_bytes: 3e12,
      available_bytes: 1e12,
      size_bytes: 8e12,
      read_errors_count: 0,
      write_errors_count: 0,
      checksum_errors_count: 0,
      data_errors_count: 0,
      scrub_errors_count: 0,
    },
    facts: {
      health: 'ONLINE',
      scan: 'scrub finished 2026-11-08T04:24:00Z',
      scrub_ended_at: '2026-11-08T04:24:00Z',
    },
  };

  test('are told by usable space, and by their last scrub', () => {
    expect(hostPools('hv1', input(pool))[0]).toMatchObject({
      used_bytes: 3e12,
      available_bytes: 1e12,
      health: 'ONLINE',
      state: 'up',
      scrubbedAt: '2026-11-08T04:24:00Z',
      scrub_errors_count: 0,
      scan: null,
    });
  });

  test('remember the scrub that a resilver hides, and tell how far that is', () => {
    const resilver: EntityRecord = {
      ...pool,
      at: '2026-11-22T09:30:00Z',
      state: 'degraded',
      reason: 'DEGRADED: one or more devices is being resilvered',
      gauges: { used_bytes: 3e12, scan_progress_ratio: 0.37 },
      facts: { health: 'DEGRADED', scan: 'resilver running 2026-11-22T08:51:43Z' },
    };
    expect(hostPools('hv1', input({ ...pool, at: '2026-11-21T09:30:00Z' }, resilver))[0]).toMatchObject({
      state: 'degraded',
      reason: 'DEGRADED: one or more devices is being resilvered',
      scrubbedAt: '2026-11-08T04:24:00Z',
      scan: { kind: 'resilver', state: 'running', at: '2026-11-22T08:51:43Z', progress_ratio: 0.37 },
      checksum_errors_count: null,
    });
  });

  test('wait for a scrub when the last one ended more than 35 days ago and none runs', () => {
    const on = (ended: string, scan: string) =>
      hostPools('hv1', input({ ...pool, facts: { health: 'ONLINE', scan, scrub_ended_at: ended } }))[0]
        ?.isScrubLate;
    // 35 days before 22 November, 09:35.
    expect(on('2026-10-18T09:35:00Z', 'none')).toBe(false);
    expect(on('2026-10-18T09:34:59Z', 'none')).toBe(true);
    expect(on('2026-09-01T00:00:00Z', 'scrub paused 2026-11-01T00:00:00Z')).toBe(true);
    expect(on('2026-09-01T00:00:00Z', 'scrub running 2026-11-22T06:00:00Z')).toBe(false);
  });

  test('that were never scrubbed as far as we know have no date', () => {
    expect(hostPools('hv1', input({ ...pool, facts: { health: 'ONLINE', scan: 'none' } }))[0]).toMatchObject({
      scrubbedAt: null,
      scan: null,
    });
  });

  test('name the devices that are not well', () => {
    const vdev = (name: string, more: Partial<EntityRecord>): EntityRecord => ({
      entity: `vdev:hv1:${name}`,
      at: '2026-11-22T09:30:00Z',
      state: 'up',
      ...more,
    });
    const found = hostPools(
      'hv1',
      input(
        pool,
        vdev('tank/mirror-0/sda', {}),
        vdev('tank/mirror-0/sdb', {
          state: 'degraded',
          reason: 'ONLINE: 0 read, 0 write, 3 checksum errors',
        }),
        vdev('tank2/sdc', { state: 'down', reason: 'FAULTED' }),
      ),
    );
    expect(found[0]?.devices).toEqual([
      { name: 'tank/mirror-0/sdb', state: 'degraded', reason: 'ONLINE: 0 read, 0 write, 3 checksum errors' },
    ]);
  });
});

describe('software', () => {
  test('tells the release of Koha as its makers write it, where its pages tell a number', () => {
    // KOHA_VERSION 25.05.09.000 is 25.0509000 in the names of its style sheets. Maintained for 18 months.
    expect(softwareReport('Koha', 'koha', '25.0509000')).toMatchObject({
      version: '25.05.09',
      support: { until: '2026-11' },
    });
    expect(softwareReport('Koha', 'koha', '24.11').version).toBe('24.11');
  });
});

describe('containers', () => {
  const at = (time: string, busy: number): EntityRecord => ({
    entity: 'container:hv1:koha-1',
    at: `2026-11-22T${time}:00Z`,
    epoch: 'start',
    clock_seconds: Date.parse(`2026-11-22T${time}:00Z`) / 1000 - 1_790_000_000,
    gauges: {
      memory_used_bytes: 8e8,
      memory_limit_bytes: 2e9,
      disk_used_bytes: 34e9,
      cpu_limit_count: 2,
      snapshots_count: 3,
    },
    counters: { cpu_busy_seconds_total: busy },
    facts: { state: 'running', newest_snapshot_at: '2026-11-22T02:10:00Z' },
  });

  test('are told with their limits; the CPUs that they kept busy are the mean of the day', () => {
    expect(hostContainers('hv1', input(at('08:00', 1000), at('09:00', 2800)))).toEqual([
      {
        seenOn: '2026-11-22',
        isCurrent: true,
        name: 'koha-1',
        status: 'running',
        cpu_busy_count: 0.5,
        cpu_limit_count: 2,
        memory_used_bytes: 8e8,
        memory_limit_bytes: 2e9,
        disk_used_bytes: 34e9,
        disk_limit_bytes: null,
        snapshots_count: 3,
        newestSnapshotAt: '2026-11-22T02:10:00Z',
      },
    ]);
  });

  test('whose snapshots are all gone have no newest one', () => {
    const gone: EntityRecord = {
      ...at('09:00', 0),
      gauges: { snapshots_count: 0 },
      facts: { state: 'running' },
    };
    expect(hostContainers('hv1', input(at('08:00', 0), gone))[0]).toMatchObject({
      snapshots_count: 0,
      newestSnapshotAt: null,
    });
  });

  test('that were looked at once have no CPU figure yet', () => {
    expect(hostContainers('hv1', input(at('08:00', 1000)))[0]?.cpu_busy_count).toBeNull();
  });
});

describe('the platform', () => {
  const platform: EntityRecord = {
    entity: 'platform:hv1',
    at: '2026-11-22T06:00:00Z',
    gauges: {
      updates_pending_count: 17,
      updates_security_count: 4,
      package_lists_age_seconds: 39_600,
      reboot_required_code: 1,
    },
    facts: {
      os_name: 'Debian GNU/Linux',
      os_version: '12',
      kernel: '6.1.0-28-amd64',
      kernel_newest: '6.1.0-31-amd64',
      zfs_version: '2.1.11-1',
    },
  };
  const manager: EntityRecord = {
    entity: 'manager:hv1:lxd',
    at: '2026-11-22T09:30:00Z',
    facts: { manager: 'lxd', manager_version: '5.0.2' },
  };

  test('tells until when what runs is supported, and of OpenZFS that nobody says', () => {
    expect(hostPlatform('hv1', input(platform, manager))).toMatchObject({
      isCurrent: true,
      kernel: '6.1.0-28-amd64',
      kernelNewest: '6.1.0-31-amd64',
      isRebootDue: true,
      updates_count: 17,
      securityUpdates_count: 4,
      lists_seconds: 39_600,
      software: [
        {
          name: 'Debian GNU/Linux',
          version: '12',
          support: { until: '2026-07-11', longTermUntil: '2028-06-30' },
        },
        { name: 'LXD', version: '5.0.2', support: { until: '2027-06', longTermUntil: null } },
        { name: 'OpenZFS', version: '2.1.11-1', support: null },
      ],
    });
  });

  test('knows nothing of updates where nobody could ask', () => {
    expect(hostPlatform('hv1', input({ ...platform, gauges: {} }))).toMatchObject({
      isRebootDue: null,
      updates_count: null,
      securityUpdates_count: null,
      lists_seconds: null,
    });
  });

  test('of a host that was never read is not known', () => {
    expect(hostPlatform('hv2', input(platform))).toBeNull();
  });
});
