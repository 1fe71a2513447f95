import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostScript } from '../../src/collect/script.ts';
import { openSsh } from '../../src/collect/ssh.ts';
import { loadSshSettings } from '../../src/collect/ssh-settings.ts';
import { defaultHostLimits, type HostAnswer, type HostLimits } from '../../src/collect/transport.ts';
import type { Fleet, SshAddress } from '../../src/model/fleet.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import {
  freePort,
  generateKey,
  type KeyPair,
  missingOpenSsh,
  runProgram,
  type Sshd,
  type SshdOptions,
  startSshd,
  user,
} from './openssh.ts';

const missing = missingOpenSsh();
if (missing !== undefined) test('SSH to a real OpenSSH server', (context) => context.skip(missing));

const script = hostScript(
  new Map([
    ['hello', { run: 'echo hello' }],
    ['fails', { run: 'exit 3' }],
  ]),
);
const question = { script, collectors: ['hello', 'fails', 'forced'] };
const whole = {
  sections: new Map([
    ['hello', { stdout: 'hello\n', stderr: '', status: 0, isTruncated: false }],
    ['fails', { stdout: '', stderr: '', status: 3, isTruncated: false }],
  ]),
};
/** A frame as a host script prints it. */
const frame = "printf '\\n::vigie/1 first whole 0 5 0\\nfirst\\n'";
const first = new Map([['first', { stdout: 'first', stderr: '', status: 0, isTruncated: false }]]);

describe.skipIf(missing !== undefined)('SSH to a real OpenSSH server', () => {
  let folder: string;
  let key: KeyPair;
  let lockedKey: KeyPair;
  let otherKey: KeyPair;
  let ed25519: KeyPair;
  let rsa: KeyPair;
  let plain: Sshd;
  const servers: Sshd[] = [];
  let count = 0;

  /** A server that lets our keys in and shows our ed25519 host key, unless told otherwise. */
  async function serve(options: Partial<SshdOptions> = {}): Promise<Sshd> {
    count += 1;
    const authorizedKeys = [key.publicKey, lockedKey.publicKey];
    const server = await startSshd(join(folder, `sshd-${count}`), {
      authorizedKeys,
      hostKeys: [ed25519],
      ...options,
    });
    servers.push(server);
    return server;
  }

  /** A server on which our key does one thing, whatever it asks for. */
  async function serveCommand(command: string): Promise<Sshd> {
    count += 1;
    const file = join(folder, `command-${count}`);
    await writeFile(file, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    return serve({ authorizedKeys: [`restrict,command="${file}" ${key.publicKey}`] });
  }

  const pin = ({ port }: Sshd, { publicKey } = ed25519) => `[127.0.0.1]:${port} ${publicKey}`;
  const addressOf = ({ port }: { readonly port: number }): SshAddress => ({
    host: '127.0.0.1',
    port,
    user,
    key: key.path,
  });

  interface Attempt {
    readonly knownHosts?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly limits?: Partial<HostLimits>;
  }

  /** Runs a script, by default ours, with the settings that a data folder gives. */
  async function run(
    address: SshAddress,
    { knownHosts, env = {}, limits = {} }: Attempt = {},
  ): Promise<HostAnswer> {
    const ssh = openSsh(await settingsFor(address, knownHosts ?? servers.map((server) => pin(server)), env));
    try {
      return await ssh.run(address, question, { ...defaultHostLimits, ...limits });
    } finally {
      ssh.close();
    }
  }

  async function settingsFor(
    address: SshAddress,
    knownHosts: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    const data = await mkdtemp(join(folder, 'data-'));
    await writeFile(join(data, 'known_hosts'), `${knownHosts.join('\n')}\n`);
    const { settings, faults } = await loadSshSettings(fleetOf(address), data, env);
    expect(faults).toEqual([]);
    return settings;
  }

  function fleetOf(address: SshAddress): Fleet {
    const base = parseFleet('fleet: { name: Test }', 'fleet.yaml');
    const host = {
      id: 'hv1',
      name: 'hv1',
      reach: { kind: 'ssh', address },
      isEntry: false,
      mayBeRoot: false,
    } as const;
    return { ...base, hosts: new Map([['hv1', host]]) };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-ssh-'));
    [key, lockedKey, otherKey, ed25519, rsa] = await Promise.all([
      generateKey(join(folder, 'keys/plain')),
      generateKey(join(folder, 'keys/locked'), { passphrase: 'open sesame' }),
      generateKey(join(folder, 'keys/other')),
      generateKey(join(folder, 'keys/host-ed25519')),
      generateKey(join(folder, 'keys/host-rsa'), { type: 'rsa' }),
    ]);
    plain = await serve();
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  test('runs the script in one go', async () => {
    expect(await run(addressOf(plain))).toEqual(whole);
  });

  describe('checks the host key: it', () => {
    test('refuses an unknown one and says how to pin it', async () => {
      const { sections, failure } = await run(addressOf(plain), { knownHosts: [] });
      expect(sections.size).toBe(0);
      expect(failure).toBe(
        `the host key of 127.0.0.1:${plain.port} is not known: check it and pin it with \`vigie trust 127.0.0.1:${plain.port}\``,
      );
    });

    test('tells, of an unknown one, which lines of known_hosts cannot be used', async () => {
      const authority = `@cert-authority * ${ed25519.publicKey}`;
      const { failure } = await run(addressOf(plain), { knownHosts: ['# ours', authority] });
      expect(failure).toMatch(
        /cannot be used: 1; .*known_hosts:2: found @cert-authority, expected a host key/,
      );
    });

    test('refuses a changed one and names both', async () => {
      const { sections, failure } = await run(addressOf(plain), { knownHosts: [pin(plain, otherKey)] });
      expect(sections.size).toBe(0);
      const fingerprints = [ed25519, otherKey].map(
        ({ path }) => runProgram('ssh-keygen', ['-lf', path]).split(' ')[1],
      );
      expect(failure).toContain(
        `has changed: it is ssh-ed25519 ${fingerprints[0]}, pinned is ssh-ed25519 ${fingerprints[1]}`,
      );
    });

    test('refuses a revoked one that is pinned as well', async () => {
      const { failure } = await run(addressOf(plain), {
        knownHosts: [pin(plain), `@revoked * ${ed25519.publicKey}`],
      });
      expect(failure).toContain('is revoked in known_hosts');
    });

    test('accepts one that is pinned under a hashed name', async () => {
      const file = join(folder, 'hashed');
      await writeFile(file, `${pin(plain)}\n`);
      runProgram('ssh-keygen', ['-q', '-H', '-f', file]);
      const hashed = await readFile(file, 'utf8');
      expect(hashed).toMatch(/^\|1\|/);
      expect(await run(addressOf(plain), { knownHosts: [hashed] })).toEqual(whole);
    });

    test('asks a server with several keys for the type that is pinned', async () => {
      const server = await serve({ hostKeys: [ed25519, rsa] });
      expect(await run(addressOf(server), { knownHosts: [pin(server, rsa)] })).toEqual(whole);
    });

    test('takes a server that lost the pinned type for a changed one', async () => {
      const { failure } = await run(addressOf(plain), { knownHosts: [pin(plain, rsa)] });
      expect(failure).toContain('has changed: the server has no key of the pinned type');
    });
  });

  describe('shows who it is by a key: it', () => {
    test('opens an encrypted one with the passphrase from the environment', async () => {
      const address = { ...addressOf(plain), key: lockedKey.path };
      expect(await run(address, { env: { VIGIE_SSH_PASSPHRASE: 'open sesame' } })).toEqual(whole);
    });

    test('names user and key when the server refuses them', async () => {
      const { failure } = await run({ ...addressOf(plain), key: otherKey.path });
      const fingerprint = runProgram('ssh-keygen', ['-lf', otherKey.path]).split(' ')[1];
      expect(failure).toBe(
        `authentication refused by 127.0.0.1:${plain.port}: user ${user} with key ${otherKey.path} (${fingerprint})`,
      );
    });

    test('never answers a server that wants a password', async () => {
      const server = await serve({ config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] });
      const { failure } = await run(addressOf(server));
      expect(failure).toContain(`authentication refused by 127.0.0.1:${server.port}: user ${user}`);
    });

    test('takes one from the SSH agent', async () => {
      const socket = join(folder, 'agent.sock');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        await once(agent.stdout, 'data');
        runProgram('ssh-add', ['-q', key.path], { SSH_AUTH_SOCK: socket });
        const { host, port } = addressOf(plain);
        expect(await run({ host, port, user }, { env: { SSH_AUTH_SOCK: socket } })).toEqual(whole);
      } finally {
        agent.kill();
      }
    });

    test('says that the SSH agent does not answer', async () => {
      const { host, port } = addressOf(plain);
      const { failure } = await run(
        { host, port, user },
        { env: { SSH_AUTH_SOCK: join(folder, 'nothing.sock') } },
      );
      expect(failure).toContain('the SSH agent failed');
    });
  });

  describe('goes through a bastion: it', () => {
    const viaOf = ({ port }: { readonly port: number }) => ({ host: '127.0.0.1', port, user });

    test('connects once for several hosts', async () => {
      const bastion = await serve();
      const target = await serve();
      const address = { ...addressOf(target), via: viaOf(bastion) };
      const ssh = openSsh(await settingsFor(address, [pin(bastion), pin(target)], {}));
      const answers = await Promise.all([1, 2, 3].map(() => ssh.run(address, question, defaultHostLimits)));
      ssh.close();
      expect(answers).toEqual([whole, whole, whole]);
      expect(bastion.log().match(/Accepted publickey/g)).toHaveLength(1);
      expect(target.log().match(/Accepted publickey/g)).toHaveLength(3);
    });

    test('refuses a bastion whose key is unknown, and a host behind it likewise', async () => {
      const bastion = await serve();
      const address = { ...addressOf(plain), via: viaOf(bastion) };
      const unknownBastion = await run(address, { knownHosts: [pin(plain)] });
      expect(unknownBastion.failure).toContain(
        `bastion: the host key of 127.0.0.1:${bastion.port} is not known`,
      );
      const unknownHost = await run(address, { knownHosts: [pin(bastion)] });
      expect(unknownHost.failure).toContain(`the host key of 127.0.0.1:${plain.port} is not known`);
    });

    test('says that the bastion cannot reach the host', async () => {
      const bastion = await serve();
      const port = await freePort();
      const { failure } = await run(
        { ...addressOf({ port }), via: viaOf(bastion) },
        { knownHosts: [pin(bastion), `[127.0.0.1]:${port} ${ed25519.publicKey}`] },
      );
      expect(failure).toContain(
        `bastion 127.0.0.1 could not reach 127.0.0.1 port ${port}: Connection refused`,
      );
    });

    test('says that the bastion refuses to forward', async () => {
      const bastion = await serve({ config: ['AllowTcpForwarding no'] });
      const { failure } = await run({ ...addressOf(plain), via: viaOf(bastion) });
      expect(failure).toContain(`bastion 127.0.0.1 could not reach 127.0.0.1 port ${plain.port}`);
    });
  });

  describe('to a host that', () => {
    test('has the script as its forced command: gives its answer', async () => {
      const forced = hostScript(new Map([['forced', { run: 'echo "$SSH_ORIGINAL_COMMAND"' }]]));
      const server = await serveCommand(forced);
      const sections = new Map([
        ['forced', { stdout: 'sh -s -- hello fails forced\n', stderr: '', status: 0, isTruncated: false }],
      ]);
      expect(await run(addressOf(server))).toEqual({ sections });
    });

    test('talks before the script does: skips that', async () => {
      const server = await serveCommand(`echo 'Welcome!'; printf 'no newline'; exec sh -s`);
      expect(await run(addressOf(server))).toEqual(whole);
    });

    test('hangs in the middle: keeps what came before', async () => {
      const server = await serveCommand(`${frame}; printf '::vigie/1 second whole 0 900 0\\nhalf'; sleep 20`);
      expect(await run(addressOf(server), { limits: { seconds: 3 } })).toEqual({
        sections: first,
        failure: 'no whole answer within 3 s',
      });
    });

    test('prints a gigabyte: stops reading early, in little memory', async () => {
      const server = await serveCommand(
        `${frame}; echo '::vigie/1 second whole 0 16000000 0'; head -c 1000000000 /dev/zero`,
      );
      const before = process.memoryUsage().rss;
      const { sections, failure } = await run(addressOf(server));
      expect(failure).toMatch(/section second is not as long as it says|more than 16777216 bytes came/);
      expect(sections).toEqual(first);
      expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    });

    test('prints a gigabyte of no frames at all: stops at the limit', async () => {
      const server = await serveCommand('head -c 1000000000 /dev/zero');
      const before = process.memoryUsage().rss;
      expect((await run(addressOf(server))).failure).toBe('more than 16777216 bytes came');
      expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    });

    test('ends early: keeps what came before and says how it ended', async () => {
      const server = await serveCommand(`${frame}; echo 'no space left' >&2; exec false`);
      expect(await run(addressOf(server))).toEqual({
        sections: first,
        failure: "the host's script ended with status 1 before its answer was whole (no space left)",
      });
    });

    test('loses its connection in the middle of a frame: keeps what came before', async () => {
      // The parent of the forced command is the connection's own sshd.
      const server = await serveCommand(
        `${frame}; printf '::vigie/1 second whole 0 900 0\\nhalf'; sleep 1; kill -KILL $PPID`,
      );
      const { sections, failure } = await run(addressOf(server));
      expect(sections).toEqual(first);
      expect(failure).toContain('lost its connection before its answer was whole');
    });

    test('drops connections when too many come at once: tries again', async () => {
      const server = await serve({ config: ['MaxStartups 2:100:2', 'LogLevel VERBOSE'] });
      const address = addressOf(server);
      const ssh = openSsh(await settingsFor(address, [pin(server)], {}));
      const answers = await Promise.all(
        [1, 2, 3, 4, 5, 6].map(() => ssh.run(address, question, defaultHostLimits)),
      );
      ssh.close();
      expect(answers).toEqual([whole, whole, whole, whole, whole, whole]);
      expect(server.log()).toContain('drop connection');
    });

    test('refuses connections: says so', async () => {
      const port = await freePort();
      const { failure } = await run(addressOf({ port }), {
        knownHosts: [`[127.0.0.1]:${port} ${ed25519.publicKey}`],
      });
      expect(failure).toBe(`could not connect to 127.0.0.1:${port}: connection refused (ECONNREFUSED)`);
    });

    test('accepts and says nothing: gives up at the limit', async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as { port: number };
      const knownHosts = [`[127.0.0.1]:${port} ${ed25519.publicKey}`];
      expect((await run(addressOf({ port }), { knownHosts, limits: { seconds: 1 } })).failure).toBe(
        'no whole answer within 1 s',
      );
      for (const socket of sockets) socket.destroy();
      silent.close();
    });

    test('does not exist: says so', async () => {
      // RFC 6761 keeps `.invalid` from ever existing; without any name server the answer is another.
      const address = { ...addressOf({ port: 22 }), host: 'nowhere.invalid' };
      const { failure } = await run(address, { knownHosts: [`nowhere.invalid ${ed25519.publicKey}`] });
      expect(failure).toMatch(
        /^could not connect to nowhere\.invalid: the name (does not exist|could not be resolved now)/,
      );
    });
  });
});
