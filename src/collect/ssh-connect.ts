import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig } from 'ssh2';
import { type Fault, formatFault } from '../model/fault.ts';
import { explainFailure } from './failure.ts';
import { findKeys, fingerprint, type HostKey, hostKeyOf } from './known-hosts.ts';
import type { SshSettings } from './ssh-settings.ts';

/** Who is to be reached, and as whom. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As fleet.yaml names it; absent: the agent's keys. */
  readonly key?: string;
}

/** Why a connection could not be made, in a sentence. */
export class SshFailure extends Error {
  /** The server closed before it said anything, as sshd does when too many connect at once (MaxStartups). */
  readonly isWorthRetry: boolean;

  constructor(
    message: string,
    { isWorthRetry = false, cause }: { isWorthRetry?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'SshFailure';
    this.isWorthRetry = isWorthRetry;
  }
}

const readyTimeoutMs = 20_000;

/** The signatures that each type of key can make, strongest first. Types that are not here (DSA, security keys) are not spoken. */
const algorithms: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * Opens a connection whose host key is pinned. Without a socket it connects by TCP.
 * The signal ends the attempt. Throws an SshFailure.
 */
export async function connect(
  endpoint: Endpoint,
  settings: SshSettings,
  signal: AbortSignal,
  socket?: Duplex,
): Promise<Client> {
  const { pinned, revoked } = findKeys(settings.knownHosts, endpoint.host, endpoint.port);
  const label = nameOf(endpoint);
  if (pinned.length === 0) {
    const advice = `check it and pin it with \`vigie trust ${label}\``;
    throw new SshFailure(
      `the host key of ${label} is not known: ${advice}${describeFaults(settings.knownHosts.faults)}`,
    );
  }
  let shown: HostKey | undefined;
  const client = new ssh2.Client();
  const config: ConnectConfig = {
    authHandler: [authentication(endpoint, settings)],
    algorithms: { serverHostKey: signaturesOf(pinned.map(({ type }) => type)) },
    hostVerifier: (blob: Buffer) => {
      shown = hostKeyOf(blob);
      return !revoked.some((key) => key.blob.equals(blob)) && pinned.some((key) => key.blob.equals(blob));
    },
  };
  try {
    await handshake(client, { ...config, ...wayTo(endpoint, socket) }, signal);
    return client;
  } catch (error) {
    client.destroy();
    throw explain(error, endpoint, settings, { pinned, revoked, shown });
  }
}

/**
 * Asks a server for its host key and goes no further. With types: for a key of one of these; undefined when it has none of them.
 * Throws an SshFailure.
 */
export async function askHostKey(
  endpoint: Endpoint,
  settings: SshSettings,
  types: readonly string[],
  signal: AbortSignal,
  socket?: Duplex,
): Promise<HostKey | undefined> {
  let shown: HostKey | undefined;
  const client = new ssh2.Client();
  const config: ConnectConfig = {
    ...(types.length === 0 ? {} : { algorithms: { serverHostKey: signaturesOf(types) } }),
    hostVerifier: (blob: Buffer) => {
      shown = hostKeyOf(blob);
      return false;
    },
  };
  try {
    await handshake(client, { ...config, ...wayTo(endpoint, socket) }, signal);
  } catch (error) {
    const isOfNoType = types.length > 0 && hasNoKeyOfType(error);
    if (shown === undefined && !isOfNoType) throw explain(error, endpoint, settings, noKeys);
  } finally {
    client.destroy();
  }
  return shown;
}

/** An endpoint as people write it: `host`, or `host:port` when the port is not 22. */
export function nameOf({ host, port }: { readonly host: string; readonly port: number }): string {
  if (port === 22) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function wayTo({ host, port, user }: Endpoint, socket: Duplex | undefined): ConnectConfig {
  const way: ConnectConfig = { host, port, username: user, readyTimeout: readyTimeoutMs };
  return socket === undefined ? way : { ...way, sock: socket };
}

/** Exactly one method: no password, no prompt, and no attempt that counts against the server's limit. */
function authentication({ user, key: keyName }: Endpoint, { keys, agent }: SshSettings): AnyAuthMethod {
  if (keyName !== undefined) {
    const key = keys.get(keyName);
    if (key === undefined) throw new SshFailure(`the key ${keyName} could not be loaded`);
    return { type: 'publickey', username: user, key };
  }
  if (agent === undefined) throw new SshFailure('no key is configured and no SSH agent runs (SSH_AUTH_SOCK)');
  return { type: 'agent', username: user, agent };
}

/** A server with several host keys shows the first type that we name: only types that are pinned may be named. */
function signaturesOf(types: readonly string[]): ServerHostKeys {
  const names = [...new Set(types.flatMap((type) => algorithms[type] ?? []))];
  if (names.length === 0) {
    throw new SshFailure(`the pinned host key is of a type that is not supported: ${types.join(', ')}`);
  }
  return names as ServerHostKeys;
}
type ServerHostKeys = NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> & string[];

/** ssh2's events as one promise. */
function handshake(client: Client, config: ConnectConfig, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  client.on('ready', resolve);
  // Stays for the life of the connection: errors after the handshake show as a channel that closes.
  client.on('error', reject);
  client.on('close', () => reject(new Error('Connection lost before handshake')));
  if (signal.aborted) onAbort();
  else client.connect(config).setNoDelay(true);
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

interface HostKeys {
  readonly pinned: readonly HostKey[];
  readonly revoked: readonly HostKey[];
  readonly shown: HostKey | undefined;
}

const noKeys: HostKeys = { pinned: [], revoked: [], shown: undefined };

function explain(
  error: unknown,
  endpoint: Endpoint,
  settings: SshSettings,
  { pinned, revoked, shown }: HostKeys,
): unknown {
  if (
    !(error instanceof Error) ||
    error instanceof SshFailure ||
    error.name === 'AbortError' ||
    error.name === 'TimeoutError'
  )
    return error;
  const label = nameOf(endpoint);
  const fail = (message: string, isWorthRetry = false) =>
    new SshFailure(message, { isWorthRetry, cause: error });
  const known = pinned.map((key) => `${key.type} ${fingerprint(key)}`).join(', ');
  const advice = `someone may listen in; if it was changed on purpose: \`vigie trust ${label} --replace\``;

  if (shown !== undefined && revoked.some((key) => key.blob.equals(shown.blob))) {
    return fail(`the host key of ${label} (${shown.type} ${fingerprint(shown)}) is revoked in known_hosts`);
  }
  if (shown !== undefined && !pinned.some((key) => key.blob.equals(shown.blob))) {
    return fail(
      `the host key of ${label} has changed: it is ${shown.type} ${fingerprint(shown)}, pinned is ${known}; ${advice}`,
    );
  }
  if (hasNoKeyOfType(error)) {
    return fail(
      `the host key of ${label} has changed: the server has no key of the pinned type, pinned is ${known}; ${advice}`,
    );
  }
  const level = 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return fail(
      `authentication refused by ${label}: user ${endpoint.user} with ${describeKey(endpoint, settings)}`,
    );
  }
  if (level === 'agent') return fail(`the SSH agent failed: ${error.message}`);
  if (level === 'client-timeout') return fail(`${label} did not answer within ${readyTimeoutMs / 1000} s`);
  if (
    error.message === 'Connection lost before handshake' ||
    ('code' in error && error.code === 'ECONNRESET')
  ) {
    return fail(`${label} closed the connection before the SSH handshake`, true);
  }
  return fail(`could not connect to ${label}: ${explainFailure(error)}`);
}

/** A line that could not be used may be the one that was meant to pin the key. */
function describeFaults(faults: readonly Fault[]): string {
  const shown = faults.slice(0, 3).map(formatFault).join('; ');
  return faults.length === 0 ? '' : ` (lines of known_hosts that cannot be used: ${faults.length}; ${shown})`;
}

/** ssh2 tells this by its message only. */
function hasNoKeyOfType(error: unknown): boolean {
  return error instanceof Error && error.message.includes('no matching host key format');
}

function describeKey({ key: name }: Endpoint, { keys }: SshSettings): string {
  const key = name === undefined ? undefined : keys.get(name);
  return key === undefined
    ? 'the keys of the SSH agent'
    : `key ${name} (${fingerprint(hostKeyOf(key.getPublicSSH()))})`;
}
