import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/fault.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const fleetOf = (checks: string, sources = "{ main: { url: 'https://icinga.example.org:5665/' } }") =>
  parseFleet(
    `fleet: { name: Test }
prometheus: { main: { url: 'https://prometheus.example.org' } }
icinga2: ${sources}
hosts:
  watch: { ssh: watch.example.org }
  hv9: { prometheus: main }
services:
  koha: { name: Catalogue, checks: ${checks} }
`,
    'fleet.yaml',
  );

/** The lines that a user reads. */
function faultsOf(...args: Parameters<typeof fleetOf>): string[] {
  try {
    fleetOf(...args);
    return [];
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return cause.message.split('\n');
  }
}

const checkOf = (...args: Parameters<typeof fleetOf>) =>
  fleetOf(...args)
    .services.get('koha')
    ?.checks.get('page');

test('a check names the host that Nagios runs on, and what Nagios calls host and service', () => {
  expect(
    checkOf("{ page: { kind: nagios, on: watch, host: koha-mulhouse, service: 'Page d''accueil' } }"),
  ).toEqual({
    kind: 'nagios',
    on: 'watch',
    host: 'koha-mulhouse',
    service: "Page d'accueil",
    essential: true,
    retries: 0,
    failures: 1,
    successes: 1,
  });
});

test('without a service it is the check of the host itself; a passive one may say how long it is believed', () => {
  const check = checkOf('{ page: { kind: nagios, on: watch, host: koha, maxAge: 26h, essential: false } }');
  expect(check).toMatchObject({ host: 'koha', maxAge: 26 * 3600, essential: false });
  expect(check).not.toHaveProperty('service');
});

test('Nagios is looked for on hosts of the file that are read by SSH or locally', () => {
  const expected = 'expected a host of this file that is read by SSH or locally (watch)';
  expect(faultsOf('{ page: { kind: nagios, on: gone, host: koha } }')).toEqual([
    `fleet.yaml:8: services.koha.checks.page.on: found "gone", ${expected}`,
  ]);
  expect(faultsOf('{ page: { kind: nagios, on: hv9, host: koha } }').join()).toContain(
    `found "hv9", ${expected}`,
  );
  expect(faultsOf('{ page: { kind: nagios, host: koha } }').join()).toMatch(/checks\.page\.on/);
  expect(faultsOf('{ page: { kind: nagios, on: watch, host: "a\\u0007" } }').join()).toMatch(
    /printable text/,
  );
});

test('a check of Icinga 2 names the only source by itself', () => {
  expect(checkOf('{ page: { kind: icinga2, host: koha, service: http } }')).toMatchObject({ source: 'main' });
  expect(fleetOf('{ page: { kind: icinga2, host: koha } }').icinga2.get('main')).toMatchObject({
    id: 'main',
    url: 'https://icinga.example.org:5665',
  });
  const two = "{ main: { url: 'https://a' }, other: { url: 'https://b' } }";
  expect(checkOf('{ page: { kind: icinga2, source: other, host: koha } }', two)).toMatchObject({
    source: 'other',
  });
  expect(faultsOf('{ page: { kind: icinga2, host: koha } }', two)).toEqual([
    'fleet.yaml:8: services.koha.checks.page.source: found nothing, expected a source of `icinga2` in this file (main, other)',
  ]);
});
