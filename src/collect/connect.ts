import { lookup } from 'node:dns/promises';
import { isIP, connect as openSocket, type Socket } from 'node:net';
import type { Attempt } from './attempt.ts';

/** How long an address may take while another one is left to try. */
const patienceMs = 1000;

/** An address and port as text, IPv6 in brackets: `192.0.2.1:443`, `[2001:db8::1]:443`. */
export function formatTarget(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Starts a connection to an address. */
export type Open<Connection extends Socket> = (address: string, port: number) => Connection;

/** Starts a plain TCP connection. */
export const openTcp: Open<Socket> = (address, port) => openSocket({ host: address, port });

/**
 * Opens a TCP connection: to each address of the host in turn until one accepts.
 * An address of which the attempt's `block` tells is left out; when none is left the attempt is blocked.
 */
export async function connect<Connection extends Socket>(
  host: string,
  port: number,
  attempt: Attempt,
  open: Open<Connection>,
): Promise<Connection> {
  const addresses = isIP(host) === 0 ? await resolve(host, attempt) : [host];
  const { block } = attempt.options;
  const reasons = addresses.map((address) => block?.(formatTarget(address, port)));
  const allowed = addresses.filter((_, index) => reasons[index] === undefined);
  if (allowed.length === 0) {
    attempt.learned.isBlocked = true;
    throw new Error(reasons[0]);
  }
  return attempt.time('tcpSeconds', connectAny(allowed, port, attempt, open));
}

async function resolve(host: string, attempt: Attempt): Promise<string[]> {
  const found = await attempt.time('dnsSeconds', lookup(host, { all: true }));
  if (found.length === 0) throw new Error('the name has no address');
  return found.map(({ address }) => address);
}

/** Connects to the first of several addresses that accepts. */
export async function connectAny<Connection extends Socket>(
  addresses: readonly string[],
  port: number,
  attempt: Attempt,
  open: Open<Connection>,
): Promise<Connection> {
  for (const [index, address] of addresses.entries()) {
    const target = formatTarget(address, port);
    const earlier = attempt.learned.refusedBy ?? [];
    // Noted before the answer is known, so that it stands when the attempt's time runs out here.
    attempt.learned.refusedBy = [...earlier, target];
    try {
      const isLast = index === addresses.length - 1;
      const socket = open(address, port);
      attempt.own(socket);
      await connected(socket, isLast ? 0 : patienceMs);
      attempt.learned.refusedBy = earlier;
      attempt.learned.acceptedBy = target;
      return socket;
    } catch (error) {
      if (index === addresses.length - 1) throw error;
    }
  }
  throw new Error('no address to connect to');
}

/** Waits for the TCP connection, at most so long; 0 is without limit. */
function connected(socket: Socket, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // For good: a fault that comes after the connection has opened must not be thrown at the process.
  socket.on('error', reject);
  socket.once('connect', () => {
    socket.setTimeout(0);
    resolve();
  });
  socket.setTimeout(timeoutMs, () => {
    socket.destroy(
      Object.assign(new Error('the connection was not accepted in time'), { code: 'ETIMEDOUT' }),
    );
  });
  return promise;
}
