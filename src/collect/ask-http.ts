import { type IncomingMessage, request as startRequest } from 'node:http';
import type { HttpCheck } from '../model/check.ts';
import { connectSecurely } from './ask-tls.ts';
import type { Attempt } from './attempt.ts';
import { connect, openTcp } from './connect.ts';
import { readBody } from './read-body.ts';

/** Asks for a page on a new connection, and follows as many redirects as the check allows. */
export async function askHttp(check: HttpCheck, attempt: Attempt): Promise<void> {
  const visited = new Set<string>();
  let url = new URL(check.url);
  for (let redirectCount = 0; ; redirectCount += 1) {
    visited.add(url.href);
    attempt.learned.redirectCount = redirectCount;
    const response = await exchange(url, check, attempt);
    attempt.learned.status = response.statusCode ?? 0;
    delete attempt.learned.location;
    if (response.headers.location !== undefined) attempt.learned.location = response.headers.location;
    const next = redirectCount < check.follow ? redirectTarget(response, url) : undefined;
    if (next === undefined) {
      Object.assign(attempt.learned, await attempt.within('reading the answer', readBody(response)));
      return;
    }
    if (visited.has(next.href)) throw new Error(`redirect loop at ${next.href}`);
    response.socket.destroy();
    url = next;
  }
}

async function exchange(url: URL, check: HttpCheck, attempt: Attempt): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  if (!isSecure && url.protocol !== 'http:') throw new Error(`${url.protocol} is neither http: nor https:`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const socket = await (isSecure
    ? connectSecurely(host, port, host, attempt)
    : connect(host, port, attempt, openTcp));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = startRequest({
    createConnection: () => socket,
    method: check.method,
    path: `${url.pathname}${url.search}`,
    headers: {
      Host: url.host,
      'User-Agent': attempt.options.userAgent,
      Accept: '*/*',
      'Accept-Encoding': 'gzip, br',
      'Cache-Control': 'no-cache',
    },
  });
  request.once('response', resolve);
  request.once('upgrade', () =>
    reject(new Error('the server changed the protocol, which was not asked for')),
  );
  // For good: what breaks while the body is read is told here, too.
  request.on('error', reject);
  request.end();
  return attempt.time('firstByteSeconds', promise);
}

/** Where an answer sends its reader; undefined when it is no redirect. */
function redirectTarget(response: IncomingMessage, base: URL): URL | undefined {
  const { location } = response.headers;
  const status = response.statusCode ?? 0;
  if (location === undefined || status < 300 || status > 399) return undefined;
  if (!URL.canParse(location, base.href)) throw new Error(`redirect to ${location}, which is no address`);
  const target = new URL(location, base);
  target.hash = '';
  return target;
}
