import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endOfSupport, isOver } from '../../src/model/end-of-support.ts';

// Expected are the dates that the makers' own pages give, not those of the table.

describe('the end of support', () => {
  test.each([
    ['debian', '11', '2024-08-14', '2026-08-31'],
    ['debian', '12.7', '2026-07-11', '2028-06-30'],
    ['debian', '13', '2028-08-09', '2030-06-30'],
    ['ubuntu', '24.04', '2029-05-31', undefined],
    ['lxd', '5.0.2', '2027-06', undefined],
    ['lxd', '5.21.1', '2029-06', undefined],
    ['incus', '6.0.4', '2029-06', undefined],
    ['php', '8.2.30', '2026-12-31', undefined],
    ['mariadb', '10.11.6-MariaDB', '2028-02-16', undefined],
  ])('of %s %s is %s, for the long term %s', (product, version, until, longTermUntil) => {
    expect(endOfSupport(product, version)?.until).toBe(until);
    expect(endOfSupport(product, version)?.longTermUntil).toBe(longTermUntil);
  });

  test.each([
    ['24.05.03.000', '2025-11'],
    ['25.05', '2026-11'],
    ['22.11.15', '2026-05'],
    ['24.11.02', '2028-05'],
    ['23.11', '2025-05'],
    ['20.11.05', '2022-05'],
  ])(
    'of Koha %s follows its rule: eighteen months, or forty-two for November of an even year',
    (version, until) => {
      expect(endOfSupport('koha', version)?.until).toBe(until);
    },
  );

  test.each([
    ['debian', '99'],
    ['debian', 'toString'],
    ['lxd', '5.14'],
    ['incus', '6.8'],
    ['koha', '24.12'],
    ['koha', '3.22'],
    ['matomo', '5.1'],
    ['openzfs', '2.1.11'],
    ['toString', '1'],
  ])('of %s %s is not known: nobody gave a date', (product, version) => {
    expect(endOfSupport(product, version)).toBeUndefined();
  });

  test('names who said so, and when we looked', () => {
    expect(endOfSupport('koha', '24.05')?.source).toContain('wiki.koha-community.org');
    expect(endOfSupport('debian', '12')?.checkedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

test('a support that ends with a month lasts to its last day', () => {
  expect(isOver('2027-06', '2027-06-30')).toBe(false);
  expect(isOver('2027-06', '2027-07-01')).toBe(true);
  expect(isOver('2028-06-30', '2028-06-30')).toBe(false);
  expect(isOver('2028-06-30', '2028-07-01')).toBe(true);
});

const folder = '/usr/share/distro-info';

/** What distro-info-data says of its releases: `version,codename,series,created,release,eol,…`. */
function distroInfo(name: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(`${folder}/${name}.csv`, 'utf8').split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

describe.skipIf(!existsSync(`${folder}/debian.csv`))('the distro-info-data of this machine', () => {
  test.each(['debian', 'ubuntu'])('says of %s what we say, of every release that both know', (name) => {
    const ours = distroInfo(name).flatMap(({ version = '', eol, 'eol-lts': lts }) => {
      const release = version.replace(' LTS', '');
      const support = endOfSupport(name, release);
      // Ubuntu repeats its end of support as that of the long term.
      const longTerm = name === 'debian' ? { longTermUntil: lts } : {};
      return support === undefined ? [] : [[support, { release, until: eol, ...longTerm }] as const];
    });
    expect(ours.length).toBeGreaterThan(4);
    for (const [support, theirs] of ours) expect(support).toMatchObject(theirs);
  });
});
