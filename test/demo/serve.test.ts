import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serveFolder } from '../../src/demo/serve.ts';

const parent = mkdtempSync(join(tmpdir(), 'vigie-serve-'));
const folder = join(parent, 'site');

describe('the demo’s file server', () => {
  let served: Served;
  beforeAll(async () => {
    mkdirSync(join(folder, 'services'), { recursive: true });
    writeFileSync(join(parent, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'index.html'), '<p>front</p>');
    writeFileSync(join(folder, '404.html'), '<p>not here</p>');
    writeFileSync(join(folder, 'services/index.html'), '<p>services</p>');
    writeFileSync(join(folder, 'été.css'), 'p {}');
    symlinkSync(join(parent, 'secret.txt'), join(folder, 'link.txt'));
    served = await serveFolder(folder, 0);
  });
  afterAll(async () => {
    await served.close();
    rmSync(parent, { recursive: true });
  });

  /** A request whose path is sent as it stands: clients with a URL parser would tidy it up. */
  async function ask(path: string, { method = 'GET', host }: { method?: string; host?: string } = {}) {
    const { port } = new URL(served.url);
    const headers = host === undefined ? {} : { host };
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number | undefined;
      type: string | undefined;
      location: string | undefined;
      body: string;
    }>();
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const { statusCode: status, headers: got } = response;
      text(response).then(
        (body) => resolve({ status, type: got['content-type'], location: got.location, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
    return promise;
  }

  test('sends files with their type, and the index of folders', async () => {
    expect(await ask('/')).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: '<p>front</p>',
    });
    expect(await ask('/services/?page=2')).toMatchObject({ status: 200, body: '<p>services</p>' });
    expect(await ask('/%C3%A9t%C3%A9.css')).toMatchObject({
      status: 200,
      type: 'text/css; charset=utf-8',
      body: 'p {}',
    });
    expect(await ask('/services')).toMatchObject({ status: 308, location: '/services/' });
  });

  test('sends the site’s own page for what is not there', async () => {
    expect(await ask('/nowhere/')).toMatchObject({ status: 404, body: '<p>not here</p>' });
    expect(await ask(`/${'x'.repeat(3000)}`)).toMatchObject({ status: 404 });
  });

  test.each([
    '/../secret.txt',
    '/services/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%2e%2e%2fsecret.txt',
    '//../secret.txt',
    '/link.txt',
    '/index.html%00',
    '/%E0%A4%A',
  ])('refuses to leave the folder by %s', async (path) => {
    const { status, body } = await ask(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('secret');
  });

  test('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await ask('/', { method: 'POST' })).toMatchObject({ status: 405 });
    expect(await ask('/', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  test('refuses a name that another site gave to this machine', async () => {
    expect(await ask('/', { host: 'evil.example.org' })).toMatchObject({ status: 421 });
    expect(await ask('/', { host: 'localhost:4280' })).toMatchObject({ status: 200 });
  });

  test('takes a free port when the one wished for is taken', async () => {
    const second = await serveFolder(folder, Number(new URL(served.url).port));
    expect(second.url).not.toBe(served.url);
    await second.close();
  });
});
