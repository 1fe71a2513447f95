import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltSite, buildSite } from '../built-site.ts';
import { freePort } from '../live/openssh.ts';
import { toldSample } from '../status/machine/told.ts';
import { startBrowser } from './browser.ts';

// The site as a real nginx serves it with the file that the site brings for it.

const missing = existsSync('/usr/sbin/nginx') ? undefined : 'no nginx here (Debian: nginx-light)';
if (missing !== undefined) console.log(`nginx is not tried: ${missing}`);

describe.skipIf(missing !== undefined)('the site on nginx', () => {
  let site: BuiltSite;
  let folder: string;
  let nginx: ChildProcess;
  let origin: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-nginx-'));
    site = await buildSite('status', toldSample);
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    await mkdir(join(folder, 'temp'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
      .join('\n');
    await writeFile(
      join(folder, 'nginx.conf'),
      `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
events { }
http {
  include /etc/nginx/mime.types;
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${port};
    root ${site.folder};
    include ${site.folder}/hosting/nginx.conf;
  }
}
`,
    );
    nginx = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (let wait = 0; wait < 100; wait += 1) {
      if (
        await fetch(origin).then(
          () => true,
          () => false,
        )
      )
        break;
      await pause(50);
    }
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    nginx?.kill();
    if (nginx?.exitCode === null) await once(nginx, 'exit');
    await site?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (path: string) => fetch(origin + path, { redirect: 'manual' });

  test('sends pages with a strict policy that allows their own scripts, and lets nobody frame them', async () => {
    const { status, headers } = await ask('/');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('sends its style sheet for good', async () => {
    const [, sheet = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(await (await ask('/')).text()) ?? [];
    expect((await ask(sheet)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test.each([
    ['/api/v2/summary.json', 'application/json'],
    ['/feeds/site.rss', 'application/rss+xml; charset=utf-8'],
    ['/en/feeds/site.atom', 'application/atom+xml; charset=utf-8'],
    ['/feeds/site.json', 'application/json'],
    ['/calendars/site.ics', 'text/calendar; charset=utf-8'],
    ['/badges/broken.svg', 'image/svg+xml'],
    ['/sla/mulhouse/2026-11.csv', 'text/csv; charset=utf-8'],
    ['/metrics.txt', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ])('lets programs of other sites read %s', async (path, type) => {
    const { status, headers } = await ask(path);
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('public, max-age=60');
  });

  test('answers 404 with the page that says so', async () => {
    const answer = await ask('/services/nobody/');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe(site.files.get('404.html'));
    expect((await ask('/api/v2/nothing.json')).status).toBe(404);
  });

  test('shows pages without a complaint of the browser', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(origin);
    expect(await page.locator('h1').textContent()).toContain('en panne');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is read by Statuspage’s own widget on another site', async () => {
    const script = await readFile(
      createRequire(import.meta.url).resolve('@statuspage/status-widget/dist/index.js'),
    );
    const other: Server = createServer(({ url }, response) => {
      if (url === '/widget.js') response.setHeader('Content-Type', 'text/javascript').end(script);
      else
        response
          .setHeader('Content-Type', 'text/html')
          .end(
            `<!doctype html><title>x</title><script src="/widget.js"></script><statuspage-widget src="${origin}"></statuspage-widget>`,
          );
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await page.locator('statuspage-widget').getByText('Partial System Outage').waitFor({ timeout: 10_000 });
    await page.close();
    other.closeAllConnections();
    other.close();
  });
});
