import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { nameOf } from '../../../src/collect/parse/monitored.ts';
import { parseCheckIntervals, parseNagiosStatus } from '../../../src/collect/parse/nagios-status.ts';

const block = (type: string, values: object): string =>
  `${type} {\n${Object.entries(values)
    .map(([key, value]) => `\t${key}=${value}\n`)
    .join('')}\t}\n\n`;
const head = `# NAGIOS STATUS FILE\n\n${block('info', { created: 1_795_372_624, version: '4.4.6' })}${block('programstatus', { program_start: 1_795_372_000 })}`;
const service = {
  host_name: 'hv1',
  service_description: 'Flip',
  check_interval: '5.000000',
  has_been_checked: 1,
  current_state: 2,
  last_hard_state: 0,
  state_type: 0,
  current_attempt: 2,
  max_attempts: 3,
  last_check: 1_795_372_600,
  plugin_output: 'CRITICAL - a=b {c} }',
  performance_data: "'a b'=1",
  problem_has_been_acknowledged: 0,
  scheduled_downtime_depth: 1,
  is_flapping: 0,
  check_latency: '0.004',
  check_execution_time: '0.103',
  _CLIENT: '0;acme',
};
const { service_description: _, ...host } = {
  ...service,
  current_state: 1,
  last_hard_state: 1,
  state_type: 1,
};

test('a file is read with what Nagios says of itself, of hosts and of services', () => {
  const text =
    head + block('hoststatus', host) + block('servicestatus', service) + block('contactstatus', {});
  expect(parseNagiosStatus(text)).toEqual({
    version: '4.4.6',
    startedAt: 1_795_372_000,
    writtenAt: 1_795_372_624,
    rows: [
      expect.objectContaining({ host: 'hv1', service: undefined, state: 'down', isHard: true }),
      {
        host: 'hv1',
        service: 'Flip',
        state: 'critical',
        isHard: false,
        hardState: 'ok',
        attempt: 2,
        maxAttempts: 3,
        checkedAt: 1_795_372_600,
        everySeconds: 300,
        output: 'CRITICAL - a=b {c} }',
        perfdata: "'a b'=1",
        isAcknowledged: false,
        isInDowntime: true,
        isFlapping: false,
        latencySeconds: 0.004,
        executionSeconds: 0.103,
      },
    ],
    faults: [],
  });
});

test('intervals are in units that the configuration tells', () => {
  expect(parseNagiosStatus(head + block('servicestatus', service), 1).rows[0]?.everySeconds).toBe(5);
});

test('what is checked by request alone has no interval, and what was never checked no state', () => {
  const pending = {
    ...service,
    check_interval: '0.000000',
    has_been_checked: 0,
    last_check: 0,
    current_state: 0,
  };
  expect(parseNagiosStatus(head + block('servicestatus', pending)).rows[0]).toMatchObject({
    state: undefined,
    checkedAt: undefined,
    everySeconds: undefined,
  });
});

test('a service that cannot be read costs itself alone', () => {
  const bad = { ...service, current_state: 7 };
  const { rows, faults } = parseNagiosStatus(
    head + block('servicestatus', bad) + block('servicestatus', service),
  );
  expect(rows).toHaveLength(1);
  expect(faults).toEqual(['"line 12": current_state: found "7", expected 0 to 3']);
});

test.each([
  [
    'a file of retained states',
    block('info', {}) + block('program', {}) + block('host', host),
    /found "info"/,
  ],
  ['a file that ends in the middle', head + block('hoststatus', host).slice(0, 200), /the end of its block/],
  [
    'another text',
    'log_file=/var/log/nagios4/nagios.log\n',
    /line 1: .* expected a block, such as hoststatus \{/,
  ],
  ['a block with a line that is none', `${head}hoststatus {\n\tup\n\t}\n`, /expected a key and its value/],
  ['an empty text', '', /expected info and programstatus/],
])('%s is refused by name', (_name, text, message) => {
  expect(() => parseNagiosStatus(text)).toThrow(message);
});

describe('intervals of objects.cache', () => {
  test('are told by the names of hosts and services', () => {
    const text = `# NAGIOS OBJECT CACHE FILE

define command {
\tcommand_name\tcheck_http
\tcommand_line\t/usr/lib/nagios/plugins/check_http -I '$HOSTADDRESS$' $ARG1$
\t}

define host {
\thost_name\thv1
\tcheck_interval\t5.000000
\tcontact_groups admins
\t}

define service {
\thost_name\thv1
\tservice_description\tPage d'accueil = OPAC
\tcheck_interval\t0.500000
\t}
`;
    expect(parseCheckIntervals(text)).toEqual(
      new Map([
        [nameOf('hv1', undefined), 300],
        [nameOf('hv1', "Page d'accueil = OPAC"), 30],
      ]),
    );
    expect(() => parseCheckIntervals(head)).toThrow(/blocks: found "info", expected hosts, as objects.cache/);
  });
});

test('whatever a file holds, it is read or refused', () => {
  const lines = fc.constantFrom(
    ...head.split('\n'),
    ...block('servicestatus', service).split('\n'),
    '\t}',
    'x {',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(lines).map((all) => head + all.join('\n')),
  );
  fc.assert(
    fc.property(text, (any) => {
      try {
        parseNagiosStatus(any);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
  );
});
