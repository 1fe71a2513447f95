import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textOf } from '../built-site.ts';
import { makeWorkspace, vigie } from './command.ts';

let registry: Server;
let root: string;
const asked: string[] = [];

/** Ten days and an hour from now. */
const end = new Date(Date.now() + (10 * 24 + 1) * 3_600_000).toISOString();

beforeAll(async () => {
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [, name = ''] = /^\/rdap\/domain\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (name === 'elsewhere.fr') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (name === 'busy.fr') response.writeHead(429).end('{"errorCode":429,"title":"Too many requests"}');
    else if (name === 'huge.fr') response.end('x'.repeat(1_000_000));
    else if (name === 'unknown.fr') response.writeHead(404).end('{"errorCode":404}');
    else
      response.end(
        JSON.stringify({ ldhName: name, events: [{ eventAction: 'expiration', eventDate: end }] }),
      );
  });
  await new Promise<void>((ready) => registry.listen(0, '127.0.0.1', ready));
  const { port } = registry.address() as AddressInfo;
  const service = (name: string) =>
    `  ${name}: { name: Catalogue ${name}, url: "https://catalogue.${name}.fr", checks: { port: { kind: tcp, host: 127.0.0.1, port: ${port} } } }`;
  root = makeWorkspace(`fleet: { name: Réseau }
domains: { registries: { fr: "http://127.0.0.1:${port}/rdap/" } }
services:
${['good', 'elsewhere', 'busy', 'huge', 'unknown'].map(service).join('\n')}
`);
});

afterAll(async () => {
  await new Promise((closed) => registry.close(closed));
  rmSync(root, { recursive: true });
});

test('registries are asked once a day; each name that cannot be read is told with its reason', async () => {
  const { status, stderr } = await vigie(root, ['collect']);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /domain:elsewhere\.fr.*redirect to "http:\/\/127\.0\.0\.1:1\/", which is not followed/,
  );
  expect(stderr).toMatch(/domain:busy\.fr.*Too many requests/);
  expect(stderr).toMatch(/domain:huge\.fr.*longer than 262144 bytes/);
  expect(stderr).toMatch(/domain:unknown\.fr.*status 404/);
  expect(asked.filter((path) => path.startsWith('/rdap/')).toSorted()).toEqual(
    ['busy', 'elsewhere', 'good', 'huge', 'unknown'].map((name) => `/rdap/domain/${name}.fr`),
  );
  asked.length = 0;
  expect((await vigie(root, ['collect'])).status).toBe(0);
  expect(asked.filter((path) => path.startsWith('/rdap/'))).toEqual([]);
});

test('the page of a service says how long its domain name is still registered', async () => {
  expect((await vigie(root, ['build'])).status).toBe(0);
  const page = (path: string) => textOf(readFileSync(join(root, 'dist/status', path, 'index.html'), 'utf8'));
  expect(page('services/good')).toMatch(/Nom de domaine enregistré jusqu’au .* encore 10 jours/);
  expect(page('en/services/good')).toMatch(/Domain name registered until .* 10 days left/);
  expect(page('services/busy')).not.toContain('Nom de domaine');
});
