import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import zfs from '../../collectors/zfs.ts';
import type { Command, Section } from '../../src/collect/collector.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const context = {
  host: 'hv1',
  at: '2026-11-22T19:00:00Z',
  fleet: parseFleet('fleet: { name: Test, timeZone: Europe/Paris }', 'fleet.yaml'),
};

const counts = (read: number, write: number, checksum: number) => ({
  read_errors: `${read}`,
  write_errors: `${write}`,
  checksum_errors: `${checksum}`,
});
const disk = (name: string, changed: object = {}) => ({
  [name]: { name, state: 'ONLINE', ...counts(0, 0, 0), slow_ios: '0', ...changed },
});
/** A pool in JSON: a mirror of two disks, changed. */
const pool = (name: string, changed: object = {}, second: object = {}) => ({
  [name]: {
    name,
    state: 'ONLINE',
    vdevs: {
      [name]: {
        name,
        state: 'ONLINE',
        ...counts(0, 0, 0),
        vdevs: {
          'mirror-0': {
            name: 'mirror-0',
            state: 'ONLINE',
            ...counts(0, 0, 0),
            vdevs: { ...disk('sda', { slow_ios: '3' }), ...disk('sdb', second) },
          },
        },
      },
    },
    error_count: '0',
    ...changed,
  },
});
const json = (...pools: readonly object[]): string =>
  JSON.stringify({ output_version: { command: 'zpool status' }, pools: Object.assign({}, ...pools) });
const scrub = {
  scan_stats: {
    function: 'SCRUB',
    state: 'FINISHED',
    start_time: '1795373660',
    end_time: '1795373662',
    to_examine: '210088960',
    processed: '69120',
    errors: '68',
    scrub_pause: '0',
    issued: '105073152',
  },
};

const done = 'end of list, status 0\n';
const listOf = (name: string, health = 'ONLINE'): string =>
  `${[name, 1006632960, 286654464, 719978496, 184320, 4096, 9, 28, '1.00', health, '-'].join('\t')}\n`;
/** A line of zfs list: name, type, fourteen amounts, mount point, origin, creation. */
const dataset = (name: string, amounts: readonly (number | string)[], ...rest: readonly string[]): string =>
  `${[name, 'filesystem', ...amounts, ...rest].join('\t')}\n`;
const kstat = (since: number, written: number): string =>
  [
    `24 1 0x01 7 2160 ${since} 7145015038451`,
    'name                            type data',
    'dataset_name                    7    tank/koha',
    'writes                          4    4',
    `nwritten                        4    ${written}`,
    'reads                           4    2',
    'nread                           4    28',
    '',
  ].join('\n');

// A small host of our own invention, with OpenZFS 2.3.
const texts: Readonly<Record<string, string>> = {
  status: json(pool('tank', scrub)),
  unhealthy: 'all pools are healthy\n',
  pools: `${listOf('tank')}${done}`,
  datasets: [
    dataset(
      'tank',
      [218693632, 2599854592, 24576, 24576, 0, 218669056, 0, 300, 400, 0, 0, 0, 0, '-'],
      '/tank',
      '-',
      '1795300000',
    ),
    dataset(
      'tank/koha',
      [
        63413760,
        356016640,
        175016448,
        21411328,
        42002432,
        0,
        67108864,
        500,
        600,
        419430400,
        1000,
        2000,
        3000,
        '-',
      ],
      'legacy',
      'tank/images/7f@readonly',
      '1795310000',
    ),
    dataset('tank/vm', [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 10737418240], '-', '-', '1795310000').replace(
      'filesystem',
      'volume',
    ),
    done,
  ].join(''),
  snapshots: [
    // Sunday 15 November, 0:30 in Paris, and Sunday 22 November.
    `tank/koha@snapshot-sunday1\t${Date.parse('2026-11-14T23:30:00Z') / 1000}\n`,
    `tank/koha@snapshot-sunday2\t${Date.parse('2026-11-22T03:00:00Z') / 1000}\n`,
    done,
  ].join(''),
  objsets: kstat(221611904716, 12_302),
  version: '2.3.9-0+deb13u1\n',
};

const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });

function parse(replaced: Readonly<Record<string, string | Section>> = {}) {
  const sections = new Map(
    Object.entries({ ...texts, ...replaced }).map(([name, value]) => [
      name,
      typeof value === 'string' ? ok(value) : value,
    ]),
  );
  const { records, errors } = zfs.parse(sections, context);
  return {
    errors,
    entities: new Map(records.map((record): [string, EntityRecord] => [record.entity, record])),
  };
}

const poolOf = (replaced: Readonly<Record<string, string | Section>>): EntityRecord | undefined =>
  parse(replaced).entities.get('pool:hv1:tank');

describe('a host with OpenZFS', () => {
  const { entities, errors } = parse();

  test('is read without an error', () => expect(errors).toEqual([]));

  test('has its pools, their devices and datasets', () =>
    expect([...entities.keys()]).toEqual([
      'pool:hv1:tank',
      'vdev:hv1:tank/mirror-0',
      'vdev:hv1:tank/mirror-0/sda',
      'vdev:hv1:tank/mirror-0/sdb',
      'dataset:hv1:tank',
      'dataset:hv1:tank/koha',
      'dataset:hv1:tank/vm',
    ]));

  test('shows every metric that it documents, but that of a scrub that runs', () => {
    const names = [...entities.values()].flatMap(({ gauges, counters }) =>
      Object.keys({ ...gauges, ...counters }),
    );
    expect(new Set([...names, 'scan_progress_ratio'])).toEqual(new Set(Object.keys(zfs.metrics)));
  });

  test('has the usable space of a pool from its root dataset, beside the raw one', () =>
    expect(entities.get('pool:hv1:tank')?.gauges).toMatchObject({
      size_bytes: 1_006_632_960,
      free_bytes: 719_978_496,
      used_bytes: 218_693_632,
      available_bytes: 2_599_854_592,
      fragmentation_ratio: 0.09,
    }));

  test('tells of the last scrub when it ended, and what it found', () => {
    const record = entities.get('pool:hv1:tank');
    expect(record?.facts).toEqual({
      health: 'ONLINE',
      scan: 'scrub finished 2026-11-22T18:54:22Z',
      scrub_ended_at: '2026-11-22T18:54:22Z',
      zfs_version: '2.3.9-0+deb13u1',
    });
    expect(record?.gauges).toMatchObject({
      scrub_errors_count: 68,
      scrub_repaired_bytes: 69_120,
      scrub_duration_seconds: 2,
    });
  });

  test('tells of a dataset on which days it has ZFS snapshots, those of the fleet’s time zone', () => {
    const record = entities.get('dataset:hv1:tank/koha');
    expect(record?.gauges).toMatchObject({ snapshots_count: 2, used_by_snapshots_bytes: 42_002_432 });
    expect(record?.facts).toEqual({
      type: 'filesystem',
      mount_point: 'legacy',
      origin: 'tank/images/7f@readonly',
      created_at: '2026-11-22T01:13:20Z',
      newest_snapshot: 'snapshot-sunday2',
      newest_snapshot_at: '2026-11-22T03:00:00Z',
      oldest_snapshot_at: '2026-11-14T23:30:00Z',
      snapshot_dates: '2026-11-22 2026-11-15',
    });
    expect(entities.get('dataset:hv1:tank')?.gauges?.snapshots_count).toBe(0);
  });

  test('counts what is written from each mount on, by the kernel’s clock', () => {
    const { epoch, clock_seconds, counters } = entities.get('dataset:hv1:tank/koha') ?? {};
    expect({ epoch, clock_seconds, counters }).toEqual({
      epoch: '221611904716',
      clock_seconds: 7145.015038451,
      counters: {
        read_bytes_total: 28,
        written_bytes_total: 12_302,
        reads_count_total: 2,
        writes_count_total: 4,
      },
    });
    expect(parse({ objsets: kstat(999, 1) }).entities.get('dataset:hv1:tank/koha')?.epoch).toBe('999');
  });
});

describe('a pool', () => {
  const damaged = 'One or more devices has experienced an error resulting in data corruption.';
  const text = (name: string, state = 'ONLINE') =>
    `  pool: ${name}\n state: ${state}\nstatus: ${damaged}\nconfig:\n\n\tNAME   STATE     READ WRITE CKSUM\n\t${name}   ${state}     0     0     0\n\nerrors: 66 data errors, use '-v' for a list\n`;

  test('is up when zpool status -x has nothing to say of it, whatever its own status says of features', () => {
    const status = json(pool('tank', { status: 'Some supported and requested features are not enabled.\n' }));
    expect(poolOf({ status })).toMatchObject({ state: 'up' });
    expect(poolOf({ status })).not.toHaveProperty('reason');
  });

  test.each([
    [
      'ONLINE with lost data',
      { status: json(pool('tank', { status: damaged, error_count: '66' })), unhealthy: text('tank') },
      { state: 'degraded', reason: `ONLINE: ${damaged}` },
    ],
    [
      'ONLINE with errors of a device of which status -x says nothing',
      { status: json(pool('tank', {}, counts(0, 0, 214))) },
      { state: 'degraded', reason: 'ONLINE: 0 read, 0 write, 214 checksum errors of tank/mirror-0/sdb' },
    ],
    ['ONLINE where status -x says that another pool is ill', { unhealthy: text('back') }, { state: 'up' }],
    [
      'ONLINE by status, of which zpool list says more',
      { pools: `${listOf('tank', 'SUSPENDED')}${done}` },
      { state: 'down', reason: 'SUSPENDED' },
    ],
    [
      'DEGRADED',
      { status: json(pool('tank', { state: 'DEGRADED', status: 'Gone.\n' })) },
      { state: 'degraded', reason: 'DEGRADED: Gone.' },
    ],
    ['FAULTED', { status: json(pool('tank', { state: 'FAULTED' })) }, { state: 'down', reason: 'FAULTED' }],
    [
      'ONLINE, without the cross-check',
      { unhealthy: '  pool: tank\n state: ' },
      { state: 'unknown', reason: 'ONLINE: zpool status -x could not be read' },
    ],
    [
      'ONLINE, when all that is known is its space',
      { status: 'no pools available\n' },
      { state: 'unknown', reason: 'ONLINE: zpool status could not be read' },
    ],
  ])('that is %s', (_name, replaced, expected) => expect(poolOf(replaced)).toMatchObject(expected));

  test('that is resilvered does not forget its last scrub by saying that there was none', () => {
    const resilver = { scan_stats: { ...scrub.scan_stats, function: 'RESILVER' } };
    const record = poolOf({ status: json(pool('tank', resilver)) });
    expect(record?.facts).toMatchObject({ scan: 'resilver finished 2026-11-22T18:54:22Z' });
    expect(record?.facts).not.toHaveProperty('scrub_ended_at');
    expect(record?.gauges).not.toHaveProperty('scrub_errors_count');
  });

  test('that is scrubbed says how far it is; its last scrub stays unknown', () => {
    const running = {
      scan_stats: { ...scrub.scan_stats, state: 'SCANNING', end_time: '0', issued: '21008896' },
    };
    const record = poolOf({ status: json(pool('tank', running)) });
    expect(record).toMatchObject({
      state: 'up',
      gauges: { scan_progress_ratio: 0.1 },
      facts: { scan: 'scrub running 2026-11-22T18:54:20Z' },
    });
    expect(record?.facts).not.toHaveProperty('scrub_ended_at');
  });

  test('that was never scrubbed says so', () =>
    expect(poolOf({ status: json(pool('tank')) })?.facts?.scan).toBe('none'));
});

describe('a device', () => {
  const sdb = (changed: object): EntityRecord | undefined =>
    parse({ status: json(pool('tank', {}, changed)) }).entities.get('vdev:hv1:tank/mirror-0/sdb');

  test.each([
    ['ONLINE without an error', {}, { state: 'up' }],
    [
      'ONLINE with errors',
      counts(0, 20_981, 0),
      { state: 'degraded', reason: 'ONLINE: 0 read, 20981 write, 0 checksum errors' },
    ],
    [
      'FAULTED',
      { state: 'FAULTED', aux: 'EXTERNAL' },
      { state: 'down', reason: 'FAULTED: external device fault' },
    ],
    ['gone', { state: 'CANT_OPEN', was: '/dev/sdb1' }, { state: 'down', reason: 'UNAVAIL: was /dev/sdb1' }],
  ])('that is %s', (_name, changed, expected) => expect(sdb(changed)).toMatchObject(expected));
});

describe('a host', () => {
  test('without ZFS is silent', () => {
    const none = Object.fromEntries(Object.keys(texts).map((name) => [name, 'no ZFS here\n']));
    const missing: Section = { stdout: '', stderr: 'cat: no such file', status: 1, isTruncated: false };
    expect(parse({ ...none, objsets: '', version: missing })).toEqual({ errors: [], entities: new Map() });
  });

  test('with ZFS but no pools is silent', () => {
    const { errors, entities } = parse({
      status: 'no pools available\n',
      unhealthy: 'no pools available\n',
      pools: done,
      datasets: done,
      snapshots: done,
      objsets: '',
    });
    expect({ errors, entities }).toEqual({ errors: [], entities: new Map() });
  });

  test('whose zpool fails says so, and is not taken for one without pools', () => {
    const failed: Section = {
      stdout: '',
      stderr: 'The ZFS modules are not loaded.\n',
      status: 1,
      isTruncated: false,
    };
    const { errors } = parse({ status: failed });
    expect(errors).toEqual([
      { source: 'host:hv1', part: 'status', message: 'exit status 1: The ZFS modules are not loaded.' },
    ]);
  });

  test('whose list of ZFS snapshots is not whole has no count of them: it would be too small', () => {
    const broken: Section = {
      stdout: `tank/koha@a\t1795300000\nend of list, status 1\n`,
      stderr: 'I/O error',
      status: 1,
      isTruncated: false,
    };
    const cut: Section = { stdout: 'tank/koha@a\t1795300000\n', stderr: '', status: 0, isTruncated: true };
    for (const snapshots of [broken, cut, 'tank/koha@a\t1795300000\n']) {
      const { entities, errors } = parse({ snapshots });
      expect(entities.get('dataset:hv1:tank/koha')?.gauges).not.toHaveProperty('snapshots_count');
      expect(errors.map(({ part }) => part)).toContain('snapshots');
    }
  });

  test('that names a dataset twice has neither of the two', () => {
    const twice = `${texts.datasets?.replace(done, '')}${texts.datasets}`;
    const { entities, errors } = parse({ datasets: twice, objsets: '' });
    expect([...entities.keys()].filter((id) => id.startsWith('dataset:'))).toEqual([]);
    expect(errors).toEqual([
      { source: 'host:hv1', part: 'datasets', message: expect.stringContaining('"tank/koha"') },
    ]);
  });

  test('with thousands of ZFS snapshots is read in a moment', () => {
    const names = Array.from({ length: 60 }, (_, index) => `tank/c${index}`);
    const amounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, '-'];
    const datasets = names.map((name) => dataset(name, amounts, '-', '-', '1795310000')).join('') + done;
    const snapshots =
      Array.from(
        { length: 20_000 },
        (_, index) => `${names[index % 60]}@autosnap_${index}_hourly\t${1_795_300_000 - index * 600}\n`,
      ).join('') + done;
    const start = performance.now();
    const { entities, errors } = parse({ datasets, snapshots });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(errors).toEqual([]);
    expect(entities.get('dataset:hv1:tank/c59')?.gauges?.snapshots_count).toBe(333);
  });
});

describe('the commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-zpool-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs all commands on a machine with these programs alone (shell that knows its arguments as `$*`) and a ZFS, or what is named as one. */
  function run(programs: Readonly<Record<string, string>>, device = '/dev/null') {
    const path = mkdtempSync(join(folder, 'bin-'));
    for (const [name, script] of Object.entries(programs))
      writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const sections = Object.entries<Command>(zfs.commands).map(
      ([name, { run: command }]): [string, Section] => {
        const { stdout, stderr, status } = spawnSync(
          '/bin/sh',
          ['-c', command.replaceAll('/dev/zfs', device)],
          {
            env: { PATH: path },
            encoding: 'utf8',
          },
        );
        return [name, { stdout, stderr, status, isTruncated: false }];
      },
    );
    return zfs.parse(new Map(sections), context);
  }

  const unknown = 'echo "invalid option \'x\'" >&2; exit 2';

  const fails = "echo 'The ZFS modules are not loaded.' >&2; exit 1";

  test('say nothing where there is no ZFS, or nothing but its tools', () => {
    expect(run({})).toEqual({ records: [], errors: [] });
    expect(run({ zpool: fails, zfs: fails }, '/dev/no-such-device')).toEqual({ records: [], errors: [] });
  });

  test.each([
    ['2.3', 'status -jp', texts.status],
    [
      '0.8',
      'status -sp',
      '  pool: tank\n state: ONLINE\nconfig:\n\n\tNAME  STATE     READ WRITE CKSUM  SLOW\n\ttank  ONLINE       0     0     0     -\n\nerrors: No known data errors\n',
    ],
    [
      '0.7',
      'status',
      '  pool: tank\n state: ONLINE\nconfig:\n\n\tNAME  STATE     READ WRITE CKSUM\n\ttank  ONLINE       0     0     0\n\nerrors: No known data errors\n',
    ],
  ])('ask a zpool of %s as it can be asked', (_version, words, answer) => {
    const zpool = `case "$*" in '${words}') printf %s '${answer}' ;; 'status -x') echo 'all pools are healthy' ;; 'list -Hp') : ;; *) ${unknown} ;; esac`;
    const list = `case "$*" in 'list -Hp'*) : ;; *) ${unknown} ;; esac`;
    const { records, errors } = run({ zpool, zfs: list });
    expect(errors).toEqual([]);
    expect(records.find(({ entity }) => entity === 'pool:hv1:tank')?.state).toBe('up');
  });

  test('tell a zpool that fails from one that does not know an option', () => {
    const { records, errors } = run({ zpool: fails, zfs: fails });
    expect(records).toEqual([]);
    expect(errors.map(({ part, message }) => `${part}: ${message}`)).toEqual(
      expect.arrayContaining(
        ['status', 'unhealthy', 'pools', 'datasets', 'snapshots'].map(
          (part) => `${part}: exit status 1: The ZFS modules are not loaded.`,
        ),
      ),
    );
  });
});
