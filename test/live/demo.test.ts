import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import probe from '../../collectors/probe.ts';
import type { HostCollector } from '../../src/collect/collector.ts';
import { parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import { loadCollectors } from '../../src/collect/registry.ts';
import { runRequests } from '../../src/collect/requests.ts';
import { openSsh } from '../../src/collect/ssh.ts';
import { loadSshSettings } from '../../src/collect/ssh-settings.ts';
import { defaultHostLimits } from '../../src/collect/transport.ts';
import { containerRecords } from '../../src/demo/container-records.ts';
import { hostRecords } from '../../src/demo/host-records.ts';
import { nagiosRecords } from '../../src/demo/nagios.ts';
import { placeAt } from '../../src/demo/place.ts';
import { createKeyPair } from '../../src/demo/ssh-hosts.ts';
import { type Demo, startDemo } from '../../src/demo/start.ts';
import { slowCollectors, toldByCollector } from '../../src/demo/told-by-collectors.ts';
import { createWorld } from '../../src/demo/world.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toSeconds } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { workspaceAt } from '../../src/store/workspace.ts';
import { vigie } from './command.ts';

const now = '2026-11-22T09:32:10Z';
const clock = () => new Date(now);
const source = join(import.meta.dirname, '../../data');
const root = mkdtempSync(join(tmpdir(), 'vigie-demo-'));
const workspace = workspaceAt(root);
const options = { source, workspace, seed: 1, days: 3, clock };

const collectors = new Map(
  [...(await loadCollectors())].filter((entry): entry is [string, HostCollector] => entry[1].kind === 'host'),
);

async function readHosts(fleet: Fleet): Promise<{ records: EntityRecord[]; errors: unknown[] }> {
  const { settings, faults } = await loadSshSettings(fleet, workspace.data, {});
  expect(faults).toEqual([]);
  const ssh = openSsh(settings);
  const parsed = await Promise.all(
    [...fleet.hosts.values()].flatMap((one) =>
      one.reach.kind === 'ssh'
        ? [
            ssh
              .run(one.reach.address, questionOf(collectors, one, fleet), defaultHostLimits)
              .then((answer) => [...parseAnswer(collectors, one, answer, { at: now, fleet }).values()]),
          ]
        : [],
    ),
  );
  ssh.close();
  return {
    records: parsed.flat().flatMap(({ records }) => records),
    errors: parsed.flat().flatMap(({ errors }) => errors),
  };
}

const byEntity = (records: readonly EntityRecord[]) =>
  new Map(records.map((record) => [record.entity, record]));

describe('a demo that is started', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo(options);
  });
  afterAll(async () => {
    await demo.close();
    rmSync(root, { recursive: true });
  });

  test('answers the host script over SSH with what the history holds of the same instant', async () => {
    const imitated = parseFleet(readFileSync(join(source, 'fleet.yaml'), 'utf8'), 'fleet.yaml');
    const world = createWorld({ fleet: imitated, seed: 1, now, days: 3 });
    const slow = await slowCollectors();
    const places = [...world.hosts.keys()].map(
      (name) => placeAt(world, name, toSeconds(now)) ?? expect.fail(),
    );
    const expected = places.flatMap((place) => [
      ...hostRecords(place.host, place.moment, now),
      ...containerRecords(place, now),
      ...nagiosRecords(place, now),
      ...[...slow].flatMap(([name, collector]) => toldByCollector(name, collector, place).records),
    ]);
    const { records, errors } = await readHosts(demo.fleet);
    expect(errors).toEqual([]);
    expect(expected.length).toBeGreaterThan(250);
    expect(byEntity(records)).toEqual(byEntity(expected));
  });

  test('lets nobody in without the demo’s key', async () => {
    const key = join(workspace.data, 'demo-key');
    const own = readFileSync(key);
    writeFileSync(key, createKeyPair().private);
    const { records, errors } = await readHosts(demo.fleet);
    writeFileSync(key, own);
    expect(records).toEqual([]);
    expect(errors).toHaveLength(6 * collectors.size);
  });

  test('answers every check as its application does, but for the three services that are not well', async () => {
    const { records, errors } = await runRequests(probe, probe.requests(demo.fleet), {
      userAgent: 'Vigie/test',
      clock,
      controls: demo.fleet.controls,
    });
    expect(errors).toEqual([]);
    expect(records).toHaveLength(60);
    const bad = records
      .filter(({ state }) => state !== 'up')
      .map(({ entity, state, reason }) => ({ entity, state, reason }));
    expect(bad).toEqual([
      {
        entity: 'check:koha-courbepierre:search',
        state: 'down',
        reason: 'redirect to /cgi-bin/koha/maintenance.pl, expected a page',
      },
      {
        entity: 'check:omeka-art-villorme:api',
        state: 'degraded',
        reason: expect.stringMatching(/^answered in [56]\.\d s, expected within 5 s$/),
      },
      { entity: 'check:matomo-saint-aurel:tracker', state: 'down', reason: 'status 503, expected 2xx' },
    ]);
    const koha = records.filter(
      ({ entity, state }) => /^check:koha-.*:search$/.test(entity) && state === 'up',
    );
    expect(new Set(koha.map(({ facts }) => facts?.version))).toEqual(new Set(['25.0509000']));
  });

  test('keeps its history from one start to the next, and tells another for another seed', async () => {
    const again = await startDemo(options);
    await again.close();
    expect(again.isNewHistory).toBe(false);
    const later = await startDemo({ ...options, clock: () => new Date('2026-11-24T09:32:10Z') });
    await later.close();
    expect(later.isNewHistory).toBe(true);
    const other = await startDemo({ ...options, seed: 2 });
    await other.close();
    expect(other.isNewHistory).toBe(true);
  });

  test('refuses a fleet with a check of something that it cannot imitate', async () => {
    const foreign = mkdtempSync(join(tmpdir(), 'vigie-foreign-'));
    writeFileSync(
      join(foreign, 'fleet.yaml'),
      'fleet: { name: Foreign }\nservices: { mail: { name: Mail, checks: { smtp: { kind: tcp, host: mail.example.org, port: 25 } } } }\n',
    );
    await expect(startDemo({ ...options, source: foreign, workspace: workspaceAt(foreign) })).rejects.toThrow(
      /services\.mail\.checks\.smtp: found tcp, expected an HTTP check below the service's own url/,
    );
    rmSync(foreign, { recursive: true });
  });

  test('listens to nothing once it is closed', async () => {
    const mine = await startDemo({ ...options, workspace: workspaceAt(join(root, 'closed')) });
    const addresses = [...mine.fleet.hosts.values()].flatMap(({ reach }) =>
      reach.kind === 'ssh' ? [reach.address.port] : [],
    );
    const urls = [...mine.fleet.services.values()].map(({ url = '' }) => Number(new URL(url).port));
    await mine.close();
    const open = await Promise.all([...addresses, ...urls].map(isOpen));
    expect(open).toHaveLength(66);
    expect(open).not.toContain(true);
  });
});

test('vigie demo --stale makes pages that have called themselves out of date for three quarters of an hour', async () => {
  const own = mkdtempSync(join(tmpdir(), 'vigie-stale-'));
  cpSync(source, join(own, 'data'), { recursive: true });
  const started = Date.now() / 1000;
  const { status, stderr } = await vigie(own, ['demo', '--stale', '--once', '--days', '2']);
  expect([status, stderr]).toEqual([0, expect.stringContaining('built')]);
  const page = readFileSync(join(own, '.demo/dist/status/index.html'), 'utf8');
  const ended = Date.now() / 1000;
  const since = ended - Number(/data-after="(\d+)"/.exec(page)?.[1]);
  // An hour less three runs of five minutes, and what it took since.
  expect(since).toBeGreaterThanOrEqual(2700);
  expect(since).toBeLessThanOrEqual(2701 + ended - started);
  const { builtAt, dataUntil } = JSON.parse(readFileSync(join(own, '.demo/.vigie/status.json'), 'utf8'));
  expect(dataUntil <= builtAt).toBe(true);
  rmSync(own, { recursive: true });
});

function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
