import { colorSchemeChoiceScript, colorSchemeScript } from '../../ui/color-scheme.ts';
import { contentSecurityPolicy } from '../../ui/content-security.ts';
import { staleBannerScript } from '../../ui/stale-banner.ts';
import { serviceFilterScript } from '../service-filter.ts';

// What a web server must send with the files of the site, in the words of those that carry static sites.

/** Every script that stands in a page. */
const inlineScripts = [colorSchemeScript, colorSchemeChoiceScript, staleBannerScript, serviceFilterScript];

/** Files that programs of other sites read, and what they are. */
const machineTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  svg: 'image/svg+xml',
  csv: 'text/csv; charset=utf-8',
  txt: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** Below which paths they lie, in the first language and in each. */
const machinePaths = ['/api/', '/badges/', '/metrics.txt'];
const localPaths = ['/feeds/', '/calendars/', '/sla/'];

/** What is built anew has a new name there. */
const immutable = 'public, max-age=31536000, immutable';

/** The files that tell web servers what to send, by their paths. `everySeconds` is how often the pages are renewed. */
export async function hostingFiles(
  everySeconds: number,
  locales: readonly string[],
): Promise<Map<string, string>> {
  // A page may be as old as a cache lets it be: a fifth of the interval is not felt.
  const fresh = `public, max-age=${Math.max(10, Math.min(300, Math.floor(everySeconds / 5)))}`;
  const policy = `${await contentSecurityPolicy(inlineScripts, 'none')}; frame-ancestors 'none'`;
  const always: readonly Header[] = [
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'strict-origin-when-cross-origin'],
    ['Content-Security-Policy', policy],
  ];
  const forPrograms: readonly Header[] = [['Access-Control-Allow-Origin', '*']];
  const roots = ['', ...locales.slice(1).map((locale) => `/${locale}`)];
  const paths = [...machinePaths, ...roots.flatMap((root) => localPaths.map((path) => root + path))];
  return new Map([
    ['_headers', headersFile({ always, forPrograms, fresh, paths })],
    ['hosting/nginx.conf', nginx({ always, forPrograms, fresh, paths })],
    ['hosting/Caddyfile', caddy({ always, forPrograms, fresh, paths })],
  ]);
}

type Header = readonly [name: string, value: string];

interface Rules {
  readonly always: readonly Header[];
  readonly forPrograms: readonly Header[];
  /** The caching of what changes with each build. */
  readonly fresh: string;
  readonly paths: readonly string[];
}

/** The `_headers` of Netlify, Cloudflare Pages and others. */
function headersFile({ always, forPrograms, fresh, paths }: Rules): string {
  const block = (path: string, headers: readonly Header[]) =>
    [path, ...headers.map(([name, value]) => `  ${name}: ${value}`)].join('\n');
  const types = Object.entries(machineTypes).filter(
    ([extension]) => extension !== 'txt' && extension !== 'svg',
  );
  return `${[
    block('/*', [...always, ['Cache-Control', fresh]]),
    // The value before is taken away: headers of several rules add up.
    block('/_astro/*', [
      ['! Cache-Control', ''],
      ['Cache-Control', immutable],
    ]).replace('! Cache-Control: ', '! Cache-Control'),
    ...paths.map((path) => block(path.endsWith('/') ? `${path}*` : path, forPrograms)),
    ...types.map(([extension, type]) => block(`/*.${extension}`, [['Content-Type', type]])),
  ].join('\n\n')}\n`;
}

/** For a server of nginx whose `root` is the site: `include` it inside `server { … }`. */
function nginx({ always, forPrograms, fresh, paths }: Rules): string {
  const add = ([name, value]: Header) => `add_header ${name} "${value.replaceAll('"', '\\"')}" always;`;
  const common = always.map(add);
  const location = (match: string, lines: readonly string[]) =>
    `location ${match} {\n${lines.map((line) => `    ${line}`).join('\n')}\n}`;
  const types = Object.entries(machineTypes)
    .filter(([extension]) => extension !== 'txt')
    .map(([extension, type]) => `    ${type.replace('; charset=utf-8', '')} ${extension};`);
  // A location's headers replace those of the server: each says them all.
  return `${[
    'index index.html;',
    'error_page 404 /404.html;',
    'charset utf-8;',
    'charset_types text/css text/csv text/calendar application/rss+xml application/atom+xml;',
    'gzip on;',
    'gzip_types text/css text/csv text/calendar application/json application/rss+xml application/atom+xml image/svg+xml;',
    location('/', [...common, add(['Cache-Control', fresh]), 'try_files $uri $uri/ =404;']),
    location('/_astro/', [...common, add(['Cache-Control', immutable])]),
    ...paths.map((path) =>
      location(path.endsWith('/') ? path : `= ${path}`, [
        ...common,
        ...forPrograms.map(add),
        add(['Cache-Control', fresh]),
        ...(path.endsWith('.txt')
          ? ['types { }', `default_type "${machineTypes.txt}";`]
          : [`types {\n    text/html html;\n${types.join('\n')}\n    }`, 'try_files $uri $uri/ =404;']),
      ]),
    ),
  ].join('\n')}\n`;
}

/** For a site of Caddy whose `root` is the site: `import` it inside the site's block. */
function caddy({ always, forPrograms, fresh, paths }: Rules): string {
  const set = ([name, value]: Header) => `header ${name} \`${value}\``;
  const extensions = Object.entries(machineTypes).filter(([extension]) => extension !== 'svg');
  return `${[
    ...always.map(set),
    // What has no matcher comes last, whatever stands before it.
    '@fresh not path /_astro/*',
    `header @fresh Cache-Control \`${fresh}\``,
    `header /_astro/* Cache-Control \`${immutable}\``,
    `@programs path ${paths.map((path) => (path.endsWith('/') ? `${path}*` : path)).join(' ')}`,
    ...forPrograms.map(([name, value]) => `header @programs ${name} \`${value}\``),
    ...extensions.flatMap(([extension, type]) => [
      `@${extension} path ${extension === 'txt' ? '/metrics.txt' : `*.${extension}`}`,
      `header @${extension} Content-Type \`${type}\``,
    ]),
    'encode gzip',
    'file_server',
    'handle_errors {',
    '  rewrite * /404.html',
    '  file_server',
    '}',
  ].join('\n')}\n`;
}
