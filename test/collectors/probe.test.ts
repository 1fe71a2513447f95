import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import probe from '../../collectors/probe.ts';
import type { Answer } from '../../src/collect/collector.ts';
import { applications } from '../../src/model/applications.ts';
import { ProbedCheck } from '../../src/model/check.ts';
import { FleetFile } from '../../src/model/fleet.ts';
import { resolveFleet } from '../../src/model/fleet-resolve.ts';
import { MetricName } from '../../src/model/metric.ts';
import { EntityRecord } from '../../src/model/snapshot.ts';

const context = { at: '2026-11-22T09:35:00Z', attempt: 1 };
const page = (body: string, more: Partial<Answer> = {}): Answer => ({
  phases: { tcpSeconds: 0.01, firstByteSeconds: 0.2, totalSeconds: 0.25 },
  status: 200,
  redirectCount: 0,
  body,
  isBodyTruncated: false,
  ...more,
});

function judge(input: unknown, answer: Answer, at = context) {
  return probe.parse({ entity: 'check:koha:page', check: ProbedCheck.parse(input) }, answer, at);
}

test('asks every check of every service', () => {
  const check = { kind: 'tcp', host: '192.0.2.1', port: 80 };
  const file = FleetFile.parse({
    fleet: { name: 'Example' },
    services: {
      koha: { name: 'Koha', checks: { search: check, staff: check } },
      omeka: { name: 'Omeka', checks: { api: check } },
    },
  });
  expect(probe.requests(resolveFleet(file).fleet).map(({ entity }) => entity)).toEqual([
    'check:koha:search',
    'check:koha:staff',
    'check:omeka:api',
  ]);
});

test('a good page is up, with how long each phase took', () => {
  expect(judge({ kind: 'http' }, page('hello'), { ...context, attempt: 2 })).toEqual({
    entity: 'check:koha:page',
    at: '2026-11-22T09:35:00Z',
    state: 'up',
    gauges: {
      check_duration_seconds: 0.25,
      check_tcp_seconds: 0.01,
      check_first_byte_seconds: 0.2,
      check_attempts_count: 2,
      check_redirects_count: 0,
      check_status_code: 200,
    },
  });
});

test('the time until we gave up is no answer time', () => {
  const { gauges } = judge({ kind: 'http' }, { phases: { totalSeconds: 10 }, failure: 'timeout after 10 s' });
  expect(gauges).toEqual({ check_attempts_count: 1 });
});

test('a check whose circuit is open took no attempt', () => {
  const answer: Answer = {
    phases: { totalSeconds: 0 },
    failure: 'circuit open: 192.0.2.1:443',
    isBlocked: true,
  };
  expect(judge({ kind: 'http' }, answer)).toMatchObject({
    state: 'down',
    reason: 'circuit open: 192.0.2.1:443',
    gauges: { check_attempts_count: 0 },
  });
});

test.each([
  [{ status: 204 }, page('', { status: 204 }), undefined],
  [{ status: 200 }, page('', { status: 204 }), 'status 204, expected 200'],
  [{}, page('', { status: 304 }), 'status 304, expected 2xx'],
  [{}, page('', { status: 302, location: '/login' }), 'redirect to /login, expected a page'],
  [{ contains: ['a', 'b'] }, page('a'), '"b" is not on the page'],
  [{ lacks: ['Fatal error'] }, page('a Fatal error'), '"Fatal error" is on the page'],
  [{ json: { pointer: '/a' } }, page('<html>'), 'the page is not JSON'],
  [
    { json: { pointer: '/a' } },
    page('{"a":1}', { isBodyTruncated: true }),
    'the JSON is longer than 512 KiB',
  ],
  [{ json: { pointer: '' } }, page('[]'), undefined],
  [{ json: { pointer: '' } }, page('null'), 'the document is null, expected a value'],
  [{ json: { pointer: '/a', equals: null } }, page('{"a":null}'), undefined],
  [{ json: { pointer: '/a', equals: '1' } }, page('{"a":1}'), '/a is 1, expected "1"'],
  [{ json: { pointer: '/a', equals: 1 } }, page('{"a":[1]}'), '/a is an array, expected 1'],
  [{ json: { pointer: '/__proto__' } }, page('{}'), '/__proto__ is missing, expected a value'],
  [{ json: { pointer: '/01' } }, page('[0,1]'), '/01 is missing, expected a value'],
] as const)('%j: %#', (check, answer, reason) => {
  const record = judge({ kind: 'http', ...check }, answer);
  expect([record.state, record.reason]).toEqual([reason === undefined ? 'up' : 'down', reason]);
});

// The document and the pointers of RFC 6901, section 5.
test.each([
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
])('the JSON Pointer %j means %j', (pointer, equals) => {
  const body = String.raw`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}`;
  expect(judge({ kind: 'http', json: { pointer, equals } }, page(body)).state).toBe('up');
});

describe('certificates', () => {
  const ending = (expiresAt: string, fault?: string): Answer =>
    page('', { certificate: { expiresAt, ...(fault === undefined ? {} : { fault }) } });

  test('one that ends in exactly as long as it must is up, a second less is degraded', () => {
    const check = { kind: 'http', certificateAtLeast: '14d' } as const;
    expect(judge(check, ending('2026-12-06T09:35:00Z'))).toMatchObject({
      state: 'up',
      gauges: { certificate_remaining_seconds: 14 * 86_400 },
    });
    expect(judge(check, ending('2026-12-06T09:34:59Z'))).toMatchObject({
      state: 'degraded',
      reason: 'the certificate ends in 13 days, at 2026-12-06T09:34:59Z, expected at least 14',
    });
  });

  test('one that has ended is down, with how long ago', () => {
    expect(judge({ kind: 'http' }, ending('2026-11-21T09:35:00Z', 'CERT_HAS_EXPIRED'))).toMatchObject({
      state: 'down',
      reason: 'certificate: CERT_HAS_EXPIRED',
      gauges: { certificate_remaining_seconds: -86_400 },
    });
  });
});

describe('versions', () => {
  const version = (pattern: string, body: string) =>
    judge({ kind: 'http', version: pattern }, page(body)).facts?.version;

  test.each([
    ['<meta name="generator" content="Koha 19.1125000" />', '19.1125000'],
    ['<link href="/opac-tmpl/bootstrap/css/opac_24.0501000.css">', '24.0501000'],
    ['<link href="/opac-tmpl/bootstrap/css/opac-rtl_24.0501000.css">', '24.0501000'],
    ['<meta name="generator" content="Koha" />', undefined],
  ])('Koha says in %s that it is %s', (body, expected) => {
    const check = applications.koha?.checks.search;
    expect(check?.kind === 'http' && version(check.version ?? '', body)).toBe(expected);
  });

  test('are one short line, whatever the page holds', () => {
    expect(version('v=(.*)', `v=\u0007 1.2\u202E\uD800 ${'x'.repeat(200)}`)).toMatch(/^1\.2 x{90,97}$/);
    expect(version('v=(.*)', 'v=\u0000')).toBeUndefined();
  });

  test('are looked for at the beginning of a page only', () => {
    expect(version('v=(1)', `${' '.repeat(64 * 1024)}v=1`)).toBeUndefined();
  });
});

test('a page of Koha whose index is down is down', () => {
  const check = applications.koha?.checks.search;
  if (check === undefined) throw new Error('the preset has gone');
  const head = '<body id="results" class="scrollto">';
  expect(judge(check, page(`${head}<strong>No results found!</strong>`)).state).toBe('down');
  expect(judge(check, page(`${head}<form name="bookbag_form" id="bookbag_form">`)).state).toBe('up');
});

test.each(Object.entries(probe.metrics))('%s has a name with its unit, and is documented', (name, metric) => {
  expect(MetricName.safeParse(name).success).toBe(true);
  expect(metric.meaning).toMatch(/^[A-Z].*\.$/);
});

describe('whatever comes back', () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 });
  const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const seconds = optional(fc.double({ min: 0, max: 1e6, noNaN: true }));
  const instant = fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`);
  const answers = fc
    .record({
      phases: fc.record({
        dnsSeconds: seconds,
        tcpSeconds: seconds,
        tlsSeconds: seconds,
        firstByteSeconds: seconds,
        totalSeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
      }),
      failure: optional(text),
      certificate: optional(fc.record({ expiresAt: instant, fault: optional(text) })),
      status: optional(fc.integer({ min: 0, max: 999 })),
      location: optional(text),
      redirectCount: optional(fc.nat(10)),
      body: optional(fc.oneof(text, fc.json())),
      isBodyTruncated: optional(fc.boolean()),
      values: optional(fc.array(text, { maxLength: 20 })),
    })
    .map((answer): Answer => JSON.parse(JSON.stringify(answer)));
  const checks = fc.oneof(
    fc.record({
      kind: fc.constant('http'),
      contains: fc.array(fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }), { maxLength: 2 }),
      json: fc.record({ pointer: fc.constantFrom('', '/0', '/a/b', '/~0') }),
      version: fc.constantFrom('(.*)', '([^a])', 'x', '()'),
      slowAfter: fc.constant('1s'),
    }),
    fc.record({
      kind: fc.constant('dns'),
      name: fc.string({ minLength: 1, maxLength: 253, unit: 'binary' }),
      type: fc.constantFrom('A', 'AAAA', 'TXT'),
      values: fc.array(
        text.map((value) => value.slice(0, 500)),
        { maxLength: 3 },
      ),
    }),
    fc.constant({ kind: 'tcp', host: 'a', port: 1 }),
    fc.constant({ kind: 'tls', host: 'a', certificateAtLeast: '6y' }),
  );

  test('is a record that the schema accepts, with a reason exactly when it is not up', () => {
    fc.assert(
      fc.property(checks, answers, (input, answer) => {
        const record = EntityRecord.parse(judge(input, answer));
        expect(record.reason === undefined).toBe(record.state === 'up');
        expect(record.reason ?? '').not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(record.facts?.version ?? '').not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(Object.keys(probe.metrics)).toEqual(expect.arrayContaining(Object.keys(record.gauges ?? {})));
      }),
      { numRuns: 500 },
    );
  });
});
