import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { nameOf } from '../../../src/collect/parse/monitored.ts';
import { parseCgiObjects, parseCgiProgram } from '../../../src/collect/parse/nagios-cgi.ts';

const header = 'Cache-Control: no-store\r\nContent-type: application/json; charset=utf-8\r\n\r\n';
const result = {
  query_time: 1_795_372_626_000,
  last_data_update: 1_795_372_624_000,
  type_code: 0,
  message: '',
};
const answer = (data: object, changed: object = {}): string =>
  JSON.stringify({ format_version: 0, result: { ...result, ...changed }, data }, null, 2);
const service = {
  host_name: 'hv1',
  description: 'Flip',
  plugin_output: "CRITICAL - 'quoted'",
  perf_data: 'time=0.1s',
  max_attempts: 3,
  current_attempt: 2,
  status: 'critical',
  has_been_checked: true,
  last_check: 1_795_372_622_000,
  last_hard_state: 'ok',
  state_type: 'soft',
  problem_has_been_acknowledged: false,
  is_flapping: true,
  latency: 0.5,
  execution_time: 0.01,
  scheduled_downtime_depth: 0,
};
const servicesOf = (own: object): string => answer({ selectors: {}, servicelist: { hv1: own } });

test('services are read with their states, and times in seconds', () => {
  const intervals = new Map([[nameOf('hv1', 'Flip'), 300]]);
  expect(parseCgiObjects(header + servicesOf({ Flip: service }), intervals)).toEqual({
    rows: [
      {
        host: 'hv1',
        service: 'Flip',
        state: 'critical',
        isHard: false,
        hardState: 'ok',
        attempt: 2,
        maxAttempts: 3,
        checkedAt: 1_795_372_622,
        everySeconds: 300,
        output: "CRITICAL - 'quoted'",
        perfdata: 'time=0.1s',
        isAcknowledged: false,
        isInDowntime: false,
        isFlapping: true,
        latencySeconds: 0.5,
        executionSeconds: 0.01,
      },
    ],
    faults: [],
  });
});

test('states are words, or the numbers that stand for them: bits, of services others than of hosts', () => {
  const numbers = { ...service, status: 16, last_hard_state: 3, state_type: 1 };
  expect(parseCgiObjects(servicesOf({ Flip: numbers })).rows[0]).toMatchObject({
    state: 'critical',
    hardState: 'unknown',
    isHard: true,
  });
  const host = { ...service, status: 4, last_hard_state: 1, state_type: 1 };
  expect(parseCgiObjects(answer({ hostlist: { hv1: host } })).rows[0]).toMatchObject({
    service: undefined,
    state: 'down',
    hardState: 'down',
  });
  const pending = { ...service, status: 'pending', has_been_checked: false, last_check: 0 };
  expect(parseCgiObjects(servicesOf({ Flip: pending })).rows[0]).toMatchObject({
    state: undefined,
    checkedAt: undefined,
  });
});

describe('what Nagios writes that is no JSON', () => {
  const withOutput = (written: string): string =>
    servicesOf({ Flip: service }).replace('"CRITICAL - \'quoted\'"', `"${written}"`);

  test('a bell and a vertical tab in a text', () => {
    expect(parseCgiObjects(withOutput('a\\ab\\vc\\\\a\\"\\n')).rows[0]?.output).toBe('a\u0007b\u000bc\\a"');
  });

  test('numbers that are none', () => {
    const text = servicesOf({ Flip: service }).replace('"latency": 0.5', '"latency": nan');
    expect(parseCgiObjects(text).rows[0]).toMatchObject({ latencySeconds: undefined, state: 'critical' });
  });

  test('names of old versions: keys as they are, quotes and backslashes among them', () => {
    const { description: _, host_name: __, ...nameless } = service;
    const text = servicesOf({ NAME: nameless, Flip: nameless });
    for (const name of ['C:\\', 'D:\\data', 'C:\\data "D:\\"', 'a": {'])
      expect(parseCgiObjects(text.replace('"NAME":', `"${name}":`)).rows.map((row) => row.service)).toEqual([
        name,
        'Flip',
      ]);
  });

  test('no name at all, where it is not plain ASCII', () => {
    const lost = { ...service, description: '', plugin_output: '' };
    const { rows, faults } = parseCgiObjects(servicesOf({ '(null)': lost, Flip: service }));
    expect(rows.map((row) => row.service)).toEqual(['Flip']);
    expect(faults).toEqual(['"hv1/(null)": description: found "(null)", expected a name']);
  });
});

test('names of new versions are escaped', () => {
  for (const name of ['C:\\', 'C:\\new', 'a "b"'])
    expect(parseCgiObjects(servicesOf({ [name]: { ...service, description: name } })).rows[0]?.service).toBe(
      name,
    );
});

test('a Nagios says its version and when it began', () => {
  const text = answer({ programstatus: { version: '4.4.6', program_start: 1_795_372_624_000 } });
  expect(parseCgiProgram(header + text)).toEqual({
    version: '4.4.6',
    startedAt: 1_795_372_624,
    writtenAt: 1_795_372_624,
  });
});

test.each([
  [
    'an error in an answer of status 200',
    answer({}, { type_code: 3, message: "'bogus' is invalid" }),
    /bogus/,
  ],
  [
    'another query',
    answer({ selectors: {}, count: {} }),
    /data: found "selectors, count", expected hostlist or/,
  ],
  ['an archive', answer({ alertlist: [] }), /found "alertlist"/],
  ['a header alone, as while Nagios is stopped', header, /answer: found nothing, expected whole JSON/],
  ['an answer that is cut', servicesOf({ Flip: service }).slice(0, 400), /expected whole JSON/],
  ['a list, not an object', answer({ hostlist: ['hv1'] }), /expected details of each/],
])('%s is refused by name', (_name, text, message) => {
  expect(() => parseCgiObjects(text)).toThrow(message);
});

test('an entry without details, or of unknown words, costs itself alone', () => {
  const { rows, faults } = parseCgiObjects(
    servicesOf({ a: 8, b: { ...service, status: 'fine' }, Flip: service }),
  );
  expect(rows).toHaveLength(1);
  expect(faults).toEqual([
    '"hv1/a": details: found "8", expected an object',
    '"hv1/b": status: found "\\"fine\\"", expected pending, ok, warning, unknown, critical',
  ]);
});

test('whatever is answered, it is read or refused', () => {
  const value = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constant('\\v'), fc.constant('nan'));
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(service).map((one) => JSON.stringify(one))),
      value,
      (one, other) => {
        for (const text of [servicesOf({ Flip: service }).replace(one, other), other]) {
          try {
            parseCgiObjects(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      },
    ),
  );
});
