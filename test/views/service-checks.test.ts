import { expect, test } from 'vitest';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { serviceChecks } from '../../src/views/service-checks.ts';

const fleet = parseFleet(
  `
fleet: { name: Test }
prometheus: { main: { url: 'https://prometheus.example.org' } }
hosts: { hv1: { ssh: hv1.example.org } }
services:
  koha:
    name: Koha
    url: https://koha.example.org
    checks:
      page: { kind: http, url: /search }
      port: { kind: tcp, host: koha.example.org, port: 25, essential: false }
      name: { kind: dns, name: koha.example.org }
      watched: { kind: nagios, on: hv1, host: koha, service: HTTP }
      alive: { kind: nagios, on: hv1, host: koha }
      metric: { kind: prometheus, query: 'up{job="koha"}' }
`,
  'fleet.yaml',
);
const koha = fleet.services.get('koha') ?? expect.fail();
const now = '2026-11-22T09:35:00Z';

function told(...records: readonly EntityRecord[]) {
  const present = { records: new Map(records.map((record) => [record.entity, record])), errors: [] };
  return serviceChecks(koha, { fleet, present, now });
}

test('a check is told by who looks at it, and at what', () => {
  expect(told().map(({ name, by, target }) => [name, by, target])).toEqual([
    ['page', { kind: 'http' }, 'https://koha.example.org/search'],
    ['port', { kind: 'tcp' }, 'koha.example.org:25'],
    ['name', { kind: 'dns' }, 'A koha.example.org'],
    ['watched', { kind: 'nagios', host: 'hv1' }, 'koha / HTTP'],
    ['alive', { kind: 'nagios', host: 'hv1' }, 'koha'],
    ['metric', { kind: 'prometheus', source: 'main' }, 'up{job="koha"}'],
  ]);
});

test('a check has the last answer that is believed, and is unknown without one', () => {
  const [page, port] = told(
    {
      entity: 'check:koha:page',
      at: '2026-11-22T09:34:00Z',
      state: 'down',
      reason: 'status 503',
      gauges: { check_duration_seconds: 0.2 },
    },
    { entity: 'check:koha:port', at: '2026-11-22T09:00:00Z', state: 'up' },
  );
  expect(page).toMatchObject({ state: 'down', reason: 'status 503', answer_seconds: 0.2, isEssential: true });
  expect(port).toMatchObject({ state: 'unknown', at: '2026-11-22T09:00:00Z', isEssential: false });
});
