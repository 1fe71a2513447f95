import { isIP, type Socket } from 'node:net';
import { connect as startTls, type TLSSocket } from 'node:tls';
import type { TlsCheck } from '../model/check.ts';
import { toInstant } from '../model/time.ts';
import type { Attempt } from './attempt.ts';
import type { Certificate } from './collector.ts';
import { connect } from './connect.ts';

/** Asks for a TLS handshake and looks at the certificate. */
export async function askTls(check: TlsCheck, attempt: Attempt): Promise<void> {
  const socket = await connect(check.host, check.port, attempt);
  await secure(socket, check.serverName ?? check.host, attempt);
}

/**
 * Makes a connection a TLS one. A certificate that is not valid is a finding, not the end:
 * so its expiry is seen, and what the server goes on to say.
 */
export async function secure(socket: Socket, serverName: string, attempt: Attempt): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const secured = startTls({
    socket,
    host: serverName,
    // An address may not be sent as a server name (RFC 6066, section 3); the certificate is still checked against it.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(attempt.options.ca === undefined ? {} : { ca: attempt.options.ca }),
  });
  attempt.own(secured);
  // For good, as for the socket below.
  secured.on('error', reject);
  secured.once('secureConnect', resolve);
  await attempt.time('tlsSeconds', promise);
  attempt.learned.certificate = graver(attempt.learned.certificate, readCertificate(secured));
  return secured;
}

function readCertificate(secured: TLSSocket): Certificate {
  const expiresAt = secured.getPeerX509Certificate()?.validToDate;
  if (expiresAt === undefined || Number.isNaN(expiresAt.getTime())) {
    throw new Error('the certificate does not say when it ends');
  }
  return {
    expiresAt: toInstant(expiresAt),
    ...(secured.authorized ? {} : { fault: String(secured.authorizationError) }),
  };
}

/** Of two certificates on the way to a page, the one to worry about: with a fault, or the first to end. */
function graver(one: Certificate | undefined, other: Certificate): Certificate {
  if (one === undefined) return other;
  if ((one.fault === undefined) !== (other.fault === undefined)) return one.fault === undefined ? other : one;
  return one.expiresAt <= other.expiresAt ? one : other;
}
