import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentOf, installerOf } from '../../src/collect/agent.ts';
import type { HostCollector } from '../../src/collect/collector.ts';
import { questionOf } from '../../src/collect/host-run.ts';
import { loadCollectors } from '../../src/collect/registry.ts';
import { openSsh } from '../../src/collect/ssh.ts';
import { loadSshSettings } from '../../src/collect/ssh-settings.ts';
import { defaultHostLimits } from '../../src/collect/transport.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { putFile } from '../store/workspaces.ts';
import { generateKey, type KeyPair, missingOpenSsh, type Sshd, startSshd } from './openssh.ts';

// What `vigie agent --install` prints, run on this machine by root, and asked by a real client through a real sshd and a real sudo.

const account = 'vigie-live-test';
const ownFolder = '/usr/local/lib/vigie';
const rule = '/etc/sudoers.d/vigie';

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make an account and install files';
  if (existsSync(ownFolder) || existsSync(rule))
    return `${ownFolder} or ${rule} is there: this machine is read by a Vigie`;
  for (const program of ['sudo', 'useradd', 'visudo'])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
      return `no ${program} here (Debian: sudo, passwd)`;
  return missingOpenSsh();
}

const reason = missing();
if (reason !== undefined) test('the agent as it is installed', (context) => context.skip(reason));

describe.skipIf(reason !== undefined)('the agent as it is installed', () => {
  let folder: string;
  let key: KeyPair;
  let hostKey: KeyPair;
  let server: Sshd;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-agent-'));
    [key, hostKey] = await Promise.all([
      generateKey(join(folder, 'key')),
      generateKey(join(folder, 'host-key')),
    ]);
    const { agent, host, fleet } = await installation(0);
    const script = installerOf(host, agentOf(agent, host, fleet), key.publicKey);
    // Twice: what is there is replaced, and the key stands once.
    for (const _ of [1, 2]) execFileSync('sh', { input: script, stdio: ['pipe', 'ignore', 'inherit'] });
    server = await startSshd(join(folder, 'sshd'), {
      authorizedKeys: [],
      hostKeys: [hostKey],
      config: ['AuthorizedKeysFile .ssh/authorized_keys', 'StrictModes yes'],
    });
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    spawnSync('userdel', ['-r', account]);
    rmSync(rule, { force: true });
    rmSync(ownFolder, { recursive: true, force: true });
    await rm(folder, { recursive: true });
  });

  async function installation(port: number) {
    const text = `fleet: { name: Test }\nhosts:\n  hv1: { ssh: { host: 127.0.0.1, port: ${port || 22}, user: ${account}, key: ${key.path} } }\n`;
    const fleet = parseFleet(text, 'fleet.yaml');
    const host = fleet.hosts.get('hv1') ?? expect.fail();
    const agent = new Map(
      [...(await loadCollectors())].flatMap(([name, collector]): [string, HostCollector][] =>
        collector.kind === 'host' ? [[name, collector]] : [],
      ),
    );
    return { agent, host, fleet };
  }

  async function ask(names: (name: string) => boolean, script?: string) {
    const { agent, host, fleet } = await installation(server.port);
    const due = new Map([...agent].filter(([name]) => names(name)));
    const question = questionOf(due, host, fleet);
    putFile(join(folder, 'data/known_hosts'), `[127.0.0.1]:${server.port} ${hostKey.publicKey}\n`);
    const { settings } = await loadSshSettings(fleet, join(folder, 'data'), {});
    const ssh = openSsh(settings);
    if (host.reach.kind !== 'ssh') throw new Error('expected a host that is reached over SSH');
    try {
      const limits = { ...defaultHostLimits, seconds: question.seconds };
      const answer = await ssh.run(host.reach.address, { ...question, ...(script && { script }) }, limits);
      return { ...answer, commands: due };
    } finally {
      ssh.close();
    }
  }

  test('answers for every collector, as root where it must', async () => {
    const { sections, failure, commands } = await ask(() => true);
    expect(failure).toBeUndefined();
    const expected = [...commands].flatMap(([name, collector]) =>
      Object.keys(collector.commands).map((command) => `${name}.${command}`),
    );
    expect(new Set(sections.keys())).toEqual(new Set([...expected, 'root']));
    expect(sections.get('root')).toMatchObject({ status: 0, stderr: '', isTruncated: false });
  }, 120_000);

  test('answers for the collectors that are due alone', async () => {
    const { sections } = await ask((name) => name === 'host');
    expect([...sections.keys()].every((name) => name.startsWith('host.'))).toBe(true);
    expect(sections.get('host.uptime')?.status).toBe(0);
  });

  test('lets the key run nothing else', async () => {
    const { sections } = await ask((name) => name === 'host', 'echo mine; exit 7\n');
    expect(sections.get('host.uptime')?.status).toBe(0);
  });

  test('lets the account run nothing else as root, and the wrapper with no argument', () => {
    const as = (...words: string[]) =>
      spawnSync('runuser', ['-u', account, '--', 'sudo', '-n', ...words], {
        encoding: 'utf8',
        input: 'host\n',
      });
    expect(as(`${ownFolder}/root`)).toMatchObject({ status: 0 });
    for (const words of [['id'], [`${ownFolder}/root`, 'x'], [`${ownFolder}/agent`], ['-u', 'daemon', 'id']])
      expect(as(...words)).toMatchObject({ status: 1, stdout: '' });
  });

  test('belongs to root alone', () => {
    const shown = (path: string) =>
      execFileSync('stat', ['-c', '%U:%G %a', path], { encoding: 'utf8' }).trim();
    expect(readdirSync(ownFolder).toSorted()).toEqual(['agent', 'root']);
    expect(shown(`${ownFolder}/agent`)).toBe('root:root 755');
    expect(shown(`${ownFolder}/root`)).toBe('root:root 755');
    expect(shown(rule)).toBe('root:root 440');
    const keys = execFileSync('cat', [`/home/${account}/.ssh/authorized_keys`], { encoding: 'utf8' });
    expect(keys).toBe(`restrict,command="${ownFolder}/agent" ${key.publicKey}\n`);
  });
});
