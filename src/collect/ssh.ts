import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import type { SshAddress } from '../model/fleet.ts';
import type { HostKey } from './known-hosts.ts';
import { askingWords } from './script.ts';
import { askHostKey, connect, type Endpoint, SshFailure } from './ssh-connect.ts';
import type { SshSettings } from './ssh-settings.ts';
import {
  deadlineOf,
  describeAbort,
  type HostAnswer,
  type HostLimits,
  type HostQuestion,
  readAnswer,
  type ScriptRun,
} from './transport.ts';

/** SSH for one run of the collectors. */
export interface Ssh {
  /** Runs the host script: one connection, one `sh -s`. Never rejects: what went wrong is in the answer. */
  run(
    address: SshAddress,
    question: Pick<HostQuestion, 'script' | 'collectors'>,
    limits: HostLimits,
    signal?: AbortSignal,
  ): Promise<HostAnswer>;
  /**
   * The host key that a server shows. With types: one of these, undefined when it has none of them.
   * Its bastion's key must be pinned. Throws an SshFailure.
   */
  hostKey(address: SshAddress, types: readonly string[], signal: AbortSignal): Promise<HostKey | undefined>;
  /** Closes the connections to bastions. */
  close(): void;
}

/** How long to wait before each new attempt when a server drops connections (sshd's MaxStartups). */
const retryDelaysMs = [200, 500, 1000, 2000];

/** Opens nothing yet; connections are made as hosts are asked. Each bastion is connected to once and shared. */
export function openSsh(settings: SshSettings): Ssh {
  const bastions = new Map<string, Promise<Client>>();
  const closing = new AbortController();

  async function run(
    address: SshAddress,
    question: Pick<HostQuestion, 'script' | 'collectors'>,
    limits: HostLimits,
    signal?: AbortSignal,
  ): Promise<HostAnswer> {
    const deadline = deadlineOf(limits, signal);
    let client: Client | undefined;
    try {
      client = await reach(address, deadline, (socket) =>
        connect(endpointOf(address), settings, deadline, socket),
      );
      return await readAnswer(await execute(client, question, deadline), limits, deadline);
    } catch (error) {
      return {
        sections: new Map(),
        failure: deadline.aborted ? describeAbort(deadline, limits) : messageOf(error),
      };
    } finally {
      client?.destroy();
    }
  }

  async function hostKey(
    address: SshAddress,
    types: readonly string[],
    signal: AbortSignal,
  ): Promise<HostKey | undefined> {
    return reach(address, signal, (socket) =>
      askHostKey(endpointOf(address), settings, types, signal, socket),
    );
  }

  /** Connects, through the bastion where there is one, and again when the server drops the connection. */
  async function reach<Result>(
    address: SshAddress,
    signal: AbortSignal,
    open: (socket?: Duplex) => Promise<Result>,
  ): Promise<Result> {
    const bastion =
      address.via === undefined ? undefined : await untilAborted(bastionOf(address, address.via), signal);
    return withRetries(signal, async () =>
      open(bastion === undefined ? undefined : await forward(bastion, address, signal)),
    );
  }

  function bastionOf({ key }: SshAddress, via: NonNullable<SshAddress['via']>): Promise<Client> {
    const endpoint: Endpoint = key === undefined ? via : { ...via, key };
    const id = JSON.stringify([via.host, via.port, via.user, key]);
    const open = bastions.get(id) ?? connectBastion(endpoint, () => bastions.delete(id));
    bastions.set(id, open);
    return open;
  }

  async function connectBastion(endpoint: Endpoint, onLost: () => void): Promise<Client> {
    try {
      const client = await withRetries(closing.signal, () => connect(endpoint, settings, closing.signal));
      client.on('close', onLost);
      return client;
    } catch (error) {
      throw new SshFailure(`bastion: ${messageOf(error)}`, { cause: error });
    }
  }

  function close(): void {
    closing.abort();
    for (const bastion of bastions.values()) {
      bastion.then(
        (client) => client.end(),
        () => undefined,
      );
    }
  }

  return { run, hostKey, close };
}

function endpointOf({ host, port, user, key }: SshAddress): Endpoint {
  return key === undefined ? { host, port, user } : { host, port, user, key };
}

async function withRetries<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SshFailure && error.isWorthRetry)) throw error;
      await delay(delayMs, undefined, { signal });
    }
  }
  return attempt();
}

/** A stream to a host through its bastion. */
function forward(bastion: Client, { host, port, via }: SshAddress, signal: AbortSignal): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  bastion.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
    if (error)
      reject(
        new SshFailure(`bastion ${via?.host} could not reach ${host} port ${port}: ${reasonOf(error)}`, {
          cause: error,
        }),
      );
    else if (signal.aborted) channel.destroy();
    else resolve(channel);
  });
  return untilAborted(promise, signal);
}

/** `(SSH) Channel open failure: Connection refused` to what matters of it. */
function reasonOf(error: Error): string {
  return error.message.replace(/^\(SSH\) Channel open failure: /, '').slice(0, 200);
}

function execute(
  client: Client,
  { script, collectors }: Pick<HostQuestion, 'script' | 'collectors'>,
  signal: AbortSignal,
): Promise<ScriptRun> {
  const { promise, resolve, reject } = Promise.withResolvers<ScriptRun>();
  client.exec(`${askingWords}${collectors.join(' ')}`, (error, channel) => {
    if (error) {
      reject(new SshFailure(`the server refused to run the host script: ${error.message}`, { cause: error }));
      return;
    }
    resolve({ stdout: channel, stderr: channel.stderr, ending: endingOf(channel) });
    // A forced command may end without reading it.
    channel.on('error', () => undefined);
    channel.end(script);
  });
  return untilAborted(promise, signal);
}

function endingOf(channel: ClientChannel): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let ending = 'lost its connection';
  channel.on('exit', (status: number | null, signal?: string) => {
    ending = status === null ? `was killed by ${signal}` : `ended with status ${status}`;
  });
  channel.on('close', () => resolve(ending));
  return promise;
}

/** The promise, unless the signal comes first. */
async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
