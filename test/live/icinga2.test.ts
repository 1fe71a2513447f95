import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import icinga2 from '../../collectors/icinga2.ts';
import nagios from '../../collectors/nagios.ts';
import { runApi } from '../../src/collect/api-run.ts';
import { openApi } from '../../src/collect/ask-api.ts';
import { parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { type Icinga, missingIcinga, startIcinga } from './icinga-daemon.ts';

// A real Icinga 2 whose checks say what the test wants: asked by its API, and on the same machine by its socket of Livestatus.

const reason = missingIcinga();
if (reason !== undefined) console.log(`Icinga 2 is not tried: ${reason}`);

type Records = ReadonlyMap<string, EntityRecord>;

describe.skipIf(reason !== undefined)('Icinga 2', () => {
  let icinga: Icinga;
  const { PATH } = process.env;

  beforeAll(async () => {
    icinga = await startIcinga();
  });
  afterAll(async () => {
    process.env.PATH = PATH;
    await icinga?.stop();
  });

  function fleetOf(kind: string) {
    const { url, ca, user } = icinga.api;
    return parseFleet(
      String.raw`fleet: { name: Test }
icinga2:
  main: { url: '${url}', ca: '${ca}', basic: { user: ${user}, passwordEnv: SECRET } }
hosts: { here: { local: true } }
services:
  web:
    name: Web
    checks:
      page: { ${kind}, host: web1, service: Page }
      space: { ${kind}, host: web1, service: 'Réserve "C:\"' }
      passive: { ${kind}, host: web1, service: Passive, maxAge: 4s }
      host: { ${kind}, host: web1 }
      never: { ${kind}, host: web2 }
      nowhere: { ${kind}, host: web3, service: Page }
`,
      'fleet.yaml',
    );
  }

  async function byApi(secret = icinga.api.password) {
    const fleet = fleetOf('kind: icinga2');
    const clock = () => new Date();
    const askApi = openApi({
      dataFolder: '/nowhere',
      env: { SECRET: secret },
      userAgent: 'Vigie/test',
      clock,
    });
    return await runApi({ collector: icinga2, fleet, requests: icinga2.requests(fleet) }, { askApi, clock });
  }

  async function read(): Promise<Records> {
    const { records, errors } = await byApi();
    expect(errors).toEqual([]);
    return new Map(records.map((record) => [record.entity, record]));
  }

  async function readByLivestatus(): Promise<Records> {
    const fleet = fleetOf('kind: nagios, on: here');
    const collectors = new Map([['nagios', nagios]]);
    const host = fleet.hosts.get('here') ?? expect.fail();
    const { script, seconds } = questionOf(collectors, host, fleet);
    process.env.PATH = `${icinga.path}:${PATH}`;
    const answer = await runLocal(script, { seconds, bytes: 16 * 1024 * 1024 });
    process.env.PATH = PATH;
    const parsed = parseAnswer(collectors, host, answer, { at: toInstant(new Date()), fleet }).get('nagios');
    expect(parsed?.errors).toEqual([]);
    return new Map(parsed?.records.map((record) => [record.entity, record]));
  }

  /** Reads, one time after another, until it is as it should be. */
  async function readUntil(isSo: (found: Records) => boolean, readOnce = read): Promise<readonly Records[]> {
    const runs: Records[] = [];
    for (let wait = 0; wait < 100; wait += 1) {
      const found = await readOnce();
      runs.push(found);
      if (isSo(found)) return runs;
      await pause(150);
    }
    throw new Error(`never so, at last ${JSON.stringify([...(runs.at(-1)?.values() ?? [])])}`);
  }
  const is = (check: string, state: string) => (found: Records) =>
    found.get(`check:web:${check}`)?.state === state;

  test('answers the checks that are left to it', async () => {
    const found = (await readUntil((run) => is('page', 'up')(run) && is('space', 'up')(run))).at(-1);
    expect(found?.get('check:web:host')?.state).toBe('up');
    expect(found?.get('check:web:passive')).toMatchObject({ state: 'unknown', reason: 'not checked yet' });
    expect(found?.get('check:web:never')).toMatchObject({ state: 'unknown', reason: 'not checked yet' });
    expect(found?.get('check:web:nowhere')).toMatchObject({
      state: 'unknown',
      reason: 'Icinga 2 knows no service "Page" on "web3"',
    });
  });

  test('has a service down once it has tried it three times, and not before', async () => {
    await icinga.say('Page', { status: 2, output: "connexion refusée|time=0.25s 'a b'=3MB" });
    const runs = await readUntil(is('page', 'down'));
    expect(runs.at(-1)?.get('check:web:page')).toMatchObject({
      reason: 'connexion refusée',
      gauges: { check_duration_seconds: 0.25, perf_a_b_bytes: 3 * 1024 * 1024 },
      facts: { monitored_state: 'critical' },
    });
    const before = runs.map((run) => run.get('check:web:page')).filter((run) => run?.state !== 'down');
    for (const run of before) expect(run?.state).toBe('up');
    expect(before.some((run) => run?.facts?.soft_attempt !== undefined)).toBe(true);
  });

  test('tells a warning of a service whose name holds what filters are written with', async () => {
    await icinga.say('Réserve "C:\\"', { status: 1, output: 'Réserve à 80 %|free=5%' });
    const found = (await readUntil(is('space', 'degraded'))).at(-1);
    expect(found?.get('check:web:space')).toMatchObject({
      reason: 'Réserve à 80 %',
      gauges: { perf_free_ratio: 0.05 },
    });
  });

  test('says the same on its socket of Livestatus', async () => {
    const checks = ['page', 'space', 'host', 'never'];
    const states = (run: Records | undefined) => checks.map((check) => run?.get(`check:web:${check}`)?.state);
    const found = (await readUntil(is('page', 'down'), readByLivestatus)).at(-1);
    expect(found?.get('nagios:here:core')?.facts?.read_by).toBe('Livestatus');
    expect(states(found)).toEqual(['down', 'degraded', 'up', 'unknown']);
    expect(states(await read())).toEqual(states(found));
  });

  test('tells that somebody has seen it, and that it was planned', async () => {
    await icinga.act('acknowledge-problem', {
      type: 'Service',
      filter: 'service.name == "Page"',
      author: 'jdoe',
      comment: 'seen',
    });
    const isSeen = (run: Records) => run.get('check:web:page')?.facts?.acknowledged === 'yes';
    expect((await readUntil(isSeen)).at(-1)?.get('check:web:page')?.state).toBe('down');
    const start = Math.floor(Date.now() / 1000);
    await icinga.act('schedule-downtime', {
      type: 'Host',
      filter: 'host.name == "web1"',
      author: 'jdoe',
      comment: 'new disk',
      start_time: start,
      end_time: start + 600,
      fixed: true,
    });
    const planned = (await readUntil(is('page', 'maintenance'))).at(-1);
    expect(planned?.get('check:web:page')?.reason).toBe('in downtime: connexion refusée');
    expect(planned?.get('check:web:host')).toMatchObject({ state: 'up', facts: { in_downtime: 'yes' } });
  });

  test('is believed for what somebody told it as long as fleet.yaml says', async () => {
    await icinga.act('process-check-result', {
      type: 'Service',
      filter: 'service.name == "Passive"',
      exit_status: 0,
      plugin_output: 'in time',
      performance_data: ['age=60s'],
    });
    const fresh = (await readUntil(is('passive', 'up'))).at(-1);
    expect(fresh?.get('check:web:passive')?.gauges).toMatchObject({ perf_age_seconds: 60 });
    const old = (await readUntil(is('passive', 'unknown'))).at(-1);
    expect(old?.get('check:web:passive')?.reason).toMatch(/^last checked at .*, expected at most 4 s$/);
  });

  test('that does not know us is an error, and leaves all unknown', async () => {
    const { records, errors } = await byApi('wrong');
    expect(errors.map(({ part }) => part)).toEqual(['main.hosts.1', 'main.services.1']);
    expect(errors[0]?.message).toContain('401');
    expect(records.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'unknown'));
  });
});
