import { expect, test } from 'vitest';
import domain from '../../collectors/domain.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const at = '2026-11-22T03:00:00Z';
const fleetOf = (section: string) =>
  parseFleet(
    `fleet: { name: Réseau }
${section}
services:
  koha: { name: Catalogue, url: https://catalogue.mediatheque.fr }
  local: { name: Essai, url: http://192.0.2.7 }
  omeka: { name: Fonds, url: https://fonds.example.museum }
`,
    'fleet.yaml',
  );
const fleet = fleetOf('domains: {}');

test('asks the registries that are known, and nobody where fleet.yaml does not say so', () => {
  expect(domain.requests(fleet)).toMatchObject([
    {
      name: 'mediatheque.fr',
      source: 'domain:mediatheque.fr',
      url: 'https://rdap.nic.fr/domain/mediatheque.fr',
    },
  ]);
  expect(domain.requests(fleetOf(''))).toEqual([]);
});

test('keeps when a registration ends, and how long that is away', () => {
  const body = JSON.stringify({
    ldhName: 'mediatheque.fr',
    events: [{ eventAction: 'expiration', eventDate: '2026-12-02T03:00:00Z' }],
  });
  expect(domain.parse(new Map([['mediatheque.fr', { at, status: 200, body }]]))).toEqual({
    records: [
      {
        entity: 'domain:mediatheque.fr',
        at,
        gauges: { domain_remaining_seconds: 864_000 },
        facts: { expires_at: '2026-12-02T03:00:00Z' },
      },
    ],
    errors: [],
  });
});

test('a name that cannot be read costs that name', () => {
  const answers = new Map([
    ['mediatheque.fr', { at, status: 200, body: '{' }],
    ['other.fr', { at, failure: 'connection refused (ECONNREFUSED)' }],
  ]);
  expect(domain.parse(answers)).toMatchObject({
    records: [],
    errors: [{ source: 'domain:mediatheque.fr', message: expect.stringContaining('expected whole JSON') }],
  });
});
