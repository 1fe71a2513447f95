import type { z } from 'zod';
import type { Check } from './check.ts';

/** What an application's services are called on the pages, and the checks that each of them gets unless fleet.yaml gives its own. */
export interface Application {
  readonly name: string;
  readonly checks: Readonly<Record<string, z.input<typeof Check>>>;
}

// Redirects are not followed: to a login, an installer or a page of maintenance they are the finding, and those pages come with status 200.

/** Error pages that PHP applications send with status 200. */
const phpFaults = ['Fatal error</b>', 'Fatal error: ', 'Could not connect', 'problem with the database'];

/** Koha's own pages in place of the one that was asked for: closed, not installed, or failed after the header was sent. */
const kohaFaults = ['maintenance.pl', 'opac-maintenance-message', 'installer/install.pl', 'Software error:'];

/** Older versions say it in the generator tag, newer ones only in the names of their style sheets. */
const kohaVersion = '(?:content="Koha |/(?:opac|staff-global)[a-z-]*_)([0-9]+\\.[0-9]+)';

const omekaS: Application = {
  name: 'Omeka S',
  checks: {
    // A pending migration answers 302 to /maintenance. An empty collection is a list, too; errors are none.
    api: {
      kind: 'http',
      url: '/api/items?per_page=1',
      json: { pointer: '' },
      lacks: ['"errors"', ...phpFaults],
      slowAfter: '5s',
    },
  },
};

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
        lacks: kohaFaults,
        version: kohaVersion,
        slowAfter: '5s',
      },
    },
  },
  'koha-staff': {
    name: 'Koha (staff)',
    checks: {
      // The login form lists the libraries, out of the database. One that is empty or not upgraded answers 302 to the installer.
      login: {
        kind: 'http',
        url: '/cgi-bin/koha/mainpage.pl',
        contains: ['id="loginform"'],
        lacks: kohaFaults,
        version: kohaVersion,
        slowAfter: '5s',
      },
    },
  },
  'koha-api': {
    name: 'Koha (API)',
    checks: {
      // The specification at /api/v1/ is served from memory; libraries come from the database, and every Koha has one.
      libraries: {
        kind: 'http',
        url: '/api/v1/public/libraries?_per_page=1',
        json: { pointer: '/0/library_id' },
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
  omeka: omekaS,
  'omeka-s': omekaS,
  'omeka-classic': {
    name: 'Omeka Classic',
    checks: {
      // Its API is off unless somebody turned it on. Whatever the theme, items are linked to.
      items: {
        kind: 'http',
        url: '/items/browse',
        contains: ['/items/show/'],
        lacks: ['Omeka Database Error', 'Omeka has encountered an error', ...phpFaults],
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
      // matomo.js is a file, and proves nothing. Without arguments the tracker says who it is, without asking the database.
      tracker: {
        kind: 'http',
        url: '/matomo.php',
        contains: ['This resource is part of Matomo'],
        lacks: phpFaults,
        slowAfter: '3s',
      },
    },
  },
  'matomo-login': {
    name: 'Matomo',
    checks: {
      // Errors of Matomo's API may come with status 200; its login needs the database.
      login: {
        kind: 'http',
        url: '/index.php?module=Login',
        contains: ['login_form_password'],
        lacks: ['"result":"error"', ...phpFaults],
        slowAfter: '5s',
      },
    },
  },
  web: {
    name: 'Web',
    checks: { page: { kind: 'http', url: '/', slowAfter: '5s' } },
  },
};
