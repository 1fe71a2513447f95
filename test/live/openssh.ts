import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';

// Throw-away OpenSSH servers on loopback, each from a configuration and keys of its own.

/** What is missing to run OpenSSH here, in words; absent when all is there. */
export function missingOpenSsh(): string | undefined {
  const missing = ['sshd', 'ssh-keygen', 'ssh-agent', 'ssh-add'].filter(
    (name) => programPath(name) === undefined,
  );
  return missing.length === 0
    ? undefined
    : `no ${missing.join(', ')} here (Debian: openssh-server, openssh-client)`;
}

/** The user that logs in: whoever runs the tests. */
export const user = userInfo().username;

export interface KeyPair {
  /** The private key's file. */
  readonly path: string;
  /** `type base64`, as in authorized_keys and known_hosts. */
  readonly publicKey: string;
}

/** Makes a key pair with ssh-keygen. */
export async function generateKey(
  path: string,
  options: { type?: 'ed25519' | 'rsa' | 'ecdsa'; passphrase?: string } = {},
): Promise<KeyPair> {
  await mkdir(dirname(path), { recursive: true });
  const { type = 'ed25519', passphrase = '' } = options;
  runProgram('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', '', '-f', path]);
  return { path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim().split(' ', 2).join(' ') };
}

export interface SshdOptions {
  /** Lines of authorized_keys. */
  readonly authorizedKeys: readonly string[];
  readonly hostKeys: readonly KeyPair[];
  /** More lines of sshd_config; they come first, and mostly the first line of a kind wins. */
  readonly config?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  readonly pid: number;
  /** The end of what it wrote to its log. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts sshd in the foreground and waits until it listens. */
export async function startSshd(
  folder: string,
  { authorizedKeys, hostKeys, config = [] }: SshdOptions,
): Promise<Sshd> {
  await mkdir(folder, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  // sshd's own condition when root starts it; Debian makes it at boot.
  if (isRoot) await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  await writeFile(join(folder, 'authorized_keys'), `${authorizedKeys.join('\n')}\n`, { mode: 0o600 });
  const lines = [
    ...config,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map(({ path }) => `HostKey ${path}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'StrictModes no',
    'PidFile none',
    // Without PAM, sshd refuses even keys to an account whose password is locked, as root's often is.
    `UsePAM ${isRoot ? 'yes' : 'no'}`,
  ];
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  // sshd starts itself again for each connection and wants to be called by its full path.
  const child = spawn(requireProgram('sshd'), ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
    if (log.includes('Server listening')) resolve();
  });
  child.on('exit', () => reject(new Error(`sshd ended: ${log}`)));
  child.on('error', reject);
  await listening;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { port, pid: child.pid ?? 0, log: () => log, stop };
}

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a program of OpenSSH to its end and gives its stdout. Throws when it fails. */
export function runProgram(name: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(requireProgram(name), args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: status ${status}: ${stderr}`);
  return stdout;
}

function requireProgram(name: string): string {
  const path = programPath(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

function programPath(name: string): string | undefined {
  // sshd lies in /usr/sbin, which is not in everybody's PATH.
  const { PATH = '' } = process.env;
  const folders = [...PATH.split(':'), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
