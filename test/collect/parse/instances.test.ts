import { describe, expect, test } from 'vitest';
import {
  parseInstanceSnapshots,
  parseInstanceState,
  parseInstances,
} from '../../../src/collect/parse/instances.ts';

const least = { name: 'c1', status: 'Running' };
const state = { status: 'Running', cpu: { usage: 5e9 }, disk: { root: { usage: 7 } }, network: null };
const first = (instance: unknown) => parseInstances(JSON.stringify([instance])).rows[0];

test('an answer is read with its envelope and without', () => {
  const bare = parseInstances(JSON.stringify([least]));
  expect(bare.rows).toHaveLength(1);
  expect(
    parseInstances(JSON.stringify({ type: 'sync', status: 'Success', error: '', metadata: [least] })),
  ).toEqual(bare);
});

test('an error, another document and a text that is cut are refused by name', () => {
  expect(() =>
    parseInstances('{"type":"error","error":"Instance not found","error_code":404,"metadata":null}'),
  ).toThrow('answer: found "Instance not found", expected no error');
  expect(() => parseInstances('Error: Instance not found\n')).toThrow(/expected whole JSON$/);
  expect(() => parseInstances('{"cpu":{"usage":1}}')).toThrow(/expected a list of instances$/);
  expect(parseInstances('["/1.0/instances/c1"]').faults).toEqual([
    'instance 1: found "/1.0/instances/c1", expected an object',
  ]);
});

describe('the disks of an instance', () => {
  test.each([[{}], [[]], [0], [null], [undefined]])(
    'may be written as %j where the driver cannot tell',
    (disk) => {
      expect(first({ ...least, state: { ...state, disk } })?.state?.disks.size).toBe(0);
    },
  );

  test('of -1 bytes are unknown', () => {
    expect(
      first({ ...least, state: { ...state, disk: { root: { usage: -1 } } } })?.state?.disks.get('root'),
    ).toEqual({
      usedBytes: undefined,
      totalBytes: undefined,
    });
  });
});

test('an instance that never started was never used', () => {
  expect(first({ ...least, last_used_at: '1970-01-01T00:00:00Z' })?.lastUsedAt).toBeUndefined();
  expect(first({ ...least, last_used_at: '0001-01-01T00:00:00Z' })?.lastUsedAt).toBeUndefined();
  expect(first({ ...least, last_used_at: '2026-11-22T18:26:01.82933089Z' })?.lastUsedAt).toBe(
    '2026-11-22T18:26:01.82933089Z',
  );
});

test('instants may have an offset', () => {
  expect(first({ ...least, created_at: '2026-11-22T19:26:01.5+01:00' })?.createdSeconds).toBe(
    Date.UTC(2026, 10, 22, 18, 26, 1) / 1000,
  );
  expect(parseInstances(JSON.stringify([{ ...least, created_at: 'yesterday' }])).faults).toEqual([
    'c1.created_at: found "yesterday", expected an instant such as 2026-11-22T18:25:58Z',
  ]);
});

test('no container snapshot and not asked for are two things', () => {
  expect(first({ ...least, snapshots: null, state })?.snapshots).toEqual([]);
  expect(first(least)?.snapshots).toBeUndefined();
});

test('CPU time is in seconds', () => expect(parseInstanceState(JSON.stringify(state)).cpuSeconds).toBe(5));

test('container snapshots of LXD 3 have the name of their container before their own', () => {
  const answer = [
    { name: 'c1/sunday', creation_date: '2026-11-22T01:00:00Z' },
    { name: 'snap0', created_at: '2026-11-22T02:00:00Z' },
  ];
  expect(parseInstanceSnapshots(JSON.stringify(answer)).rows).toEqual([
    { name: 'sunday', createdSeconds: Date.UTC(2026, 10, 22, 1) / 1000 },
    { name: 'snap0', createdSeconds: Date.UTC(2026, 10, 22, 2) / 1000 },
  ]);
});
