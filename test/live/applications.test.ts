import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import probe from '../../collectors/probe.ts';
import { ask } from '../../src/collect/ask.ts';
import { isProbed } from '../../src/model/check.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { createLoopback } from './loopback.ts';

// A server that plays each application, in good health and in each of the ways in which it looks well and is not.

const html = (content: string, head = '') =>
  `<!DOCTYPE html><html><head><title>Bibliothèque</title>${head}</head><body>${content}</body></html>`;
const page = (content: string, head?: string): Reply => ({ status: 200, body: html(content, head) });
const redirect = (location: string): Reply => ({ status: 302, location, body: '' });

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

interface Play {
  readonly application: string;
  readonly check: string;
  /** What it answers at this path while all is well. */
  readonly path: string;
  readonly good: Reply;
  readonly version?: string;
  /** By what is wrong. */
  readonly bad: Readonly<Record<string, Reply>>;
}

const maintenance =
  '<div id="opac-maintenance-message" class="maincontent"><h2>System Maintenance</h2></div>';
const plays: readonly Play[] = [
  {
    application: 'koha',
    check: 'search',
    path: '/cgi-bin/koha/opac-search.pl?q=a&count=1',
    good: page(
      '<form action="/cgi-bin/koha/opac-basket.pl" name="bookbag_form" id="bookbag_form">',
      '<link rel="stylesheet" href="/opac-tmpl/bootstrap/css/opac_24.0501000.css">',
    ),
    version: '24.0501000',
    bad: {
      'its index is down': page('<div id="userresults"><strong>No results found!</strong></div>'),
      'it is being upgraded': redirect('/cgi-bin/koha/maintenance.pl'),
      'the page of maintenance comes in place of the search': page(maintenance),
      'its database is down': page('<h1>Software error:</h1><pre>DBIx::Connector: Access denied</pre>'),
    },
  },
  {
    application: 'koha-staff',
    check: 'login',
    path: '/cgi-bin/koha/mainpage.pl',
    good: page(
      '<form action="/cgi-bin/koha/mainpage.pl" method="post" name="loginform" id="loginform"><select name="branch" id="branch">',
      '<link rel="stylesheet" href="/intranet-tmpl/prog/css/staff-global_23.1105000.css">',
    ),
    version: '23.1105000',
    bad: {
      'its database is empty or not upgraded': redirect('/cgi-bin/koha/installer/install.pl'),
      'the installer comes in place of the login': page(
        '<form action="/cgi-bin/koha/installer/install.pl" id="loginform">',
      ),
      'its database is down': page('<h1>Software error:</h1>'),
    },
  },
  {
    application: 'koha-api',
    check: 'libraries',
    path: '/api/v1/public/libraries?_per_page=1',
    good: { status: 200, body: '[{"library_id":"CPL","name":"Centrale"}]' },
    bad: {
      'the specification comes, from memory': { status: 200, body: '{"swagger":"2.0","basePath":"/api/v1"}' },
      'there is no library': { status: 200, body: '[]' },
      'the public API is off': { status: 403, body: '{"error":"Configuration prevents the usage"}' },
      'a page comes in place of the answer': page('It works!'),
    },
  },
  {
    application: 'omeka',
    check: 'api',
    path: '/api/items?per_page=1',
    good: { status: 200, body: '[{"@id":"https://collections.example.org/api/items/1","o:id":1}]' },
    bad: {
      'a migration is pending': redirect('/maintenance'),
      'it says an error': { status: 200, body: '{"errors":{"error":"The database is gone"}}' },
      'PHP fails': { status: 200, body: '<br /><b>Fatal error</b>: Uncaught PDOException in Connection.php' },
    },
  },
  {
    application: 'omeka-classic',
    check: 'items',
    path: '/items/browse',
    good: page(
      '<div class="item hentry"><h2><a href="/items/show/12" class="permalink">Carte</a></h2></div>',
    ),
    bad: {
      'its database is down': page('<h1>Omeka Database Error</h1>'),
      'it failed': page('<h1>Omeka has encountered an error</h1>'),
      'the theme came, and nothing in it': page('<div id="primary"><h1>Parcourir</h1></div>'),
      'it is not installed': redirect('/install/install.php'),
    },
  },
  {
    application: 'bokeh',
    check: 'search',
    path: '/recherche/simple/expressionRecherche/*/',
    good: page('<div class="resultats">12 345 resultats</div>'),
    bad: {
      'PHP fails': page('<ul class="resultats"></ul><b>Fatal error</b>: Uncaught Zend_Db_Adapter_Exception'),
      'the search came to nothing': page('<p>La page est indisponible</p>'),
    },
  },
  {
    application: 'coral',
    check: 'login',
    path: '/auth/',
    good: page("<form name='loginForm' method='post'><input type='password' name='password'>"),
    bad: {
      'it died for want of its database': page('Could not connect to the database'),
      'it says so with a form': page('<form></form>There was a problem with the database: Unknown database'),
      'PHP fails': page('<form></form><br />\nFatal error: Uncaught RuntimeException in DBService.php'),
    },
  },
  {
    application: 'matomo',
    check: 'tracker',
    path: '/matomo.php',
    good: page('This resource is part of Matomo. Keep full control of your data'),
    bad: {
      'its database is down': page('<b>Fatal error</b>: Uncaught Zend_Db_Statement_Exception'),
      'only a proxy answers': page('Welcome to nginx!'),
    },
  },
  {
    application: 'matomo-login',
    check: 'login',
    path: '/index.php?module=Login',
    good: page('<form id="login_form"><input type="password" id="login_form_password" /></form>'),
    bad: {
      'it says an error with status 200': { status: 200, body: '{"result":"error","message":"no database"}' },
      'it is being installed': page('<h2>Welcome!</h2><p>Matomo installation</p>'),
    },
  },
  {
    application: 'web',
    check: 'page',
    path: '/',
    good: page('Bonjour'),
    bad: { 'it sends elsewhere': redirect('/login'), 'it is closed': { status: 503, body: 'Maintenance' } },
  },
];

const loopback = createLoopback();
let base = '';
let reply: { readonly path: string; readonly content: Reply };

beforeAll(async () => {
  const server = createServer((request, response) => {
    // The pages that redirects lead to come with status 200, as real ones do.
    const { status, body, location } = request.url === reply.path ? reply.content : page('Maintenance');
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  base = `http://127.0.0.1:${await loopback.listen(server)}`;
});
afterAll(() => loopback.stop());

/** What the preset says of a service that answers so. */
async function look({ application, check: name, path }: Play, content: Reply) {
  reply = { path, content };
  const yaml = `fleet: { name: Test }\nservices: { s: { name: S, application: ${application}, url: '${base}' } }\n`;
  const check = parseFleet(yaml, 'fleet.yaml').services.get('s')?.checks.get(name);
  if (check === undefined || !isProbed(check)) throw new Error(`no check ${name} of ${application}`);
  const answer = await ask(check, { userAgent: 'Vigie/0.0.0' });
  return probe.parse({ entity: `check:s:${name}`, check }, answer, {
    at: '2026-11-22T09:35:00Z',
    attempt: 1,
  });
}

describe.each(plays)('$application, by its check $check', (play) => {
  test('is up while all is well', async () => {
    const { state, reason, facts } = await look(play, play.good);
    expect([state, reason, facts?.version]).toEqual(['up', undefined, play.version]);
  });

  test.each(Object.entries(play.bad))('is down when %s', async (_, content) => {
    expect((await look(play, content)).state).toBe('down');
  });
});

test('Omeka S has two names', async () => {
  const [play] = plays.filter(({ application }) => application === 'omeka');
  if (play === undefined) throw new Error('it has gone');
  expect((await look({ ...play, application: 'omeka-s' }, { status: 200, body: '[]' })).state).toBe('up');
});
