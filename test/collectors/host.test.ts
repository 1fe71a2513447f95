import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import host from '../../collectors/host.ts';
import type { Section } from '../../src/collect/collector.ts';
import { EntityRecord } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const context = {
  host: 'hv1',
  at: '2026-11-22T09:35:00Z',
  fleet: parseFleet('fleet: { name: Test }', 'fleet.yaml'),
};
const bootId = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';

// A small host of our own invention, in the kernel's formats.
const texts = {
  stat: 'cpu  1000 200 300 40000 500 60 70 80 90 10\ncpu0 500 100 150 20000 250 30 35 40 45 5\ncpu1 500 100 150 20000 250 30 35 40 45 5\nintr 1 2\nctxt 3\nbtime 1795340000\n',
  meminfo:
    'MemTotal:        8000000 kB\nMemFree:          500000 kB\nMemAvailable:    5000000 kB\nBuffers:          100000 kB\nCached:          3000000 kB\nShmem:            200000 kB\nSwapTotal:       1000000 kB\nSwapFree:         900000 kB\n',
  loadavg: '0.50 1.25 2.00 3/456 7890\n',
  uptime: '86400.25 160000.00\n',
  'boot-id': `${bootId}\n`,
  vmstat: 'nr_free_pages 125000\noom_kill 3\n',
  'pressure-cpu':
    'some avg10=1.00 avg60=2.00 avg300=3.50 total=100\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  'pressure-memory':
    'some avg10=0.00 avg60=0.00 avg300=0.35 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.25 total=8\n',
  'pressure-io':
    'some avg10=0.00 avg60=0.00 avg300=12.00 total=9\nfull avg10=0.00 avg60=0.00 avg300=6.00 total=8\n',
  diskstats: [
    '   8       0 sda 10 0 2000 5 20 0 4000 6 0 1500 11',
    '   8       1 sda1 9 0 1990 5 20 0 4000 6 0 1400 11',
    '   8      16 sdb 1 0 8 0 0 0 0 0 0 4 0 0 0 0 0',
    ' 259       0 nvme0n1 1 0 100 0 1 0 200 0 0 250 0 0 0 0 0 0 0',
    ' 259       1 nvme0n1p1 1 0 100 0 1 0 200 0 0 250 0 0 0 0 0 0 0',
    ' 202       1 xvda1 1 0 2 0 1 0 4 0 0 8 0',
    '   9       0 md0 1 0 2000 0 1 0 4000 0 0 0 0',
    ' 253       0 dm-0 1 0 2000 0 1 0 4000 0 0 0 0',
    ' 230       0 zd0 1 0 2000 0 1 0 4000 0 0 0 0',
    '   7       0 loop0 1 0 2000 0 1 0 4000 0 0 0 0',
    '  11       0 sr0 1 0 2000 0 1 0 4000 0 0 0 0',
    '   1       0 ram0 0 0 0 0 0 0 0 0 0 0 0',
    ' 251       0 zram0 1 0 2000 0 1 0 4000 0 0 0 0',
    '',
  ].join('\n'),
  'net-dev': [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo: 999 9 0 0 0 0 0 0 999 9 0 0 0 0 0 0',
    '  eth0:123456789 1000 1 2 0 0 0 0 987654321 900 3 4 0 0 0 0',
    ' vmbr0: 123456789 1000 0 0 0 0 0 0 987654321 900 0 0 0 0 0 0',
    'veth1a: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0',
    '',
  ].join('\n'),
  interfaces: '/sys/class/net/eth0/device\n',
  filesystems: [
    'Filesystem            Type     1-blocks      Used Available Capacity Mounted on',
    '/dev/sda1             ext4    100000000  40000000  55000000      43% /',
    '/dev/mapper/vg-a-very-long-name ext4 2000 500 1400 27% /srv/my media',
    '/dev/sdb              btrfs       30000     10000     20000      34% /srv/volumes/a',
    '/dev/sdb              btrfs       30000     10000     20000      34% /srv/b',
    'tank                  zfs          9000      1000      8000      12% /tank',
    'tank/koha             zfs         10000      2000      8000      20% /tank/koha',
    'overlay               overlay 100000000  40000000  55000000      43% /var/lib/docker/overlay2/x/merged',
    'efivarfs              efivarfs   262000    100000    162000      39% /sys/firmware/efi/efivars',
    '/dev/sda15            vfat       500000     10000    490000       2% /boot/efi',
    '/dev/loop3            squashfs    65536     65536         0     100% /snap/core20/1',
    '',
  ].join('\n'),
  inodes: [
    'Filesystem            Type     Inodes    IUsed IFree     IUse% Mounted on',
    '/dev/sda1             ext4     5000      1200  3800        24% /',
    '/dev/sdb              btrfs    0            0     0          - /srv/volumes/a',
    '/dev/sdb              btrfs    0            0     0          - /srv/b',
    '',
  ].join('\n'),
  'os-release':
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  kernel: '6.1.0-28-amd64\n',
};

function ok(stdout: string): Section {
  return { stdout, stderr: '', status: 0, isTruncated: false };
}

/** The sections of our host, some of them replaced, or left out where undefined. */
function answer(replaced: Readonly<Record<string, string | Section | undefined>> = {}): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const [name, value] of Object.entries({ ...texts, ...replaced })) {
    if (value !== undefined) sections.set(name, typeof value === 'string' ? ok(value) : value);
  }
  return sections;
}

function parse(replaced: Readonly<Record<string, string | Section | undefined>> = {}) {
  const { records, errors } = host.parse(answer(replaced), context);
  return { errors, entities: new Map(records.map((record) => [record.entity, record])) };
}

/** Names of the entities of one kind, without kind and host. */
function namesOf(kind: string, entities: ReadonlyMap<string, unknown>): string[] {
  return [...entities.keys()].flatMap((id) =>
    id.startsWith(`${kind}:hv1:`) ? [id.slice(kind.length + 5)] : [],
  );
}

describe('the host', () => {
  const { entities, errors } = parse();
  const record = entities.get('host:hv1');

  test('is read without an error', () => expect(errors).toEqual([]));

  test('shows every metric that it documents, on itself or on what it has', () => {
    const names = [...entities.values()].flatMap(({ gauges, counters }) =>
      Object.keys({ ...gauges, ...counters }),
    );
    expect(new Set(names)).toEqual(new Set(Object.keys(host.metrics)));
  });

  test('shares its boot id and its own clock with all that is on it', () => {
    for (const { at, epoch, clock_seconds } of entities.values()) {
      expect({ at, epoch, clock_seconds }).toEqual({
        at: context.at,
        epoch: bootId,
        clock_seconds: 86400.25,
      });
    }
  });

  test('has CPU time in seconds, a hundred ticks each, guests not counted twice, waiting for disks not busy', () => {
    expect(record?.counters).toMatchObject({
      cpu_busy_seconds_total: 17.1, // (1000 + 200 + 300 + 60 + 70 + 80) / 100
      cpu_idle_seconds_total: 400,
      cpu_iowait_seconds_total: 5,
      cpu_steal_seconds_total: 0.8,
    });
    expect(record?.gauges?.cpu_count).toBe(2);
  });

  test('has memory in bytes, the kernel’s kB being 1024', () => {
    expect(record?.gauges).toMatchObject({
      memory_total_bytes: 8_192_000_000,
      memory_used_bytes: 3_072_000_000, // (8 000 000 − 5 000 000) × 1024
      swap_total_bytes: 1_024_000_000,
      swap_used_bytes: 102_400_000,
    });
  });

  test('has load, pressure over five minutes, uptime, OOM kills, system and kernel', () => {
    expect(record?.gauges).toMatchObject({
      load1_count: 0.5,
      load5_count: 1.25,
      load15_count: 2,
      pressure_cpu_some_ratio: 0.035,
      pressure_memory_some_ratio: 0.0035,
      pressure_memory_full_ratio: 0.0025,
      pressure_io_some_ratio: 0.12,
      pressure_io_full_ratio: 0.06,
      uptime_seconds: 86400.25,
    });
    expect(record?.counters?.oom_kills_count_total).toBe(3);
    expect(record?.facts).toEqual({
      os_name: 'Debian GNU/Linux',
      os_version: '12',
      kernel: '6.1.0-28-amd64',
    });
  });

  test('with ZFS has the cache that would be given back counted as available', () => {
    const arcstats =
      '13 1 0x01 147 39984 5 6\nname type data\nhits 4 1\nc_min 4 250000000\nc_max 4 9\nsize 4 1250000000\n';
    // 3 072 000 000 − (1 250 000 000 − 250 000 000)
    expect(parse({ arcstats }).entities.get('host:hv1')?.gauges?.memory_used_bytes).toBe(2_072_000_000);
  });

  test('before Linux 3.14 has available memory estimated', () => {
    const meminfo = texts.meminfo.replace(/MemAvailable.*\n/, '');
    // 8 000 000 − (500 000 + 100 000 + 3 000 000 − 200 000) kB
    expect(parse({ meminfo }).entities.get('host:hv1')?.gauges?.memory_used_bytes).toBe(4_710_400_000);
  });

  test('of an old kernel lacks OOM kills and pressure, which is no error', () => {
    const { entities: old, errors: none } = parse({
      vmstat: 'nr_free_pages 125000\n',
      'pressure-cpu': { ...ok(''), status: 1, stderr: 'cat: /proc/pressure/cpu: No such file or directory' },
      'pressure-memory': {
        ...ok(''),
        status: 1,
        stderr: 'cat: /proc/pressure/memory: Operation not supported',
      },
      'pressure-io': undefined,
    });
    expect(none).toEqual([]);
    expect(
      Object.keys(old.get('host:hv1')?.gauges ?? {}).filter((name) => name.startsWith('pressure')),
    ).toEqual([]);
    expect(old.get('host:hv1')?.counters).not.toHaveProperty('oom_kills_count_total');
  });
});

describe('disks', () => {
  const { entities } = parse();

  test('are whole disks only: no partition, RAID, LVM, ZFS volume, loop, CD or memory', () => {
    expect(namesOf('block', entities)).toEqual(['sda', 'sdb', 'nvme0n1', 'xvda1']);
  });

  test('count sectors of 512 bytes and busy milliseconds', () => {
    expect(entities.get('block:hv1:sda')?.counters).toEqual({
      disk_read_bytes_total: 1_024_000,
      disk_written_bytes_total: 2_048_000,
      disk_busy_seconds_total: 1.5,
    });
  });
});

describe('network interfaces', () => {
  test('are those with hardware, their counters read even where they touch the colon', () => {
    const { entities } = parse();
    expect(namesOf('network', entities)).toEqual(['eth0']);
    expect(entities.get('network:hv1:eth0')?.counters).toEqual({
      network_received_bytes_total: 123_456_789,
      network_sent_bytes_total: 987_654_321,
      network_errors_count_total: 4,
      network_drops_count_total: 6,
    });
  });

  test('of a container, which has no hardware, are its own', () => {
    const interfaces = { ...ok(''), status: 2, stderr: "ls: cannot access '/sys/class/net/*/device'" };
    const { entities, errors } = parse({ interfaces });
    expect(namesOf('network', entities)).toEqual(['eth0']);
    expect(errors).toEqual([]);
  });
});

describe('file systems', () => {
  const { entities } = parse();

  test('are those that can fill up, a device mounted twice once, ZFS datasets each', () => {
    expect(namesOf('filesystem', entities)).toEqual([
      '/',
      '/srv/my media',
      '/srv/b',
      '/tank',
      '/tank/koha',
      '/boot/efi',
    ]);
  });

  test('have bytes, inodes, device and type', () => {
    expect(entities.get('filesystem:hv1:/')).toMatchObject({
      gauges: {
        filesystem_size_bytes: 100_000_000,
        filesystem_used_bytes: 40_000_000,
        filesystem_available_bytes: 55_000_000,
        filesystem_inodes_count: 5000,
        filesystem_inodes_used_count: 1200,
      },
      facts: { device: '/dev/sda1', type: 'ext4' },
    });
  });

  test('have no inodes where there is no limit', () => {
    expect(entities.get('filesystem:hv1:/srv/b')?.gauges).not.toHaveProperty('filesystem_inodes_count');
  });

  test('of a container include the overlay that is its root', () => {
    const filesystems =
      'Filesystem Type 1-blocks Used Available Capacity Mounted on\noverlay overlay 100 40 60 40% /\n';
    expect(namesOf('filesystem', parse({ filesystems }).entities)).toEqual(['/']);
  });

  test('are kept when df failed on another, which is an error', () => {
    const filesystems = {
      ...ok(texts.filesystems),
      status: 1,
      stderr: 'df: /srv/dead: Input/output error\n',
    };
    const { entities: kept, errors } = parse({ filesystems });
    expect(namesOf('filesystem', kept)).toHaveLength(6);
    expect(errors).toEqual([
      {
        source: 'host:hv1',
        part: 'filesystems',
        message: 'exit status 1: df: /srv/dead: Input/output error',
      },
    ]);
  });
});

describe('what cannot be read', () => {
  test('names section, field, what was found and what was expected', () => {
    const { errors, entities } = parse({
      meminfo: texts.meminfo.replace('8000000', 'lots'),
      diskstats: texts.diskstats.replace(' 2000 5 20', ' -1 5 20'),
    });
    expect(errors).toEqual([
      { source: 'host:hv1', part: 'meminfo', message: 'MemTotal: found "lots", expected a whole number' },
      {
        source: 'host:hv1',
        part: 'diskstats',
        message: 'line 1: sda sectors read: found "-1", expected a whole number',
      },
    ]);
    expect(entities.get('host:hv1')?.gauges).not.toHaveProperty('memory_total_bytes');
    expect(entities.get('host:hv1')?.gauges).toHaveProperty('load1_count', 0.5);
    expect(namesOf('block', entities)).toContain('sdb');
  });

  test.each([
    ['a section that is missing', undefined, 'no answer'],
    ['a command out of time', { ...ok(''), status: 124 }, 'out of time'],
    [
      'a command not installed',
      { ...ok(''), status: 127, stderr: 'cat: not found' },
      'not installed: cat: not found',
    ],
    ['a command cut off', { ...ok('cpu 1'), status: null, isTruncated: true }, 'too much output'],
    [
      'a command ended in the middle of a number',
      { ...ok(texts.stat.slice(0, 30)), status: 124 },
      'out of time',
    ],
    ['a command killed', { ...ok(texts.stat), status: 137 }, 'exit status 137'],
    ['an answer whose end is not known', { ...ok(texts.stat), status: null }, 'cut off before its end'],
    ['an empty answer', ok(''), 'empty'],
  ])('is told of %s', (_name, stat, message) => {
    const { errors, entities } = parse({ stat });
    expect(errors).toEqual([{ source: 'host:hv1', part: 'stat', message }]);
    expect(entities.get('host:hv1')?.counters).not.toHaveProperty('cpu_busy_seconds_total');
  });

  test('is a device whose name no entity may have', () => {
    const { errors, entities } = parse({
      diskstats: `   8 0 s\u0007a 1 0 2 0 1 0 4 0 0 8 0\n${texts.diskstats}`,
    });
    expect(namesOf('block', entities)).toHaveLength(4);
    expect(errors.map(({ part }) => part)).toEqual(['diskstats']);
  });

  test('is counted, not listed, when it comes in thousands', () => {
    const { errors } = parse({ diskstats: 'x\n'.repeat(5000) });
    expect(errors).toHaveLength(4);
    expect(errors.at(-1)?.message).toBe('and 4997 more lines that cannot be read');
  });

  test('is what lies past the first 5,000 disks of a host that lies', () => {
    const line = (disk: number): string => `8 0 disk${disk}x 1 0 2 0 1 0 4 0 0 8 0\n`;
    const { errors, entities } = parse({
      diskstats: Array.from({ length: 6000 }, (_, disk) => line(disk)).join(''),
    });
    expect(namesOf('block', entities)).toHaveLength(5000);
    expect(errors).toEqual([
      { source: 'host:hv1', part: 'diskstats', message: 'more than 5000 rows: the others are not read' },
    ]);
  });

  test('never throws, never gives a number that is none, a negative counter or an undocumented metric', () => {
    const names = Object.keys(host.commands);
    // Near misses find more than noise: words of the formats, numbers too large, signs, and any characters, between and instead of lines.
    const word = fc.oneof(
      fc.constantFrom(
        'cpu',
        'cpu0',
        'MemTotal:',
        'some',
        'avg300=9e9',
        '-1',
        'NaN',
        '1e999',
        '100%',
        '-',
        '/',
        'eth0:',
      ),
      fc.bigInt({ min: -5n, max: 10n ** 25n }).map(String),
      fc.string({ unit: 'binary' }),
    );
    const text = fc.array(fc.array(word).map((words) => words.join(' '))).map((lines) => lines.join('\n'));
    const mangled = fc
      .tuple(fc.constantFrom(...Object.values(texts)), fc.nat(2000), fc.nat(40), text)
      .map(([known, from, length, noise]) => known.slice(0, from) + noise + known.slice(from + length));
    const section = fc.record({
      stdout: fc.oneof(text, mangled),
      stderr: fc.string({ unit: 'binary' }),
      status: fc.constantFrom(0, 0, 0, 1, 124, 127, null),
      isTruncated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), section), (replaced) => {
        const { records, errors } = host.parse(answer(replaced), context);
        for (const record of records) {
          EntityRecord.parse(record);
          for (const [name, value] of Object.entries({ ...record.gauges, ...record.counters })) {
            expect(host.metrics).toHaveProperty(name);
            expect(Number.isFinite(value)).toBe(true);
          }
          for (const value of Object.values(record.counters ?? {})) expect(value).toBeGreaterThanOrEqual(0);
        }
        for (const error of errors) expect(error.message.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 500 },
    );
  });
});

describe('this machine', () => {
  const env = { ...process.env, LC_ALL: 'C' };
  const sections = new Map(
    Object.entries(host.commands).map(([name, command]) => {
      const { stdout, stderr, status } = spawnSync('sh', ['-c', command.run], { encoding: 'utf8', env });
      return [name, { stdout, stderr, status, isTruncated: false }];
    }),
  );
  const { records, errors } = host.parse(sections, context);
  const record = records.find(({ entity }) => entity === 'host:hv1');
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', env });

  test('is read without an error', () => expect(errors).toEqual([]));

  test('has the kernel that uname names and the CPUs that Node counts', () => {
    expect(record?.facts?.kernel).toBe(run('uname', '-r').trim());
    // Fewer for Node where the tests were given some of the CPUs only.
    expect(record?.gauges?.cpu_count).toBeGreaterThanOrEqual(availableParallelism());
  });

  test('has the memory that free shows', () => {
    const [, total, , , , , available] = run('free', '-b').split('\n')[1]?.split(/\s+/).map(Number) ?? [];
    expect(record?.gauges?.memory_total_bytes).toBe(total);
    const used = (total ?? 0) - (available ?? 0);
    // Others work on this machine meanwhile.
    expect(Math.abs((record?.gauges?.memory_used_bytes ?? 0) - used)).toBeLessThan((total ?? 0) * 0.1);
  });

  test('has been up as long as the kernel says', () => {
    const now = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
    expect(record?.gauges?.uptime_seconds).toBeLessThanOrEqual(now);
    expect(record?.gauges?.uptime_seconds).toBeGreaterThan(now - 300);
  });

  test('has the root file system that df shows', () => {
    const [size] = run('df', '-B1', '--output=size', '/').split('\n').slice(1).map(Number);
    const root = records.find(({ entity }) => entity === 'filesystem:hv1:/');
    expect(root?.gauges?.filesystem_size_bytes).toBe(size);
  });
});
