import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { type PoolStatus, parseZpoolStatus } from '../../../src/collect/parse/zpool-status.ts';
import { poolState, printJson, printText } from './zpool-printer.ts';

const table =
  '\tNAME        STATE     READ WRITE CKSUM\n\ttank        ONLINE       0     0     0\n\t  sda       ONLINE       0     0     0\n';

/** A sound pool of one disk, with more lines before its table. */
function pool(more = '', { config = table, errors = 'errors: No known data errors\n' } = {}): string {
  return `  pool: tank\n state: ONLINE\n${more}config:\n\n${config}\n${errors}`;
}

function only(text: string): PoolStatus {
  const { rows, faults } = parseZpoolStatus(text);
  expect(faults).toEqual([]);
  expect(rows).toHaveLength(1);
  return rows[0] as PoolStatus;
}

function fault(text: string): string {
  const { rows, faults } = parseZpoolStatus(text);
  expect(rows).toEqual([]);
  return faults.join();
}

const at = (instant: string): number => Date.parse(instant) / 1000;

describe('the JSON and the text of one state', () => {
  const sorted = (text: string): PoolStatus => {
    const status = only(text);
    return { ...status, vdevs: status.vdevs.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  };

  test('are read alike', () => {
    fc.assert(
      fc.property(poolState, (state) => {
        expect(sorted(printJson(state))).toEqual(sorted(printText(state)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('text', () => {
  test('tells of groups, devices, logs, caches and spares by their paths', () => {
    const status = only(
      pool('', {
        config: `${table.trimEnd().split('\n').slice(0, 2).join('\n')}
	  mirror-0                 DEGRADED     0     0     0
	    sda                    ONLINE       0     0  1381
	    replacing-1            DEGRADED     0     0     0
	      8620766327115941181  UNAVAIL      0     0     0  was /dev/sdb1
	      sdc                  ONLINE       0     0     0  (resilvering)
	special\t
	  sdd                      ONLINE       0     0     0
	logs\t
	  nvme0n1p1                ONLINE       0     0     0
	cache
	  nvme0n1p2                FAULTED     12   125     0  too many errors
	spares
	  sde                      AVAIL   
	  sdf                      INUSE     currently in use
	  sdg                      UNAVAIL   cannot open
`,
      }),
    );
    expect(status.vdevs.map(({ path, kind, health, note }) => [path, kind, health, note])).toEqual([
      ['tank/mirror-0', 'data', 'DEGRADED', undefined],
      ['tank/mirror-0/sda', 'data', 'ONLINE', undefined],
      ['tank/mirror-0/replacing-1', 'data', 'DEGRADED', undefined],
      ['tank/mirror-0/replacing-1/8620766327115941181', 'data', 'UNAVAIL', 'was /dev/sdb1'],
      ['tank/mirror-0/replacing-1/sdc', 'data', 'ONLINE', undefined],
      ['tank/special/sdd', 'special', 'ONLINE', undefined],
      ['tank/logs/nvme0n1p1', 'log', 'ONLINE', undefined],
      ['tank/cache/nvme0n1p2', 'cache', 'FAULTED', 'too many errors'],
      ['tank/spares/sde', 'spare', 'AVAIL', undefined],
      ['tank/spares/sdf', 'spare', 'INUSE', undefined],
      ['tank/spares/sdg', 'spare', 'UNAVAIL', 'cannot open'],
    ]);
    expect(status.vdevs[1]).toMatchObject({
      readErrorCount: 0,
      writeErrorCount: 0,
      checksumErrorCount: 1381,
    });
    expect(status.vdevs[7]).toMatchObject({
      readErrorCount: 12,
      writeErrorCount: 125,
      checksumErrorCount: 0,
    });
  });

  test('has counts in three digits where zpool has no -p', () => {
    const config = table.replace(/sda .*/, 'sda       ONLINE       0 20.9K     0');
    expect(only(pool('', { config })).vdevs[0]?.writeErrorCount).toBe(21_402); // 20.9 × 1024
  });

  test('says what a device is doing, and in zfs-fuse how much of it: neither stays', () => {
    const note = (rest: string): string | undefined =>
      only(pool('', { config: table.replace(/(sda .*)/, `$1  ${rest}`) })).vdevs[0]?.note;
    expect(note('(resilvering)')).toBeUndefined();
    expect(note('33.3M resilvered')).toBeUndefined();
    expect(note('external device fault  (untrimmed)')).toBe('external device fault');
    expect(note('unsupported feature(s)')).toBe('unsupported feature(s)');
    expect(note('block size: 512B configured, 4096B native')).toBe(
      'block size: 512B configured, 4096B native',
    );
  });

  test('has the message of a pool in one line', () => {
    const text = pool(
      'status: One or more devices\n\thas failed.\naction: Act.\n   see: https://example.org/ZFS-8000-8A\n',
    );
    expect(only(text).message).toBe('One or more devices has failed.');
  });

  test('tells how many data errors there are, or leaves it out', () => {
    const errors = (line: string) => only(pool('', { errors: line })).dataErrorCount;
    expect(errors('errors: No known data errors\n')).toBe(0);
    expect(errors("errors: 170 data errors, use '-v' for a list\n")).toBe(170);
    expect(
      errors(
        'errors: Permanent errors have been detected in the following files:\n\n        /tank/a  pool: b\n',
      ),
    ).toBeUndefined();
    expect(errors('errors: List of errors unavailable: permission denied\n')).toBeUndefined();
  });

  test('of several pools is read pool by pool', () => {
    const bad = pool().replace('state: ONLINE', 'state: FINE').replace('pool: tank', 'pool: bad');
    const { rows, faults } = parseZpoolStatus(`${pool()}\n${bad}\n${pool().replaceAll('tank', 'back')}`);
    expect(rows.map(({ name }) => name)).toEqual(['tank', 'back']);
    expect(faults).toEqual([
      expect.stringMatching(/^"pool: bad": state: found "FINE", expected ONLINE, DEGRADED,/),
    ]);
  });

  test('may be that there are no pools, or none that is ill', () => {
    expect(parseZpoolStatus('no pools available\n')).toEqual({ rows: [], faults: [] });
    expect(parseZpoolStatus('all pools are healthy\n')).toEqual({ rows: [], faults: [] });
  });

  test('of a pool that cannot be opened lacks devices and errors', () => {
    const text =
      '  pool: tank\n state: UNAVAIL\nstatus: x\nconfig: The configuration cannot be determined.\n';
    expect(only(text)).toEqual({ name: 'tank', health: 'UNAVAIL', message: 'x', scans: [], vdevs: [] });
  });

  test('of every version tells of remaining lines that are not kept', () => {
    const lines = [
      'comment: ours',
      'remove: Removal of vdev 1 copied 0 in 0h0m, completed on Sun Nov 22 18:54:40 2026',
      '\t216 memory used for removed device mappings',
      'expand: expansion of raidz2-0 in progress since Sun Nov 22 18:53:18 2026',
      '\t248M / 336M copied at 27.6M/s, 73.94% done, 00:00:03 to go',
      'checkpoint: created Sun Nov 22 18:52:04 2026, consumes 180K',
      '  scan: none requested',
      '    scan warning: skipped blocks that are only referenced by the checkpoint.',
    ];
    expect(only(pool(`${lines.join('\n')}\n`)).scans).toEqual([]);
  });
});

describe('a scan', () => {
  test.each([
    [
      'scan: scrub repaired 67.5K in 00:00:02 with 68 errors on Sun Nov 22 18:54:22 2026',
      {
        kind: 'scrub',
        state: 'finished',
        endSeconds: at('2026-11-22T18:54:22Z'),
        durationSeconds: 2,
        errorCount: 68,
        repairedBytes: 69_120,
      },
    ],
    [
      'scan: scrub repaired 0B in 1 days 02:03:04 with 0 errors on Mon Nov  2 02:00:00 2026',
      {
        kind: 'scrub',
        state: 'finished',
        endSeconds: at('2026-11-02T02:00:00Z'),
        durationSeconds: 93_784,
        errorCount: 0,
        repairedBytes: 0,
      },
    ],
    [
      'scan: scrub repaired 0 in 10h15m with 0 errors on Sun Mar 11 10:39:11 2018',
      {
        kind: 'scrub',
        state: 'finished',
        endSeconds: at('2018-03-11T10:39:11Z'),
        durationSeconds: 36_900,
        errorCount: 0,
        repairedBytes: 0,
      },
    ],
    [
      'scrub: scrub completed after 0h12m with 464 errors on Sun Nov 22 18:28:19 2026',
      {
        kind: 'scrub',
        state: 'finished',
        endSeconds: at('2026-11-22T18:28:19Z'),
        durationSeconds: 720,
        errorCount: 464,
      },
    ],
    [
      'scan: scrub canceled on Sun Nov 22 18:50:55 2026',
      { kind: 'scrub', state: 'canceled', endSeconds: at('2026-11-22T18:50:55Z') },
    ],
    [
      'scrub: scrub stopped after 0h1m with 0 errors on Sun Nov 22 18:50:55 2026',
      { kind: 'scrub', state: 'canceled', endSeconds: at('2026-11-22T18:50:55Z') },
    ],
    [
      'scan: scrub in progress since Sun Nov 22 18:50:45 2026\n\t193M / 193M scanned, 13.7M / 193M issued at 13.7M/s\n\t0B repaired, 7.09% done, 00:00:13 to go',
      { kind: 'scrub', state: 'running', startSeconds: at('2026-11-22T18:50:45Z'), progressRatio: 0.0709 },
    ],
    [
      'scan: scrub in progress since Thu Aug 17 10:25:48 2017\n    9.12T scanned out of 9.48T at 1.90M/s, 55h33m to go\n    0 repaired, 96.19% done',
      { kind: 'scrub', state: 'running', startSeconds: at('2017-08-17T10:25:48Z'), progressRatio: 0.9619 },
    ],
    [
      'scan: scrub paused since Sun Nov 22 18:50:48 2026\n\tscrub started on Sun Nov 22 18:50:45 2026\n\t193M / 193M scanned, 149M / 193M issued\n\t0B repaired, 77.21% done',
      { kind: 'scrub', state: 'paused', startSeconds: at('2026-11-22T18:50:45Z'), progressRatio: 0.7721 },
    ],
    [
      'scrub: resilver in progress for 0h0m, 34.94% done, 0h0m to go',
      { kind: 'resilver', state: 'running', progressRatio: 0.3494 },
    ],
    [
      'scan: resilver in progress since Sun Nov 22 18:51:43 2026\n\t0B / 273M scanned, 0B / 0B issued\n\t0B resilvered, -nan% done, no estimated completion time',
      { kind: 'resilver', state: 'running', startSeconds: at('2026-11-22T18:51:43Z') },
    ],
    [
      'scan: resilvered 69.9M in 0 days 00:00:04 with 0 errors on Sun Nov 22 18:51:06 2026',
      {
        kind: 'resilver',
        state: 'finished',
        endSeconds: at('2026-11-22T18:51:06Z'),
        durationSeconds: 4,
        errorCount: 0,
      },
    ],
    [
      'scan: resilvered (draid1:2d:4c:1s-0) 52.1M in 00:00:01 with 0 errors on Sun Nov 22 18:56:06 2026',
      { kind: 'rebuild', state: 'finished', endSeconds: at('2026-11-22T18:56:06Z'), errorCount: 0 },
    ],
    [
      'scrub: scrubbed 12 error blocks in 0 days 00:00:05 on Sun Nov 22 18:56:06 2026',
      { kind: 'error scrub', state: 'finished', endSeconds: at('2026-11-22T18:56:06Z'), durationSeconds: 5 },
    ],
  ])('is read from %j', (lines, scan) => expect(only(pool(`${lines}\n`)).scans).toEqual([scan]));

  test('may be two: a scrub, and the rebuild of a device since', () => {
    const lines = [
      '  scan: scrub repaired 0B in 00:00:02 with 0 errors on Sun Nov 22 18:54:22 2026',
      '  scan: resilver (mirror-0) in progress since Sun Nov 22 18:55:00 2026',
      '\t1G / 2G scanned, 1G / 2G issued',
      '\t1G resilvered, 50.00% done, no estimated completion time',
    ];
    expect(only(pool(`${lines.join('\n')}\n`)).scans.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'scrub finished',
      'rebuild running',
    ]);
  });

  test('by rebuild is in the JSON beside the others, the newest of which counts', () => {
    const json = (scan_stats: unknown): string =>
      JSON.stringify({
        output_version: { command: 'zpool status' },
        pools: {
          t: {
            name: 't',
            state: 'ONLINE',
            scan_stats,
            vdevs: {
              t: { name: 't', state: 'ONLINE', read_errors: '0', write_errors: '0', checksum_errors: '0' },
            },
            error_count: '0',
          },
        },
      });
    const rebuild = { state: 'COMPLETE', start_time: '1795373900', end_time: '1795373960', errors: '0' };
    const resilver = {
      function: 'RESILVER',
      state: 'FINISHED',
      start_time: '1',
      end_time: '1795373950',
      errors: '0',
      processed: '1',
    };
    const kinds = (stats: unknown): string[] => only(json(stats)).scans.map(({ kind }) => kind);
    expect(kinds({ rebuild_stats: { 'mirror-0': rebuild } })).toEqual(['rebuild']);
    expect(kinds({ ...resilver, rebuild_stats: { 'mirror-0': rebuild } })).toEqual(['rebuild']);
    expect(kinds({ ...resilver, end_time: '1795373999', rebuild_stats: { 'mirror-0': rebuild } })).toEqual([
      'resilver',
    ]);
    expect(kinds({ ...resilver, function: 'SCRUB', rebuild_stats: { 'mirror-0': rebuild } })).toEqual([
      'scrub',
      'rebuild',
    ]);
  });
});

describe('what is not whole, or of another kind, is refused by name', () => {
  test.each([
    ['a table with escaped tabs', pool().replaceAll('\t', '\\t'), /line: found "\\\\tNAME/],
    [
      'decimal commas',
      pool('  scan: scrub repaired 1,5K in 00:00:02 with 0 errors on Sun Nov 22 18:54:22 2026\n'),
      /scan repaired: found "1,5K"/,
    ],
    [
      'dates of another language',
      pool('  scan: scrub canceled on dim. 22 nov. 2026\n'),
      /scan canceled: found "dim\./,
    ],
    [
      'a scan of an unknown kind',
      pool('  scan: polished on Sun Nov 22 18:54:22 2026\n'),
      /scan: found "polished/,
    ],
    ['an unknown word before a colon', pool('mood: fine\n'), /line: found "mood: fine"/],
    [
      'an unknown state of a device',
      pool('', { config: table.replace('sda       ONLINE', 'sda       HAPPY ') }),
      /sda state: found "HAPPY"/,
    ],
    [
      'a table that ends in a row',
      pool('', { config: `${table}\t  sdb       ONLI`, errors: '' }),
      /sdb state: found "ONLI"|sdb/,
    ],
    ['a text that ends before the errors', pool('', { errors: '' }), /errors: found nothing/],
    [
      'a text that ends in the errors',
      pool('', { errors: 'errors: No known da' }),
      /errors: found "No known da"/,
    ],
    ['a row that lacks a count', pool('', { config: table.replace(/(sda.*) 0/, '$1') }), /sda state/],
    [
      'a device two levels below the pool',
      pool('', { config: table.replace('  sda', '    sda') }),
      /config: found "sda"/,
    ],
    ['a device of another pool', pool('', { config: table.replace('tank', 'tonk') }), /config: found "tonk"/],
    ['a table without columns', pool('', { config: '\tNAME STATE\n' }), /config: found "\\tNAME STATE"/],
    [
      'a pool with a name that no pool has',
      pool().replace('pool: tank', 'pool: <html>'),
      /pool: found "<html>"/,
    ],
    ['two states', pool(' state: DEGRADED\n'), /state: found "DEGRADED", expected it once/],
  ])('%s', (_name, text, message) => expect(fault(text)).toMatch(message));

  test.each([
    ['a transcript', `$ zpool status\n${pool()}`],
    ['nothing', ''],
    ['another program', 'zsh: command not found: zpool'],
    ['JSON that was cut', '{"output_version":{"command":"zpool status"},"pools":{"tank":{"name":'],
    ['JSON of zpool list', '{"output_version":{"command":"zpool list"},"pools":{}}'],
    ['JSON without pools', '{"output_version":{"command":"zpool status"}}'],
  ])('%s', (_name, text) => expect(() => parseZpoolStatus(text)).toThrow(FormatError));

  test.each([
    ['a flat list of devices', (pool: Record<string, unknown>) => ({ ...pool, vdevs: { t: {}, sda: {} } })],
    ['a count that is none', (pool: Record<string, unknown>) => ({ ...pool, error_count: '-1' })],
    ['a state that is none', (pool: Record<string, unknown>) => ({ ...pool, state: ['ONLINE'] })],
    ['devices without end', (pool: Record<string, unknown>) => ({ ...pool, spares: nested(2000) })],
  ])('JSON with %s', (_name, change) => {
    const counts = { read_errors: '0', write_errors: '0', checksum_errors: '0' };
    const sound = {
      name: 't',
      state: 'ONLINE',
      vdevs: { t: { name: 't', state: 'ONLINE', ...counts } },
      error_count: '0',
    };
    const json = (pools: unknown) => JSON.stringify({ output_version: { command: 'zpool status' }, pools });
    expect(parseZpoolStatus(json({ t: sound })).faults).toEqual([]);
    expect(parseZpoolStatus(json({ t: change(sound) }))).toEqual({ rows: [], faults: [expect.any(String)] });
  });

  function nested(depth: number): unknown {
    let vdev: unknown = {};
    for (let level = 0; level < depth; level += 1) vdev = { a: { name: 'a', state: 'AVAIL', vdevs: vdev } };
    return vdev;
  }
});

test('whatever is cut from or put into an output, it is read or refused', () => {
  const change = fc.record({ from: fc.nat(3000), length: fc.nat(60), put: fc.string({ maxLength: 20 }) });
  fc.assert(
    fc.property(poolState, fc.boolean(), fc.array(change, { maxLength: 3 }), (state, asText, changes) => {
      const printed = asText ? printText(state) : printJson(state);
      const text = changes.reduce(
        (all, { from, length, put }) => all.slice(0, from) + put + all.slice(from + length),
        printed,
      );
      try {
        for (const { vdevs } of parseZpoolStatus(text).rows)
          for (const { readErrorCount = 0 } of vdevs) expect(readErrorCount).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['a pool of lines without end', `  pool: t\n state: ONLINE\n${'status: x\n\ty\n'.repeat(100_000)}`],
  ['pools without end', '  pool: t\n'.repeat(100_000)],
  ['a row without end', pool('', { config: `${table}\t  ${'a  '.repeat(300_000)}` })],
  ['a note without end', pool('', { config: `${table}\t  sda  ONLINE  0  0  0  ${'tly'.repeat(100_000)}` })],
  [
    'a scan that goes on without end',
    pool(`  scan: scrub in progress since Sun Nov 22 08:24:01 2026\n\t${'x'.repeat(300_000)}\n`),
  ],
  ['a scan without end', pool(`  scan: resilvered (${'in with '.repeat(100_000)}\n`)],
])('%s is refused in a moment', (_name, text) => {
  const start = performance.now();
  const { rows, faults } = parseZpoolStatus(text);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(rows).toEqual([]);
  expect(faults.join().length).toBeLessThan(2000);
});
