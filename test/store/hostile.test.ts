import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Workspace } from '../../src/store/workspace.ts';
import {
  arrive,
  check,
  compactAll,
  emptyWorkspace,
  later,
  putFile,
  removeWorkspace,
  runOf,
  tellHistory,
  textsBelow,
} from './workspaces.ts';

let workspace: Workspace;

beforeEach(() => {
  workspace = emptyWorkspace();
});

afterEach(() => removeWorkspace(workspace));

const at = '2026-11-20T10:00:00Z';
const name = 'snapshots/2026-11-20/20261120T100000Z-probe.json';

describe('a file with keys that name what each object inherits', () => {
  const record = '{"entity":"host:hv1","at":"2026-11-20T10:00:00Z"';
  const snapshot = (records: string, more = '') =>
    `{"schema":"vigie/snapshot@1",${more}"collector":"probe","at":"2026-11-20T10:00:00Z","records":[${records}],"errors":[]}`;
  const evil = '"__proto__":{"polluted":1}';
  const texts: Readonly<Record<string, string>> = {
    'at its top': snapshot('', `${evil},`),
    'in a record': snapshot(`${record},${evil}}`),
    'among gauges': snapshot(`${record},"gauges":{${evil},"load_ratio":1}}`),
    'among gauges, as a number': snapshot(`${record},"gauges":{"__proto__":1,"load_ratio":1}}`),
    'among counters': snapshot(`${record},"counters":{${evil},"sent_bytes_total":1}}`),
    'among facts': snapshot(`${record},"facts":{"__proto__":"polluted","constructor":"polluted"}}`),
    'as an entity': snapshot('{"entity":"__proto__","at":"2026-11-20T10:00:00Z"}'),
    'as an entity of a kind': snapshot('{"entity":"host:__proto__","at":"2026-11-20T10:00:00Z"}'),
  };
  const days: Readonly<Record<string, string>> = {
    'among the entities of a day': `"entities":{${evil}},"carry":{}`,
    'among the gauges of a day': `"entities":{"host:hv1":{"samples":1,"gauges":{${evil}}}},"carry":{}`,
    'among the facts of a day': `"entities":{"host:hv1":{"samples":1,"facts":{"__proto__":"polluted"}}},"carry":{}`,
    'in the carry of a day': `"entities":{},"carry":{${evil}}`,
  };

  /** What an object inherits has not changed, and what is good is read. */
  async function expectClean(): Promise<void> {
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(typeof {}.constructor).toBe('function');
    const { entities } = await tellHistory(workspace, 'Europe/Paris', () => undefined);
    expect(entities['check:s:page']?.samples).toEqual([1]);
    expect(Object.getPrototypeOf(entities['check:s:page'])).toBe(Object.prototype);
  }

  for (const [where, text] of Object.entries(texts)) {
    test(`${where} of a snapshot changes no object, and costs no more than itself`, async () => {
      arrive(workspace, [runOf(later(at, 1), [check(later(at, 1))])]);
      putFile(join(workspace.data, name), text);
      await compactAll(workspace);
      const { broken } = await compactAll(workspace);
      // Some keys are refused with their file, which is told; others mean nothing.
      expect(broken.filter(({ file }) => file !== join(workspace.data, name))).toEqual([]);
      expect(textsBelow(workspace, 'snapshots')[name]).toBe(text);
      await expectClean();
    });
  }

  for (const [where, rest] of Object.entries(days)) {
    test(`${where} changes no object`, async () => {
      const path = 'daily/2026/2026-11-21.json';
      const head =
        '{\n"schema":"vigie/daily@2","day":"2026-11-21","timeZone":"Europe/Paris","inputs":{"snapshots":0,"digest":""},"carry_digest":""';
      arrive(workspace, [runOf(at, [check(at)]), runOf(later(at, 48), [check(later(at, 48), 'up', 'next')])]);
      putFile(join(workspace.data, path), `${head},\n${rest}\n}\n`);
      await compactAll(workspace);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
      const { entities } = await tellHistory(workspace, 'Europe/Paris', () => undefined);
      expect(entities['check:s:page']?.samples[0]).toBe(1);
      expect(textsBelow(workspace, 'daily')[path]).toContain('__proto__');
    });
  }
});

describe('clocks that are wrong', () => {
  test('by an hour, of one of two vantages: both are read, and neither hides the other', async () => {
    const now = '2026-11-20T12:00:00Z';
    const looks = Array.from({ length: 12 }, (_, hour) => later(now, -hour));
    arrive(
      workspace,
      looks.flatMap((time) => [
        runOf(time, [check(time, 'up', 'right')], { vantage: 'lyon' }),
        // An hour fast: its newest look is dated after now.
        runOf(later(time, 1), [check(later(time, 1), 'up', 'fast')], { vantage: 'paris' }),
      ]),
    );
    const { broken } = await compactAll(workspace, { now });
    expect(broken).toEqual([]);
    const { days, entities } = await tellHistory(workspace);
    expect(days).toEqual(['2026-11-20']);
    expect(entities['check:right:page']?.samples).toEqual([12]);
    expect(entities['check:fast:page']?.samples).toEqual([12]);
  });

  test('by more than a day: what they wrote is told and waits for its time, and closes no day', async () => {
    const now = '2026-11-20T12:00:00Z';
    const future = '2027-11-20T12:00:00Z';
    arrive(workspace, [runOf(at, [check(at)]), runOf(future, [check(future)])]);
    for (const _ of [1, 2]) {
      const { broken } = await compactAll(workspace, { now, retentionDays: 2 });
      expect(broken.map(({ message }) => message)).toEqual([
        `dated in the future: found ${future}, expected at most 2026-11-21T12:00:00Z`,
      ]);
    }
    expect((await tellHistory(workspace)).days).toEqual(['2026-11-20']);
    // A day whose snapshots are late is open as before.
    arrive(workspace, [runOf(later(at, -24), [check(later(at, -24))])]);
    expect((await compactAll(workspace, { now, retentionDays: 2 })).summary.daysWritten).toContain(
      '2026-11-19',
    );
    const { broken } = await compactAll(workspace, { now: later(future, 1), retentionDays: 2 });
    expect(broken).toEqual([]);
    const history = await tellHistory(workspace, 'Europe/Paris', undefined, later(future, 1));
    expect(history.days).toHaveLength(367);
  });

  test('of a machine that wrote a rollup, by years: the rollup is told, closes no day and stays', async () => {
    const now = '2026-11-20T12:00:00Z';
    arrive(workspace, [runOf(at, [check(at)])]);
    await compactAll(workspace, { now, retentionDays: 2 });
    for (const text of [textsBelow(workspace, 'daily')['daily/2026/2026-11-20.json'] ?? '', '']) {
      const far = putFile(join(workspace.data, 'daily/2199/2199-01-01.json'), text);
      const [late] = [later(at, text === '' ? 2 : 1)];
      arrive(workspace, [runOf(late, [check(late, 'down')])]);
      const { summary, broken } = await compactAll(workspace, { now, retentionDays: 2 });
      expect(summary).toMatchObject({ daysWritten: ['2026-11-20'], monthsWritten: [], snapshotsDropped: 0 });
      expect(broken).toContainEqual({
        file: far,
        message: 'dated in the future: found 2199-01-01, expected at most 2026-11-21',
      });
      expect(textsBelow(workspace, 'daily')['daily/2199/2199-01-01.json']).toBe(text);
    }
  });

  test('of the machine that compacts, ahead by years for one run: no snapshot of an open day is dropped', async () => {
    arrive(
      workspace,
      Array.from({ length: 6 }, (_, day) => later(at, 24 * day)).map((time) => runOf(time, [check(time)])),
    );
    const fast = later(at, 24 * 400);
    arrive(workspace, [runOf(fast, [check(fast)])]);
    // The machine reads its own clock for what it collects, too.
    const { summary } = await compactAll(workspace, { now: fast, retentionDays: 3 });
    expect(summary).toMatchObject({ snapshotsDropped: 1, daysDropped: 0 });
    const late = later(at, 24 * 4 + 1);
    arrive(workspace, [runOf(late, [check(late, 'down')])]);
    const now = later(at, 24 * 6);
    expect((await compactAll(workspace, { now, retentionDays: 3 })).summary.daysWritten).toContain(
      '2026-11-24',
    );
    const { entities } = await tellHistory(workspace, 'Europe/Paris', () => undefined, now);
    expect(entities['check:s:page']?.timeline).toContainEqual([late, 'down']);
  });

  test('that no calendar of ours has are told, and cost nothing else', async () => {
    arrive(workspace, [runOf(at, [check(at)])]);
    const strange = [
      'snapshots/0001-01-01/00010101T000000Z-probe.json',
      'snapshots/1970-01-01/19700101T000000Z-probe.json',
      'snapshots/9999-12-31/99991231T235959Z-probe.json',
    ].map((name) => putFile(join(workspace.data, name), '{}'));
    const { broken } = await compactAll(workspace);
    expect(broken.map(({ file }) => file)).toEqual(strange.map((path) => dirname(path)));
    expect((await tellHistory(workspace)).days).toEqual(['2026-11-20']);
  });

  test('of the machine that compacts, set back by years: nothing is written, and nothing lost', async () => {
    arrive(workspace, [runOf(at, [check(at)])]);
    await compactAll(workspace);
    const before = textsBelow(workspace, 'daily', 'snapshots');
    await compactAll(workspace, { now: '1970-01-01T00:00:10Z', retentionDays: 1 });
    expect(textsBelow(workspace, 'daily', 'snapshots')).toEqual(before);
  });

  test('within a run: records that cannot be of it are told and left out, the others count', async () => {
    const own = [check(at), check(later(at, 30), 'down', 'late'), check(later(at, -1), 'down', 'early')];
    arrive(workspace, [runOf(at, own)]);
    const { broken } = await compactAll(workspace);
    expect(broken.map(({ message }) => message)).toEqual([
      expect.stringContaining('2 records left out: found check:late:page read at 2026-11-21T16:00:00Z'),
    ]);
    expect(Object.keys((await tellHistory(workspace)).entities)).toEqual(['check:s:page']);
  });
});
