import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { fleetJsonSchema } from '../../src/store/fleet.ts';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import { filesBelow, makeWorkspace, vigie } from './command.ts';

// A fleet whose every internal field holds a word that the public must never read: host names, addresses, containers, providers, prices …

const fleet = `fleet: { name: Réseau, url: https://etat.example.org, contact: canary-contact@example.org, every: 5m }
access:
  ssh: { user: canary-user, key: canary-key, passphraseEnv: CANARY_PASSPHRASE, knownHosts: canary-known-hosts, via: canary-bastion }
controls: ["canary-control:53"]
prometheus:
  canary-prometheus:
    url: https://canary-prometheus.example.org
    bearerEnv: CANARY_TOKEN
    ca: canary-authority.pem
    certificate: { file: canary-client.pem, key: canary-client.key }
    tenant: canary-tenant
    label: canary_label
    instance: "{host}.canary.example.org"
    match: { canary_cluster: canary-cluster }
    presets: { node: { canary_job: canary-job } }
    queries:
      canary-query: { query: canary_series, entity: "canary:{host}", metric: canary_count, facts: { canary: canary_fact } }
  canary-thanos: { url: https://canary-thanos.example.org, basic: { user: canary-reader, passwordEnv: CANARY_PASSWORD }, presets: [node] }
icinga2:
  canary-icinga:
    url: https://canary-icinga.example.org:5665
    basic: { user: canary-api, passwordEnv: CANARY_ICINGA }
    ca: canary-icinga.pem
    certificate: { file: canary-icinga-client.pem, key: canary-icinga-client.key }
domains: { registries: { org: "https://canary-registry.example.org" } }
hosts:
  canary-host:
    name: canary-name
    ssh: { host: canary-address, user: canary-login, key: canary-host-key, via: canary-jump }
    provider: canary-provider
    site: canary-site
  canary-short: { ssh: canary-short-address }
  canary-metrics: { prometheus: { source: canary-prometheus, instance: canary-instance } }
  canary-several: { prometheus: { source: canary-prometheus, instance: [canary-one, canary-two] } }
  canary-thin: { prometheus: canary-thanos }
  canary-lxd:
    lxd:
      url: https://canary-lxd.example.org:8443
      ca: canary-lxd.pem
      certificate: { file: canary-lxd-client.pem, key: canary-lxd-client.key }
libraries:
  mulhouse: { name: Médiathèque de Mulhouse }
services:
  koha:
    name: Catalogue
    application: koha
    url: https://catalogue.example.org
    libraries: [mulhouse]
    host: canary-host
    container: canary-container
    backup: { policy: canary-policy, as: canary_instance }
    checks:
      canary-page:
        kind: http
        url: /canary-path
        contains: [canary-marker]
        lacks: [canary-error]
        json: { pointer: /canary-pointer, equals: canary-value }
        version: "canary-version ([0-9.]+)"
      canary-port: { kind: tcp, host: canary-tcp, port: 3306 }
      canary-name: { kind: dns, name: canary-dns, values: [canary-answer], server: 192.0.2.77 }
      canary-tls: { kind: tls, host: canary-tls-host, serverName: canary-server-name }
      canary-series: { kind: prometheus, source: canary-prometheus, query: canary_up }
      canary-target: { kind: prometheus, source: canary-prometheus, target: "https://canary-target.example.org" }
      canary-nagios: { kind: nagios, on: canary-host, host: canary-watched, service: canary-service }
      canary-icinga: { kind: icinga2, source: canary-icinga, host: canary-icinga-host, service: canary-icinga-service }
  bokeh:
    { name: Portail, url: https://portail.example.org, libraries: [mulhouse], host: canary-host, backup: canary-policy,
      checks: { canary-page: { kind: http } } }
backups:
  canary-policy:
    on: canary-host
    dumps: /canary-dumps/{service}/*.gz
    restic: { repository: /canary-restic, on: canary-host, environment: /canary-environment }
    borg: canary-borg.example.org:repository
    borgmatic: { configuration: /canary-borgmatic.yaml, on: canary-host, environment: /canary-borgmatic-environment }
    pbs: { repository: "canary@pbs@canary-pbs:store", on: canary-host, environment: /canary-pbs-environment }
    sanoid: canary-pool/canary-dataset
    coldCopy: { path: /canary-media, checkEvery: 52w, manifest: /canary-sums, on: canary-host }
  canary-other:
    restic: /canary-restic-repository
    borg: { repository: canary-borg-repository, on: canary-host, environment: /canary-borg-environment }
    borgmatic: /canary-other-borgmatic.yaml
    pbs: "canary@pbs@canary-other-pbs:store"
`;
const hardware = `host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw
canary-host,server,canary-model,canary-serial,leased,canary-lessor,canary-contract,2021-03-01,2026-12-31,9753.10,8642.97,
`;
const secret = 'canary of the page secret';
const planted = /canary|192\.0\.2\.77|9[\s.,\u202f]?753[.,]10|8[\s.,\u202f]?642[.,]97/i;

const end = Date.parse('2026-11-22T12:00:00Z');
let root: string;

beforeAll(async () => {
  root = makeWorkspace(fleet);
  writeFileSync(join(root, 'data/hardware.csv'), hardware);
  for (let run = 288; run >= 0; run -= 1) writeRun(toInstant(new Date(end - run * 300_000)), run);
  const { status, stderr } = await vigie(root, ['build'], {
    SOURCE_DATE_EPOCH: String(end / 1000 + 60),
    VIGIE_PAGE_SECRET: secret,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

afterAll(() => rmSync(root, { recursive: true }));

/** What collectors saw: for an hour both services were down, with the host that both stand on. */
function writeRun(at: string, run: number): void {
  const isDown = run > 100 && run < 113;
  const facts = { address: 'canary-ip', model: 'canary-model', version: '24.05.01' };
  const check = (entity: string): EntityRecord => ({
    entity,
    at,
    state: isDown ? 'down' : 'up',
    ...(isDown ? { reason: 'canary-reason' } : {}),
    gauges: { check_duration_seconds: 0.2, certificate_remaining_seconds: 900_000 },
    facts,
  });
  const checks = ['canary-page', 'canary-port'].map((name) => check(`check:koha:${name}`));
  const seen = (entity: string, gauges: Record<string, number>): EntityRecord => ({
    entity,
    at,
    gauges,
    facts,
  });
  const things = [
    {
      ...seen('host:canary-host', { cpu_count: 8 }),
      epoch: 'canary-boot',
      clock_seconds: 1_000_000 - run * 300,
    },
    seen('filesystem:canary-host:/canary-mount', { filesystem_size_bytes: 100, filesystem_used_bytes: 50 }),
    seen('container:canary-host:canary-container', { memory_used_bytes: 50 }),
    seen('disk:canary-serial', { disk_power_on_seconds: 1e8 }),
    seen('pool:canary-host:canary-pool', { pool_size_bytes: 100 }),
    seen('dataset:canary-host:canary-pool/canary-dataset', { dataset_used_bytes: 50 }),
    seen('backup:koha:canary-dump.sql.gz', { backup_size_bytes: 50 }),
  ];
  for (const [collector, records] of [
    ['probe', [...checks, check('check:bokeh:canary-page')]],
    ['host', things],
  ] as const) {
    const errors = [{ source: 'host:canary-host', message: 'canary-error' }];
    const snapshot = { schema: 'vigie/snapshot@1' as const, collector, at, records: [...records], errors };
    const path = join(root, 'data', snapshotPath(snapshot));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, formatSnapshot(snapshot));
  }
}

/** The files below a folder of `dist/` that hold something planted, in their names or their bytes. */
function filesWith(word: RegExp, folder: string): string[] {
  return filesBelow(folder).filter((file) =>
    word.test(`${file}\n${readFileSync(join(folder, file), 'latin1')}`),
  );
}

test('nothing internal stands in the public site, names of files included', () => {
  const folder = join(root, 'dist/status');
  const files = filesBelow(folder);
  // It tells of both services, and of the hour without them.
  expect(files).toEqual(expect.arrayContaining(['services/koha/index.html', 'api/v2/summary.json']));
  expect(files.filter((file) => /^incidents\/.*\.html$/.test(file))).toHaveLength(1);
  expect(filesWith(planted, folder)).toEqual([]);
});

test.each(['canary-name', 'canary-provider', 'canary-model', 'canary-container', 'canary-watched'])(
  'what is planted could have come so far: %s stands in the reports',
  (word) => {
    expect(filesWith(new RegExp(word), join(root, 'dist/reports'))).not.toEqual([]);
  },
);

/** Fields whose text people read on the status page, or that hold no text of people: durations, sizes, choices. */
const harmless =
  /^(fleet\.(name|url|timeZone|locales\[\]|every|retention)|status\..*|policies\..*|libraries\.\*\.(name|page)|services\.\*\.(name|application|url|libraries\[\])|.*\.(timeout|slowAfter|maxAge|certificateAtLeast|checkEvery|readFor|kind|method|type|containerSnapshot)|.*\.presets\[\])$/;

test('whatever field of text fleet.yaml has is planted, or known to be harmless', () => {
  const fields = [...new Set(textFields(fleetJsonSchema()))].filter((path) => !harmless.test(path));
  const known = plantedPaths();
  expect(fields.filter((path) => !known.has(path))).toEqual([]);
});

/** What of JSON Schema stands in that of fleet.yaml. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The paths of all fields that may hold text: `hosts.*.provider`. */
function textFields(
  { type, properties, additionalProperties, items, anyOf, oneOf }: Schema,
  path = '',
): string[] {
  const below = (schema: Schema, name: string) => textFields(schema, path === '' ? name : `${path}.${name}`);
  return [
    ...(type === 'string' ? [path] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, schema]) => below(schema, name)),
    ...(typeof additionalProperties === 'object' ? below(additionalProperties, '*') : []),
    ...(items === undefined ? [] : textFields(items, `${path}[]`)),
    ...[...(anyOf ?? []), ...(oneOf ?? [])].flatMap((schema) => textFields(schema, path)),
  ];
}

/** The paths of the fleet's texts that hold something planted; keys that people chose read `*`. */
function plantedPaths(): Set<string> {
  const paths = new Set<string>();
  const walk = (value: unknown, schemas: readonly Schema[], path: string): void => {
    const all = schemas.flatMap((one) => [one, ...(one.anyOf ?? []), ...(one.oneOf ?? [])]);
    if (typeof value === 'string' && planted.test(value)) paths.add(path);
    if (Array.isArray(value))
      for (const item of value)
        walk(
          item,
          all.flatMap(({ items }) => items ?? []),
          `${path}[]`,
        );
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) {
        const named = all.flatMap(({ properties }) => properties?.[name] ?? []);
        const others = all.flatMap(({ additionalProperties: any }) => (typeof any === 'object' ? [any] : []));
        const step = named.length > 0 ? name : '*';
        walk(item, named.length > 0 ? named : others, path === '' ? step : `${path}.${step}`);
      }
  };
  walk(parse(fleet), [fleetJsonSchema()], '');
  return paths;
}
