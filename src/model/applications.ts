import type { z } from 'zod';
import type { Check } from './check.ts';

/** What an application's services are called on the pages, and the checks that each of them gets unless fleet.yaml gives its own. */
export interface Application {
  readonly name: string;
  readonly checks: Readonly<Record<string, z.input<typeof Check>>>;
}

/** Error pages that PHP applications send with status 200. */
const phpFaults = ['Fatal error', 'Could not connect', 'problem with the database'];

/** The presets: `application: koha` brings the checks below. */
export const applications: Readonly<Record<string, Application>> = {
  koha: {
    name: 'Koha',
    checks: {
      // A search needs the database and the index; the front page can be served without the latter.
      // With the index down Koha answers 200 with the page of results, but without this form, which only hits have.
      search: {
        kind: 'http',
        url: '/cgi-bin/koha/opac-search.pl?q=a&count=1',
        contains: ['id="bookbag_form"'],
        lacks: ['maintenance.pl', 'installer/install.pl'],
        // Older versions say it in the generator tag, newer ones only in the names of their style sheets.
        version: '(?:content="Koha |/opac[a-z-]*_)([0-9]+\\.[0-9]+)',
        slowAfter: '5s',
      },
    },
  },
  bokeh: {
    name: 'Bokeh',
    checks: {
      search: {
        kind: 'http',
        url: '/recherche/simple/expressionRecherche/*/',
        contains: ['resultat'],
        lacks: phpFaults,
        slowAfter: '5s',
      },
    },
  },
  omeka: {
    name: 'Omeka S',
    checks: {
      // A pending migration answers 302 to /maintenance, which itself is a 200: redirects are not followed.
      api: {
        kind: 'http',
        url: '/api/items?per_page=1',
        json: { pointer: '' },
        slowAfter: '5s',
      },
    },
  },
  coral: {
    name: 'Coral',
    checks: {
      login: { kind: 'http', url: '/auth/', contains: ['<form'], lacks: phpFaults, slowAfter: '5s' },
    },
  },
  matomo: {
    name: 'Matomo',
    checks: {
      tracker: {
        kind: 'http',
        url: '/matomo.php',
        contains: ['This resource is part of Matomo'],
        slowAfter: '3s',
      },
    },
  },
  web: {
    name: 'Web',
    checks: { page: { kind: 'http', url: '/', slowAfter: '5s' } },
  },
};
