import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, ApiAnswer, Collector, Command, Request } from '../../src/collect/collector.ts';
import { loadCollectors } from '../../src/collect/registry.ts';
import { hostScript } from '../../src/collect/script.ts';
import { ProbedCheck } from '../../src/model/check.ts';
import { MetricName } from '../../src/model/metric.ts';
import { EntityRecord, SourceError } from '../../src/model/snapshot.ts';
import { parseFleet, readFleet } from '../../src/store/fleet.ts';

// What every collector owes to the rest, whatever it reads.

const collectors = await loadCollectors();
const exampleFleet = await readFleet(fileURLToPath(new URL('../../data', import.meta.url)));
const at = '2026-11-22T09:35:00Z';
/** Has what APIs are asked of. */
const watchedFleet = parseFleet(
  `fleet: { name: Test }
prometheus:
  main: { url: 'https://prometheus.example.org', bearerEnv: SECRET, presets: [node, smartctl, zfs, lxd] }
icinga2:
  main: { url: 'https://icinga.example.org:5665', basic: { user: vigie, passwordEnv: SECRET } }
domains: {}
hosts:
  hv1: { prometheus: main }
  hv2: { prometheus: main }
  hv3: { lxd: { url: 'https://hv3.example.org:8443', certificate: { file: lxd.crt, key: lxd.key } } }
services:
  koha:
    name: Catalogue
    url: https://catalogue.example.org
    checks:
      page: { kind: prometheus, target: 'https://catalogue.example.org' }
      queue: { kind: prometheus, query: up }
      disk: { kind: icinga2, host: koha, service: disk }
      machine: { kind: icinga2, host: koha }
`,
  'fleet.yaml',
);

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 2000 }));

test('there are collectors', () =>
  expect([...collectors.keys()]).toEqual(expect.arrayContaining(['host', 'probe'])));

describe.each([...collectors])('the collector %s', (name, collector) => {
  test('has its test', () => {
    expect(existsSync(new URL(`${name}.test.ts`, import.meta.url))).toBe(true);
  });

  test('says in one sentence what it reads', () => {
    expect(collector.reads).toMatch(/^\p{Lu}[^\n]{20,200}\.$/u);
    expect(collector.reads.slice(0, -1)).not.toMatch(/[.!?] /);
  });

  test('documents each metric with its unit and a real example', () => {
    for (const [metric, documented] of Object.entries(collector.metrics)) {
      expect(MetricName.safeParse(metric).error?.issues, metric).toBeUndefined();
      expect(documented.type, metric).toBe(metric.endsWith('_total') ? 'counter' : 'gauge');
      expect(documented.meaning, metric).toMatch(/^\p{Lu}.{5,300}\.$/u);
      expect(documented.example, metric).toSatisfy(isPlausible(metric));
    }
  });

  if (collector.kind === 'host') {
    test('runs commands of one line that the host script takes, and that write no file', () => {
      const commands = new Map(Object.entries(collector.commands));
      expect(commands.size).toBeGreaterThan(0);
      expect(() => hostScript(commands)).not.toThrow();
      for (const { run } of commands.values()) {
        expect(run).not.toMatch(
          /\n|>(?!&\d|\/dev\/null)|\b(sudo|su|rm|mv|tee|dd|wget)\b|\bcurl\b(?!.* --unix-socket )/,
        );
      }
    });

    test('makes of nothing no record, and one error for each section that is not optional', () => {
      const { records, errors } = collector.parse(new Map(), { host: 'hv1', at, fleet: exampleFleet });
      const required = Object.entries<Command>(collector.commands).filter(
        ([, { isOptional = false, asRoot = false }]) => !isOptional && !asRoot,
      );
      expect(records).toEqual([]);
      expect(errors.map(({ part }) => part).toSorted()).toEqual(
        required.map(([section]) => section).toSorted(),
      );
    });

    test('makes of garbage in every section no record, and errors', () => {
      const garbage = { stdout: '\u0000<html>\uFFFD\n%s$(id)\n', stderr: '', status: 0, isTruncated: false };
      const sections = new Map(Object.keys(collector.commands).map((section) => [section, garbage]));
      const { records, errors } = collector.parse(sections, { host: 'hv1', at, fleet: exampleFleet });
      expect(records).toEqual([]);
      expect(errors.length).toBeGreaterThan(0);
    });

    test('never throws, and gives only valid records and errors', () => {
      const section = fc.record({
        stdout: text,
        stderr: text,
        status: fc.constantFrom(0, 0, 0, 1, 124, 127, null),
        isTruncated: fc.boolean(),
      });
      const sections = fc.dictionary(fc.constantFrom(...Object.keys(collector.commands)), section);
      fc.assert(
        fc.property(sections, (answer) => {
          const { records, errors } = collector.parse(new Map(Object.entries(answer)), {
            host: 'hv1',
            at,
            fleet: exampleFleet,
          });
          for (const record of records) expectDocumented(collector, record);
          for (const error of errors) expect(SourceError.safeParse(error).error).toBeUndefined();
        }),
      );
    });
  } else if (collector.kind === 'api') {
    const requests = collector.requests(watchedFleet);

    test('asks each question once, and nothing of a fleet that has nothing for it', () => {
      expect(requests.length).toBeGreaterThan(0);
      expect(new Set(requests.map((request) => request.name)).size).toBe(requests.length);
      for (const { source, url } of requests) {
        expect(SourceError.safeParse({ source, message: '' }).error).toBeUndefined();
        expect(URL.canParse(url)).toBe(true);
      }
      expect(collector.requests(parseFleet('fleet: { name: Empty }', 'fleet.yaml'))).toEqual([]);
    });

    test('makes of failures no record but of checks that are unknown', () => {
      const answers = new Map(
        requests.map((request) => [request.name, { at, failure: 'connection refused' }]),
      );
      const { records } = collector.parse(answers, { at, fleet: watchedFleet });
      for (const { entity, state } of records)
        expect([entity.split(':')[0], state]).toEqual(['check', 'unknown']);
    });

    test('never throws, and gives only valid records and errors', () => {
      const answer = fc.record(
        {
          at: fc.constant(at),
          failure: text,
          status: fc.integer({ min: 100, max: 599 }),
          body: fc.oneof(text, fc.json()),
        },
        { requiredKeys: ['at'] },
      );
      const all = fc.dictionary(fc.constantFrom(...requests.map((request) => request.name)), answer);
      fc.assert(
        fc.property(all, (answers) => {
          const { records, errors } = collector.parse(new Map<string, ApiAnswer>(Object.entries(answers)), {
            at,
            fleet: watchedFleet,
          });
          for (const record of records) expectDocumented(collector, record);
          for (const error of errors) expect(SourceError.safeParse(error).error).toBeUndefined();
        }),
      );
    });
  } else {
    const requests = [...collector.requests(exampleFleet), ...oneRequestPerKind()];

    test('asks the example fleet something, each question once', () => {
      const entities = collector.requests(exampleFleet).map(({ entity }) => entity);
      expect(entities.length).toBeGreaterThan(0);
      expect(new Set(entities).size).toBe(entities.length);
    });

    test('never throws, and gives only valid records, about what was asked', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...requests),
          arbitraryAnswer(),
          fc.integer({ min: 1, max: 6 }),
          (request, answer, attempt) => {
            const record = collector.parse(request, answer, { at, attempt });
            expect(record.entity).toBe(request.entity);
            expectDocumented(collector, record);
          },
        ),
        { numRuns: 500 },
      );
    });
  }
});

function expectDocumented(collector: Collector, record: EntityRecord): void {
  expect(EntityRecord.safeParse(record).error).toBeUndefined();
  for (const metric of Object.keys(record.gauges ?? {}))
    expect(collector.metrics[metric]?.type).toBe('gauge');
  for (const metric of Object.keys(record.counters ?? {}))
    expect(collector.metrics[metric]?.type).toBe('counter');
}

/** Whether an example may be a value of the metric, by the unit in its name. */
function isPlausible(metric: string): (example: number) => boolean {
  const unit = metric
    .replace(/_total$/, '')
    .split('_')
    .at(-1);
  return (example) => {
    if (!Number.isFinite(example)) return false;
    if (unit === 'ratio') return example >= 0 && example <= 1;
    if (unit === 'bytes' || unit === 'code') return Number.isInteger(example) && example >= 0;
    return example >= 0 || !metric.endsWith('_total');
  };
}

function oneRequestPerKind(): Request[] {
  const checks = [
    {
      kind: 'http',
      url: 'https://catalogue.example.org/',
      contains: ['a'],
      lacks: ['b'],
      json: { pointer: '/a/0', equals: 1 },
      version: '(.)',
    },
    { kind: 'http', method: 'HEAD', url: 'https://catalogue.example.org/', slowAfter: '1s' },
    { kind: 'tcp', host: 'a.example.org', port: 25 },
    { kind: 'dns', name: 'a.example.org', values: ['192.0.2.1'] },
    { kind: 'dns', name: 'a.example.org', type: 'AAAA', values: ['2001:db8::1'] },
    { kind: 'tls', host: 'a.example.org' },
  ];
  return checks.map((check, index) => ({ entity: `check:koha:c${index}`, check: ProbedCheck.parse(check) }));
}

/** What a server, or an attacker in its place, may make of an answer. */
function arbitraryAnswer(): fc.Arbitrary<Answer> {
  const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
  const instant = fc
    .date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`);
  const phases = fc.record(
    {
      dnsSeconds: seconds,
      tcpSeconds: seconds,
      tlsSeconds: seconds,
      firstByteSeconds: seconds,
      totalSeconds: seconds,
    },
    { requiredKeys: ['totalSeconds'] },
  );
  const certificate = fc.record({ fault: text, expiresAt: instant }, { requiredKeys: ['expiresAt'] });
  return fc.record(
    {
      phases,
      failure: text,
      certificate,
      status: fc.integer({ min: 0, max: 999 }),
      location: text,
      redirectCount: fc.nat(20),
      body: fc.oneof(text, fc.json()),
      isBodyTruncated: fc.boolean(),
      values: fc.array(text),
    },
    { requiredKeys: ['phases'] },
  );
}
