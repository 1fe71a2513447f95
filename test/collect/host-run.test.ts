import { expect, test } from 'vitest';
import type { HostCollector, Section } from '../../src/collect/collector.ts';
import { type HostCollectors, parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import type { Host } from '../../src/model/fleet.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const fleet = parseFleet(
  `fleet: { name: Test }
hosts:
  hv1: { ssh: hv1.example.org }
  hv2: { ssh: hv2.example.org, root: false }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: nagios, on: hv1, host: koha, service: Page }
      disk: { kind: nagios, on: hv2, host: koha, service: Disk }
      port: { kind: tcp, host: koha.example.org, port: 443 }
`,
  'fleet.yaml',
);
const hostNamed = (id: string): Host => fleet.hosts.get(id) ?? expect.fail();
const at = '2026-11-22T09:35:00Z';
const ok = (stdout: string, status = 0, stderr = ''): Section => ({
  stdout,
  stderr,
  status,
  isTruncated: false,
});

/** A collector that says what it is told to say: an entity a line. */
const teller: HostCollector = {
  kind: 'host',
  reads: 'Whatever a host says.',
  metrics: {},
  commands: { said: { run: 'cat /said' }, secret: { run: 'cat /secret', asRoot: true, timeoutSeconds: 100 } },
  parse: (sections) => ({
    records: [...sections.values()].flatMap(({ stdout }) =>
      stdout
        .split('\n')
        .filter(Boolean)
        .map((entity) => ({ entity, at })),
    ),
    errors: [],
  }),
};
const collectors: HostCollectors = new Map([['teller', teller]]);

function parsed(host: string, sections: Readonly<Record<string, Section>>) {
  const answer = { sections: new Map(Object.entries(sections)) };
  return parseAnswer(collectors, hostNamed(host), answer, { at, fleet }).get('teller') ?? expect.fail();
}

test('a host tells of itself and of what belongs to it; what it says of others is left out, and told', () => {
  const said = [
    'host:hv1',
    'filesystem:hv1:/srv',
    'host:hv2',
    'disk:hv2:S1',
    'check:hv1:page',
    'disk:hv10:S1',
  ];
  const { records, errors } = parsed('hv1', { 'teller.said': ok(said.join('\n')) });
  expect(records.map(({ entity }) => entity)).toEqual(['host:hv1', 'filesystem:hv1:/srv']);
  expect(errors).toEqual([
    { source: 'host:hv1', message: '4 records left out: found host:hv2, which is not of this host' },
  ]);
});

test('a host answers the checks that fleet.yaml leaves to its Nagios, and no others', () => {
  const said = [
    'check:koha:page',
    'check:koha:disk',
    'check:koha:port',
    'check:koha:other',
    'check:other:page',
  ];
  const { records, errors } = parsed('hv1', { 'teller.said': ok(said.join('\n')) });
  expect(records.map(({ entity }) => entity)).toEqual(['check:koha:page']);
  expect(errors).toEqual([
    { source: 'host:hv1', message: '4 records left out: found check:koha:disk, which is not of this host' },
  ]);
});

test('what only root may read is not asked for where fleet.yaml says so', () => {
  const [asked, spared] = [
    questionOf(collectors, hostNamed('hv1'), fleet),
    questionOf(collectors, hostNamed('hv2'), fleet),
  ];
  expect(asked.script).toContain('/secret');
  expect(spared.script).not.toContain('/secret');
  expect(asked.seconds - spared.seconds).toBe(90);
  expect(parsed('hv2', { 'teller.said': ok('host:hv2\n') })).toEqual({
    records: [{ entity: 'host:hv2', at }],
    errors: [],
  });
});

test('a root wrapper that does not answer is told, with its reason, and costs nothing else', () => {
  const { records, errors } = parsed('hv1', {
    'teller.said': ok('host:hv1\n'),
    root: ok('', 1, 'sudo: a password\u001b[31m is required\n'),
  });
  expect(records).toHaveLength(1);
  expect(errors).toEqual([
    {
      source: 'host:hv1',
      message: expect.stringContaining(
        'the root wrapper ended with status 1 (sudo: a password [31m is required); `vigie agent --install`',
      ),
    },
  ]);
});
