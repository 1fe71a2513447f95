import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import probe from '../../collectors/probe.ts';
import { ask, formatUserAgent } from '../../src/collect/ask.ts';
import type { AskOptions } from '../../src/collect/attempt.ts';
import { ProbedCheck } from '../../src/model/check.ts';
import { type Authority, makeAuthority } from './certificates.ts';
import { createLoopback } from './loopback.ts';
import { encodeName, encodeText, startNameServer } from './name-server.ts';

const loopback = createLoopback();
const agent = { userAgent: 'Vigie/0.0.0' };

/** Asks once, and judges as a run would. */
async function look(input: z.input<typeof ProbedCheck>, options: Partial<AskOptions> = {}) {
  const check = ProbedCheck.parse(input);
  const answer = await ask(check, { ...agent, ...options });
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const record = probe.parse({ entity: 'check:service:page', check }, answer, { at, attempt: 1 });
  return { answer, record, state: record.state, reason: record.reason };
}

afterAll(() => loopback.stop());

describe('HTTP', () => {
  let base = '';
  let heard: Parameters<RequestListener>[0]['headers'] = {};

  const pages: Readonly<Record<string, RequestListener>> = {
    '/': (request, response) => {
      heard = request.headers;
      response.end('<body id="results">');
    },
    '/slow': (_, response) => setTimeout(() => response.end('late'), 1200),
    '/never': () => undefined,
    '/drip': (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(timer));
    },
    '/endless': (_, response) => {
      const page = Buffer.alloc(65_536, 'x');
      const pour = () => {
        while (!response.destroyed && response.write(page));
      };
      response.on('drain', pour);
      pour();
    },
    '/loop': (_, response) => response.writeHead(302, { location: '/loop2' }).end(),
    '/loop2': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
    '/steps': (request, response) => {
      const step = Number(new URL(request.url ?? '', base).searchParams.get('n'));
      if (step === 0) response.end('arrived');
      else response.writeHead(302, { location: `/steps?n=${step - 1}` }).end();
    },
    '/koha': (_, response) => response.writeHead(302, { location: '/cgi-bin/koha/maintenance.pl' }).end(),
    '/elsewhere': (_, response) => response.writeHead(302, { location: 'ftp://example.org/' }).end(),
    '/nowhere': (_, response) => response.writeHead(302, { location: 'http://[' }).end(),
    '/broken': (_, response) => response.writeHead(503).end('Service Unavailable'),
    '/fatal': (_, response) => response.end('PHP Fatal error: Uncaught Error in index.php'),
    '/gzip': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed page')),
    '/deflate': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'deflate' }).end(deflateSync('packed page')),
    '/br': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('packed page')),
    '/zstd': (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('?'),
    '/half-gzip': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed page').subarray(0, 15)),
    '/not-gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    '/bomb': (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const gzip = createGzip();
      gzip.pipe(response);
      const zeros = Buffer.alloc(1 << 20);
      const pour = () => {
        while (!response.destroyed && gzip.write(zeros));
      };
      gzip.on('drain', pour);
      pour();
    },
    '/latin1': (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=ISO-8859-1' })
        .end(Buffer.from('médiathèque', 'latin1')),
    '/klingon': (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=x-klingon' }).end('médiathèque'),
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('the first half', () => response.socket?.resetAndDestroy());
    },
    '/headers': (_, response) => response.writeHead(200, { 'x-flood': 'x'.repeat(100_000) }).end(),
    '/json': (_, response) => response.end('\uFEFF{"data":[{"name":"Koha"},null],"a/b":{"~":0}}'),
  };

  beforeAll(async () => {
    const port = await loopback.listen(
      createHttpServer((request, response) => {
        const { pathname } = new URL(request.url ?? '', 'http://localhost');
        pages[pathname]?.(request, response);
      }),
    );
    base = `http://localhost:${port}`;
  });

  test('a page that holds what it should is up, and each phase is measured by itself', async () => {
    const { answer, state } = await look({ kind: 'http', url: `${base}/`, contains: ['id="results"'] });
    expect(state).toBe('up');
    const {
      dnsSeconds = -1,
      tcpSeconds = -1,
      firstByteSeconds = -1,
      tlsSeconds,
      totalSeconds,
    } = answer.phases;
    expect(Math.min(dnsSeconds, tcpSeconds, firstByteSeconds)).toBeGreaterThan(0);
    expect(dnsSeconds + tcpSeconds + firstByteSeconds).toBeLessThanOrEqual(totalSeconds);
    expect(tlsSeconds).toBeUndefined();
  });

  test('an address has no DNS phase', async () => {
    const { answer } = await look({ kind: 'http', url: base.replace('localhost', '127.0.0.1') });
    expect(answer.status).toBe(200);
    expect(answer.phases.dnsSeconds).toBeUndefined();
  });

  test('the request says who asks, wants no cached answer and keeps no connection', async () => {
    await look({ kind: 'http', url: `${base}/` }, { userAgent: formatUserAgent('1.2.3', 'ops@example.org') });
    expect(heard).toMatchObject({
      host: base.slice('http://'.length),
      'user-agent': 'Vigie/1.2.3 (+ops@example.org)',
      accept: '*/*',
      'cache-control': 'no-cache',
      connection: 'close',
    });
  });

  test('a contact with a line break cannot break the request', async () => {
    await look({ kind: 'http', url: `${base}/` }, { userAgent: formatUserAgent('1', 'Zoé\r\nX-Evil: 1') });
    expect(heard['user-agent']).toBe('Vigie/1 (+ZoX-Evil: 1)');
    expect(heard['x-evil']).toBeUndefined();
  });

  test('a header that cannot be sent is our own fault, and nobody is called down for it', async () => {
    await expect(look({ kind: 'http', url: `${base}/` }, { userAgent: 'L’équipe' })).rejects.toThrow(
      'User-Agent',
    );
  });

  test('a slow answer is degraded', async () => {
    const { state, reason } = await look({ kind: 'http', url: `${base}/slow`, slowAfter: '1s' });
    expect(state).toBe('degraded');
    expect(reason).toMatch(/^answered in 1\.\d s, expected within 1 s$/);
  });

  test.each([
    ['/never', 'timeout after 1 s, waiting for the answer'],
    ['/drip', 'timeout after 1 s, reading the answer'],
    ['/loop', 'redirect to /loop2, expected a page'],
    ['/koha', 'redirect to /cgi-bin/koha/maintenance.pl, expected a page'],
    ['/broken', 'status 503, expected 2xx'],
    ['/cut', 'the server closed the connection (ECONNRESET)'],
    ['/headers', 'the headers are too long (HPE_HEADER_OVERFLOW)'],
    ['/zstd', 'the page is encoded as zstd, which was not asked for'],
    ['/half-gzip', 'the compressed page ends too early (Z_BUF_ERROR)'],
    ['/not-gzip', 'the page is not compressed as it says (Z_DATA_ERROR)'],
  ])('%s is down: %s', async (path, reason) => {
    expect(await look({ kind: 'http', url: `${base}${path}`, timeout: '1s' })).toMatchObject({
      state: 'down',
      reason,
    });
  });

  test('an error page with status 200 is down', async () => {
    const { state, reason } = await look({ kind: 'http', url: `${base}/fatal`, lacks: ['Fatal error'] });
    expect([state, reason]).toEqual(['down', '"Fatal error" is on the page']);
  });

  test('a redirect may be what is expected', async () => {
    expect((await look({ kind: 'http', url: `${base}/koha`, status: 302 })).state).toBe('up');
  });

  test('redirects are followed as far as the check says', async () => {
    const { state, answer } = await look({ kind: 'http', url: `${base}/steps?n=3`, follow: 3 });
    expect(state).toBe('up');
    expect(answer).toMatchObject({ body: 'arrived', redirectCount: 3 });
    expect(answer.location).toBeUndefined();
  });

  test('one redirect more is a finding', async () => {
    const { reason, answer } = await look({ kind: 'http', url: `${base}/steps?n=3`, follow: 2 });
    expect(reason).toBe('redirect to /steps?n=0, expected a page');
    expect(answer.redirectCount).toBe(2);
  });

  test.each([
    ['/loop', /^redirect loop at http:\/\/localhost:\d+\/loop$/],
    ['/elsewhere', /^ftp: is neither http: nor https:$/],
    ['/nowhere', /^redirect to http:\/\/\[, which is no address$/],
  ])('following %s ends in a reason', async (path, reason) => {
    expect((await look({ kind: 'http', url: `${base}${path}`, follow: 10 })).reason).toMatch(reason);
  });

  test.each(['/gzip', '/deflate', '/br'])('%s is unpacked', async (path) => {
    expect((await look({ kind: 'http', url: `${base}${path}` })).answer.body).toBe('packed page');
  });

  test.each(['/endless', '/bomb'])('of %s only the first 512 KiB are read', async (path) => {
    const { answer, state, reason } = await look({
      kind: 'http',
      url: `${base}${path}`,
      contains: ['<html'],
    });
    expect(answer.body).toHaveLength(512 * 1024);
    expect([state, reason]).toEqual(['down', '"<html" is not in the first 512 KiB of the page']);
  });

  test.each(['/latin1', '/klingon'])('%s is read in its charset, or as UTF-8', async (path) => {
    expect((await look({ kind: 'http', url: `${base}${path}` })).answer.body).toBe('médiathèque');
  });

  test.each([
    ['/data/0/name', 'Koha', undefined],
    ['/a~1b/~0', 0, undefined],
    ['/data/1', undefined, '/data/1 is null, expected a value'],
    ['/data/length', undefined, '/data/length is missing, expected a value'],
    ['/constructor', undefined, '/constructor is missing, expected a value'],
    ['/data/0/name', 'Omeka', '/data/0/name is "Koha", expected "Omeka"'],
  ])('JSON at %s, expected %j: %s', async (pointer, equals, reason) => {
    const json = equals === undefined ? { pointer } : { pointer, equals };
    expect((await look({ kind: 'http', url: `${base}/json`, json })).reason).toBe(reason);
  });

  test('HEAD reads no page', async () => {
    expect((await look({ kind: 'http', url: `${base}/`, method: 'HEAD', contains: ['x'] })).state).toBe('up');
  });

  test('an attempt that is stopped ends at once', async () => {
    const signal = AbortSignal.timeout(50);
    expect((await look({ kind: 'http', url: `${base}/never` }, { signal })).answer.failure).toBe('stopped');
  });

  test('an attempt leaves no connection open', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = createTcpServer((socket) => socket.resume().on('close', resolve));
    const port = await loopback.listen(server);
    await look({ kind: 'http', url: `http://127.0.0.1:${port}`, timeout: '1s' });
    // The server never ends the connection itself: without the other end's doing this test runs out of time.
    await closed;
  });

  test('a server that speaks no HTTP is down', async () => {
    const port = await loopback.listen(
      createTcpServer((socket) => socket.write('220 mail.example ESMTP\r\n')),
    );
    const { reason } = await look({ kind: 'http', url: `http://127.0.0.1:${port}` });
    expect(reason).toBe('the answer is not HTTP (HPE_INVALID_CONSTANT)');
  });

  test('a server that changes the protocol unasked is down', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
    const port = await loopback.listen(createTcpServer((socket) => socket.write(upgrade)));
    const { reason } = await look({ kind: 'http', url: `http://127.0.0.1:${port}`, timeout: '2s' });
    expect(reason).toBe('the server changed the protocol, which was not asked for');
  });

  test('IPv6 works as well', async () => {
    const port = await loopback.listen(
      createHttpServer((_, response) => response.end('six')),
      '::1',
    );
    const { answer } = await look({ kind: 'http', url: `http://[::1]:${port}/` });
    expect(answer).toMatchObject({ body: 'six', acceptedBy: `[::1]:${port}` });
  });
});

describe('TLS', () => {
  let authority: Authority;
  const ports = { valid: 0, expired: 0, otherName: 0, selfSigned: 0 };
  const inThirtyDays = () => Date.now() / 1000 + 30 * 86_400;

  beforeAll(async () => {
    authority = makeAuthority();
    for (const name of ['valid', 'expired', 'otherName', 'selfSigned'] as const) {
      ports[name] = await loopback.listen(
        createHttpsServer(authority[name], (_, response) => response.end(name)),
      );
    }
  });
  afterAll(() => authority.remove());

  test('a certificate of a trusted authority is up, with the time that is left', async () => {
    const { state, answer, record } = await look(
      { kind: 'http', url: `https://localhost:${ports.valid}/` },
      { ca: authority.ca },
    );
    expect(state).toBe('up');
    expect(answer.body).toBe('valid');
    expect(answer.certificate?.fault).toBeUndefined();
    expect(Date.parse(answer.certificate?.expiresAt ?? '') / 1000).toBeCloseTo(inThirtyDays(), -3);
    expect(answer.phases.tlsSeconds).toBeGreaterThan(0);
    expect(record.gauges?.certificate_remaining_seconds).toBeCloseTo(30 * 86_400, -3);
  });

  test('one that ends sooner than the check allows is degraded', async () => {
    const url = `https://127.0.0.1:${ports.valid}/`;
    const { state, reason } = await look(
      { kind: 'http', url, certificateAtLeast: '6w' },
      { ca: authority.ca },
    );
    expect(state).toBe('degraded');
    expect(reason).toMatch(/^the certificate ends in (29|30) days, at \S+Z, expected at least 42$/);
  });

  test.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['otherName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('a certificate that is %s is down, and its end is known all the same', async (name, fault) => {
    for (const check of [
      { kind: 'http', url: `https://localhost:${ports[name]}/` },
      { kind: 'tls', host: 'localhost', port: ports[name] },
    ] as const) {
      const { state, reason, record } = await look(check, { ca: authority.ca });
      expect([state, reason]).toEqual(['down', `certificate: ${fault}`]);
      const remainingDays = (record.gauges?.certificate_remaining_seconds ?? 0) / 86_400;
      expect(remainingDays).toBeCloseTo(name === 'expired' ? -1 : 30, 1);
    }
  });

  test('an authority that is not trusted is down', async () => {
    const { reason } = await look({ kind: 'http', url: `https://localhost:${ports.valid}/` });
    expect(reason).toBe('certificate: UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('the name that is checked may differ from the host', async () => {
    const check = {
      kind: 'tls',
      host: '127.0.0.1',
      port: ports.otherName,
      serverName: 'other.example',
    } as const;
    expect((await look(check, { ca: authority.ca })).state).toBe('up');
  });

  test('an address that is checked in place of a name must stand in the certificate, too', async () => {
    const check = { kind: 'tls', host: '127.0.0.1', port: ports.valid, serverName: '192.0.2.1' } as const;
    const { reason } = await look(check, { ca: authority.ca });
    expect(reason).toBe('certificate: ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('plain bytes on a TLS port are down', async () => {
    const port = await loopback.listen(
      createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const { reason } = await look({ kind: 'tls', host: '127.0.0.1', port });
    expect(reason).toMatch(/^TLS failed \(ERR_SSL_\w+\)$/);
  });

  test('a server that closes in the handshake is down', async () => {
    const port = await loopback.listen(
      createTcpServer((socket) => socket.once('data', () => socket.destroy())),
    );
    const { reason, answer } = await look({ kind: 'http', url: `https://127.0.0.1:${port}/` });
    expect(reason).toBe('the server closed the connection (ECONNRESET)');
    expect(answer.acceptedBy).toBe(`127.0.0.1:${port}`);
  });

  test('a server that says nothing in the handshake runs out of time', async () => {
    const port = await loopback.listen(createTcpServer(() => undefined));
    const { reason } = await look({ kind: 'tls', host: '127.0.0.1', port, timeout: '1s' });
    expect(reason).toBe('timeout after 1 s, in the TLS handshake');
  });
});

describe('TCP', () => {
  test('an open port is up, a closed one down', async () => {
    const port = await loopback.listen(createTcpServer());
    const open = await look({ kind: 'tcp', host: '127.0.0.1', port });
    expect([open.state, open.answer.acceptedBy]).toEqual(['up', `127.0.0.1:${port}`]);

    const closed = await look({
      kind: 'tcp',
      host: '127.0.0.1',
      port: await loopback.closedPort(createTcpServer),
    });
    expect([closed.state, closed.reason]).toEqual(['down', 'connection refused (ECONNREFUSED)']);
    expect(closed.record.gauges?.check_duration_seconds).toBeUndefined();
  });

  test('a name that cannot exist is down', async () => {
    const { state, answer } = await look({ kind: 'tcp', host: 'nothing.invalid', port: 80 });
    expect(state).toBe('down');
    // RFC 6761, section 6.4: .invalid never resolves; without a name server at all the answer is EAI_AGAIN.
    expect(answer.failure).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)$/);
    expect(answer.refusedBy).toBeUndefined();
  });

  test('a blocked address is not asked', async () => {
    let connectionCount = 0;
    const port = await loopback.listen(createTcpServer(() => (connectionCount += 1)));
    const block = (target: string) => `circuit open: ${target}`;
    const { answer } = await look({ kind: 'tcp', host: '127.0.0.1', port }, { block });
    expect(answer).toMatchObject({ failure: `circuit open: 127.0.0.1:${port}`, isBlocked: true });
    expect(connectionCount).toBe(0);
  });
});

describe('DNS', () => {
  let server: Awaited<ReturnType<typeof startNameServer>>;

  beforeAll(async () => {
    server = await startNameServer({
      'www.example A': [Buffer.from([192, 0, 2, 2]), Buffer.from([192, 0, 2, 1])],
      'www.example AAAA': [Buffer.from('20010db8000000000000000000000001', 'hex')],
      'example NS': [encodeName('ns1.example')],
      'example MX': [Buffer.concat([Buffer.from([0, 10]), encodeName('Mail.example')])],
      'example TXT': [encodeText('v=spf1 ', '-all')],
      'alias.example CNAME': [encodeName('www.example')],
    });
  });
  afterAll(() => server.stop());

  test.each([
    ['www.example', 'A', ['192.0.2.1', '192.0.2.2']],
    ['www.example', 'AAAA', ['2001:DB8:0::1']],
    ['example', 'NS', ['NS1.example.']],
    ['example', 'MX', ['10 mail.example']],
    ['example', 'TXT', ['v=spf1 -all']],
    ['alias.example', 'CNAME', ['www.example.']],
  ] as const)('%s %s has its values, in any order and spelling', async (name, type, values) => {
    expect(
      await look({ kind: 'dns', name, type, values: [...values], server: server.address }),
    ).toMatchObject({ state: 'up' });
  });

  test.each([
    ['www.example', 'A', ['192.0.2.1'], 'A is 192.0.2.1, 192.0.2.2, expected 192.0.2.1'],
    ['example', 'TXT', ['v=spf1 -ALL'], 'TXT is v=spf1 -all, expected v=spf1 -ALL'],
    ['nothing.example', 'A', undefined, 'the name does not exist (ENOTFOUND)'],
    ['example', 'A', undefined, 'the name has no such record (ENODATA)'],
  ] as const)('%s %s, expected %j: %s', async (name, type, values, reason) => {
    const expected = values === undefined ? {} : { values: [...values] };
    const check = { kind: 'dns', name, type, server: server.address, ...expected } as const;
    expect(await look(check)).toMatchObject({ state: 'down', reason });
  });

  test('a name server that does not answer runs out of time', async () => {
    const check = { kind: 'dns', name: 'silent.example', server: server.address, timeout: '1s' } as const;
    expect((await look(check)).reason).toMatch(
      /^(timeout after 1 s, resolving the name|the name server did not answer \(ETIMEOUT\))$/,
    );
  });

  test('a name server that is no address is a reason, not a crash', async () => {
    const { state, reason } = await look({ kind: 'dns', name: 'example', server: '999.0.0.1' });
    expect(state).toBe('down');
    expect(reason).toContain('ERR_INVALID_IP_ADDRESS');
  });
});
