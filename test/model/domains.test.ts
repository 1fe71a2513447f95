import { expect, test } from 'vitest';
import { domainsOf, registeredDomain, registryOf } from '../../src/model/domains.ts';
import { parseFleet } from '../../src/store/fleet.ts';

test.each([
  ['https://catalogue.mediatheque.fr/', 'mediatheque.fr'],
  // Registries sell names below these, too: https://publicsuffix.org/list/
  ['https://www.amis-de-la-lecture.asso.fr/', 'amis-de-la-lecture.asso.fr'],
  ['https://opac.library.co.uk:8443/cgi-bin', 'library.co.uk'],
  ['https://médiathèque.bzh/', 'xn--mdiathque-53af.bzh'],
  // Nobody registers a name of their own there: the platform is what ends.
  ['https://library.github.io/', 'github.io'],
])('the domain name registered for %s is %s', (url, domain) => {
  expect(registeredDomain(url)).toBe(domain);
});

test.each([
  'http://192.0.2.7/',
  'http://[2001:db8::7]/',
  'http://localhost:8080/',
  'http://koha.internal/',
  'https://fr/',
])('nobody has registered %s', (url) => {
  expect(registeredDomain(url)).toBeUndefined();
});

const fleetOf = (domains: string) =>
  parseFleet(
    `fleet: { name: Réseau }
${domains}
services:
  koha: { name: Catalogue, url: https://catalogue.mediatheque.fr }
  bokeh: { name: Portail, url: https://www.mediatheque.fr }
  omeka: { name: Fonds, url: https://fonds.example.be }
`,
    'fleet.yaml',
  );

test('each name is asked for once, of its registry: that of fleet.yaml, else the known one', () => {
  const fleet = fleetOf("domains: { registries: { be: 'https://rdap.example.be/v1/' } }");
  expect(domainsOf(fleet)).toEqual(['example.be', 'mediatheque.fr']);
  expect(registryOf('example.be', fleet.registries)).toBe('https://rdap.example.be/v1');
  expect(registryOf('mediatheque.fr', fleet.registries)).toBe('https://rdap.nic.fr');
  expect(registryOf('example.museum', fleet.registries)).toBeUndefined();
});

test('without the section no registry is known', () => {
  expect(fleetOf('').registries.size).toBe(0);
});

test('a registry is a top-level domain and an address', () => {
  expect(() => fleetOf("domains: { registries: { .fr: 'https://rdap.nic.fr' } }")).toThrow(
    /expected a top-level domain such as fr/,
  );
  expect(() => fleetOf("domains: { registries: { fr: 'ftp://rdap.nic.fr' } }")).toThrow(
    /domains\.registries\.fr/,
  );
});
