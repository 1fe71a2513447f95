import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSshSettings } from '../../src/collect/ssh-settings.ts';
import { formatFault } from '../../src/model/fault.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { parseFleet } from '../../src/store/fleet.ts';

/** A fleet of one host for each key; an empty name is a host without one. */
function fleetOf(...keys: readonly string[]): Fleet {
  const hosts = keys.map(
    (key, index) => `  hv${index}: { ssh: { host: 192.0.2.${index}${key === '' ? '' : `, key: ${key}`} } }`,
  );
  return parseFleet(
    ['fleet: { name: Test }', 'access: { ssh: { passphraseEnv: SECRET } }', 'hosts:', ...hosts].join('\n'),
    'fleet.yaml',
  );
}

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)('the settings of SSH', () => {
  const data = mkdtempSync(join(tmpdir(), 'vigie-settings-'));
  const faultsOf = async (fleet: Fleet, env: Record<string, string> = {}) =>
    (await loadSshSettings(fleet, data, env)).faults.map((fault) =>
      formatFault({ ...fault, file: fault.file.replace(/^.*\//, '') }),
    );

  beforeAll(() => {
    const make = (...args: string[]) =>
      expect(spawnSync('ssh-keygen', ['-q', '-C', '', ...args]).status).toBe(0);
    make('-t', 'ed25519', '-N', '', '-f', join(data, 'plain'));
    make('-t', 'ed25519', '-N', 'open sesame', '-f', join(data, 'locked'));
    make('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'open sesame', '-f', join(data, 'locked-pem'));
    writeFileSync(join(data, 'garbage'), 'not a key');
    mkdirSync(join(data, 'folder'));
  });
  afterAll(() => rmSync(data, { recursive: true }));

  test('hold each key once, by its name in fleet.yaml', async () => {
    const { settings, faults } = await loadSshSettings(
      fleetOf('plain', 'plain', 'locked', 'locked-pem'),
      data,
      { SECRET: 'open sesame' },
    );
    expect(faults).toEqual([]);
    expect([...settings.keys].map(([name, key]) => [name, key.type, key.isPrivateKey()])).toEqual([
      ['plain', 'ssh-ed25519', true],
      ['locked', 'ssh-ed25519', true],
      ['locked-pem', 'ssh-rsa', true],
    ]);
  });

  test('name all faults at once, with file, field, found and expected', async () => {
    expect(
      await faultsOf(
        fleetOf('plain', 'absent', 'locked', 'locked-pem', 'garbage', 'plain.pub', 'folder', ''),
      ),
    ).toEqual([
      'fleet.yaml: SSH key of hv1: found absent: no such file, expected a private key file that can be read',
      'fleet.yaml: SSH key of hv2: found locked: an encrypted key, expected its passphrase in the environment variable SECRET',
      'fleet.yaml: SSH key of hv3: found locked-pem: an encrypted key, expected its passphrase in the environment variable SECRET',
      'fleet.yaml: SSH key of hv4: found garbage: Unsupported key format, expected a private key in OpenSSH or PEM format',
      'fleet.yaml: SSH key of hv5: found plain.pub: a public key, expected the private key, which lies beside it',
      'fleet.yaml: SSH key of hv6: found folder: unreadable (EISDIR), expected a private key file that can be read',
      'fleet.yaml: SSH key of hv7: found none, and no SSH agent, expected access.ssh.key, or SSH_AUTH_SOCK',
    ]);
  });

  test('tell a wrong passphrase without repeating it', async () => {
    const faults = await faultsOf(fleetOf('locked', 'locked-pem'), { SECRET: 'open barley' });
    expect(faults).toEqual([
      'fleet.yaml: SSH key of hv0: found locked: a key that this passphrase does not open, expected its passphrase in the environment variable SECRET',
      'fleet.yaml: SSH key of hv1: found locked-pem: a key that this passphrase does not open, expected its passphrase in the environment variable SECRET',
    ]);
  });

  test('name a broken key once for all its hosts', async () => {
    expect(await faultsOf(fleetOf('absent', 'absent', 'absent', 'absent', 'absent'))).toEqual([
      'fleet.yaml: SSH key of hv0, hv1, hv2 and 2 more: found absent: no such file, expected a private key file that can be read',
    ]);
  });

  test('take the agent for hosts without a key', async () => {
    const { settings, faults } = await loadSshSettings(fleetOf(''), data, {
      SSH_AUTH_SOCK: '/run/agent.sock',
    });
    expect([settings.agent, faults]).toEqual(['/run/agent.sock', []]);
  });

  test('find a key in the home folder', async () => {
    const fleet = fleetOf('~/no-such-folder-of-vigie/key');
    expect(await faultsOf(fleet)).toEqual([
      expect.stringContaining('~/no-such-folder-of-vigie/key: no such file'),
    ]);
  });

  test('take an absent known_hosts for an empty one, and call an unreadable one a fault', async () => {
    const { settings, faults } = await loadSshSettings(fleetOf('plain'), data, {});
    expect([settings.knownHosts.entries, faults]).toEqual([[], []]);
    mkdirSync(join(data, 'known_hosts'));
    expect(await faultsOf(fleetOf('plain'))).toEqual([
      'known_hosts: found unreadable (EISDIR), expected a known_hosts file that can be read',
    ]);
    rmSync(join(data, 'known_hosts'), { recursive: true });
  });

  test('name a key that may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read every file');
    copyFileSync(join(data, 'plain'), join(data, 'forbidden'));
    chmodSync(join(data, 'forbidden'), 0);
    expect(await faultsOf(fleetOf('forbidden'))).toEqual([expect.stringContaining('unreadable (EACCES)')]);
  });
});
