import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/fault.ts';
import { parseFleet } from '../../src/store/fleet.ts';

/** The lines that a user reads. */
function faultsOf(yaml: string): string[] {
  try {
    parseFleet(yaml, 'fleet.yaml');
    return [];
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return cause.message.split('\n');
  }
}

const written = `fleet: { name: Test }
prometheus:
  main:
    url: https://prometheus.example.org/
    bearerEnv: VIGIE_PROMETHEUS_TOKEN
    instance: '{host}.example.org'
    presets: { node: { job: node }, smartctl: {} }
    queries:
      databases: { query: pg_database_size_bytes, entity: 'database:{host}:{datname}', metric: database_size_bytes }
hosts:
  hv1: { prometheus: main }
  hv2: { prometheus: { source: main, instance: 'gateway.example.org:9102' } }
  hv3: { ssh: hv3.example.org }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: prometheus, target: 'https://catalogue.example.org' }
      queue: { kind: prometheus, source: main, query: 'koha_queue_length < bool 100', essential: false }
`;

test('hosts need no SSH where a Prometheus has them', () => {
  const fleet = parseFleet(written, 'fleet.yaml');
  expect(fleet.hosts.get('hv1')?.reach).toEqual({
    kind: 'prometheus',
    source: 'main',
    instances: ['hv1.example.org'],
  });
  expect(fleet.hosts.get('hv2')?.reach).toMatchObject({ instances: ['gateway.example.org:9102'] });
  expect(fleet.hosts.get('hv3')?.reach.kind).toBe('ssh');
  const source = fleet.prometheus.get('main');
  expect(source?.url).toBe('https://prometheus.example.org');
  expect(source?.access).toEqual({
    authorization: { kind: 'token', prefix: 'Bearer ', env: 'VIGIE_PROMETHEUS_TOKEN' },
  });
  expect([...(source?.presets ?? [])]).toEqual([
    ['node', { job: 'node' }],
    ['smartctl', {}],
  ]);
});

test('a check names the only source by itself', () => {
  const checks = parseFleet(written, 'fleet.yaml').services.get('koha')?.checks;
  expect(checks?.get('page')).toMatchObject({ source: 'main', target: 'https://catalogue.example.org' });
});

test('a name is enough: its host is called as here, and the node exporter is read', () => {
  const fleet = parseFleet(
    'fleet: { name: x }\nprometheus: { main: { url: "http://localhost:9090" } }\nhosts: { hv1: { prometheus: main } }\n',
    'fleet.yaml',
  );
  expect(fleet.hosts.get('hv1')?.reach).toMatchObject({ instances: ['hv1'] });
  expect([...(fleet.prometheus.get('main')?.presets.keys() ?? [])]).toEqual(['node']);
});

test('secrets, unknown sources, hosts that share a label and hosts read twice are faults with their lines', () => {
  const yaml = `fleet: { name: x }
prometheus:
  main: { url: 'https://vigie:secret@prometheus.example.org' }
hosts:
  hv1: { prometheus: other }
  hv2: { prometheus: { source: main, instance: 'a:9100' } }
  hv3: { prometheus: { source: main, instance: 'a:9100' } }
  hv4: { prometheus: main, ssh: hv4.example.org }
services:
  koha: { name: Catalogue, checks: { page: { kind: prometheus } } }
`;
  expect(faultsOf(yaml).join('\n')).toMatch(/main\.url: .*without user, password/);
  const lines = faultsOf(
    yaml.replace('vigie:secret@', '').replace('{ kind: prometheus }', '{ kind: prometheus, query: up }'),
  );
  expect(lines).toEqual([
    'fleet.yaml:5: hosts.hv1.prometheus: found "other", expected a source of `prometheus` in this file (main)',
    'fleet.yaml:7: hosts.hv3.prometheus: found "a:9100", expected another one than that of hv2',
    'fleet.yaml:8: hosts.hv4.prometheus: found both, expected `prometheus` or `lxd` or `ssh` or `local`: a host is read in one way, so that nothing counts twice',
  ]);
  expect(faultsOf(yaml.replace('vigie:secret@', '')).join('\n')).toMatch(
    /query: .*`query` or `target`, one of them/,
  );
});

test('queries are of hosts or services, never of checks', () => {
  const of = (entity: string) =>
    faultsOf(
      `fleet: { name: x }\nprometheus:\n  main:\n    url: http://localhost:9090\n    queries:\n      q: { query: up, entity: '${entity}', metric: up_count }\n`,
    ).join('\n');
  expect(of('host:{host}')).toBe('');
  expect(of('check:koha:page')).toMatch(/a check stands at its service/);
  expect(of('queue:elsewhere')).toMatch(/\{host\} or a service of this file/);
  expect(of('host')).toMatch(/expected an entity such as/);
});
