import { describe, expect, test } from 'vitest';
import nagios from '../../collectors/nagios.ts';
import type { Section } from '../../src/collect/collector.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const at = '2026-11-22T18:37:06Z';
const now = Date.parse(at) / 1000;
const fleet = parseFleet(
  `fleet: { name: Test, every: 5m }
hosts:
  watch: { ssh: watch.example.org }
  other: { ssh: other.example.org }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: nagios, on: watch, host: koha1, service: Page, slowAfter: 2s }
      machine: { kind: nagios, on: watch, host: koha1, essential: false }
      backup: { kind: nagios, on: watch, host: koha1, service: Backup, maxAge: 26h }
      elsewhere: { kind: nagios, on: other, host: koha1, service: Page }
      port: { kind: tcp, host: koha.example.org, port: 443 }
`,
  'fleet.yaml',
);

const block = (type: string, values: object): string =>
  `${type} {\n${Object.entries(values)
    .map(([key, value]) => `\t${key}=${value}\n`)
    .join('')}\t}\n`;
const common = {
  host_name: 'koha1',
  check_interval: 5,
  has_been_checked: 1,
  current_state: 0,
  last_hard_state: 0,
  state_type: 1,
  current_attempt: 1,
  max_attempts: 3,
  last_check: now - 60,
  plugin_output: 'OK',
  performance_data: '',
  problem_has_been_acknowledged: 0,
  scheduled_downtime_depth: 0,
  is_flapping: 0,
  check_latency: '0.004',
  check_execution_time: '0.103',
};
const page = { ...common, service_description: 'Page', performance_data: 'time=0.065s;;;0 size=3B' };
const backup = { ...common, service_description: 'Backup', check_interval: 0, last_check: now - 80_000 };
const hard = (state: number) => ({ current_state: state, last_hard_state: state, current_attempt: 3 });

/** What the script prints of a status.dat, each object changed. */
function told(changed: { page?: object; host?: object; backup?: object; created?: number } = {}): string {
  return [
    `@ source status.dat\n@ now ${now}\n@ interval_length 60\n@ status_update_interval 10\n@ status\n`,
    block('info', { created: changed.created ?? now - 7, version: '4.4.6' }),
    block('programstatus', { program_start: now - 86_400 }),
    block('hoststatus', { ...common, ...changed.host }),
    block('servicestatus', { ...page, ...changed.page }),
    block('servicestatus', { ...backup, ...changed.backup }),
  ].join('');
}

const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });

function parse(sections: Readonly<Record<string, string>>, host = 'watch') {
  const answers = new Map(Object.entries(sections).map(([name, text]) => [name, ok(text)]));
  const { records, errors } = nagios.parse(answers, { host, at, fleet });
  return {
    errors,
    entities: new Map(records.map((record): [string, EntityRecord] => [record.entity, record])),
  };
}

const checkOf = (changed: Parameters<typeof told>[0], check = 'page'): EntityRecord | undefined =>
  parse({ state: told(changed) }).entities.get(`check:koha:${check}`);

describe('a host where Nagios runs', () => {
  const { entities, errors } = parse({ state: told() });

  test('answers the checks that fleet.yaml leaves to it, those alone, and tells of Nagios itself', () => {
    expect(errors).toEqual([]);
    expect([...entities.keys()]).toEqual([
      'nagios:watch:core',
      'check:koha:page',
      'check:koha:machine',
      'check:koha:backup',
    ]);
    expect(entities.get('nagios:watch:core')).toEqual({
      entity: 'nagios:watch:core',
      at,
      gauges: {
        running_code: 1,
        status_age_seconds: 7,
        services_ok_count: 2,
        services_warning_count: 0,
        services_critical_count: 0,
        services_unknown_count: 0,
        services_pending_count: 0,
        hosts_up_count: 1,
        hosts_down_count: 0,
        hosts_unreachable_count: 0,
        hosts_pending_count: 0,
        latency_mean_seconds: 0.004,
        latency_max_seconds: 0.004,
      },
      facts: { version: '4.4.6', read_by: 'status.dat', running: 'yes', started_at: '2026-11-21T18:37:06Z' },
    });
  });

  test('tells with a check how long the service took, and what its plugin measured', () => {
    expect(entities.get('check:koha:page')).toEqual({
      entity: 'check:koha:page',
      at,
      state: 'up',
      gauges: {
        check_duration_seconds: 0.065,
        check_attempts_count: 1,
        check_execution_seconds: 0.103,
        check_latency_seconds: 0.004,
        perf_time_seconds: 0.065,
        perf_size_bytes: 3,
      },
      facts: { monitored_state: 'ok' },
    });
  });

  test('documents every metric of its own; those of plugins have names of theirs', () => {
    const names = [...entities.values()].flatMap(({ gauges }) => Object.keys(gauges ?? {}));
    expect(new Set(names.filter((name) => !name.startsWith('perf_')))).toEqual(
      new Set(Object.keys(nagios.metrics)),
    );
  });
});

describe('a check is', () => {
  test.each([
    [
      'degraded by WARNING',
      { page: { ...hard(1), plugin_output: 'slow' } },
      { state: 'degraded', reason: 'slow' },
    ],
    ['down by CRITICAL', { page: { ...hard(2), plugin_output: '' } }, { state: 'down', reason: 'critical' }],
    [
      'unknown by UNKNOWN',
      { page: { ...hard(3), plugin_output: 'no plugin' } },
      { state: 'unknown', reason: 'no plugin' },
    ],
    [
      'degraded when it took longer than fleet.yaml allows',
      { page: { performance_data: 'time=2.5s' } },
      { state: 'degraded', reason: 'answered in 2.5 s, expected within 2 s' },
    ],
    [
      'unknown before its first look',
      { page: { has_been_checked: 0, last_check: 0 } },
      { state: 'unknown', reason: 'not checked yet', facts: { monitored_state: 'pending' } },
    ],
    [
      'unknown when its result is older than 2.5 intervals',
      { page: { last_check: now - 7 - 751 } },
      {
        state: 'unknown',
        reason: 'last checked at 2026-11-22T18:24:28Z, 751 s before, expected at most 750 s',
      },
    ],
    ['up at the last moment of that', { page: { last_check: now - 7 - 750 } }, { state: 'up' }],
    [
      'in maintenance when it is not up in a downtime',
      { page: { ...hard(2), scheduled_downtime_depth: 1, plugin_output: 'refused' } },
      { state: 'maintenance', reason: 'in downtime: refused', facts: { in_downtime: 'yes' } },
    ],
    [
      'in maintenance in a downtime of its host',
      { page: hard(2), host: { scheduled_downtime_depth: 1 } },
      { state: 'maintenance' },
    ],
    ['up in a downtime that it does not need', { page: { scheduled_downtime_depth: 1 } }, { state: 'up' }],
    [
      'down though somebody has acknowledged that, or it is flapping',
      { page: { ...hard(2), problem_has_been_acknowledged: 1, is_flapping: 1 } },
      { state: 'down', facts: { acknowledged: 'yes', flapping: 'yes' } },
    ],
  ])('%s', (_name, changed, expected) => expect(checkOf(changed)).toMatchObject(expected));

  test('what it was before, while Nagios still tries again', () => {
    const soft = { state_type: 0, current_state: 2, last_hard_state: 0, current_attempt: 2 };
    expect(checkOf({ page: soft })).toMatchObject({
      state: 'up',
      facts: { monitored_state: 'critical', soft_attempt: '2/3' },
    });
    expect(checkOf({ page: { ...soft, current_state: 0, last_hard_state: 2 } })).toMatchObject({
      state: 'down',
    });
  });

  test('believed for as long as fleet.yaml says, where it is passive', () => {
    expect(checkOf({}, 'backup')?.state).toBe('up');
    expect(checkOf({ backup: { last_check: now - 100_000 } }, 'backup')?.state).toBe('unknown');
  });

  test('that of a host when it names no service: down when that is, unknown when nobody can reach it', () => {
    expect(checkOf({}, 'machine')).toMatchObject({ state: 'up', facts: { monitored_state: 'up' } });
    expect(checkOf({ host: hard(1) }, 'machine')).toMatchObject({ state: 'down' });
    expect(checkOf({ host: hard(2) }, 'machine')).toMatchObject({ state: 'unknown' });
  });

  test('unknown when Nagios has no such service, or no such host', () => {
    const renamed = checkOf({ page: { service_description: 'OPAC' } });
    expect(renamed).toMatchObject({ state: 'unknown', reason: 'Nagios knows no service "Page" on "koha1"' });
    const { entities } = parse({ state: told({ host: { host_name: 'k1' } }) });
    expect(entities.get('check:koha:machine')?.reason).toBe('Nagios knows no host "koha1"');
  });
});

describe('a Nagios', () => {
  test('that wrote its states long ago does not run, and nothing of them is believed', () => {
    const { entities, errors } = parse({ state: told({ created: now - 76 }) });
    expect(errors).toEqual([]);
    const reason = 'Nagios does not run: it wrote its states 76 s ago, expected at most 75 s';
    expect(entities.get('check:koha:page')).toEqual({
      entity: 'check:koha:page',
      at,
      state: 'unknown',
      reason,
    });
    expect(entities.get('nagios:watch:core')).toMatchObject({
      gauges: { running_code: 0, status_age_seconds: 76 },
      facts: { running: 'no' },
    });
    expect(entities.get('nagios:watch:core')?.gauges).not.toHaveProperty('services_ok_count');
  });

  test('whose file is gone was stopped', () => {
    const { entities } = parse({ state: '@ stopped /var/lib/nagios4/status.dat\n' });
    expect(entities.get('check:koha:page')).toMatchObject({
      state: 'unknown',
      reason: 'Nagios does not run: there is no /var/lib/nagios4/status.dat',
    });
    expect(entities.get('nagios:watch:core')?.gauges).toEqual({ running_code: 0 });
  });

  test('that may not be read is an error where checks are left to it, and none elsewhere', () => {
    const state = '@ failed this account may not read /var/lib/nagios4/status.dat\n';
    const { entities, errors } = parse({ state });
    expect(errors).toEqual([
      {
        source: 'host:watch',
        part: 'state',
        message: 'this account may not read /var/lib/nagios4/status.dat',
      },
    ]);
    expect(entities.get('check:koha:page')?.state).toBe('unknown');
    expect(entities.has('nagios:watch:core')).toBe(false);
    expect(parse({ state: told() }, 'other').errors).toEqual([]);
  });

  test('that root alone may read is read by root', () => {
    const { entities } = parse({ state: '@ failed this account may not read it\n', 'root-state': told() });
    expect(entities.get('check:koha:page')?.state).toBe('up');
  });

  test('of which the host answers nonsense is an error; its checks are unknown', () => {
    const { entities, errors } = parse({ state: '<html>' });
    expect(errors[0]?.message).toBe('answer: found "<html>", expected a line that begins with @');
    expect(entities.get('check:koha:page')).toMatchObject({ state: 'unknown' });
    expect(parse({ state: told().slice(0, -30) }).entities.get('check:koha:page')?.state).toBe('unknown');
  });

  test('that is not there is nothing to tell, but for checks that are left to it', () => {
    const { entities, errors } = parse({ state: '@ none\n' });
    expect(errors).toEqual([]);
    expect([...entities.values()].map(({ state, reason }) => [state, reason])).toEqual(
      Array.from({ length: 3 }, () => ['unknown', 'no Nagios was found on the host']),
    );
  });
});

test('thousands of services are read in a moment', () => {
  const many = Array.from({ length: 5000 }, (_, index) =>
    block('servicestatus', { ...page, service_description: `S${index}` }),
  );
  const start = performance.now();
  const { entities } = parse({ state: told() + many.join('') });
  expect(performance.now() - start).toBeLessThan(1500);
  expect(entities.get('nagios:watch:core')?.gauges?.services_ok_count).toBe(5002);
});
