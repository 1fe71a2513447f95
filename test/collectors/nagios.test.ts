import { describe, expect, test } from 'vitest';
import nagios from '../../collectors/nagios.ts';
import type { Section } from '../../src/collect/collector.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const at = '2026-11-22T19:13:40Z';
/** The host's clock says so when it is asked. */
const now = 1_795_374_820;

const fleet = parseFleet(
  `fleet: { name: Test, every: 5m }
hosts: { watcher: { ssh: watcher.example.org }, hv1: { ssh: hv1.example.org } }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: nagios, on: watcher, host: web1, service: HTTP, slowAfter: 2s }
      host: { kind: nagios, on: watcher, host: web1 }
      backup: { kind: nagios, on: watcher, host: web1, service: Sauvegarde, maxAge: 26h }
      elsewhere: { kind: nagios, on: hv1, host: web1, service: HTTP }
`,
  'fleet.yaml',
);

interface Told {
  readonly state?: number;
  readonly hard?: number;
  readonly isSoft?: boolean;
  readonly isPending?: boolean;
  readonly checked?: number;
  readonly downtime?: number;
  readonly output?: string;
  readonly perfdata?: string;
  readonly more?: string;
}

/** A block of status.dat; checks are due every five minutes. */
function block(type: string, name: string, told: Told): string {
  const { state = 0, isSoft = false, hard = isSoft ? 0 : state, isPending = false, downtime = 0 } = told;
  return `${type} {
	host_name=web1
${name}	check_interval=5.000000
	has_been_checked=${isPending ? 0 : 1}
	check_execution_time=0.103
	check_latency=0.250
	current_state=${state}
	last_hard_state=${hard}
	state_type=${isSoft ? 0 : 1}
	current_attempt=${isSoft ? 1 : 3}
	max_attempts=3
	plugin_output=${told.output ?? 'said so'}
	performance_data=${told.perfdata ?? ''}
	last_check=${told.checked ?? now - 60}
	problem_has_been_acknowledged=0
	is_flapping=0
	scheduled_downtime_depth=${downtime}
${told.more ?? ''}	}
`;
}

interface Look {
  readonly page?: Told;
  readonly host?: Told;
  readonly backup?: Told;
  readonly written?: number;
}

function answer({ page = {}, host = {}, backup = {}, written = now - 5 }: Look = {}): string {
  return `@ source status.dat
@ now ${now}
@ interval_length 60
@ status_update_interval 10
@ status
info {
	created=${written}
	version=4.4.6
	}
programstatus {
	program_start=1795372624
	}
${block('hoststatus', '', host)}${block('servicestatus', '\tservice_description=HTTP\n', page)}${block('servicestatus', '\tservice_description=Sauvegarde\n', backup)}`;
}

const section = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });

function parse(sections: Readonly<Record<string, string>>) {
  const texts = Object.entries(sections).map(([name, text]): [string, Section] => [name, section(text)]);
  return nagios.parse(new Map(texts), { host: 'watcher', at, fleet });
}

function records(look: Look) {
  const { records: all, errors } = parse({ state: answer(look) });
  expect(errors).toEqual([]);
  return new Map(all.map((record) => [record.entity, record]));
}

const page = (told: Told) => records({ page: told }).get('check:koha:page');

describe('a check that is left to Nagios', () => {
  test.each<[string, Told, string, string | undefined]>([
    ['OK', {}, 'up', undefined],
    ['WARNING', { state: 1, output: 'slow' }, 'degraded', 'slow'],
    ['CRITICAL', { state: 2, output: 'connection refused' }, 'down', 'connection refused'],
    ['CRITICAL without a word', { state: 2, output: '' }, 'down', 'critical'],
    ['UNKNOWN', { state: 3, output: 'no such option' }, 'unknown', 'no such option'],
    ['pending', { isPending: true, checked: 0 }, 'unknown', 'not checked yet'],
  ])('that is %s is so here', (_, told, state, reason) => {
    expect(page(told)).toMatchObject({ state, ...(reason && { reason }) });
    expect(page(told)?.reason).toBe(reason);
  });

  test('that fails is not down before Nagios has tried it as often as it should be', () => {
    expect(page({ state: 2, isSoft: true })).toMatchObject({
      state: 'up',
      facts: { monitored_state: 'critical', soft_attempt: '1/3' },
    });
  });

  test('that has recovered is up when Nagios has tried that as well', () => {
    expect(page({ state: 0, isSoft: true, hard: 2 })?.state).toBe('down');
  });

  test('that fails is down though somebody has acknowledged that, or it is flapping', () => {
    const told = { state: 2, more: '\tproblem_has_been_acknowledged=1\n\tis_flapping=1\n' };
    expect(page(told)).toMatchObject({ state: 'down', facts: { acknowledged: 'yes', flapping: 'yes' } });
  });

  test('that fails in a planned downtime, its own or that of its host, is in maintenance', () => {
    const reason = 'in downtime: refused';
    expect(page({ state: 2, downtime: 1, output: 'refused' })).toMatchObject({
      state: 'maintenance',
      reason,
    });
    const host = { downtime: 1 };
    const planned = records({ host, page: { state: 2, output: 'refused' } });
    expect(planned.get('check:koha:page')).toMatchObject({ state: 'maintenance', reason });
    expect(planned.get('check:koha:host')).toMatchObject({ state: 'up', facts: { in_downtime: 'yes' } });
  });

  test.each([
    [0, 'up'],
    [1, 'down'],
    [2, 'unknown'],
  ])('of a host whose state is %i is %s', (state, expected) => {
    expect(records({ host: { state } }).get('check:koha:host')?.state).toBe(expected);
  });

  test('is believed for two and a half of its intervals, or as long as fleet.yaml says', () => {
    // Its interval is five minutes, and the states were written five seconds ago.
    const seen = now - 5;
    expect(page({ checked: seen - 750 })?.state).toBe('up');
    expect(page({ state: 2, checked: seen - 751 })).toMatchObject({
      state: 'unknown',
      reason: 'last checked at 2026-11-22T19:01:04Z, 751 s before, expected at most 750 s',
    });
    const backup = { checked: seen - 25 * 3600 };
    expect(records({ backup }).get('check:koha:backup')?.state).toBe('up');
  });

  test('gives what its plugin measured in our units, and says what it cannot give', () => {
    const perfdata = "time=0.065s;;;0 '/var log'=2MB;;;0;10 load=1.5 pct=65% in=95c rta=U power=3W";
    expect(page({ perfdata })).toMatchObject({
      state: 'up',
      gauges: {
        check_duration_seconds: 0.065,
        check_execution_seconds: 0.103,
        check_latency_seconds: 0.25,
        perf_time_seconds: 0.065,
        perf_var_log_bytes: 2_097_152,
        perf_var_log_max_bytes: 10_485_760,
        perf_load_count: 1.5,
        perf_pct_ratio: 0.65,
      },
      counters: { perf_in_count_total: 95 },
      facts: { perfdata_left_out: 'power (W)' },
    });
  });

  test('that answers more slowly than it should is degraded', () => {
    const reason = 'answered in 2.5 s, expected within 2 s';
    expect(page({ perfdata: 'time=2500ms' })).toMatchObject({ state: 'degraded', reason });
  });

  test('of what Nagios does not know is unknown', () => {
    const { records: all } = parse({ state: answer().replaceAll('HTTP', 'HTTPS') });
    const reason = 'Nagios knows no service "HTTP" on "web1"';
    expect(all).toContainEqual({ entity: 'check:koha:page', at, state: 'unknown', reason });
  });
});

describe('a Nagios', () => {
  test('counts what it watches, and tells of nothing but the checks that are left to it', () => {
    const all = records({ page: { state: 2, isSoft: true }, backup: { isPending: true } });
    expect([...all.keys()]).toEqual([
      'nagios:watcher:core',
      'check:koha:page',
      'check:koha:host',
      'check:koha:backup',
    ]);
    expect(all.get('nagios:watcher:core')).toMatchObject({
      gauges: {
        running_code: 1,
        status_age_seconds: 5,
        hosts_up_count: 1,
        services_ok_count: 0,
        services_critical_count: 1,
        services_pending_count: 1,
        latency_max_seconds: 0.25,
      },
      facts: { version: '4.4.6', read_by: 'status.dat', running: 'yes', started_at: '2026-11-22T18:37:04Z' },
    });
  });

  test.each([
    ['that wrote its states long ago', answer({ written: now - 76 }), 'it wrote its states 76 s ago'],
    ['that has left no states', '@ stopped /var/lib/nagios4/status.dat\n', 'there is no /var/lib/nagios4'],
  ])('%s does not run, and nothing that it said counts', (_, text, why) => {
    const { records: all, errors } = parse({ state: text });
    expect(errors).toEqual([]);
    expect(all[0]).toMatchObject({ gauges: { running_code: 0 }, facts: { running: 'no' } });
    expect(all[0]?.gauges).not.toHaveProperty('services_ok_count');
    for (const record of all.slice(1))
      expect(record).toMatchObject({
        state: 'unknown',
        reason: expect.stringContaining(`Nagios does not run: ${why}`),
      });
  });

  test('that the account may not read is read by root', () => {
    const denied = '@ failed this account may not read /var/lib/nagios4/status.dat\n';
    const { records: all, errors } = parse({ state: denied, 'root-state': answer() });
    expect(errors).toEqual([]);
    expect(all.map(({ state }) => state)).toEqual([undefined, 'up', 'up', 'up']);
    const alone = parse({ state: denied });
    expect(alone.errors).toMatchObject([{ part: 'state', message: expect.stringContaining('may not read') }]);
    expect(alone.records.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('that is not there is no matter where no check is left to it', () => {
    const sections = new Map([['state', section('@ none\n')]]);
    const noChecks = { ...fleet, services: new Map() };
    expect(nagios.parse(sections, { host: 'watcher', at, fleet: noChecks })).toEqual({
      records: [],
      errors: [],
    });
    expect(parse({ state: '@ none\n' }).records).toMatchObject([
      { state: 'unknown', reason: 'no Nagios was found on the host' },
      { state: 'unknown' },
      { state: 'unknown' },
    ]);
  });

  test('is told by every metric that is documented; those of plugins have names of theirs', () => {
    const all = records({ page: { perfdata: 'time=1s' } }).values();
    const names = [...all].flatMap(({ gauges }) => Object.keys(gauges ?? {}));
    expect(new Set(names.filter((name) => !name.startsWith('perf_')))).toEqual(
      new Set(Object.keys(nagios.metrics)),
    );
  });

  test('of which the host answers nonsense, or a part, is an error; its checks are unknown', () => {
    for (const state of ['<html>', answer().slice(0, -30)]) {
      const { records: all, errors } = parse({ state });
      expect(errors).toHaveLength(1);
      expect(all.map((record) => record.state)).toEqual(['unknown', 'unknown', 'unknown']);
    }
  });

  test('of thousands of services is read in a moment', () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      block('servicestatus', `\tservice_description=S${index}\n`, {}),
    );
    const start = performance.now();
    const { records: all } = parse({ state: answer() + many.join('') });
    expect(performance.now() - start).toBeLessThan(1500);
    expect(all[0]?.gauges?.services_ok_count).toBe(5002);
  });

  test('tells of the others when one object cannot be read', () => {
    const { records: all, errors } = parse({ state: answer().replace('current_state=0', 'current_state=9') });
    expect(all.find(({ entity }) => entity === 'check:koha:page')?.state).toBe('up');
    expect(all.find(({ entity }) => entity === 'check:koha:host')?.state).toBe('unknown');
    expect(errors).toMatchObject([
      { part: 'state', message: expect.stringContaining('current_state: found "9", expected 0 to 2') },
    ]);
  });
});

/** What the CGIs print of the same service, and Livestatus. */
const cgi = `@ source CGI
@ now ${now}
@ interval_length 60
@ status_update_interval 10
@ program
{ "result": { "type_code": 0, "last_data_update": ${now - 5}000 }, "data": { "programstatus": { "version": "4.4.6" } } }
@ hosts
{ "result": { "type_code": 0, "last_data_update": ${now - 5}000 }, "data": { "hostlist": { } } }
@ services
{ "result": { "type_code": 0, "last_data_update": ${now - 5}000 }, "data": { "servicelist": { "web1": { "HTTP": {
"plugin_output": "refused\\a", "perf_data": "time=0.5s", "max_attempts": 3, "current_attempt": 3, "status": "critical",
"has_been_checked": true, "last_check": ${now - 60}000, "last_hard_state": "critical", "state_type": "hard" } } } } }
@ objects
define service {
	host_name	web1
	service_description	HTTP
	check_interval	0.500000
	}
`;
const header = (payload: string) => `200 ${String(payload.length).padStart(11)}\n${payload}\n`;
const livestatus = `@ source Livestatus
@ now ${now}
@ status
${header('[["4.4.6",1795372624,60]]')}
@ hosts
${header('[]')}
@ services
${header(`[["web1","HTTP",2,1,2,1,3,3,${now - 55},0.5,"refused","time=0.5s",0,0,0,0.1,0.2]]`)}
`;

test.each([
  ['CGI', cgi],
  ['Livestatus', livestatus],
])('its %s says the same, in its own words', (way, text) => {
  const { records: all, errors } = parse({ state: text });
  expect(errors).toEqual([]);
  expect(all[0]).toMatchObject({ facts: { read_by: way, version: '4.4.6' } });
  expect(all[1]).toMatchObject({
    entity: 'check:koha:page',
    state: 'down',
    reason: 'refused',
    gauges: { check_duration_seconds: 0.5, check_attempts_count: 3 },
  });
  // Checked every half of a unit of a minute: believed for 75 seconds.
  const late = text
    .replaceAll(String(now - 60), String(now - 81))
    .replaceAll(String(now - 55), String(now - 76));
  expect(parse({ state: late }).records[1]).toMatchObject({ state: 'unknown' });
});
