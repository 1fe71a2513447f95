import { addToMonth, type Day, type Month } from './time.ts';

/** Until when a release is supported, to the month where its makers say no more. */
export interface Support {
  /** Which releases this is said of: `12` for Debian 12.7. */
  readonly release: string;
  /** Until then its makers correct errors and security faults. */
  readonly until: Day | Month;
  /** Until then security faults alone, by others or of fewer packages (Debian LTS); absent where there is no such time, or it must be paid for. */
  readonly longTermUntil?: Day | Month;
  /** Who says so. */
  readonly source: string;
  /** When we looked. */
  readonly checkedOn: Day;
}

interface Product {
  readonly source: string;
  readonly checkedOn: Day;
  /** How many parts of a version name its release. */
  readonly parts: 1 | 2;
  /** By release: until when, and until when for the long term. What is not here has no date that its makers gave. */
  readonly releases: Readonly<Record<string, readonly [until: Day | Month, longTermUntil?: Day | Month]>>;
}

// The package distro-info-data is what Debian and Ubuntu themselves tell their programs.
const products: Readonly<Record<string, Product>> = {
  debian: {
    source: 'distro-info-data 0.58+deb12u7 (debian.csv), https://wiki.debian.org/LTS',
    checkedOn: '2026-11-23',
    parts: 1,
    releases: {
      9: ['2020-07-18', '2022-06-30'],
      10: ['2022-09-10', '2024-06-30'],
      11: ['2024-08-14', '2026-08-31'],
      12: ['2026-07-11', '2028-06-30'],
      13: ['2028-08-09', '2030-06-30'],
    },
  },
  ubuntu: {
    source: 'distro-info-data 0.58+deb12u7 (ubuntu.csv), https://ubuntu.com/about/release-cycle',
    checkedOn: '2026-11-23',
    parts: 2,
    releases: {
      '16.04': ['2021-04-30'],
      '18.04': ['2023-05-31'],
      '20.04': ['2025-05-29'],
      '22.04': ['2027-06-01'],
      '24.04': ['2029-05-31'],
      '25.10': ['2026-07-09'],
      '26.04': ['2031-05-29'],
      '26.10': ['2027-07-15'],
    },
  },
  lxd: {
    source: 'https://github.com/canonical/lxd/blob/main/doc/support.md',
    checkedOn: '2026-11-23',
    parts: 2,
    releases: { '4.0': ['2025-06'], '5.0': ['2027-06'], '5.21': ['2029-06'] },
  },
  incus: {
    source: 'https://github.com/lxc/incus/blob/main/doc/support.md',
    checkedOn: '2026-11-23',
    parts: 2,
    releases: { '6.0': ['2029-06'] },
  },
  php: {
    source: 'https://www.php.net/supported-versions.php, by https://endoflife.date/php',
    checkedOn: '2026-11-23',
    parts: 2,
    releases: {
      '7.4': ['2022-11-28'],
      '8.0': ['2023-11-26'],
      '8.1': ['2025-12-31'],
      '8.2': ['2026-12-31'],
      '8.3': ['2027-12-31'],
      '8.4': ['2028-12-31'],
      '8.5': ['2029-12-31'],
    },
  },
  mariadb: {
    source: 'https://mariadb.org/about/#maintenance-policy, by https://endoflife.date/mariadb',
    checkedOn: '2026-11-23',
    parts: 2,
    releases: {
      '10.3': ['2023-05-25'],
      '10.4': ['2024-06-18'],
      '10.5': ['2025-06-24'],
      '10.6': ['2026-07-06'],
      '10.11': ['2028-02-16'],
      '11.4': ['2029-05-29'],
      '11.8': ['2028-06-04'],
    },
  },
  matomo: {
    source: 'https://endoflife.date/matomo',
    checkedOn: '2026-11-23',
    parts: 1,
    releases: { 2: ['2017-12-18'], 3: ['2021-12-01'], 4: ['2024-12-19'] },
  },
};

const koha = { source: 'https://wiki.koha-community.org/wiki/Koha_Versioning', checkedOn: '2026-11-23' };

/**
 * Until when a version of a product is supported: `debian` 12.7, `koha` 24.05.03. Undefined where nobody said so: of an unknown product, of
 * a release that is not in the table, and of those whose makers give no date (OpenZFS, Omeka, the current Matomo).
 */
export function endOfSupport(product: string, version: string): Support | undefined {
  if (product === 'koha') return kohaSupport(version);
  const known = Object.hasOwn(products, product) ? products[product] : undefined;
  const release = version
    .split('.')
    .slice(0, known?.parts ?? 0)
    .join('.');
  const dates = known && Object.hasOwn(known.releases, release) ? known.releases[release] : undefined;
  if (known === undefined || dates === undefined) return undefined;
  const [until, longTermUntil] = dates;
  const { source, checkedOn } = known;
  return { release, until, ...(longTermUntil !== undefined && { longTermUntil }), source, checkedOn };
}

/** Whether a support that ends on a day, or with a month, is over. */
export function isOver(until: Day | Month, today: Day): boolean {
  return today.slice(0, until.length) > until;
}

/** A release of Koha is named by its month and maintained for 18 months; that of each November of an even year, from 22.11 on, for 42. */
function kohaSupport(version: string): Support | undefined {
  const [release, year, month] = /^(\d\d)\.(05|11)(?=\.|$)/.exec(version) ?? [];
  if (release === undefined || Number(year) < 16) return undefined;
  const isLongTerm = month === '11' && Number(year) % 2 === 0 && Number(year) >= 22;
  return { release, until: addToMonth(`20${year}-${month}`, isLongTerm ? 42 : 18), ...koha };
}
