import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts';

/** All that SSH connections need, read once a run. */
export interface SshSettings {
  /** By the name that fleet.yaml gives the file. */
  readonly keys: ReadonlyMap<string, ParsedKey>;
  /** The SSH agent's socket. */
  readonly agent?: string;
  readonly knownHosts: KnownHosts;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the keys and the known hosts that a fleet names. All that is wrong comes back at once, as faults. */
export async function loadSshSettings(
  fleet: Fleet,
  dataFolder: string,
  env: Environment,
): Promise<{ settings: SshSettings; faults: Fault[] }> {
  const { passphraseEnv } = fleet.ssh;
  const hostsByKey = Map.groupBy(sshHosts(fleet), ({ key }) => key);
  const { SSH_AUTH_SOCK: agent } = env;
  const faults: Fault[] = [];
  const fleetFile = shownPath(join(dataFolder, 'fleet.yaml'));

  const keys = new Map<string, ParsedKey>();
  for (const [key, hosts] of hostsByKey) {
    const field = `SSH key of ${nameSome(hosts.map(({ id }) => id))}`;
    if (key === undefined) {
      if (!agent)
        faults.push({
          file: fleetFile,
          field,
          found: 'none, and no SSH agent',
          expected: 'access.ssh.key, or SSH_AUTH_SOCK',
        });
      continue;
    }
    const loaded = await loadKey(locate(key, dataFolder), env[passphraseEnv], passphraseEnv);
    if ('expected' in loaded)
      faults.push({ file: fleetFile, field, ...loaded, found: `${key}: ${loaded.found}` });
    else keys.set(key, loaded);
  }

  const path = knownHostsPath(fleet, dataFolder);
  const text = await readText(path);
  if (text instanceof Error && !isMissing(text)) {
    faults.push({
      file: shownPath(path),
      found: explainRead(text),
      expected: 'a known_hosts file that can be read',
    });
  }
  const knownHosts = parseKnownHosts(text instanceof Error ? '' : text, shownPath(path));
  return { settings: { keys, knownHosts, ...(agent ? { agent } : {}) }, faults };
}

/** Where the file of pinned host keys lies. */
export function knownHostsPath(fleet: Fleet, dataFolder: string): string {
  return locate(fleet.ssh.knownHosts, dataFolder);
}

/** A file named in fleet.yaml: relative to the data folder; `~/` is the home folder. */
export function locate(name: string, dataFolder: string): string {
  return name.startsWith('~/') ? join(homedir(), name.slice(2)) : resolve(dataFolder, name);
}

function sshHosts(fleet: Fleet): { id: string; key: string | undefined }[] {
  return [...fleet.hosts.values()].flatMap(({ id, reach }) =>
    reach.kind === 'ssh' ? [{ id, key: reach.address.key }] : [],
  );
}

async function loadKey(
  path: string,
  passphrase: string | undefined,
  passphraseEnv: string,
): Promise<ParsedKey | { found: string; expected: string }> {
  const text = await readText(path);
  if (text instanceof Error)
    return { found: explainRead(text), expected: 'a private key file that can be read' };
  const key = ssh2.utils.parseKey(text, passphrase);
  if (!(key instanceof Error)) {
    return key.isPrivateKey()
      ? key
      : { found: 'a public key', expected: 'the private key, which lies beside it' };
  }
  // ssh2 tells these apart by its messages only.
  if (/no passphrase given/i.test(key.message)) {
    return {
      found: 'an encrypted key',
      expected: `its passphrase in the environment variable ${passphraseEnv}`,
    };
  }
  if (/passphrase|integrity check/i.test(key.message)) {
    return {
      found: 'a key that this passphrase does not open',
      expected: `its passphrase in the environment variable ${passphraseEnv}`,
    };
  }
  return { found: key.message, expected: 'a private key in OpenSSH or PEM format' };
}

async function readText(path: string): Promise<string | Error> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}

function explainRead(error: Error): string {
  if (isMissing(error)) return 'no such file';
  return 'code' in error ? `unreadable (${error.code})` : error.message;
}

/** `hv1, hv2, hv3 and 4 more` */
function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function shownPath(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}
