import { isIP } from 'node:net';
import { checkServerIdentity, connect as startTls, type TLSSocket } from 'node:tls';
import type { TlsCheck } from '../model/check.ts';
import { toInstant } from '../model/time.ts';
import type { Attempt } from './attempt.ts';
import type { Certificate } from './collector.ts';
import { connect } from './connect.ts';

/** Asks for a TLS handshake and looks at the certificate. */
export async function askTls(check: TlsCheck, attempt: Attempt): Promise<void> {
  await connectSecurely(check.host, check.port, check.serverName ?? check.host, attempt);
}

/**
 * Opens a TLS connection. A certificate that is not valid is a finding, not the end:
 * so its expiry is seen, and what the server goes on to say.
 */
export async function connectSecurely(
  host: string,
  port: number,
  serverName: string,
  attempt: Attempt,
): Promise<TLSSocket> {
  const { ca } = attempt.options;
  // TLS opens the TCP connection itself: Node.js 24 crashes when a socket that it was handed is destroyed before it.
  const socket = await connect(host, port, attempt, (address) =>
    startTls({
      host: address,
      port,
      // An address may not be sent as a server name (RFC 6066, section 3); the certificate is still checked against it.
      servername: isIP(serverName) === 0 ? serverName : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(ca === undefined ? {} : { ca }),
    }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.once('secureConnect', resolve);
  await attempt.time('tlsSeconds', promise);
  attempt.learned.certificate = graver(attempt.learned.certificate, readCertificate(socket));
  return socket;
}

function readCertificate(socket: TLSSocket): Certificate {
  const expiresAt = socket.getPeerX509Certificate()?.validToDate;
  if (expiresAt === undefined || Number.isNaN(expiresAt.getTime())) {
    throw new Error('the certificate does not say when it ends');
  }
  return {
    expiresAt: toInstant(expiresAt),
    ...(socket.authorized ? {} : { fault: String(socket.authorizationError) }),
  };
}

/** Of two certificates on the way to a page, the one to worry about: with a fault, or the first to end. */
function graver(one: Certificate | undefined, other: Certificate): Certificate {
  if (one === undefined) return other;
  if ((one.fault === undefined) !== (other.fault === undefined)) return one.fault === undefined ? other : one;
  return one.expiresAt <= other.expiresAt ? one : other;
}
