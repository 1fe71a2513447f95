import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import backup from '../../collectors/backup.ts';
import { openFrameReader } from '../../src/collect/frames.ts';
import { parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import { failureOf } from '../../src/collect/parse/repository-answers.ts';
import type { Fleet, Host } from '../../src/model/fleet.ts';
import type { EntityRecord, SourceError } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { type MariaDb, missingMariaDb, startMariaDb } from './mariadb.ts';

const collectors = new Map([['backup', backup]]);
const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const home = process.env.HOME;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-backup-'));
  // Where the host keeps what it has verified.
  process.env.HOME = join(root, 'home');
  mkdirSync(process.env.HOME);
});
afterAll(async () => {
  process.env.HOME = home;
  await rm(root, { recursive: true, force: true });
});

interface Found {
  readonly entities: ReadonlyMap<string, EntityRecord>;
  readonly errors: readonly SourceError[];
}

/** This machine as a host, with these services and policies. */
function fleetOf(services: string, backups: string): { fleet: Fleet; host: Host } {
  const fleet = parseFleet(
    `fleet: { name: Test, timeZone: UTC }\nhosts: { here: { local: true, root: false } }\nservices:\n${services}\nbackups:\n${backups}\n`,
    'fleet.yaml',
  );
  const host = fleet.hosts.get('here');
  if (host === undefined) throw new Error('no host');
  return { fleet, host };
}

/** Reads this machine by the real host script. */
async function collect({ fleet, host }: { fleet: Fleet; host: Host }): Promise<Found> {
  const question = questionOf(collectors, host, fleet);
  const answer = await runLocal(question.script, { seconds: 50, bytes: 1 << 24 });
  const parsed = parseAnswer(collectors, host, answer, { at: toInstant(new Date()), fleet }).get('backup');
  return {
    entities: new Map(parsed?.records.map((record) => [record.entity, record])),
    errors: parsed?.errors ?? [],
  };
}

const service = (id: string, policy: string) =>
  `  ${id}: { name: x, url: "https://x.example.org", host: here, backup: ${policy} }`;

/** Runs a line of shell in the folder; throws when it fails. */
function shell(line: string, env: Readonly<Record<string, string>> = {}): string {
  return execFileSync('sh', ['-e', '-c', line], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C', ...env },
  });
}

/** An hour ago: what was written in the last minutes may still grow. */
function age(path: string): void {
  const then = Math.floor(Date.now() / 1000) - 3600;
  utimesSync(path, then, then);
}

const missing = missingMariaDb();
if (missing !== undefined) test('dumps of a real MariaDB', (context) => context.skip(missing));

describe.skipIf(missing !== undefined)('dumps of a real MariaDB', () => {
  let server: MariaDb;
  let folder: string;

  // What each dump is, by its name; the tools that are not here leave theirs out.
  const expected: [name: string, how: string, verdict: string][] = [
    ['good.sql.gz', '$dump koha | gzip >$f', 'valid'],
    ['undated.sql.gz', '$dump --skip-dump-date koha | gzip >$f', 'valid'],
    ['all databases.sql.gz', '$dump --all-databases | gzip >"$f"', 'valid'],
    ['plain.sql', '$dump koha >$f', 'valid'],
    ['good.sql.xz', '$dump koha | xz -1 >$f', 'valid'],
    ['good.sql.zst', '$dump koha | zstd -q >$f', 'valid'],
    ['good.sql.bz2', '$dump koha | bzip2 >$f', 'valid'],
    ['-files.tar.gz', 'tar -czf "$f" data/koha', 'valid'],
    [
      'compact.sql.gz',
      '$dump --compact koha | gzip >$f',
      'unverifiable: made without comments (--compact): it has no closing line',
    ],
    [
      'comments.sql.gz',
      '$dump --skip-comments koha | gzip >$f',
      'unverifiable: made without comments: it has no closing line, its closing statements are there',
    ],
    [
      'schema.sql.gz',
      '$dump --no-data koha | gzip >$f',
      'unverifiable: it holds no row: a dump of the schema alone, or of an empty database',
    ],
    ['other.gz', 'echo hello | gzip >$f', 'unverifiable: of a format without a closing line that is known'],
    [
      'failed.sql.gz',
      '$dump nowhere 2>/dev/null | gzip >$f',
      'bad: its closing line is missing: the dump did not come to its end',
    ],
    ['cut.sql.gz', '$dump koha | head -c 300000 | gzip >$f', 'bad: cut off before its end'],
    ['cut-compact.sql.gz', '$dump --compact koha | head -c 300000 | gzip >$f', 'bad: cut off before its end'],
    ['truncated.sql.gz', '$dump koha | gzip | head -c 30000 >$f', 'bad: cut off before its end'],
    ['truncated.sql.xz', '$dump koha | xz -1 | head -c 10000 >$f', 'bad: cut off before its end'],
    ['truncated.sql.zst', '$dump koha | zstd -q | head -c 10000 >$f', 'bad: cut off before its end'],
    ['truncated.sql.bz2', '$dump koha | bzip2 | head -c 10000 >$f', 'bad: cut off before its end'],
    ['truncated.tar.gz', 'tar -czf - data/koha | head -c 3000 >$f', 'bad: cut off before its end'],
    ['cut.tar.gz', 'tar -cf - data/koha | head -c 30000 | gzip >$f', 'bad: not a whole tar archive'],
    [
      'flipped.sql.gz',
      '$dump koha | gzip >$f; printf XXXX | dd of=$f bs=1 seek=20000 conv=notrunc 2>/dev/null',
      'bad: damaged: it cannot be unpacked whole',
    ],
    ['wrong.sql.gz', '$dump koha >$f', 'bad: not compressed, though its name says so'],
    ['wrong.sql', '$dump koha | gzip >$f', 'bad: compressed by gzip, though its name says otherwise'],
    ['empty.sql.gz', ': >$f', 'bad: empty'],
    ['zeros.sql.gz', 'head -c 5000 /dev/zero >$f', 'bad: filled with zeros'],
  ];
  const dumps = expected.filter(([name]) =>
    [
      ['xz', 'xz'],
      ['zst', 'zstd'],
      ['bz2', 'bzip2'],
    ].every(([ending, tool = '']) => !name.endsWith(`.${ending}`) || isThere(tool)),
  );

  /** One service for each dump, so that each has its record. */
  const fleet = () =>
    fleetOf(
      dumps.map((_, index) => service(`d${index}`, 'each')).join('\n'),
      `  each: { dumps: "${folder}/{service}/*" }`,
    );
  const pathOf = (index: number) => join(folder, `d${index}`, dumps[index]?.[0] ?? '');
  const indexOf = (name: string) => dumps.findIndex(([other]) => other === name);
  const verdictsOf = ({ entities }: Found) =>
    dumps.map(([name], index) => [name, entities.get(`backup:here:d${index}/dumps`)?.facts?.newest_verdict]);

  beforeAll(async () => {
    server = await startMariaDb(root);
    server.query(
      "create database koha; use koha; create table koha.biblio (id int primary key, title varchar(80), barcode varchar(20)) engine=InnoDB; insert into koha.biblio select seq, concat('Title; it''s ', seq, ' -- Dump'), concat('B', seq) from seq_1_to_20000; flush tables",
    );
    folder = join(root, 'dumps');
    for (const [index, [, how]] of dumps.entries()) {
      mkdirSync(join(folder, `d${index}`), { recursive: true });
      // As Koha's own script does: no pipefail, so that a failed dump ends with status 0.
      shell(how, { f: pathOf(index), dump: `mariadb-dump --no-defaults -uroot --socket=${server.socket}` });
      age(pathOf(index));
    }
  });
  afterAll(() => server?.stop());

  test('are found to be what they are', async () => {
    const found = await collect(fleet());
    expect(verdictsOf(found)).toEqual(dumps.map(([name, , verdict]) => [name, verdict]));
    expect(found.errors).toEqual([]);
    const good = found.entities.get(`backup:here:d${indexOf('good.sql.gz')}/dumps`);
    const { size } = statSync(pathOf(indexOf('good.sql.gz')));
    expect(good?.gauges).toMatchObject({
      backup_count: 1,
      backup_valid_count: 1,
      backup_bytes: size,
      newest_valid_bytes: size,
    });
    const completed = /-- Dump completed on (\S+)/.exec(
      shell(`gzip -dc ${pathOf(indexOf('good.sql.gz'))} | tail -n 1`),
    );
    expect(good?.facts?.newest_completed_on).toBe(completed?.[1]);
  });

  test('are read once: the second run believes the first, until a file changes', async () => {
    const first = await collect(fleet());
    const path = pathOf(indexOf('good.sql.gz'));
    const { size, mtimeMs, ino } = statSync(path);
    // Spoilt in place, with its size, time and inode as they were: who reads it again finds out.
    writeFileSync(path, Buffer.alloc(size, 'x'), { flag: 'r+' });
    utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
    expect(statSync(path)).toMatchObject({ size, mtimeMs, ino });
    expect(verdictsOf(await collect(fleet()))).toEqual(verdictsOf(first));
    utimesSync(path, mtimeMs / 1000 + 60, mtimeMs / 1000 + 60);
    const third = new Map(verdictsOf(await collect(fleet())).map(([name = '', verdict]) => [name, verdict]));
    expect(third.get('good.sql.gz')).toBe('bad: not compressed, though its name says so');
  });

  test('are read the same by busybox alone', async () => {
    const some = [
      'undated.sql.gz',
      'compact.sql.gz',
      'schema.sql.gz',
      'failed.sql.gz',
      'cut.sql.gz',
      'truncated.sql.gz',
      'wrong.sql',
      '-files.tar.gz',
    ];
    const few = some.map((name) => service(`d${indexOf(name)}`, 'each')).join('\n');
    const { fleet: own, host } = fleetOf(few, `  each: { dumps: "${folder}/{service}/*" }`);
    const { script } = questionOf(collectors, host, own);
    const env = { PATH: process.env.PATH, HOME: join(root, 'other home') };
    mkdirSync(env.HOME);
    const { stdout } = spawnSync('busybox', ['sh', '-s'], { input: script, env });
    const frames = openFrameReader(1 << 24);
    frames.push(stdout);
    const parsed = parseAnswer(
      collectors,
      host,
      { sections: frames.sections },
      { at: toInstant(new Date()), fleet: own },
    );
    const entities = new Map(parsed.get('backup')?.records.map((record) => [record.entity, record]));
    const verdicts = verdictsOf({ entities, errors: [] });
    for (const [name, , verdict] of dumps.filter((dump) => some.includes(dump[0])))
      expect(verdicts).toContainEqual([name, verdict]);
  });

  test('with names of every kind cost no other its place', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    const names = [
      'it\'s "quoted" $(id) `id` *.sql',
      'a\nf odd 1 1 valid trailer - ',
      '--help',
      'é à.sql',
      '{}',
      'end',
    ];
    for (const name of names) {
      writeFileSync(join(odd, name), 'x');
      age(join(odd, name));
    }
    mkdirSync(join(odd, 'folder'));
    shell(
      `mkfifo "${odd}/pipe"; ln -s /nonexistent "${odd}/link"; printf x >"${odd}/$(printf 'latin-\\351').sql"`,
    );
    writeFileSync(join(odd, 'growing.sql'), 'x');
    const found = await collect(fleetOf(service('odd', 'odd'), `  odd: { dumps: "${odd}/*" }`));
    const record = found.entities.get('backup:here:odd/dumps');
    // Without the name of two lines, the folder, the pipe and the link that leads nowhere.
    expect(record?.gauges).toMatchObject({
      backup_count: 7,
      backup_unverifiable_count: 5,
      backup_unverified_count: 2,
    });
    expect(found.errors.map(({ message }) => message)).toEqual([
      'odd: 1 files with control characters in their names are left out',
    ]);
  });

  test('that take longer than a run may read are left for the next', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    // Four dumps of which each takes most of a second to unpack.
    for (const day of [19, 20, 21, 22]) {
      const path = join(many, `big-2026-10-${day}.sql.gz`);
      shell('head -c 150000000 /dev/zero | gzip -1 >$f', { f: path });
      utimesSync(
        path,
        Date.parse(`2026-10-${day}T02:00:00Z`) / 1000,
        Date.parse(`2026-10-${day}T02:00:00Z`) / 1000,
      );
    }
    const slow = fleetOf(service('many', 'many'), `  many: { dumps: "${many}/*", readFor: 1s }`);
    const countOf = ({ entities }: Found) =>
      entities.get('backup:here:many/dumps')?.gauges?.backup_unverified_count ?? 0;
    const counts: number[] = [];
    for (let run = 0; run < 3; run += 1) counts.push(countOf(await collect(slow)));
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts.every((count, index) => index === 0 || count <= (counts[index - 1] ?? 0))).toBe(true);
  });
});

const noRestic = isThere('restic') ? undefined : 'no restic here (Debian: restic)';
const noBorg = isThere('borg') ? undefined : 'no borg here (Debian: borgbackup)';
const processes: ChildProcess[] = [];
afterAll(async () => {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, 'exit');
  }
});

describe.skipIf(noRestic !== undefined)('repositories of a real restic', () => {
  const env = { RESTIC_PASSWORD: 'open sesame', RESTIC_CACHE_DIR: '/nonexistent' };
  const restic = (repository: string, args: string) =>
    shell(`restic --no-cache -q -r ${repository} ${args}`, env);

  beforeAll(() => {
    mkdirSync(join(root, 'restic'));
    writeFileSync(
      join(root, 'restic/env'),
      '# ours\nexport RESTIC_PASSWORD="open sesame"\nPATH=/nonexistent\n',
    );
    writeFileSync(join(root, 'restic/wrong'), 'RESTIC_PASSWORD=closed\n');
    shell('head -c 600000 /dev/urandom >restic/content');
    restic('restic/good', 'init');
    for (const day of [20, 21, 22])
      restic('restic/good', `backup restic/content --host koha1 --time '2026-11-${day} 02:00:00'`);
    restic('restic/good', "backup restic/content --host omeka1 --tag full --time '2026-11-22 03:00:00'");
    cpSync(join(root, 'restic/good'), join(root, 'restic/damaged'), { recursive: true });
    const packs = readdirSync(join(root, 'restic/damaged/data'), { recursive: true, withFileTypes: true });
    for (const pack of packs.filter((entry) => entry.isFile())) {
      const path = join(pack.parentPath, pack.name);
      const { size } = statSync(path);
      if (size > 100_000) shell(`chmod u+w ${path}`);
      if (size > 100_000) truncateSync(path, size - 10);
    }
  });

  const policy = (name: string, repository: string, environment = 'env') =>
    `  ${name}: { restic: { repository: "${root}/restic/${repository}", environment: "${root}/restic/${environment}" } }`;

  test('are listed, checked, and left as they are; a wrong password and what is not there are told apart', async () => {
    const files = () => readdirSync(join(root, 'restic'), { recursive: true }).toSorted();
    const before = files();
    const found = await collect(
      fleetOf(
        [
          service('koha1', 'good'),
          service('omeka1', 'good'),
          service('bad', 'damaged'),
          service('wrong', 'wrong'),
          service('none', 'none'),
          service('lost', 'lost'),
        ].join('\n'),
        [
          policy('good', 'good'),
          policy('damaged', 'damaged').replace('/damaged"', '/damaged", checkEvery: 1d'),
          policy('wrong', 'good', 'wrong'),
          policy('none', 'none'),
          policy('lost', 'good', 'no such file'),
        ].join('\n'),
      ),
    );
    expect(files()).toEqual(before);
    const listed = JSON.parse(restic('restic/good', 'snapshots --json --no-lock --host koha1')) as unknown[];
    expect(listed).toHaveLength(3);
    expect(found.entities.get('backup:here:koha1/restic')).toMatchObject({
      gauges: { backup_count: 3, backup_valid_count: 3 },
      facts: {
        newest_at: '2026-11-22T02:00:00Z',
        check: 'valid',
        tool_version: expect.stringMatching(/^restic 0\.\d+/),
      },
    });
    expect(found.entities.get('backup:here:omeka1/restic')?.gauges?.backup_count).toBe(1);
    const problems = ['wrong', 'none', 'lost'].map((id) => found.entities.get(`backup:here:${id}/restic`));
    expect(problems.map((record) => record?.facts?.problem)).toEqual([
      expect.stringContaining('the password is wrong'),
      expect.stringContaining('there is no repository'),
      expect.stringContaining('cannot be read'),
    ]);
    expect(problems.every((record) => record?.gauges === undefined)).toBe(true);
    expect(found.errors).toHaveLength(3);
    expect(JSON.stringify(found)).not.toMatch(/sesame|closed/);
  });

  test('that are damaged are bad by restic’s own check', async () => {
    const found = await collect(fleetOf(service('koha1', 'damaged'), policy('damaged', 'damaged')));
    expect(found.entities.get('backup:here:koha1/restic')).toMatchObject({
      gauges: { backup_count: 3, backup_bad_count: 3 },
      facts: {
        check: expect.stringMatching(/^bad .*repository contains errors/),
        d_2026_11_22: 'bad - the check found errors',
      },
    });
  });

  test('are checked again only when that is due', async () => {
    const marks = () =>
      readFileSync(join(root, 'home/.cache/vigie/backups'), 'utf8').match(/^check restic/gm)?.length;
    const before = marks();
    await collect(fleetOf(service('koha1', 'damaged'), policy('damaged', 'damaged')));
    expect(marks()).toBe(before);
  });
});

describe.skipIf(noBorg !== undefined)('repositories of a real borg', () => {
  const env = () => ({
    BORG_PASSPHRASE: 'open sesame',
    BORG_BASE_DIR: join(root, 'borg/base'),
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  });

  beforeAll(() => {
    mkdirSync(join(root, 'borg/base'), { recursive: true });
    writeFileSync(
      join(root, 'borg/env'),
      `BORG_PASSPHRASE='open sesame'\nBORG_BASE_DIR=${root}/borg/other\n`,
    );
    writeFileSync(join(root, 'borg/wrong'), `BORG_PASSPHRASE=closed\nBORG_BASE_DIR=${root}/borg/other\n`);
    writeFileSync(
      join(root, 'borg/env-copy'),
      `BORG_PASSPHRASE='open sesame'\nBORG_BASE_DIR=${root}/borg/third\n`,
    );
    shell('head -c 600000 /dev/urandom >borg/content; borg init -e repokey borg/good', env());
    for (const day of [21, 22])
      shell(
        `borg create --timestamp 2026-11-${day}T02:00:00 borg/good::koha1-2026-11-${day} borg/content`,
        env(),
      );
    cpSync(join(root, 'borg/good'), join(root, 'borg/damaged'), { recursive: true });
    const segments = readdirSync(join(root, 'borg/damaged/data/0')).map((name) =>
      join(root, 'borg/damaged/data/0', name),
    );
    const [largest = ''] = segments.toSorted((a, b) => statSync(b).size - statSync(a).size);
    shell(`printf XXXX | dd of=${largest} bs=1 seek=5000 conv=notrunc 2>/dev/null`);
  });

  const policy = (name: string, repository: string, environment = 'env') =>
    `  ${name}: { borg: { repository: "${root}/borg/${repository}", environment: "${root}/borg/${environment}" } }`;

  test('are listed in UTC and checked; what is damaged, closed or not there is told apart', async () => {
    const found = await collect(
      fleetOf(
        [service('koha1', 'good'), service('wrong', 'wrong'), service('none', 'none')].join('\n'),
        [policy('good', 'good'), policy('wrong', 'good', 'wrong'), policy('none', 'none')].join('\n'),
      ),
    );
    expect(shell('borg list --short borg/good', env()).trim().split('\n')).toHaveLength(2);
    expect(found.entities.get('backup:here:koha1/borg')).toMatchObject({
      gauges: { backup_count: 2, backup_valid_count: 2 },
      facts: { newest_at: '2026-11-22T02:00:00Z', check: 'valid', d_2026_11_21: 'valid -' },
    });
    expect(found.entities.get('backup:here:wrong/borg')?.facts?.problem).toContain('the password is wrong');
    expect(found.entities.get('backup:here:none/borg')?.facts?.problem).toContain('there is no repository');
    expect(JSON.stringify(found)).not.toMatch(/sesame|closed/);

    const damaged = await collect(
      fleetOf(service('koha1', 'damaged'), policy('damaged', 'damaged', 'env-copy')),
    );
    expect(damaged.entities.get('backup:here:koha1/borg')).toMatchObject({
      gauges: { backup_count: 2, backup_bad_count: 2 },
      facts: { check: expect.stringMatching(/^bad Data integrity error/) },
    });
  });

  test('that are locked are read all the same, and borg’s own refusal is known as that', async () => {
    const locker = spawn('borg', ['with-lock', join(root, 'borg/good'), 'sleep', '30'], {
      env: { ...process.env, ...env() },
      stdio: 'ignore',
    });
    processes.push(locker);
    const lock = join(root, 'borg/good/lock.exclusive');
    for (
      let tries = 0;
      tries < 100 && !readdirSync(join(root, 'borg/good')).includes('lock.exclusive');
      tries += 1
    )
      await setTimeout(100);
    const { status, stderr } = spawnSync('borg', ['list', '--json', join(root, 'borg/good')], {
      encoding: 'utf8',
      env: { ...process.env, ...env() },
    });
    expect(failureOf('borg', { status: status ?? 0, notes: stderr })?.kind).toBe('locked');
    const found = await collect(fleetOf(service('koha1', 'good'), policy('good', 'good')));
    expect(found.entities.get('backup:here:koha1/borg')?.gauges?.backup_count).toBe(2);
    expect(statSync(lock).isDirectory()).toBe(true);
    locker.kill();
    await once(locker, 'exit');
  });
});

test('a cold copy is compared with its manifest, each file once a cycle, and what was lost is named', async () => {
  const copy = join(root, 'cold copy');
  mkdirSync(join(copy, 'pages'), { recursive: true });
  for (const page of ['1', '2 recto', '3']) writeFileSync(join(copy, 'pages', page), `page ${page}`);
  const manifest = join(copy, 'SHA256SUMS');
  shell(`cd '${copy}'; sha256sum pages/* >SHA256SUMS`);
  age(manifest);
  const media = fleetOf(
    [service('omeka', 'media'), service('bare', 'bare')].join('\n'),
    `  media: { coldCopy: { path: "${copy}", checkEvery: 1y } }\n  bare: { coldCopy: { path: "${copy}/pages", checkEvery: 1y } }`,
  );
  const read = async () => (await collect(media)).entities.get('backup:here:omeka/cold');
  expect(await read()).toMatchObject({
    gauges: { cold_files_count: 3, cold_checked_count: 3, cold_bad_count: 0, cold_missing_count: 0 },
    facts: { verdict: 'valid' },
  });
  writeFileSync(join(copy, 'pages/2 recto'), 'page 2 RECTO');
  await rm(join(copy, 'pages/3'));
  expect((await read())?.facts?.verdict).toBe('valid');
  // A manifest that changed is compared anew.
  shell(`touch '${manifest}'`);
  const found = await collect(media);
  expect(found.entities.get('backup:here:omeka/cold')).toMatchObject({
    gauges: { cold_checked_count: 3, cold_bad_count: 1, cold_missing_count: 1 },
    facts: { verdict: 'bad', first_bad: 'pages/2 recto' },
  });
  expect(found.entities.get('backup:here:bare/cold')?.facts?.verdict).toBe('unverifiable');
});
