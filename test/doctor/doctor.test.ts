import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeyPair } from '../../src/demo/ssh-hosts.ts';
import { examine } from '../../src/doctor/doctor.ts';
import type { Finding } from '../../src/doctor/examination.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { fromSeconds, toSeconds } from '../../src/model/time.ts';
import { compact } from '../../src/store/compact.ts';
import { listSnapshots, writeSnapshot } from '../../src/store/snapshots.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';
import { fingerprint } from '../live/command.ts';

const now = '2026-11-22T12:00:00Z';
const fleetYaml = `fleet: { name: Essai, every: 1h }
access: { ssh: { key: key, user: vigie } }
hosts:
  hv1: { ssh: hv1.example.org }
  hv2: { ssh: hv2.example.org }
services:
  koha: { name: Koha, url: "https://koha.example.org" }
`;
let workspace: Workspace;
let data: string;

/** What a run sees at an instant; uptime and wall clock go on together. */
function recordsAt(at: string): EntityRecord[] {
  const uptime = (seconds: number) => toSeconds(at) - toSeconds('2026-11-01T00:00:00Z') + seconds;
  return [
    { entity: 'host:hv1', at, epoch: 'a', clock_seconds: uptime(0), gauges: { load1_count: 1 } },
    { entity: 'host:hv2', at, epoch: 'b', clock_seconds: uptime(500), gauges: { load1_count: 1 } },
  ];
}

async function writeHost(at: string, records = recordsAt(at), vantage?: string): Promise<string> {
  const snapshot = { schema: 'vigie/snapshot@1' as const, collector: 'host', at, records, errors: [] };
  return writeSnapshot(workspace, vantage === undefined ? snapshot : { ...snapshot, vantage });
}

async function writeProbe(at: string): Promise<void> {
  const records = [{ entity: 'check:koha:page', at, state: 'up' as const }];
  await writeSnapshot(workspace, { schema: 'vigie/snapshot@1', collector: 'probe', at, records, errors: [] });
}

async function run() {
  await compact({
    workspace,
    timeZone: 'Europe/Paris',
    everySeconds: 3600,
    retentionSeconds: 14 * 86_400,
    now,
    onBroken: () => undefined,
  });
}

/** All findings, each with its examination. */
async function found(at = now): Promise<(Finding & { readonly check: string })[]> {
  const examined = await examine(workspace, at, {});
  return examined.flatMap(({ name, findings }) => findings.map((finding) => ({ check: name, ...finding })));
}

beforeEach(async () => {
  workspace = workspaceAt(mkdtempSync(join(tmpdir(), 'vigie-doctor-')));
  data = workspace.data;
  mkdirSync(data);
  const key = createKeyPair();
  writeFileSync(join(data, 'fleet.yaml'), fleetYaml);
  writeFileSync(join(data, 'key'), key.private, { mode: 0o600 });
  writeFileSync(join(data, 'known_hosts'), `hv1.example.org ${key.public}\nhv2.example.org ${key.public}\n`);
  for (let hour = 30; hour >= 0; hour -= 1) {
    const at = fromSeconds(toSeconds(now) - hour * 3600);
    await writeHost(at);
    await writeProbe(at);
  }
  await run();
});

afterEach(() => rmSync(workspace.root, { recursive: true, force: true }));

const snapshot = () => join(data, 'snapshots/2026-11-22/20261122T090000Z-host.json');
const daily = () => join(data, 'daily/2026/2026-11-21.json');

function plantIncident(frontMatter: string): void {
  mkdirSync(join(data, 'incidents'));
  writeFileSync(join(data, 'incidents/2026-11-22-panne.md'), `---\n${frontMatter}---\n`);
}

test('a healthy workspace has no findings, and nothing in it is touched', async () => {
  const before = fingerprint(workspace.root);
  expect(await found()).toEqual([]);
  expect(fingerprint(workspace.root)).toEqual(before);
});

type Planted = [
  fault: string,
  plant: () => void | Promise<void>,
  check: string,
  severity: Finding['severity'],
  told: RegExp,
  /** What follows from it by itself. */
  ...besides: RegExp[],
];

const planted: Planted[] = [
  [
    'an unknown key in fleet.yaml',
    () => appendFileSync(join(data, 'fleet.yaml'), 'hots: {}\n'),
    'fleet',
    'error',
    /fleet\.yaml:8: hots.*hosts\?/,
  ],
  [
    'a domain name whose registry is not known',
    () =>
      writeFileSync(
        join(data, 'fleet.yaml'),
        `${fleetYaml.replace('koha.example.org', 'koha.example.museum')}domains: {}\n`,
      ),
    'fleet',
    'note',
    /domain:example\.museum.*no registry that we know/,
  ],
  [
    'hardware of a host that is not there',
    () =>
      writeFileSync(
        join(data, 'hardware.csv'),
        'host,part,description,serial,acquisition,contract,from,until,price_eur,monthly_eur,endurance_tbw\nhv9,server,x,,bought,,2020-01-01,,,,\n',
      ),
    'fleet',
    'error',
    /hardware\.csv/,
  ],
  [
    'an incident that the pages leave out',
    () => plantIncident('title: Panne\nservices: [koha]\nfrom: 2026-11-22 10:00\nto: 2026-11-22 09:00\n'),
    'announcements',
    'error',
    /2026-11-22-panne\.md: line 5: to: found "2026-11-22 09:00", expected an instant after `from`/,
  ],
  [
    'a service of an incident that the fleet has no more',
    () => plantIncident('title: Panne\nservices: [koha, coral]\nfrom: 2026-11-22 10:00\n'),
    'announcements',
    'note',
    /2026-11-22-panne\.md:3: "coral" a service of fleet\.yaml/,
  ],
  [
    'a key file that is missing',
    () => rmSync(join(data, 'key')),
    'fleet',
    'error',
    /key of hv1, hv2.*no such file/,
  ],
  [
    'a private key that others can read',
    () => chmodSync(join(data, 'key'), 0o644),
    'host keys',
    'error',
    /mode 644.*chmod 600/,
  ],
  [
    'a host without a pinned key',
    () =>
      writeFileSync(
        join(data, 'known_hosts'),
        readFileSync(join(data, 'known_hosts'), 'utf8').split('\n').slice(1).join('\n'),
      ),
    'host keys',
    'error',
    /hv1: no key pinned for hv1\.example\.org.*vigie trust hv1/,
  ],
  [
    'a pinned key of nobody',
    () => appendFileSync(join(data, 'known_hosts'), `old.example.org ${createKeyPair().public}\n`),
    'host keys',
    'note',
    /known_hosts:3/,
  ],
  [
    'a line of known_hosts that is cut',
    () => appendFileSync(join(data, 'known_hosts'), 'hv3.example.org ssh-ed25519 AAAA\n'),
    'host keys',
    'warning',
    /known_hosts:3.*base64/,
  ],
  [
    'a file that is not ours',
    () => writeFileSync(join(data, 'snapshots/notes.txt'), 'x'),
    'workspace',
    'warning',
    /snapshots\/notes\.txt: a file that is not ours/,
  ],
  [
    'a name that tries to be another',
    () => writeFileSync(join(data, 'snapshots/2026-11-22/..%2f..%2fetc.json'), '{}'),
    'workspace',
    'warning',
    /not ours/,
  ],
  [
    'a link to elsewhere',
    () => symlinkSync('/etc/hostname', join(data, 'snapshots/2026-11-22/20261122T093000Z-host.json')),
    'workspace',
    'warning',
    /a symbolic link/,
  ],
  [
    'what a killed run left behind',
    () => {
      const path = join(data, 'daily/2026/2026-11-22.json.123456');
      writeFileSync(path, '{');
      utimesSync(path, toSeconds(now) - 200_000, toSeconds(now) - 200_000);
    },
    'workspace',
    'note',
    /temporary file older than a day/,
  ],
  [
    'the lock of a killed compaction',
    () => {
      const lock = join(workspace.cache, 'compact.lock');
      mkdirSync(lock);
      utimesSync(lock, toSeconds(now) - 300, toSeconds(now) - 300);
    },
    'workspace',
    'note',
    /compact\.lock: a lock that nobody renews/,
  ],
  [
    'a truncated rollup',
    () => truncateSync(daily(), 200),
    'files',
    'error',
    /2026-11-21\.json: not JSON.*vigie compact/,
  ],
  ['an empty rollup', () => writeFileSync(daily(), ''), 'files', 'error', /the file is empty/],
  [
    'a rollup of a newer version',
    () => writeFileSync(daily(), readFileSync(daily(), 'utf8').replace('daily@2', 'daily@3')),
    'files',
    'error',
    /newer Vigie.*update Vigie/,
  ],
  [
    'a rollup under another name',
    () => writeFileSync(join(data, 'daily/2026/2026-11-20.json'), readFileSync(daily())),
    'files',
    'error',
    /found "2026-11-21", expected "2026-11-20"/,
  ],
  [
    'a broken month',
    () => {
      mkdirSync(join(data, 'monthly'), { recursive: true });
      writeFileSync(join(data, 'monthly/2026-10.json'), '{"schema": "vigie/monthly@2"}');
    },
    'files',
    'error',
    /2026-10\.json/,
  ],
  [
    'a binary snapshot',
    () => writeFileSync(snapshot(), Buffer.from([0, 1, 2, 255, 254])),
    'files',
    'error',
    /20261122T090000Z-host\.json: not JSON/,
  ],
  [
    'a snapshot full of NULs',
    () => writeFileSync(snapshot(), Buffer.alloc(5000)),
    'files',
    'error',
    /not JSON/,
  ],
  [
    'a snapshot of 200 MB',
    () => truncateSync(snapshot(), 200 * 1024 * 1024),
    'files',
    'error',
    /209715200 bytes, expected at most/,
  ],
  [
    'a snapshot under another name',
    () =>
      writeFileSync(snapshot(), readFileSync(join(data, 'snapshots/2026-11-22/20261122T080000Z-host.json'))),
    'files',
    'error',
    /content of 20261122T080000Z-host\.json/,
  ],
  [
    'keys that would change all objects',
    () =>
      writeFileSync(
        snapshot(),
        readFileSync(snapshot(), 'utf8').replace('"gauges":{', '"__proto__":{"x":1},"gauges":{'),
      ),
    'files',
    'error',
    /__proto__/,
  ],
  [
    'days without data',
    async () => {
      await writeHost('2026-11-17T12:00:00Z');
      await run();
    },
    'gaps',
    'note',
    /2026-11-18 to 2026-11-20: 3 days without data/,
    /collector host: no run between 2026-11-17T12:00:00Z and/,
  ],
  [
    'a check that was never seen',
    () =>
      appendFileSync(
        join(data, 'fleet.yaml'),
        '  omeka: { name: Omeka, url: "https://omeka.example.org" }\n',
      ),
    'gaps',
    'warning',
    /check:omeka:page: never seen/,
  ],
  [
    'a snapshot dated in the future',
    async () => {
      await writeHost('2031-01-01T00:00:00Z');
    },
    'clocks',
    'error',
    /dated 2031-01-01T00:00:00Z, in the future.*timedatectl/,
  ],
  [
    'a collector whose clock is an hour ahead',
    async () => {
      const at = '2026-11-22T13:00:00Z';
      await writeHost(at, recordsAt(at), 'lyon');
    },
    'clocks',
    'warning',
    /dated 2026-11-22T13:00:00Z/,
  ],
  [
    'one disk on two hosts',
    async () => {
      const at = '2026-11-22T12:00:01Z';
      await writeHost(
        at,
        ['hv1', 'hv2'].map((host) => ({ entity: `disk:${host}:sda`, at, facts: { host, serial: 'S3Z' } })),
      );
    },
    'disks',
    'warning',
    /S3Z on 2 disks/,
  ],
  [
    'a host that left fleet.yaml',
    () => writeFileSync(join(data, 'fleet.yaml'), fleetYaml.replace('  hv2: { ssh: hv2.example.org }\n', '')),
    'orphans',
    'note',
    /hv2: host:hv2.*fleet\.yaml/,
    /known_hosts:2: a key that no host of the fleet shows/,
  ],
  [
    'snapshots that outlived the retention',
    async () => {
      await writeHost('2026-10-20T12:00:00Z');
      await run();
      rmSync(join(data, 'daily/2026/2026-10-20.json'));
    },
    'late snapshots',
    'note',
    /data\/snapshots\/2026-10-20: snapshots older than the retention: 1/,
    /2026-10-21 to 2026-11-20: 31 days without data/,
  ],
  [
    'hardware of a host that is not there, while fleet.yaml is wrong too',
    () => {
      appendFileSync(join(data, 'fleet.yaml'), 'hots: {}\n');
      writeFileSync(
        join(data, 'hardware.csv'),
        'host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw\nhv1,serveur,x,,bought,,,2020-01-01,,,,\n',
      );
    },
    'fleet',
    'error',
    /hardware\.csv:2: part: "serveur"/,
    /fleet\.yaml:8: hots/,
  ],
  [
    'a bastion without a pinned key, by the name that vigie trust knows',
    () =>
      writeFileSync(
        join(data, 'fleet.yaml'),
        fleetYaml.replace('key: key', 'key: key, via: "bastion.example.org:2222"'),
      ),
    'host keys',
    'error',
    /no key pinned for bastion\.example\.org port 2222.*vigie trust bastion\.example\.org:2222$/,
  ],
  [
    'a folder that is not ours',
    () => mkdirSync(join(data, 'daily/archive')),
    'workspace',
    'warning',
    /daily\/archive: a folder that is not ours/,
  ],
  [
    'a day that the calendar does not have',
    () => writeFileSync(join(data, 'daily/2026/2026-02-30.json'), readFileSync(daily())),
    'workspace',
    'warning',
    /2026-02-30\.json: a file that is not ours/,
  ],
  [
    'a snapshot in the folder of another day',
    () =>
      renameSync(
        join(data, 'snapshots/2026-11-21/20261121T120000Z-host.json'),
        join(data, 'snapshots/2026-11-22/20261121T120000Z-host.json'),
      ),
    'workspace',
    'warning',
    /2026-11-22\/20261121T120000Z-host\.json: a file that is not ours/,
  ],
  [
    'a file where a folder should be',
    () => writeFileSync(join(data, 'monthly'), ''),
    'workspace',
    'error',
    /monthly: no folder, but a file/,
  ],
  [
    'a folder that leads to itself',
    () => {
      rmSync(join(data, 'daily'), { recursive: true });
      symlinkSync('daily', join(data, 'daily'));
    },
    'files',
    'error',
    /daily: ELOOP/,
    /daily: ELOOP a folder that can be written/,
  ],
  [
    'an import that was killed',
    () => {
      const path = join(data, 'imports/.metrics-0123456789ab-4711');
      mkdirSync(path, { recursive: true });
      utimesSync(path, toSeconds(now) - 200_000, toSeconds(now) - 200_000);
    },
    'workspace',
    'note',
    /metrics-0123456789ab-4711: a temporary file older than a day/,
  ],
  [
    'an entity of a rollup with a key that would change all objects',
    () =>
      writeFileSync(
        daily(),
        readFileSync(daily(), 'utf8').replace('"entities": {', '"entities": {"__proto__": {"samples": 1},'),
      ),
    'files',
    'warning',
    /2026-11-21\.json: the key "__proto__"/,
  ],
  [
    'a disk that two hosts tell of by its serial number',
    async () => {
      const at = '2026-11-22T12:00:01Z';
      await writeHost(
        at,
        ['hv1', 'hv2'].map((host) => ({ entity: 'disk:S3Z', at, facts: { host, serial: 'S3Z' } })),
      );
    },
    'disks',
    'warning',
    /disk:S3Z on hv1, disk:S3Z on hv2: S3Z on 2 disks/,
  ],
  [
    'a run that was written down later than one that is dated after it',
    async () => {
      for (const { path, at } of await listSnapshots(workspace, ['2026-11-21', '2026-11-22']))
        utimesSync(path, toSeconds(at), toSeconds(at));
      utimesSync(snapshot(), toSeconds(now) - 7000, toSeconds(now) - 7000);
    },
    'clocks',
    'note',
    /T090000Z-host\.json: dated 3600 s before 2026-11-22T10:00:00Z/,
  ],
  [
    'a machine that collects by a clock that is half an hour behind',
    async () => {
      const records = recordsAt(now).map((record) => ({ ...record, at: '2026-11-22T11:30:00Z' }));
      await writeHost('2026-11-22T11:30:00Z', records, 'lyon');
    },
    'clocks',
    'warning',
    /vantage lyon: its clock is 1800 s behind that of the machine that collects without --vantage/,
  ],
];

describe('the doctor names', () => {
  test.each(planted)('%s', async (_, plant, check, severity, told, ...besides) => {
    await plant();
    const before = fingerprint(workspace.root);
    const findings = await found();
    const lineOf = ({ where, found, expected = '', advice }: Finding) =>
      `${where}: ${found} ${expected} ${advice}`;
    const isExpected = (finding: Finding & { readonly check: string }) =>
      finding.check === check && finding.severity === severity && told.test(lineOf(finding));
    expect(findings.filter(isExpected), JSON.stringify(findings, null, 2)).toHaveLength(1);
    expect(findings.filter((finding) => !isExpected(finding)).map(lineOf)).toEqual(
      besides.map((other) => expect.stringMatching(other)),
    );
    expect(fingerprint(workspace.root)).toEqual(before);
  });

  test('no disk that was moved from one host to another', async () => {
    const disk = (at: string, host: string) => ({ entity: 'disk:S3Z', at, facts: { host, serial: 'S3Z' } });
    for (const [at, host] of [
      ['2026-11-22T10:00:01Z', 'hv1'],
      ['2026-11-22T11:00:01Z', 'hv2'],
      ['2026-11-22T12:00:01Z', 'hv2'],
    ] as const)
      await writeHost(at, [...recordsAt(at), disk(at, host)]);
    expect(await found()).toEqual([]);
  });

  test('no gap of a collector that runs less often than the fleet', async () => {
    for (const at of ['2026-11-21T12:00:10Z', '2026-11-21T18:00:10Z', '2026-11-22T00:00:10Z'])
      await writeSnapshot(workspace, {
        schema: 'vigie/snapshot@1',
        collector: 'smart',
        at,
        records: [],
        errors: [],
      });
    expect(await found('2026-11-22T12:00:00Z')).toEqual([]);
  });

  test('a collector that paused, and one that has stopped', async () => {
    rmSync(snapshot());
    for (const hour of ['07', '08'])
      rmSync(join(data, `snapshots/2026-11-22/20261122T${hour}0000Z-host.json`));
    const findings = await found('2026-11-22T20:00:00Z');
    expect(findings.map(({ where, severity, found }) => [where, severity, found])).toEqual([
      ['collector host', 'note', 'no run between 2026-11-22T06:00:00Z and 2026-11-22T10:00:00Z'],
      ['collector host', 'warning', 'the last run was at 2026-11-22T12:00:00Z'],
      ['collector probe', 'warning', 'the last run was at 2026-11-22T12:00:00Z'],
    ]);
  });

  test('whose clock jumped: that of the collecting machine when all hosts disagree with it, else of the host', async () => {
    const later = '2026-11-22T12:30:00Z';
    const jumped = recordsAt('2026-11-22T12:00:30Z').map((record) => ({ ...record, at: later }));
    await writeHost(later, jumped);
    const [ours] = (await found('2026-11-22T12:30:00Z')).filter(({ check }) => check === 'clocks');
    expect(ours?.where).toBe('the machine that collects');
    expect(ours?.found).toContain('went on by 1770 s more than the uptime of 2 hosts');
    rmSync(join(data, 'snapshots/2026-11-22/20261122T123000Z-host.json'));
    await writeHost(later, [...jumped.slice(0, 1), ...recordsAt(later).slice(1)]);
    const [theirs] = (await found('2026-11-22T12:30:00Z')).filter(({ check }) => check === 'clocks');
    expect(theirs?.where).toBe('host:hv1');
  });
});
