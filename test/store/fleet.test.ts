import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/fault.ts';
import { parseFleet, readFleet } from '../../src/store/fleet.ts';

/** The lines that a user reads. */
function faultsOf(yaml: string): string[] {
  try {
    parseFleet(yaml, 'data/fleet.yaml');
    return [];
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return cause.message.split('\n');
  }
}

describe('a fleet.yaml that is wrong', () => {
  test('tells every fault at once, each with its line and field, in the order of the lines', () => {
    const yaml = `fleet: { name: Réseau, timezone: Europe/Paris }
hosts:
  hv1: { ssh: hv1.example.org }
  Hv 2: { ssh: hv2.example.org }
services:
  koha:
    name: Catalogue
    url: https://catalogue.example.org
    application: koha
    host: hv9
    libraries: [mulhouse]
`;
    expect(faultsOf(yaml)).toEqual([
      'data/fleet.yaml:1: fleet.timezone: found "timezone", expected timeZone? (one of name, timeZone, locales, every, retention, url, contact)',
      'data/fleet.yaml:4: hosts.Hv 2: found "Hv 2", expected lower-case letters, digits and single hyphens, such as koha-mulhouse',
      'data/fleet.yaml:10: services.koha.host: found "hv9", expected a host of this file (hv1)',
      'data/fleet.yaml:11: services.koha.libraries.0: found "mulhouse", expected a library of this file (there is none)',
    ]);
  });

  test.each(['"R\\nligne"', '"S\\x01"', '"\\uFFFE"'])(
    'refuses the name %s, which no feed may hold',
    (name) => {
      expect(faultsOf(`fleet: { name: Réseau }\nlibraries: { a: { name: ${name} } }\n`)).toEqual([
        expect.stringContaining('libraries.a.name: '),
      ]);
    },
  );

  test.each([
    ['locales: [fr, fr]', /locales.*expected each language once/],
    ['url: "https://ex.org/etat/"', /url.*expected an address without path/],
    ['url: "https://ex.org/?a=1"', /url.*expected an address without path/],
  ])('refuses %s', (field, told) => {
    expect(faultsOf(`fleet: { name: Réseau, ${field} }\n`)).toEqual([expect.stringMatching(told)]);
  });

  test('names an id that stands twice, and still tells the other faults', () => {
    const lines = faultsOf(
      'fleet: { name: x }\nhosts:\n  hv1: { ssh: a }\n  hv1: { ssh: b }\n  hv2: { shh: c }\n',
    );
    expect(lines).toContain('data/fleet.yaml:4: found "hv1" a second time, expected each name once');
    expect(
      lines.some((line) => line.startsWith('data/fleet.yaml:5: hosts.hv2.shh: found "shh", expected ssh?')),
    ).toBe(true);
  });

  test('a fault in a host does not make the services on it look wrong', () => {
    const yaml =
      'fleet: { name: x }\nhosts:\n  hv1: { ssh: { hots: a } }\nservices:\n  s: { name: s, host: hv1, url: "https://s.example.org" }\n';
    expect(faultsOf(yaml).filter((line) => line.includes('services.'))).toEqual([]);
  });

  test('says where the YAML itself breaks', () => {
    expect(faultsOf('fleet:\n  name: "x\n')[0]).toMatch(/^data\/fleet\.yaml:\d: expected valid YAML/);
  });

  test('that would call services down, or hide that they are, is refused', () => {
    const yaml = `fleet: { name: x }
controls: ["example.org:99999"]
hosts:
  both: { ssh: a, local: true }
services:
  s:
    name: s
    checks: { name: { kind: dns, name: example.org, server: ns1.example.org } }
  none: { name: none, url: "https://none.example.org", checks: {} }
policies: { disk: { fullAt: [90, 80] } }
`;
    expect(faultsOf(yaml).map((line) => line.replace(/: found .*/, ''))).toEqual([
      'data/fleet.yaml:2: controls.0',
      'data/fleet.yaml:4: hosts.both.local',
      'data/fleet.yaml:8: services.s.checks.name.server',
      'data/fleet.yaml:9: services.none.checks',
      'data/fleet.yaml:10: policies.disk.fullAt',
    ]);
  });

  test('that would have a shell run something, or hold a password, in place of a backup is refused', () => {
    const policies = [
      'dumps: "backup/*.gz"',
      'dumps: "/backup/../etc/*.gz"',
      'dumps: "/backup//*.gz"',
      'dumps: "/backup/{host}/*.gz"',
      'dumps: "/backup/[a-z"',
      'dumps: "/backup/a\\nb"',
      'restic: "--password-command=id"',
      'restic: "rest:https://me:secret@backup.example.org/"',
      'coldCopy: { path: cold, checkEvery: 1y }',
      'readFor: 2h',
      'borg: { repository: /srv/borg, passphrase: secret }',
    ];
    const yaml = (policy: string) => `fleet: { name: x }\nbackups: { p: { ${policy} } }\n`;
    expect(policies.filter((policy) => faultsOf(yaml(policy)).length === 0)).toEqual([]);
    const [fault] = faultsOf(yaml('restic: "rest:https://me:secret@backup.example.org/"'));
    expect(fault).toContain('backups.p.restic');
  });

  test('that does not say on which host backups lie is told for each service, and a host that does not exist for each place', () => {
    const yaml = `fleet: { name: x }
hosts: { hv1: { local: true } }
services:
  a: { name: a, url: "https://a.example.org", backup: nowhere }
  b: { name: b, url: "https://b.example.org", backup: nowhere, host: hv1 }
  c: { name: c, url: "https://c.example.org", backup: snapshots }
backups:
  nowhere: { dumps: "/backup/{service}/*.gz" }
  snapshots: { containerSnapshot: sunday }
  lost: { restic: { repository: /srv/restic, on: hv9 } }
`;
    expect(faultsOf(yaml)).toEqual([
      'data/fleet.yaml:4: services.a.backup: found "nowhere", expected a policy that says on which host its backups lie (`on`), or `host` for this service',
      'data/fleet.yaml:10: backups.lost.restic.on: found "hv9", expected a host of this file (hv1)',
    ]);
  });

  test('that does not exist is one line', async () => {
    await expect(readFleet('/nonexistent')).rejects.toThrow(
      '/nonexistent/fleet.yaml: found no such file, expected a readable file',
    );
  });

  test('is refused when its aliases multiply', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
    ];
    expect(faultsOf(bomb.join('\n')).length).toBeGreaterThan(0);
  });

  test('never crashes, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => Array.isArray(faultsOf(text))),
    );
    const key = fc.constantFrom(
      'fleet',
      'hosts',
      'services',
      'name',
      'ssh',
      '__proto__',
      'constructor',
      'checks',
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(fc.property(value, (document) => Array.isArray(faultsOf(JSON.stringify(document) ?? ''))));
  });
});

describe('a fleet.yaml that is right', () => {
  const fleet = parseFleet(
    `fleet: { name: Réseau, every: 5m }
access: { ssh: { user: vigie, key: ~/.ssh/vigie, via: "bastion.example.org:2222" } }
controls: ["9.9.9.9:53", "[2620:fe::fe]:53"]
hosts:
  hv1: { ssh: hv1.example.org }
  hv2: { ssh: "root@hv2.example.org:2200", entry: true }
  hv3: { ssh: { host: hv3, via: none } }
  here: { local: true }
services:
  koha:
    name: Catalogue
    application: koha
    url: https://catalogue.example.org
    host: hv1
  own:
    name: Own
    url: https://own.example.org/app/
    checks:
      page: { kind: http, url: health, essential: false, timeout: 3s }
      port: { kind: tcp, host: own.example.org, port: 25 }
`,
    'fleet.yaml',
  );

  test('short SSH addresses get their user, port, key and bastion', () => {
    expect(fleet.hosts.get('hv1')?.reach).toEqual({
      kind: 'ssh',
      address: {
        host: 'hv1.example.org',
        port: 22,
        user: 'vigie',
        key: '~/.ssh/vigie',
        via: { host: 'bastion.example.org', port: 2222, user: 'vigie' },
      },
    });
    expect(fleet.hosts.get('hv2')?.reach).toMatchObject({
      address: { host: 'hv2.example.org', port: 2200, user: 'root' },
    });
    expect(fleet.hosts.get('hv3')?.reach).toEqual({
      kind: 'ssh',
      address: { host: 'hv3', port: 22, user: 'vigie', key: '~/.ssh/vigie' },
    });
    expect(fleet.hosts.get('here')?.reach).toEqual({ kind: 'local' });
  });

  test('an application brings its checks, with absolute URLs', () => {
    const [check] = [...(fleet.services.get('koha')?.checks.values() ?? [])];
    expect(
      check?.kind === 'http' && check.url.startsWith('https://catalogue.example.org/cgi-bin/koha/'),
    ).toBe(true);
    expect(check).toMatchObject({ essential: true, retries: 2, timeout: 10 });
  });

  test('checks of its own replace those of the application', () => {
    const checks = fleet.services.get('own')?.checks;
    expect([...(checks?.keys() ?? [])]).toEqual(['page', 'port']);
    expect(checks?.get('page')).toMatchObject({
      url: 'https://own.example.org/app/health',
      essential: false,
      timeout: 3,
    });
  });

  test('control targets may be IPv6', () => {
    expect(fleet.controls).toEqual([
      { host: '9.9.9.9', port: 53 },
      { host: '2620:fe::fe', port: 53 },
    ]);
  });
});

describe('backup policies', () => {
  const fleet = parseFleet(
    `fleet: { name: x }
hosts: { hv1: { local: true }, store: { ssh: store.example.org } }
services:
  koha: { name: Koha, url: "https://koha.example.org", host: hv1, backup: standard }
  old: { name: Old, url: "https://old.example.org", host: hv1, backup: { policy: standard, as: mulhouse_old } }
backups:
  standard:
    on: store
    dumps: "/backup/{service}/*-[0-9]*.sql.gz"
    restic: /srv/restic/{service}
    borg: { repository: "ssh://store.example.org/./{service}", on: hv1, environment: /root/borg.env, checkEvery: 30d }
    borgmatic: /etc/borgmatic/{service}.yaml
    coldCopy: { path: /cold/media, checkEvery: 1y }
    daily: 7
`,
    'fleet.yaml',
  );

  test('get their short forms and defaults written out', () => {
    expect(fleet.backups.get('standard')).toEqual({
      id: 'standard',
      on: 'store',
      dumps: '/backup/{service}/*-[0-9]*.sql.gz',
      readForSeconds: 60,
      restic: { repository: '/srv/restic/{service}', checkEverySeconds: 604_800 },
      borg: {
        repository: 'ssh://store.example.org/./{service}',
        on: 'hv1',
        environment: '/root/borg.env',
        checkEverySeconds: 2_592_000,
      },
      borgmatic: { configuration: '/etc/borgmatic/{service}.yaml' },
      coldCopy: { path: '/cold/media', manifest: '/cold/media/SHA256SUMS', checkEverySeconds: 31_557_600 },
      daily: 7,
    });
  });

  test('are named by services, which may be called otherwise in their backups', () => {
    expect(fleet.services.get('koha')).toMatchObject({ backup: 'standard' });
    expect(fleet.services.get('old')).toMatchObject({ backup: 'standard', backupName: 'mulhouse_old' });
  });
});
