import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { parseObjsets } from '../../../src/collect/parse/objset-kstat.ts';
import { datasetColumns, parseDatasets } from '../../../src/collect/parse/zfs-datasets.ts';
import { parseSnapshots } from '../../../src/collect/parse/zfs-snapshots.ts';
import { parseZpoolList } from '../../../src/collect/parse/zpool-list.ts';

const tabbed = (...fields: readonly string[]): string => `${fields.join('\t')}\n`;

describe('zpool list', () => {
  test.each([
    [
      'OpenZFS since 0.8',
      tabbed('tank', '1006632960', '286654464', '719978496', '184320', '-', '9', '28', '1.00', 'ONLINE', '-'),
      {
        sizeBytes: 1_006_632_960,
        allocatedBytes: 286_654_464,
        freeBytes: 719_978_496,
        checkpointBytes: 184_320,
        fragmentationRatio: 0.09,
        dedupRatio: 1,
      },
    ],
    [
      'OpenZFS 0.7',
      tabbed('tank', '1000', '400', '600', '2000', '33', '42', '1.25', 'ONLINE', '-'),
      {
        sizeBytes: 1000,
        allocatedBytes: 400,
        freeBytes: 600,
        expandableBytes: 2000,
        fragmentationRatio: 0.33,
        dedupRatio: 1.25,
      },
    ],
    [
      'zfs-fuse, which rounds',
      tabbed('tank', '250M', '62.5M', '188M', '25%', '1.00x', 'ONLINE', '-'),
      { sizeBytes: 262_144_000, allocatedBytes: 65_536_000, freeBytes: 197_132_288, dedupRatio: 1 },
    ],
  ])('of %s', (_name, text, expected) =>
    expect(parseZpoolList(text)).toEqual({
      rows: [{ name: 'tank', ...expected, health: 'ONLINE' }],
      faults: [],
    }),
  );

  test('knows nothing but the health of a pool that cannot be opened', () => {
    const text = tabbed('zion', '-', '-', '-', '-', '-', '-', '-', '-', 'FAULTED', '-');
    expect(parseZpoolList(text).rows).toEqual([{ name: 'zion', health: 'FAULTED' }]);
  });

  test.each([
    ['padded with blanks, with titles', 'NAME   SIZE  ALLOC   FREE    CAP  DEDUP  HEALTH  ALTROOT'],
    ['with a device', tabbed('\tsda', '1', '1', '1', '-', '-', '0', '0', '1.00', 'ONLINE')],
    ['with a decimal comma', tabbed('tank', '1,5T', '1', '1', '-', '-', '0', '0', '1.00', 'ONLINE', '-')],
    ['with an unknown health', tabbed('tank', '1', '1', '1', '-', '-', '0', '0', '1.00', 'WELL', '-')],
  ])('%s is refused', (_name, text) =>
    expect(parseZpoolList(text)).toEqual({ rows: [], faults: [expect.any(String)] }),
  );
});

describe('datasets', () => {
  const values: Readonly<Record<string, string>> = {
    name: 'rpool/containers/koha one',
    type: 'filesystem',
    used: '63413760',
    available: '356016640',
    referenced: '175016448',
    usedbydataset: '21411328',
    usedbysnapshots: '42002432',
    usedbychildren: '0',
    usedbyrefreservation: '0',
    logicalused: '70000000',
    logicalreferenced: '190000000',
    quota: '419430400',
    refquota: '0',
    reservation: '0',
    refreservation: '0',
    volsize: '-',
    mountpoint: '/srv/koha one',
    origin: 'rpool/images/7f@readonly',
    creation: '1795374277',
  };
  const expected = {
    name: 'rpool/containers/koha one',
    type: 'filesystem',
    usedBytes: 63_413_760,
    availableBytes: 356_016_640,
    referencedBytes: 175_016_448,
    usedByDatasetBytes: 21_411_328,
    usedBySnapshotsBytes: 42_002_432,
    usedByChildrenBytes: 0,
    usedByRefreservationBytes: 0,
    logicalUsedBytes: 70_000_000,
    logicalReferencedBytes: 190_000_000,
    // Of limits, 0 is none.
    quotaBytes: 419_430_400,
    mountPoint: '/srv/koha one',
    origin: 'rpool/images/7f@readonly',
    createdSeconds: 1_795_374_277,
  };
  const list = (changed: Readonly<Record<string, string>> = {}): string =>
    tabbed(...datasetColumns.map((column) => changed[column] ?? values[column] ?? ''));

  test('of zfs list are read with their blanks', () =>
    expect(parseDatasets(list())).toEqual({ rows: [expected], faults: [] }));

  test('of zfs get, one line a property, are the same; snapshots among them are skipped', () => {
    const lines = Object.entries(values).flatMap(([property, value]) =>
      property === 'name' ? [] : [tabbed(expected.name, property, value)],
    );
    const text = [...lines, tabbed('rpool@a', 'used', '0')].join('');
    expect(parseDatasets(text)).toEqual({ rows: [expected], faults: [] });
  });

  test('may be volumes', () => {
    const volume = { type: 'volume', mountpoint: '-', volsize: '10737418240', quota: '-', origin: '-' };
    expect(parseDatasets(list(volume)).rows[0]).toMatchObject({
      type: 'volume',
      volumeSizeBytes: 10_737_418_240,
    });
    expect(parseDatasets(list(volume)).rows[0]).not.toHaveProperty('mountPoint');
  });

  test.each([
    ['a snapshot', { type: 'snapshot' }],
    ['rounded numbers with a comma', { used: '1,5M' }],
    ['a name that no dataset has', { name: 'rpool/$(id)' }],
    ['a time that is none', { creation: 'Sun Nov 22' }],
  ])('%s costs its own line', (_name, changed) => {
    const { rows, faults } = parseDatasets(`${list(changed)}${list()}`);
    expect(rows).toEqual([expected]);
    expect(faults).toHaveLength(1);
  });

  test('with columns of another command are refused', () =>
    expect(parseDatasets('rpool\t1\t2\t3\n').faults).toEqual([
      expect.stringContaining('found "4", expected 19'),
    ]));
});

describe('ZFS snapshots', () => {
  test('are counted by dataset; the newest is known by its time, not by its place', () => {
    const text = [
      tabbed('tank/a@autosnap_2026-11-22_19:08:53_daily', '1795374533'),
      tabbed('tank/a@new, not last', '1795400000').replace(',', ' -'),
      tabbed('tank/a@snapshot-2026-11-15_sunday', '1794700000'),
      tabbed('tank@x', '1795000000'),
      tabbed('tank', '1790000000'),
    ].join('');
    expect(parseSnapshots(text)).toEqual(
      new Map([
        [
          'tank/a',
          expect.objectContaining({
            newest: 'new - not last',
            createdSeconds: [1795374533, 1795400000, 1794700000],
          }),
        ],
        ['tank', expect.objectContaining({ newest: 'x', createdSeconds: [1795000000] })],
      ]),
    );
  });

  test.each([
    ['a date in words', 'tank@x\tSun Nov 22 18:27 2026\n'],
    ['a line that was cut', 'tank@x\t1795374533\ntank@y\n'],
    ['more columns', 'tank@x\t1795374533\t0\n'],
    ['another text', 'no datasets available\n'],
  ])('%s makes all of it unreadable', (_name, text) =>
    expect(() => parseSnapshots(text)).toThrow(FormatError),
  );

  test('are fast by tens of thousands', () => {
    const text = Array.from({ length: 60_000 }, (_, index) =>
      tabbed(`rpool/containers/koha-${index % 60}@autosnap_${index}_hourly`, `${1_790_000_000 + index}`),
    ).join('');
    const start = performance.now();
    expect(parseSnapshots(text).size).toBe(60);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('objset kstats', () => {
  const kstat = (name: string, since: string, written: number): string =>
    [
      `24 1 0x01 7 2160 ${since} 7145015038451`,
      'name                            type data',
      `dataset_name                    7    ${name}`,
      'writes                          4    4',
      `nwritten                        4    ${written}`,
      'reads                           4    2',
      'nread                           4    28',
      'nunlinks                        4    3',
      'nunlinked                       4    3',
      'zil_commit_count                4    0',
      '',
    ].join('\n');

  test('one after another tell what each dataset wrote, and since which mount', () => {
    const text = kstat('tank', '221578688875', 0) + kstat('tank/data set  two', '221611904716', 12_302);
    expect(parseObjsets(text)).toEqual({
      rows: [
        {
          name: 'tank',
          since: '221578688875',
          clockSeconds: 7145.015038451,
          readBytes: 28,
          writtenBytes: 0,
          readCount: 2,
          writeCount: 4,
        },
        {
          name: 'tank/data set  two',
          since: '221611904716',
          clockSeconds: 7145.015038451,
          readBytes: 28,
          writtenBytes: 12_302,
          readCount: 2,
          writeCount: 4,
        },
      ],
      faults: [],
    });
  });

  test('of another kind, or cut, cost themselves alone', () => {
    const io = '12 3 0x00 1 80 79205351707403 395818011156865\nnread nwritten\n1884160 3206144\n';
    const { rows, faults } = parseObjsets(
      `${io}${kstat('tank', '1', 5)}${kstat('tank/b', '2', 6).slice(0, 200)}`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['tank']);
    expect(faults).toEqual([
      expect.stringContaining('found "nread nwritten", expected name type data'),
      expect.stringMatching(/tank\/b (nread|nwritten|reads): found nothing/),
    ]);
  });
});

test('no text makes the lists throw anything but a FormatError', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc
      .array(fc.constantFrom('tank', '\t', '\n', '1', '-', '@', 'ONLINE', ' ', 'name', '0x01'), {
        maxLength: 60,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (input) => {
      for (const parse of [parseZpoolList, parseDatasets, parseSnapshots, parseObjsets]) {
        try {
          parse(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
