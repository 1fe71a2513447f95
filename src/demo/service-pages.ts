import type { Service } from '../model/fleet.ts';

/** What a demo service sends for a path. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Pages = readonly (readonly [path: RegExp, page: (service: Service, version: string) => Page])[];

/** The page of a service, as its application would make it. */
export function pageOf(service: Service, path: string, version: string): Page {
  const pages = [...(applicationPages[service.application] ?? []), ...commonPages];
  const [, page] = pages.find(([pattern]) => pattern.test(path)) ?? [];
  return page?.(service, version) ?? html(404, service.name, '<h1>404</h1>');
}

/** What a service sends when its database does not answer. */
export function faultPage(service: Service): Page {
  return html(503, service.name, '<h1>Service Unavailable</h1>');
}

/** Where a Koha sends everybody while it is being upgraded. */
export function maintenanceRedirect(): Page {
  return { status: 302, headers: { location: '/cgi-bin/koha/maintenance.pl' }, body: '' };
}

const commonPages: Pages = [[/^\/(\?|$)/, ({ name }) => html(200, name, `<h1>${escapeHtml(name)}</h1>`)]];

const applicationPages: Readonly<Record<string, Pages>> = {
  koha: [
    [
      /^\/cgi-bin\/koha\/opac-search\.pl/,
      ({ name }, version) =>
        html(
          200,
          `Résultats de recherche › ${name}`,
          '<div id="userresults"><p id="numresults" role="status">Votre recherche a retourné 48 213 résultats.</p>' +
            '<form method="get" id="bookbag_form"><table id="results"><tr><td><a class="title">Alcools</a></td></tr></table></form></div>',
          `<meta name="generator" content="Koha" /><link rel="stylesheet" href="/opac-tmpl/bootstrap/css/opac_${version}.css" />`,
        ),
    ],
    [
      /^\/cgi-bin\/koha\/maintenance\.pl/,
      ({ name }) => html(200, name, '<h1>Ce système est en cours de maintenance</h1>'),
    ],
    [
      /^\/api\/v1\/public\/libraries/,
      ({ name }) =>
        json([{ library_id: 'CENTRALE', name, address1: null, pickup_location: true, public: true }]),
    ],
  ],
  bokeh: [
    [
      /^\/recherche\/simple\//,
      ({ name }) =>
        html(
          200,
          `Recherche › ${name}`,
          '<div class="resultat_recherche"><h2>1 204 résultats</h2><div class="notice"></div></div>',
        ),
    ],
  ],
  omeka: [
    [
      /^\/api\/items/,
      (_, version) =>
        json(
          [
            {
              '@context': '/api-context',
              '@id': '/api/items/1',
              '@type': 'o:Item',
              'o:id': 1,
              'o:is_public': true,
              'o:title': 'Registre',
            },
          ],
          { 'omeka-s-version': version, 'omeka-s-total-results': '18342' },
        ),
    ],
    [
      /^\/items\/browse/,
      ({ name }) =>
        html(200, name, '<div class="item hentry"><h2><a href="/items/show/1">Registre</a></h2></div>'),
    ],
  ],
  coral: [
    [
      /^\/auth\//,
      () =>
        html(
          200,
          'CORAL Authentication',
          '<form name="loginForm" method="post" action="index.php"><input name="loginID" /></form>',
        ),
    ],
  ],
  matomo: [
    [
      /^\/(matomo|piwik)\.php/,
      () => ({
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: "<a href='/'>Matomo</a> is a free/libre web <a href='https://matomo.org'>analytics</a> that lets you keep control of your data.\n<!-- This resource is part of Matomo. -->\n",
      }),
    ],
  ],
};

function html(status: number, title: string, body: string, head = ''): Page {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8" /><title>${escapeHtml(title)}</title>${head}</head>\n<body>${body}</body>\n</html>\n`,
  };
}

function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Page {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
