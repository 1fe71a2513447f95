import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { toSeconds } from '../../src/model/time.ts';
import { type Authority, makeAuthority } from './certificates.ts';
import { type Ended, filesBelow, makeWorkspace, vigie } from './command.ts';
import { exportedRecords, exporterPage } from './exporter-page.ts';
import { type Listener, missingPrometheus, startListener } from './prometheus-servers.ts';

const missing = missingPrometheus();
if (missing !== undefined) test('a real Prometheus', (context) => context.skip(missing));

/** `test`, as https://prometheus.io/docs/guides/basic-auth/ hashes it. */
const hash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';
const password = { VIGIE_PROMETHEUS_PASSWORD: 'test' };

describe.skipIf(missing !== undefined)('a real Prometheus', () => {
  let folder: string;
  let authority: Authority;
  let page: Server;
  let pageStatus = 200;
  let pageUrl: string;
  let nodeExporter: Listener;
  const listeners: Listener[] = [];
  let sources: string;

  async function start(...args: Parameters<typeof startListener>): Promise<Listener> {
    const listener = await startListener(...args);
    listeners.push(listener);
    return listener;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vigie-prometheus-'));
    authority = makeAuthority();
    page = createServer(({ url }, response) => {
      if (url === '/metrics')
        response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(exporterPage);
      else response.writeHead(pageStatus).end('<p>bonjour</p>');
    });
    await once(page.listen(0, '127.0.0.1'), 'listening');
    pageUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
    nodeExporter = await start('prometheus-node-exporter', (address) => [`--web.listen-address=${address}`], {
      path: '/',
    });
    const modules = join(folder, 'blackbox.yml');
    writeFileSync(modules, 'modules: { http: { prober: http, http: { preferred_ip_protocol: ip4 } } }\n');
    const blackbox = await start(
      'prometheus-blackbox-exporter',
      (address) => [`--config.file=${modules}`, `--web.listen-address=${address}`],
      { path: '/' },
    );
    const scrapes = join(folder, 'prometheus.yml');
    writeFileSync(
      scrapes,
      `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${nodeExporter.port}'] }]
    relabel_configs: [{ target_label: instance, replacement: 'there.example.org:9100' }]
  - job_name: exporters
    static_configs: [{ targets: ['${new URL(pageUrl).host}'] }]
    relabel_configs: [{ target_label: instance, replacement: 'there.example.org:9633' }]
  - job_name: blackbox
    metrics_path: /probe
    params: { module: [http] }
    static_configs: [{ targets: ['${pageUrl}'] }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: '127.0.0.1:${blackbox.port}' }
`,
    );
    const web = join(folder, 'web.yml');
    writeFileSync(join(folder, 'ca.pem'), authority.ca);
    writeFileSync(join(folder, 'server.pem'), authority.valid.cert);
    writeFileSync(join(folder, 'server.key'), authority.valid.key, { mode: 0o600 });
    writeFileSync(
      web,
      `tls_server_config: { cert_file: server.pem, key_file: server.key }\nbasic_auth_users: { vigie: '${hash}' }\n`,
    );
    const main = await start(
      'prometheus',
      (address) => [
        `--config.file=${scrapes}`,
        `--web.config.file=${web}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=${address}`,
      ],
      { path: '/-/ready', ca: authority.ca },
    );
    const victoria = await start(
      'victoria-metrics',
      (address) => [
        `-httpListenAddr=${address}`,
        `-storageDataPath=${join(folder, 'victoria')}`,
        `-promscrape.config=${scrapes}`,
        '-search.latencyOffset=1s',
        '-memory.allowedPercent=5',
      ],
      { path: '/health' },
    );
    sources = `
  main: { url: 'https://127.0.0.1:${main.port}', ca: ${join(folder, 'ca.pem')}, instance: '{host}.example.org',
          presets: { node: { job: node }, smartctl: {}, zfs: {}, lxd: { job: exporters } },
          basic: { user: vigie, passwordEnv: VIGIE_PROMETHEUS_PASSWORD } }
  victoria: { url: 'http://127.0.0.1:${victoria.port}', instance: '{host}.example.org',
              presets: { node: { job: node }, smartctl: {}, zfs: {}, lxd: { job: exporters } } }`;
    // Rates need two scrapes, and Prometheus begins some seconds after it is ready.
    for (const source of ['main', 'victoria']) {
      const isReady = async () =>
        (await collect(source)).of('host:there')?.gauges?.pressure_cpu_some_ratio !== undefined;
      for (let tries = 0; tries < 20 && !(await isReady()); tries += 1) await pause(500);
    }
  });

  afterAll(async () => {
    await Promise.all(listeners.map((listener) => listener.stop()));
    page.close();
    authority.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One run of `vigie collect`, with the host `there` as a source tells of it, and this machine read as `here`. */
  async function collect(
    source: string,
    { check = '{ kind: prometheus, query: "vector(1)" }', env = password as Record<string, string> } = {},
  ): Promise<
    Ended & { of(entity: string): EntityRecord | undefined; records: readonly EntityRecord[]; text: string }
  > {
    const root = makeWorkspace(
      `fleet: { name: Essai }\nprometheus:${sources}\nhosts:\n  there: { prometheus: ${source} }\n  here: { local: true }\nservices:\n  page: { name: Page, checks: { page: ${check.replace('{ kind: prometheus', `{ kind: prometheus, source: ${source}`)} } }\n`,
    );
    const ended = await vigie(root, ['collect', '--only', 'host', 'prometheus', 'prometheus-disk'], env);
    const texts = filesBelow(join(root, 'data'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => readFileSync(join(root, 'data', file), 'utf8'));
    rmSync(root, { recursive: true });
    const records = texts.flatMap((text) => Snapshot.parse(JSON.parse(text)).records);
    return {
      ...ended,
      records,
      text: texts.join(),
      of: (entity) => records.find((record) => record.entity === entity),
    };
  }

  test.each(['main', 'victoria'])('tells of a host what the host itself tells (%s)', async (source) => {
    const { records, of, stderr, status } = await collect(source);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [here, there] = [of('host:here'), of('host:there')];
    expect(there?.facts).toEqual(here?.facts);
    for (const metric of ['cpu_count', 'memory_total_bytes', 'swap_total_bytes'])
      expect([metric, there?.gauges?.[metric]]).toEqual([metric, here?.gauges?.[metric]]);
    const total = here?.gauges?.memory_total_bytes ?? 0;
    const used = (record: EntityRecord | undefined) => record?.gauges?.memory_used_bytes ?? Number.NaN;
    expect(Math.abs(used(there) - used(here))).toBeLessThan(0.2 * total);
    const apart = toSeconds(here?.at ?? '') - toSeconds(there?.at ?? '');
    expect(Math.abs(apart)).toBeLessThanOrEqual(30);
    // What is counted on both sides lies as far apart as the readings do, on all CPUs, and some more for the rounding of both.
    const slack = (Math.abs(apart) + 5) * (here?.gauges?.cpu_count ?? 1);
    const clocks = (here?.clock_seconds ?? 0) - (there?.clock_seconds ?? 0);
    expect(Math.abs(clocks)).toBeLessThan(Math.abs(apart) + 5);
    for (const metric of Object.keys(here?.counters ?? {})) {
      const difference = (here?.counters?.[metric] ?? 0) - (there?.counters?.[metric] ?? Number.NaN);
      expect([metric, Math.abs(difference) <= slack]).toEqual([metric, true]);
    }
    const names = (owner: string) =>
      records.flatMap(({ entity }) => {
        const [kind, host, ...name] = entity.split(':');
        // Other tests mount below /tmp meanwhile.
        const isStable =
          /^(host|block|network|filesystem)$/.test(kind ?? '') && !name[0]?.startsWith('/tmp/');
        return host === owner && isStable ? [[kind, ...name].join(':')] : [];
      });
    expect(names('there').toSorted()).toEqual(names('here').toSorted());
    for (const name of names('here').filter((one) => one.startsWith('filesystem:'))) {
      const [kind, ...path] = name.split(':');
      const [one, other] = ['here', 'there'].map((host) => of(`${kind}:${host}:${path.join(':')}`));
      expect(other?.facts).toEqual(one?.facts);
      expect(other?.gauges?.filesystem_size_bytes).toBe(one?.gauges?.filesystem_size_bytes);
      expect(other?.gauges?.filesystem_inodes_count).toBe(one?.gauges?.filesystem_inodes_count);
    }
    const pressures = Object.keys(here?.gauges ?? {}).filter((metric) => metric.startsWith('pressure_'));
    expect(Object.keys(there?.gauges ?? {})).toEqual(expect.arrayContaining(pressures));
  });

  test.each(['main', 'victoria'])('tells of disks, pools and containers (%s)', async (source) => {
    const { of } = await collect(source);
    for (const expected of exportedRecords)
      expect(of(expected.entity)).toEqual({ ...expected, at: expect.any(String) });
    expect(of('dataset:there:tank/srv@monday')).toBeUndefined();
  });

  test('answers the checks of services', async () => {
    const check = `{ kind: prometheus, target: '${pageUrl}' }`;
    const checkOf = async (source: string) => (await collect(source, { check })).of('check:page:page');
    for (const [status, expected] of [
      [
        200,
        { state: 'up', gauges: { check_status_code: 200, check_first_byte_seconds: expect.any(Number) } },
      ],
      [500, { state: 'down', reason: 'the probe failed: status 500' }],
    ] as const) {
      pageStatus = status;
      await pause(2500);
      const found = await Promise.all(['main', 'victoria'].map(checkOf));
      expect(found).toMatchObject([expected, expected]);
    }
  });

  test('that refuses is an error with its reason, and the check is unknown', async () => {
    const wrong = await collect('main', { env: { VIGIE_PROMETHEUS_PASSWORD: 'n0-such-password' } });
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('failed prometheus:main: main.node.1: status: found "401", expected 200');
    expect(wrong.of('host:there')).toBeUndefined();
    expect(wrong.of('check:page:page')?.state).toBe('unknown');
    expect(wrong.text + wrong.stderr + wrong.stdout).not.toContain('n0-such-password');
    const bad = await collect('victoria', { check: '{ kind: prometheus, query: "up{" }' });
    expect(bad.of('check:page:page')).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/^the server refused: /),
    });
    expect(bad.of('host:there')).toBeDefined();
  });

  test('tells that an exporter has stopped, and no old value', async () => {
    await nodeExporter.stop();
    await pause(3000);
    for (const source of ['main', 'victoria']) {
      const { stderr, of, status } = await collect(source);
      expect(stderr.trim()).toBe(
        `failed host:there: no data in prometheus:${source}: its exporter does not answer (up is 0)`,
      );
      expect(status).toBe(1);
      expect(of('host:there')).toBeUndefined();
    }
  });
});
