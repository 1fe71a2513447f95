import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import backup from '../../collectors/backup.ts';
import type { Section } from '../../src/collect/collector.ts';
import { EntityRecord, SourceError } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const fleet = parseFleet(
  `fleet: { name: Test }
hosts:
  hv1: { ssh: hv1.example.org }
  store: { ssh: store.example.org }
  bare: { ssh: bare.example.org, root: false }
services:
  koha: { name: Koha, url: "https://koha.example.org", host: hv1, container: koha1, backup: standard }
  koha-old: { name: Koha, url: "https://old.example.org", host: hv1, backup: { policy: standard, as: mulhouse_old } }
  omeka: { name: Omeka, url: "https://omeka.example.org", host: bare, backup: media }
backups:
  standard:
    on: store
    dumps: "/backup/{service}/*.sql.gz"
    readFor: 2m
    restic: { repository: /srv/restic, on: hv1, environment: /root/restic.env }
  media: { borg: "ssh://store.example.org/./{service}", coldCopy: { path: /cold/media, checkEvery: 1y, on: store } }
`,
  'fleet.yaml',
);
const at = '2026-11-22T09:35:00Z';
const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });

function commandsOf(id: string) {
  const host = fleet.hosts.get(id);
  if (host === undefined) throw new Error(id);
  return backup.commandsFor(host, fleet);
}

function parse(host: string, sections: Readonly<Record<string, Section>>) {
  const { records, errors } = backup.parse(new Map(Object.entries(sections)), { host, at, fleet });
  return { errors, entities: new Map(records.map((record) => [record.entity, record])) };
}

describe('what a host is asked', () => {
  test('is what the policies say lies on it, by root where we may be it', () => {
    expect(Object.keys(commandsOf('store'))).toEqual(['dumps', 'cold']);
    expect(Object.keys(commandsOf('hv1'))).toEqual(['restic']);
    expect(commandsOf('hv1').restic?.asRoot).toBe(true);
    expect(Object.keys(commandsOf('bare'))).toEqual(['borg']);
    expect(commandsOf('bare').borg?.asRoot).toBeUndefined();
  });

  test('names each file as a word, with the wildcards left to the shell', () => {
    const { run } = commandsOf('store').dumps ?? { run: '' };
    expect(run).toContain("\nof koha '/backup/koha' '/backup/koha/'*'.sql.gz'\n");
    expect(run).toContain("\nof koha-old '/backup/mulhouse_old' '/backup/mulhouse_old/'*'.sql.gz'\n");
  });

  test('may take as long as the policy lets dumps be read', () => {
    expect(commandsOf('store').dumps?.timeoutSeconds).toBe(150);
  });

  test('holds no password: the file that does is read there', () => {
    const { run } = commandsOf('hv1').restic ?? { run: '' };
    expect(run).toContain("'/srv/restic' '/root/restic.env'");
  });

  test('writes nothing but its own cache', () => {
    for (const host of ['store', 'hv1', 'bare']) {
      for (const { run } of Object.values(commandsOf(host))) {
        const targets = [...run.matchAll(/>>?\s*("[^"]*"|[^\s;)]+)/g)].map(([, target]) => target);
        const allowed = ['&1', '&2', '&3', '&4', '&-', '/dev/null', '"$cache"', '"$cache.new"', 'fresh', '0'];
        expect(targets.filter((target) => !allowed.includes(target ?? ''))).toEqual([]);
      }
    }
  });
});

describe('dumps', () => {
  const dumps = ok(`v 1 1795340100
s koha ok 1
s koha-old absent 0
f koha 334001 1795312800 valid trailer 2026-11-22 /backup/koha/koha-2026-11-22.sql.gz
f koha 396 1795226400 bad trailer - /backup/koha/koha-2026-11-21.sql.gz
f koha 333000 1795140000 valid trailer 2026-11-20 /backup/koha/koha-2026-11-20.sql.gz
f koha 335000 1795053600 unverifiable compact - /backup/koha/koha-2026-11-19.sql.gz
f koha 332000 1794967200 unverified budget - /backup/koha/koha-2026-11-18.sql.gz
c none
end
`);
  const { entities, errors } = parse('store', { tools: ok('/usr/bin/gzip\n/usr/bin/xz\n'), dumps });
  const koha = entities.get('backup:store:koha/dumps');

  test('are counted by what they were found to be', () => {
    expect(koha?.gauges).toEqual({
      backup_count: 5,
      backup_bytes: 1_334_397,
      backup_valid_count: 2,
      backup_unverifiable_count: 1,
      backup_unverified_count: 1,
      backup_bad_count: 1,
      newest_age_seconds: 27_300, // 09:35:00 − 02:00:00
      newest_bytes: 334_001,
      newest_valid_age_seconds: 27_300,
      newest_valid_bytes: 334_001,
    });
  });

  test('are told day by day, each with its verdict, size and reason', () => {
    expect(koha?.facts).toMatchObject({
      d_2026_11_22: 'valid 334001',
      d_2026_11_21: 'bad 396 its closing line is missing: the dump did not come to its end',
      d_2026_11_20: 'valid 333000',
      d_2026_11_19: 'unverifiable 335000 made without comments (--compact): it has no closing line',
      d_2026_11_18: 'unverified 332000 not yet read: no time left in this run',
      newest_at: '2026-11-22T02:00:00Z',
      newest_valid_at: '2026-11-22T02:00:00Z',
      newest_completed_on: '2026-11-22',
      newest_bad: 'koha-2026-11-21.sql.gz: its closing line is missing: the dump did not come to its end',
      tools: 'gzip xz',
    });
  });

  test('of a folder that is not there are none, and that is told', () => {
    const old = entities.get('backup:store:koha-old/dumps');
    expect(old?.gauges?.backup_count).toBe(0);
    expect(old?.facts?.problem).toBe('there is no folder for /backup/mulhouse_old/*.sql.gz');
  });

  test('of a folder that we may not see are not zero: their number is unknown', () => {
    const denied = ok('v 1 1795340100\ns koha denied 0\ns koha-old ok 0\nend\n');
    const record = parse('store', { dumps: denied }).entities.get('backup:store:koha/dumps');
    expect(record?.gauges).toEqual({});
    expect(record?.facts?.problem).toBe('no permission to look for /backup/koha/*.sql.gz');
  });

  test('say what could not be looked at, and that the host cannot keep what it found', () => {
    expect(errors.map(({ message }) => message)).toEqual([
      'the host cannot keep what was verified, and reads the same dumps again in each run',
      'koha: 1 files with control characters in their names are left out',
      'koha-old: there is no folder for /backup/mulhouse_old/*.sql.gz',
    ]);
  });

  test('that an agent of other backups answers about are told of, and the others are read', () => {
    const other = ok('v 1 1795340100\ns other ok 0\ns koha ok 0\nend\n');
    const found = parse('store', { dumps: other });
    expect([...found.entities.keys()]).toEqual(['backup:store:koha/dumps']);
    expect(found.errors[0]?.message).toMatch(/^koha-old: .*install it again$/);
  });
});

const snapshot = (time: string, hostname: string) => ({
  time,
  hostname,
  paths: ['/'],
  tags: null,
  id: 'adf164cf',
});

function restic(status: string, list: unknown, check = ''): Section {
  return ok(
    `\u0005restic 0.14.0\n\u00020 /srv/restic\n${JSON.stringify(list)}\u0001${status}\u0004${check}\u0003\nend\n`,
  );
}

describe('a repository for several services', () => {
  const list = [
    snapshot('2026-11-21T02:00:00Z', 'koha1'),
    snapshot('2026-11-22T02:00:00Z', 'koha1.example.org'),
    snapshot('2026-11-22T03:00:00Z', 'koha10'),
    snapshot('2026-11-22T04:00:00Z', 'mulhouse_old'),
  ];
  const checkedAt = Date.parse('2026-11-21T12:00:00Z') / 1000;

  test('gives each what bears its name or that of its container', () => {
    const { entities } = parse('hv1', { restic: restic(' 0', list) });
    expect(entities.get('backup:hv1:koha/restic')?.gauges?.backup_count).toBe(2);
    expect(entities.get('backup:hv1:koha-old/restic')?.gauges?.backup_count).toBe(1);
  });

  test('is valid as far as its last good check goes, and not yet checked after it', () => {
    const { entities } = parse('hv1', { restic: restic(' 0', list, `${checkedAt} 0 no errors were found`) });
    expect(entities.get('backup:hv1:koha/restic')?.facts).toMatchObject({
      d_2026_11_21: 'valid -',
      d_2026_11_22: 'unverified - not yet checked',
      check: 'valid',
      check_at: '2026-11-21T12:00:00Z',
      tool_version: 'restic 0.14.0',
    });
  });

  test('in which the check found errors is bad', () => {
    const { entities } = parse('hv1', {
      restic: restic(' 0', list, `${checkedAt} 1 Fatal: repository contains errors`),
    });
    expect(entities.get('backup:hv1:koha/restic')?.facts).toMatchObject({
      d_2026_11_22: 'bad - the check found errors',
      check: 'bad Fatal: repository contains errors',
    });
  });

  test.each([
    ['Fatal: wrong password or no key found 1', 'the password is wrong or missing'],
    ['repository is already locked exclusively by PID 4 1', 'locked by another run'],
    ['Is there a repository at the following location? 1', 'there is no repository'],
    [' 124', 'it did not answer in time'],
    ['Fatal: ciphertext verification failed 1', 'the repository is damaged'],
  ])('that says %j has an unknown number of snapshots', (notes, problem) => {
    const { entities, errors } = parse('hv1', { restic: restic(notes, []) });
    const record = entities.get('backup:hv1:koha/restic');
    expect(record?.gauges).toBeUndefined();
    expect(record?.facts?.problem).toContain(problem);
    expect(errors[0]?.message).toContain(`/srv/restic: ${problem}`);
  });

  test('on a host without the tool is told as that', () => {
    const section: Section = { stdout: '', stderr: 'no restic here\n', status: 127, isTruncated: false };
    const { entities, errors } = parse('hv1', { restic: section });
    expect(entities.size).toBe(0);
    expect(errors.map(({ message }) => message)).toEqual(['not installed: no restic here']);
  });
});

test('a repository of the service’s own is all the service’s', () => {
  const list = {
    archives: [{ name: 'anything', start: '2026-11-22T02:00:00.000000' }],
    repository: { location: '/' },
  };
  const borg = ok(
    `\u0005borg 1.2.4\n\u00020 ssh://store.example.org/./omeka\n${JSON.stringify(list)}\u0001 0\u0004\u0003\nend\n`,
  );
  expect(parse('bare', { borg }).entities.get('backup:bare:omeka/borg')?.gauges?.backup_count).toBe(1);
});

describe('a cold copy', () => {
  const cold = (look: string, state = '') => ok(`t 0 /cold/media\nlook ${look}\n${state}end\n`);
  const factsOf = (section: Section) =>
    parse('store', { cold: section }).entities.get('backup:store:omeka/cold');

  test('is unverified until a whole cycle found nothing, and valid then', () => {
    const state = (finished: number) => `state 9-1795300000-42 5 4 1795330000 ${finished} 0 0 3 0 0 0 -\n`;
    expect(factsOf(cold('ok', state(0)))).toMatchObject({
      gauges: {
        cold_files_count: 5,
        cold_checked_count: 3,
        cold_bad_count: 0,
        cold_missing_count: 0,
        cold_unverified_count: 0,
      },
      facts: { verdict: 'unverified', cycle_started_at: '2026-11-22T06:46:40Z' },
    });
    expect(factsOf(cold('ok', state(1795200000)))?.facts?.verdict).toBe('valid');
  });

  test('is bad as soon as one file is gone or differs', () => {
    const state = 'state 9-1795300000-42 5 4 1795330000 0 0 0 3 0 1 0 2014/page 7.tif\n';
    expect(factsOf(cold('ok', state))?.facts).toMatchObject({ verdict: 'bad', first_bad: '2014/page 7.tif' });
  });

  test('without a manifest cannot be verified, and one that is not there has no figures', () => {
    expect(factsOf(cold('no-manifest'))?.facts?.verdict).toBe('unverifiable');
    expect(factsOf(cold('absent'))?.gauges).toBeUndefined();
    expect(factsOf(cold('absent'))?.facts?.problem).toBe('there is no such folder');
  });
});

test('whatever a host answers, records and errors are valid, documented, and of that host', () => {
  const good = [
    'v 1 1795340100',
    's koha ok 0',
    's koha-old denied 0',
    'f koha 334001 1795312800 valid trailer 2026-11-22 /backup/koha/koha-2026-11-22.sql.gz',
    'f koha 396 -1 bad trailer - /backup/koha/\u202e\ud800.sql.gz',
    '\u0005restic 0.14.0',
    '\u00020 /srv/restic',
    '[]\u0001 0\u00041795340000 1 Fatal: no\u0003',
    't 0 /cold/media',
    'look ok',
    'state 9-1795300000-42 5 4 1795330000 99999999999 0 0 3 0 0 0 -',
    'end',
    '',
  ];
  const line = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...good) }, fc.string({ unit: 'binary' }));
  const text = fc.oneof(
    fc.subarray(good).map((lines) => lines.join('\n')),
    fc.array(line).map((lines) => lines.join('\n')),
  );
  const section = fc.record({
    stdout: text,
    stderr: fc.string(),
    status: fc.constantFrom(0, 0, 1, 124, 127, null),
    isTruncated: fc.boolean(),
  });
  const names = fc.constantFrom('tools', 'dumps', 'restic', 'borg', 'cold');
  fc.assert(
    fc.property(fc.constantFrom('hv1', 'store', 'bare'), fc.dictionary(names, section), (host, sections) => {
      const { errors, entities } = parse(host, sections);
      for (const record of entities.values()) {
        expect(EntityRecord.safeParse(record).error).toBeUndefined();
        expect(record.entity).toMatch(new RegExp(`^backup:${host}:`));
        expect(Object.keys(backup.metrics)).toEqual(expect.arrayContaining(Object.keys(record.gauges ?? {})));
      }
      for (const error of errors) expect(SourceError.safeParse(error).error).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('three thousand dumps are read in a moment', () => {
  const files = Array.from({ length: 3000 }, (_, index) => {
    const day = new Date(Date.parse(at) - index * 86_400_000).toISOString().slice(0, 10);
    return `f koha 334001 ${Math.floor(Date.parse(day) / 1000) + 7200} valid trailer ${day} /backup/koha/koha-${day}.sql.gz`;
  });
  const dumps = ok(['v 1 1795340100', 's koha ok 0', 's koha-old ok 0', ...files, 'end', ''].join('\n'));
  const started = performance.now();
  const record = parse('store', { dumps }).entities.get('backup:store:koha/dumps');
  expect(performance.now() - started).toBeLessThan(1000);
  expect(record?.gauges?.backup_count).toBe(3000);
});
