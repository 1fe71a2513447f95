import { describe, expect, test } from 'vitest';
import icinga2 from '../../collectors/icinga2.ts';
import type { ApiAnswer } from '../../src/collect/collector.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const at = '2026-11-22T19:13:40Z';
/** The same in seconds. */
const now = 1_795_374_820;

const fleet = parseFleet(
  `fleet: { name: Test, every: 5m }
icinga2:
  main: { url: 'https://icinga.example.org:5665/', basic: { user: vigie, passwordEnv: SECRET } }
  other: { url: 'https://other.example.org:5665' }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: icinga2, source: main, host: web1, service: 'HTTP "OPAC"', slowAfter: 2s }
      host: { kind: icinga2, source: main, host: web1 }
      backup: { kind: icinga2, source: main, host: web1, service: Sauvegarde, maxAge: 26h }
`,
  'fleet.yaml',
);

/** An object as the API tells it: numbers are floats there, and `1.0` is read as 1. */
function object(attributes: Record<string, unknown>): object {
  const attrs = {
    acknowledgement: 0,
    check_attempt: 1,
    check_interval: 300,
    downtime_depth: 0,
    flapping: false,
    last_check: now - 60.25,
    last_check_result: {
      execution_end: now - 60.25,
      execution_start: now - 60.5,
      output: 'said so',
      performance_data: [],
      schedule_start: now - 60.75,
    },
    last_hard_state: 0,
    last_reachable: true,
    max_check_attempts: 3,
    state: 0,
    state_type: 1,
    ...attributes,
  };
  return { attrs, joins: {}, meta: {}, name: String(attributes.name), type: 'Service' };
}

/** What was found last, with another output. */
function result(output: string, performance_data: readonly unknown[] = []): object {
  return { execution_end: now - 60, execution_start: now - 61, schedule_start: 0, output, performance_data };
}

const host = (attributes: Record<string, unknown> = {}) => object({ name: 'web1', ...attributes });
const page = (attributes: Record<string, unknown> = {}) =>
  object({ name: 'HTTP "OPAC"', host_name: 'web1', ...attributes });
const backup = (attributes: Record<string, unknown> = {}) =>
  object({ name: 'Sauvegarde', host_name: 'web1', ...attributes });

const ok = (...results: readonly object[]): ApiAnswer => ({
  at,
  status: 200,
  body: JSON.stringify({ results }),
});

function read(hosts: ApiAnswer, services: ApiAnswer) {
  const answers = new Map([
    ['main.hosts.1', hosts],
    ['main.services.1', services],
  ]);
  const { records, errors } = icinga2.parse(answers, { at, fleet });
  return { errors, of: (check: string) => records.find(({ entity }) => entity === `check:koha:${check}`) };
}

describe('the questions to an Icinga 2', () => {
  test('are about the hosts and services that fleet.yaml names, whose names are no part of the filter', () => {
    expect(
      icinga2.requests(fleet).map(({ name, source, url, json }) => ({ name, source, url, json })),
    ).toEqual([
      {
        name: 'main.hosts.1',
        source: 'icinga:main',
        url: 'https://icinga.example.org:5665/v1/objects/hosts',
        json: expect.objectContaining({ filter: 'host.__name in names', filter_vars: { names: ['web1'] } }),
      },
      {
        name: 'main.services.1',
        source: 'icinga:main',
        url: 'https://icinga.example.org:5665/v1/objects/services',
        json: expect.objectContaining({
          filter: 'service.__name in names',
          filter_vars: { names: ['web1!HTTP "OPAC"', 'web1!Sauvegarde'] },
        }),
      },
    ]);
  });

  test('are several for thousands of services, and the answers are read together', () => {
    const ids = Array.from({ length: 1201 }, (_, index) => `Check ${index}`);
    const checks = ids.map(
      (service, index) => `c${index}: { kind: icinga2, host: web1, service: ${service} }`,
    );
    const large = parseFleet(
      `fleet: { name: Test, every: 5m }
icinga2: { main: { url: 'https://icinga.example.org:5665' } }
services: { koha: { name: Catalogue, checks: { ${checks.join(', ')} } } }`,
      'fleet.yaml',
    );
    const requests = icinga2.requests(large);
    expect(requests.map(({ name }) => name)).toEqual([
      'main.hosts.1',
      'main.services.1',
      'main.services.2',
      'main.services.3',
    ]);
    const asked = requests.map(({ json = {} }) => (json.filter_vars as { names: string[] }).names);
    expect(asked.flat().toSorted()).toEqual(['web1', ...ids.map((id) => `web1!${id}`)].toSorted());
    const answers = requests.map(({ name }, index): [string, ApiAnswer] => {
      const objects = (asked[index] ?? []).map((full) =>
        full === 'web1' ? host() : object({ name: full.slice('web1!'.length), host_name: 'web1' }),
      );
      return [name, ok(...objects)];
    });
    const { records, errors } = icinga2.parse(new Map(answers), { at, fleet: large });
    expect(errors).toEqual([]);
    expect(records.filter(({ state }) => state === 'up')).toHaveLength(1201);
  });
});

describe('what an Icinga 2 knows', () => {
  test('answers the checks that are left to it', () => {
    const speed = "time=0.25s;1;2;0;10 'size B'=3KB";
    const { errors, of } = read(
      ok(host()),
      ok(
        page({ last_check_result: { ...result('HTTP OK', [speed]), schedule_start: now - 61.5 } }),
        backup(),
      ),
    );
    expect(errors).toEqual([]);
    expect(of('page')).toMatchObject({
      at,
      state: 'up',
      gauges: {
        check_duration_seconds: 0.25,
        check_execution_seconds: 1,
        check_latency_seconds: 0.5,
        perf_size_b_bytes: 3072,
      },
    });
    expect(of('host')).toMatchObject({ state: 'up', facts: { monitored_state: 'up' } });
  });

  test('counts once it is hard', () => {
    const soft = { state: 2, state_type: 0, check_attempt: 2, last_check_result: result('refused') };
    const { of } = read(ok(host()), ok(page(soft), backup({ state: 1, last_hard_state: 1 })));
    expect(of('page')).toMatchObject({
      state: 'up',
      facts: { soft_attempt: '2/3', monitored_state: 'critical' },
    });
    expect(of('backup')).toMatchObject({ state: 'degraded', reason: 'said so' });
    const hard = { ...soft, state_type: 1, last_hard_state: 2 };
    expect(read(ok(host()), ok(page(hard))).of('page')).toMatchObject({ state: 'down', reason: 'refused' });
  });

  test('is maintenance while the host has a downtime, and unknown while the host is behind one that is down', () => {
    const critical = { state: 2, last_hard_state: 2 };
    const planned = read(ok(host({ downtime_depth: 1 })), ok(page(critical)));
    expect(planned.of('page')).toMatchObject({ state: 'maintenance', reason: 'in downtime: said so' });
    expect(planned.of('host')?.state).toBe('up');
    const away = { state: 1, last_hard_state: 1, last_reachable: false };
    expect(read(ok(host(away)), ok(page())).of('host')?.state).toBe('unknown');
    expect(read(ok(host({ ...away, last_reachable: true })), ok(page())).of('host')?.state).toBe('down');
  });

  test('is unknown before the first check, when it is too old, and where there is no such object', () => {
    const never = { last_check: -1, last_check_result: null, state: 3, last_hard_state: 3 };
    expect(read(ok(host()), ok(page(never))).of('page')).toMatchObject({
      state: 'unknown',
      reason: 'not checked yet',
    });
    const old = { last_check: now - 86_400 };
    const { of } = read(ok(host(old)), ok(page(old), backup(old)));
    expect(of('page')).toMatchObject({
      state: 'unknown',
      reason: 'last checked at 2026-11-21T19:13:40Z, 86400 s before, expected at most 750 s',
    });
    // Once a day is enough for this one, as fleet.yaml says.
    expect(of('backup')?.state).toBe('up');
    const nothing = { at, status: 404, body: '{"error":404,"status":"No objects found."}' };
    const empty = read(nothing, nothing);
    expect(empty.errors).toEqual([]);
    expect(empty.of('page')).toMatchObject({
      state: 'unknown',
      reason: 'Icinga 2 knows no service "HTTP \\"OPAC\\"" on "web1"',
    });
  });

  test('is unknown whole when one of the answers is missing: a downtime of the host may stand there', () => {
    const { of } = read(ok(host()), { at, failure: 'connection refused (ECONNREFUSED)' });
    expect(of('host')).toMatchObject({ state: 'unknown', reason: 'connection refused (ECONNREFUSED)' });
    expect(of('page')?.state).toBe('unknown');
  });

  test.each([
    [401, '<h1>Unauthorized. Please check your user credentials.</h1>', 'found "<h1>Unauthorized.'],
    [
      403,
      '{"error":403,"status":"Missing permission: objects/query/service"}',
      'found "Missing permission: objects/query/servic',
    ],
    [200, '{"results":[', 'expected whole JSON'],
    [200, '{"results":{}}', 'expected a list of results'],
  ])('that is refused (%i %s) is an error, and leaves the checks unknown', (status, body, told) => {
    const { errors, of } = read(ok(host()), { at, status, body });
    expect(errors).toEqual([
      { source: 'icinga:main', part: 'main.services.1', message: expect.stringContaining(told) },
    ]);
    expect(of('page')).toMatchObject({ state: 'unknown', reason: expect.stringContaining(told) });
  });

  test('costs one object that cannot be read, and no other', () => {
    const { errors, of } = read(ok(host()), ok(page({ state: 'bad' }), backup()));
    expect(errors).toEqual([
      {
        source: 'icinga:main',
        part: 'main.services.1',
        message: '"result 1": state: found "\\"bad\\"", expected a number',
      },
    ]);
    expect(of('page')?.state).toBe('unknown');
    expect(of('backup')?.state).toBe('up');
  });

  test('of performance may be told as objects, as its own checks do', () => {
    const value = {
      type: 'PerfdataValue',
      counter: false,
      crit: null,
      label: 'api_num',
      max: null,
      min: 0,
      unit: '',
      value: 3,
      warn: null,
    };
    const bytes = { ...value, label: 'log', unit: 'bytes', value: 1024 };
    const { of } = read(ok(host()), ok(page({ last_check_result: result('fine', [value, bytes]) })));
    expect(of('page')?.gauges).toMatchObject({ perf_log_bytes: 1024 });
    expect(Object.values(of('page')?.gauges ?? {})).toContain(3);
  });
});
