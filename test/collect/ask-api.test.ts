import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openApi } from '../../src/collect/ask-api.ts';
import type { ApiRequest } from '../../src/collect/collector.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(request: Pick<ApiRequest, 'url'> & Partial<ApiRequest>, env: Record<string, string> = {}) {
  const clock = () => new Date('2026-11-22T09:35:00.500Z');
  const askApi = openApi({ dataFolder: '/nowhere', env, userAgent: 'Vigie/test', clock });
  return askApi({ name: 'one', source: 'prometheus:main', access: {}, ...request });
}

const bearer = { authorization: { kind: 'token', prefix: 'Bearer ', env: 'TOKEN' } } as const;
const basic = { authorization: { kind: 'basic', user: 'vigie', env: 'TOKEN' } } as const;
const at = '2026-11-22T09:35:00Z';

describe('an API is asked', () => {
  test('by a form that is posted, with the headers and the token', async () => {
    const url = await serve((request, response) => {
      const { authorization, 'content-type': type, 'x-scope-orgid': tenant } = request.headers;
      request.setEncoding('utf8').on('data', (body) => {
        response.end(
          JSON.stringify([request.method, request.url, authorization?.length, type, tenant, body]),
        );
      });
    });
    const form = { query: 'up{a="é&b"}' };
    const answer = await ask(
      { url: `${url}/api/v1/query`, form, headers: { 'X-Scope-OrgID': 'team' }, access: bearer },
      { TOKEN: 's3cr3t-token\n' },
    );
    expect(answer).toMatchObject({ at, status: 200 });
    expect(JSON.parse(answer.body ?? '')).toEqual([
      'POST',
      '/api/v1/query',
      'Bearer s3cr3t-token'.length,
      'application/x-www-form-urlencoded',
      'team',
      'query=up%7Ba%3D%22%C3%A9%26b%22%7D',
    ]);
  });

  test('by a JSON that is posted', async () => {
    const url = await serve((request, response) => {
      const { accept, 'content-type': type, 'x-http-method-override': method } = request.headers;
      request.setEncoding('utf8').on('data', (body) => {
        response.end(JSON.stringify([request.method, accept, type, method, JSON.parse(body)]));
      });
    });
    const json = { filter: 'host.__name in names', filter_vars: { names: ['é"'] } };
    const answer = await ask({ url, json, headers: { 'X-HTTP-Method-Override': 'GET' } });
    expect(JSON.parse(answer.body ?? '')).toEqual([
      'POST',
      'application/json',
      'application/json',
      'GET',
      json,
    ]);
  });

  test('with a user and a password', async () => {
    const url = await serve((request, response) => {
      const [, text = ''] = request.headers.authorization?.split(' ') ?? [];
      response.end(String(Buffer.from(text, 'base64').toString() === 'vigie:pass:word'));
    });
    expect((await ask({ url, access: basic }, { TOKEN: 'pass:word' })).body).toBe('true');
  });

  test('never without the secret that fleet.yaml names', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.end();
    });
    expect(await ask({ url, access: bearer })).toEqual({
      at,
      failure: 'the environment variable TOKEN is not set',
    });
    expect(count).toBe(0);
  });

  test('and a secret that it repeats does not come through', async () => {
    const url = await serve((request, response) => {
      const { authorization = '' } = request.headers;
      const read = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
      response.end(`you sent ${authorization}, ${read}, as in a test`);
    });
    const sent = async (access: ApiRequest['access'], secret: string) =>
      (await ask({ url, access }, { TOKEN: secret })).body?.replaceAll(/\uFFFD[^,]*/g, '');
    expect(await sent(bearer, 's3cr3t-token')).toMatch(/^you sent Bearer \[secret\], /);
    // A password that is a word is struck out beside its user alone: else it would tear names of metrics apart.
    expect(await sent(basic, 'test')).toBe('you sent Basic [secret], [secret], as in a test');
  });

  test('and a redirect is not followed: it would carry the secret away', async () => {
    let asked = 0;
    const other = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(302, { Location: `${other}/?a=b` }).end());
    expect(await ask({ url, access: bearer }, { TOKEN: 's3cr3t' })).toEqual({
      at,
      status: 302,
      failure: `status 302: redirect to "${other}/", which is not followed`,
    });
    expect(asked).toBe(0);
  });

  test('and an answer that is too long, or packs too much, is refused whole', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
    });
    expect(await ask({ url, maxBytes: 1000 })).toMatchObject({
      failure: 'the answer is longer than 1000 bytes',
    });
  });

  test('and one that hangs is left within its time, whether it has begun or not', async () => {
    const mute = await serve(() => undefined);
    const slow = await serve((_, response) => response.write('{'));
    for (const url of [mute, slow])
      expect(await ask({ url, timeoutSeconds: 1 })).toEqual({ at, failure: 'no whole answer within 1 s' });
  });

  test('and one that refuses, breaks off or lacks its certificate says so', async () => {
    const url = await serve((_, response) => {
      response.write('{');
      response.destroy();
    });
    expect((await ask({ url })).failure).toMatch(/ECONNRESET|aborted/);
    expect((await ask({ url: 'http://127.0.0.1:1' })).failure).toBe('connection refused (ECONNREFUSED)');
    const access = { certificate: { file: 'client.pem', key: 'client.key' } };
    expect((await ask({ url, access })).failure).toMatch(/client\.pem.*ENOENT|ENOENT.*client\.pem/);
  });
});
