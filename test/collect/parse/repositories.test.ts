import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import {
  parseBorgArchives,
  parseBorgmatic,
  parsePbsSnapshots,
  parseResticSnapshots,
} from '../../../src/collect/parse/repositories.ts';

const seconds = (instant: string) => Date.parse(instant) / 1000;

const snapshot = {
  time: '2026-11-22T03:00:00.123456789+01:00',
  tree: 'd8',
  paths: ['/srv/koha/db'],
  hostname: 'koha1.example.org',
  username: 'root',
  tags: ['daily'],
  id: 'adf164cff746c16fdd1d5f2be0f77737155fd1942596bbe792c34c20979efa3c',
  short_id: 'adf164cf',
};
const borgList = {
  archives: [
    {
      archive: 'koha1-2026-11-22',
      barchive: 'koha1-2026-11-22',
      id: 'f2',
      name: 'koha1-2026-11-22',
      start: '2026-11-22T02:00:00.000000',
      time: '2026-11-22T02:00:00.000000',
    },
  ],
  encryption: { mode: 'repokey' },
  repository: { id: '10', last_modified: '2026-11-22T02:00:05.000000', location: '/srv/borg' },
};
const pbsList = [
  {
    'backup-type': 'ct',
    'backup-id': '101',
    'backup-time': 1795312800,
    size: 8_000_000_000,
    files: [{ filename: 'root.pxar.didx' }],
    owner: 'vigie@pbs',
    verification: { state: 'ok', upid: 'UPID' },
  },
  {
    'backup-type': 'vm',
    'backup-id': 'koha',
    'backup-time': 1795226400,
    files: [],
    verification: { state: 'failed', upid: 'UPID' },
  },
  { 'backup-type': 'host', 'backup-id': 'front', 'backup-time': 1795140000, files: [] },
];

describe('restic', () => {
  test('has its time with its zone, and every name that could say whose it is', () => {
    expect(parseResticSnapshots(JSON.stringify([snapshot]))).toEqual([
      {
        seconds: seconds('2026-11-22T02:00:00Z'),
        names: ['koha1.example.org', 'daily', '', 'srv', 'koha', 'db'],
      },
    ]);
  });
  test('tells what went into a snapshot since version 0.17', () => {
    const [found] = parseResticSnapshots(
      JSON.stringify([{ ...snapshot, summary: { total_bytes_processed: 3_588_961 } }]),
    );
    expect(found?.bytes).toBe(3_588_961);
  });
  test('has no snapshot where older versions say null', () => {
    expect(parseResticSnapshots('null\n')).toEqual([]);
    expect(parseResticSnapshots('[]')).toEqual([]);
  });
});

test('borg run in UTC has its naive times in UTC, and those with a zone in theirs', () => {
  expect(parseBorgArchives(JSON.stringify(borgList))).toEqual([
    { seconds: seconds('2026-11-22T02:00:00Z'), names: ['koha1-2026-11-22'] },
  ]);
  const zoned = {
    ...borgList,
    archives: [{ name: 'a', start: '2026-11-22T02:00:00.000000+0100', stats: { original_size: 12 } }],
  };
  expect(parseBorgArchives(JSON.stringify(zoned))).toEqual([
    { seconds: seconds('2026-11-22T01:00:00Z'), names: ['a'], bytes: 12 },
  ]);
});

test('borgmatic lists the archives of several repositories', () => {
  expect(parseBorgmatic(JSON.stringify([borgList, borgList]))).toHaveLength(2);
});

test('Proxmox Backup Server says itself what it has verified', () => {
  const found = parsePbsSnapshots(JSON.stringify(pbsList));
  expect(found.map(({ names, verified, bytes }) => [names[0], verified, bytes])).toEqual([
    ['101', 'valid', 8_000_000_000],
    ['koha', 'bad', undefined],
    ['front', undefined, undefined],
  ]);
  expect(parsePbsSnapshots(JSON.stringify({ data: pbsList }))).toEqual(found);
});

describe.each([
  ['restic', parseResticSnapshots, [snapshot]],
  ['borg', parseBorgArchives, borgList],
  ['borgmatic', parseBorgmatic, [borgList]],
  ['pbs', parsePbsSnapshots, pbsList],
])('what is not a list of %s', (tool, parse, document) => {
  const others = { restic: [snapshot], borg: borgList, borgmatic: [borgList], pbs: pbsList };
  test.each(Object.entries(others).filter(([name]) => name !== tool))(
    'but of %s is refused',
    (_name, other) => {
      expect(() => parse(JSON.stringify(other))).toThrow(FormatError);
    },
  );
  test.each([
    '',
    '{}',
    '[1]',
    '{"total_size":22122562,"snapshots_count":7}',
    '[{"message_type":"summary"}]',
    'Fatal: no',
  ])('but %j is refused', (text) => expect(() => parse(text)).toThrow(FormatError));
  test('is read or refused, whatever is changed in it', () => {
    const text = JSON.stringify(document);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 5 }), (start, length, put) => {
        try {
          parse(text.slice(0, start) + put + text.slice(start + length));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
