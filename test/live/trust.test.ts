import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  freePort,
  generateKey,
  type KeyPair,
  missingOpenSsh,
  runProgram,
  type Sshd,
  startSshd,
  user,
} from './openssh.ts';

const vigie = fileURLToPath(new URL('../../src/cli/vigie.ts', import.meta.url));
const missing = missingOpenSsh();
if (missing !== undefined) test('vigie trust', (context) => context.skip(missing));

describe.skipIf(missing !== undefined)('vigie trust', () => {
  let root: string;
  let key: KeyPair;
  let hostKey: KeyPair;
  let otherKey: KeyPair;
  let host: Sshd;
  let bastion: Sshd;
  let closedPort: number;
  const fingerprintOf = ({ path }: KeyPair) => runProgram('ssh-keygen', ['-lf', path]).split(' ')[1] ?? '';

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'vigie-trust-'));
    await mkdir(join(root, 'data'));
    [key, hostKey, otherKey, closedPort] = await Promise.all([
      generateKey(join(root, 'data/key')),
      generateKey(join(root, 'host-key')),
      generateKey(join(root, 'other-key')),
      freePort(),
    ]);
    const authorizedKeys = [key.publicKey];
    host = await startSshd(join(root, 'host'), { authorizedKeys, hostKeys: [hostKey] });
    bastion = await startSshd(join(root, 'bastion'), { authorizedKeys, hostKeys: [otherKey] });
    const fleet = [
      'fleet: { name: Test }',
      `access: { ssh: { user: ${user}, key: key } }`,
      'hosts:',
      `  hv1: { ssh: 127.0.0.1:${host.port} }`,
      `  behind: { ssh: { host: 127.0.0.1, port: ${host.port}, via: '127.0.0.1:${bastion.port}' } }`,
      `  closed: { ssh: 127.0.0.1:${closedPort} }`,
      '  here: { local: true }',
    ];
    await writeFile(join(root, 'data/fleet.yaml'), `${fleet.join('\n')}\n`);
  });
  beforeEach(() => writeFile(knownHosts(), ''));
  afterAll(async () => {
    await Promise.all([host?.stop(), bastion?.stop()]);
    await rm(root, { recursive: true, force: true });
  });

  const knownHosts = () => join(root, 'data/known_hosts');
  const pinned = () => readFile(knownHosts(), 'utf8');
  const nameOfHost = () => `[127.0.0.1]:${host.port}`;
  const hostLine = () => `${nameOfHost()} ${hostKey.publicKey}\n`;
  const bastionLine = () => `[127.0.0.1]:${bastion.port} ${otherKey.publicKey}\n`;

  function trust(...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [vigie, '--root', root, 'trust', ...args],
      { encoding: 'utf8' },
    );
    return { status, told: stdout + stderr };
  }

  test('without a terminal shows the fingerprint and pins nothing', async () => {
    const { status, told } = trust('hv1');
    expect(told).toContain(`127.0.0.1:${host.port} shows ssh-ed25519 ${fingerprintOf(hostKey)}`);
    expect([status, await pinned()]).toEqual([2, '']);
  });

  test('pins the key that has the fingerprint given, once', async () => {
    const args = ['hv1', '--fingerprint', fingerprintOf(hostKey)];
    expect(trust(...args).status).toBe(0);
    expect(await pinned()).toBe(hostLine());
    const again = trust(...args);
    expect([again.status, await pinned()]).toEqual([0, hostLine()]);
    expect(again.told).toContain('It is pinned already.');
  });

  test('pins nothing when the fingerprint is another', async () => {
    const { status, told } = trust('hv1', '--fingerprint', fingerprintOf(otherKey));
    expect(told).toContain(`Not pinned: the fingerprint is not ${fingerprintOf(otherKey)}.`);
    expect([status, await pinned()]).toEqual([2, '']);
  });

  test('says loudly that a key has changed, and pins it only when told to replace the old one', async () => {
    const changed = `# ours\n${nameOfHost()} ${otherKey.publicKey}\n`;
    await writeFile(knownHosts(), changed);
    const args = ['hv1', '--fingerprint', fingerprintOf(hostKey)];
    const refused = trust(...args);
    expect(refused.told).toContain(
      `THE HOST KEY OF 127.0.0.1:${host.port} HAS CHANGED. Pinned is ssh-ed25519 ${fingerprintOf(otherKey)}.`,
    );
    expect([refused.status, await pinned()]).toEqual([2, changed]);
    expect(trust(...args, '--replace').status).toBe(0);
    expect(await pinned()).toBe(`# ours\n${hostLine()}`);
  });

  test('pins no revoked key', async () => {
    const revoked = `@revoked * ${hostKey.publicKey}\n`;
    await writeFile(knownHosts(), revoked);
    const { status, told } = trust('hv1', '--fingerprint', fingerprintOf(hostKey));
    expect(told).toContain('this key is revoked');
    expect([status, await pinned()]).toEqual([2, revoked]);
  });

  test('goes through a bastion only once that is trusted, by its address', async () => {
    const early = trust('behind', '--fingerprint', fingerprintOf(hostKey));
    expect(early.status).toBe(1);
    expect(early.told).toContain(`vigie trust 127.0.0.1:${bastion.port}`);
    expect(trust(`127.0.0.1:${bastion.port}`, '--fingerprint', fingerprintOf(otherKey)).status).toBe(0);
    expect(trust('behind', '--fingerprint', fingerprintOf(hostKey)).status).toBe(0);
    expect(await pinned()).toBe(bastionLine() + hostLine());
    expect(bastion.log()).toContain('Accepted publickey');
  });

  test('says in one line that a host cannot be asked', async () => {
    expect(trust('closed')).toEqual({
      status: 1,
      told: `could not connect to 127.0.0.1:${closedPort}: connection refused (ECONNREFUSED)\n`,
    });
  });

  test('says which hosts there are', async () => {
    const { status, told } = trust('here');
    expect([status, told]).toEqual([
      2,
      `vigie trust: found "here", expected a host of fleet.yaml that is reached over SSH (hv1, behind, closed, 127.0.0.1:${bastion.port})\n`,
    ]);
  });

  test.for<[string, number, () => string]>([
    ['yes\n', 0, () => hostLine()],
    ['y\n', 2, () => ''],
    ['\u0003', 2, () => ''],
    ['\u0004', 2, () => ''],
  ])('on a terminal asks; the answer %j ends with %i', async ([answer, status, expected], context) => {
    // util-linux's script gives the command a terminal.
    if (spawnSync('script', ['--version']).error !== undefined)
      context.skip('no script here (Debian: bsdutils)');
    const command = `"${process.execPath}" "${vigie}" --root "${root}" trust hv1`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const told = text(child.stdout);
    let heard = '';
    let isAnswered = false;
    child.stdout.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (isAnswered || !heard.includes('Type yes: ')) return;
      isAnswered = true;
      child.stdin.write(answer);
    });
    const [exitStatus] = await once(child, 'close');
    expect(await told).toContain(fingerprintOf(hostKey));
    expect([exitStatus, await pinned()]).toEqual([status, expected()]);
  });
});
