import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyPair } from '../../src/demo/ssh-hosts.ts';
import { Snapshot } from '../../src/model/snapshot.ts';
import { filesBelow, makeWorkspace, startVigie, vigie } from './command.ts';

let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((_, response) => response.end('<p>bonjour</p>')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => server.close());

function fleet(more = ''): string {
  return `fleet: { name: Essai }\nhosts:\n  here: { local: true, root: false }\n${more}services:\n  page: { name: Page, url: "${address}", host: here }\n`;
}

function snapshotsOf(root: string): Snapshot[] {
  return filesBelow(join(root, 'data'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => Snapshot.parse(JSON.parse(readFileSync(join(root, 'data', file), 'utf8'))));
}

describe('vigie collect', () => {
  test('reads this machine and a page, writes a snapshot for each collector and exits with 0', async () => {
    const root = makeWorkspace(fleet());
    const { status, stdout } = await vigie(root, ['collect']);
    expect(stdout).toContain('2 of 2 sources read');
    expect(status).toBe(0);
    const of = (name: string) => snapshotsOf(root).find(({ collector }) => collector === name);
    const [host, probe] = [of('host'), of('probe')];
    expect(
      host?.records.find(({ entity }) => entity === 'host:here')?.gauges?.memory_total_bytes,
    ).toBeGreaterThan(1e6);
    expect(probe?.records).toMatchObject([{ entity: 'check:page:page', state: 'up' }]);
    rmSync(root, { recursive: true });
  });

  test('has nothing to do when it just ran, unless asked for a collector by name', async () => {
    const root = makeWorkspace(fleet());
    await vigie(root, ['collect']);
    expect((await vigie(root, ['collect'])).stdout).toContain('nothing is due');
    expect((await vigie(root, ['collect', '--only', 'probe'])).stdout).toContain('1 of 1 sources read');
    const count = (name: string) => snapshotsOf(root).filter(({ collector }) => collector === name).length;
    expect([count('host'), count('probe')]).toEqual([1, 2]);
    rmSync(root, { recursive: true });
  });

  test('a run for one host alone does not keep the next one from reading all', async () => {
    const root = makeWorkspace(fleet());
    await vigie(root, ['collect', '--host', 'here']);
    expect(filesBelow(join(root, 'data')).some((file) => file.endsWith('-host-only-here.json'))).toBe(true);
    expect((await vigie(root, ['collect'])).stdout).toContain('2 of 2 sources read');
    rmSync(root, { recursive: true });
  });

  test('names the host that cannot be reached, keeps what the others told, and exits with 1', async () => {
    const root = makeWorkspace(fleet('  gone: { ssh: { host: 127.0.0.1, port: 1, key: key } }\n'));
    writeFileSync(join(root, 'data/key'), createKeyPair().private);
    const { status, stdout, stderr } = await vigie(root, ['collect', '--json']);
    expect(stderr).toContain('failed host:gone: ');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ sources: 3, failed: [{ source: 'host:gone' }] });
    const host = snapshotsOf(root).find(({ collector }) => collector === 'host');
    expect(host?.errors.map(({ source }) => source)).toEqual(['host:gone']);
    expect(host?.records.some(({ entity }) => entity === 'host:here')).toBe(true);
    rmSync(root, { recursive: true });
  });

  test('--dry-run prints what would run where, and writes nothing', async () => {
    const root = makeWorkspace(fleet());
    const { status, stdout } = await vigie(root, ['collect', '--dry-run']);
    expect(stdout).toContain('here: this machine');
    expect(stdout).toContain('cat /proc/stat');
    expect(stdout).toContain(`check:page:page: http ${address}`);
    expect(status).toBe(0);
    expect(filesBelow(root)).toEqual(['data/fleet.yaml']);
    rmSync(root, { recursive: true });
  });

  test('machines that collect for one fleet write names of their own, each when it is due by its own runs', async () => {
    const root = makeWorkspace(fleet());
    await vigie(root, ['collect', '--vantage', 'lyon']);
    expect((await vigie(root, ['collect'], { VIGIE_VANTAGE: 'lyon' })).stdout).toContain('nothing is due');
    expect((await vigie(root, ['collect'], { VIGIE_VANTAGE: 'paris' })).stdout).toContain('2 of 2 sources');
    const names = filesBelow(join(root, 'data')).map((file) => file.replace(/^.*Z-/, ''));
    expect(names).toEqual(expect.arrayContaining(['host-lyon.json', 'probe-lyon.json', 'host-paris.json']));
    const refused = await vigie(root, ['collect', '--vantage', '../x']);
    expect(refused.stderr).toContain('--vantage: found "../x", expected lower-case letters');
    expect(refused.status).toBe(2);
    rmSync(root, { recursive: true });
  });

  test('two runs in the same second leave two snapshots', async () => {
    const root = makeWorkspace(fleet());
    await Promise.all([1, 2, 3].map(() => vigie(root, ['collect', '--only', 'probe'])));
    expect(snapshotsOf(root)).toHaveLength(3);
    rmSync(root, { recursive: true });
  });
});

describe('a configuration that cannot be used', () => {
  const cases: [name: string, yaml: string, words: string[], said: string][] = [
    ['broken YAML', 'fleet: {', [], 'data/fleet.yaml:1: expected valid YAML'],
    [
      'an unknown key',
      'fleet: { name: x }\nhost: {}\n',
      [],
      'data/fleet.yaml:2: host: found "host", expected hosts?',
    ],
    [
      'a service on a host that does not exist',
      'fleet: { name: x }\nservices: { s: { name: s, url: "http://s.example.org", host: hv1 } }\n',
      [],
      'services.s.host: found "hv1", expected a host of this file',
    ],
    [
      'an unreadable key',
      'fleet: { name: x }\naccess: { ssh: { key: missing } }\nhosts: { a: { ssh: a } }\n',
      [],
      'missing',
    ],
    [
      'an unknown collector',
      'fleet: { name: x }\n',
      ['--only', 'hots'],
      '--only: found "hots", expected one of ',
    ],
    [
      'an unknown host',
      'fleet: { name: x }\nhosts: { a: { local: true } }\n',
      ['--host', 'b'],
      '--host: found "b", expected one of a',
    ],
  ];

  test.each(cases)('%s is one clear line, exit 2, and nothing is written', async (_, yaml, words, said) => {
    const root = makeWorkspace(yaml);
    const { status, stdout, stderr } = await vigie(root, ['collect', ...words]);
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(filesBelow(root)).toEqual(['data/fleet.yaml']);
    rmSync(root, { recursive: true });
  });

  test('a missing fleet.yaml names the file', async () => {
    const root = makeWorkspace('');
    rmSync(join(root, 'data/fleet.yaml'));
    const { status, stderr } = await vigie(root, ['build']);
    expect(stderr).toContain('data/fleet.yaml: found no such file');
    expect(status).toBe(2);
    rmSync(root, { recursive: true });
  });

  test('a command that does not exist is answered with the nearest one, exit 2', async () => {
    const { status, stderr } = await vigie('.', ['colect']);
    expect(stderr).toContain('Did you mean collect?');
    expect(status).toBe(2);
  });
});

test('a data folder that cannot be written is one line and exit 2, before any host is asked', async (context) => {
  if (process.getuid?.() === 0) context.skip('root may write everywhere');
  const root = makeWorkspace(fleet());
  chmodSync(join(root, 'data'), 0o555);
  const { status, stderr } = await vigie(root, ['collect']);
  expect(stderr).toMatch(/^EACCES: permission denied, access '.*data'\n$/);
  expect(status).toBe(2);
  chmodSync(join(root, 'data'), 0o755);
  rmSync(root, { recursive: true });
});

test('a reader that has seen enough is no error', async () => {
  const child = spawn('sh', ['-c', `"${process.execPath}" src/cli/vigie.ts schema --print | head -c 10`], {
    stdio: 'pipe',
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  await once(child, 'close');
  expect(complaint).toBe('');
});

test('killed at any moment, collect leaves only whole snapshots, and the next run works', async () => {
  const root = makeWorkspace(fleet());
  for (let round = 0; round < 24; round += 1) {
    const child = startVigie(root, ['collect', '--only', 'host', 'probe']);
    // From before the program has loaded until after a run of usual length has ended.
    const timer = setTimeout(() => child.kill('SIGKILL'), 150 + round * 60);
    await once(child, 'close');
    clearTimeout(timer);
    expect(() => snapshotsOf(root)).not.toThrow();
  }
  const before = snapshotsOf(root).length;
  expect((await vigie(root, ['collect', '--only', 'host', 'probe'])).status).toBe(0);
  expect(snapshotsOf(root)).toHaveLength(before + 2);
  rmSync(root, { recursive: true });
});
