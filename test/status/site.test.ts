import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StatusFile } from '../../src/model/status-file.ts';
import { type BuiltSite, buildSite, textOf } from '../built-site.ts';
import { hostileName, sample, service } from './sample.ts';

let site: BuiltSite;

beforeAll(async () => {
  site = await buildSite('status', StatusFile.parse(sample));
}, 60_000);

afterAll(() => site.remove());

function page(path: string): string {
  const html = site.files.get(path);
  if (html === undefined) throw new Error(`there is no ${path} among ${[...site.files.keys()].join(', ')}`);
  return html;
}

describe('the home page', () => {
  test('says first what is wrong, in French at / and in English at /en/', () => {
    expect(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(page('index.html'))?.[1]).toContain('1 service est en panne');
    expect(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(page('en/index.html'))?.[1]).toContain('1 service is down');
    expect(page('index.html')).toMatch(/<html lang="fr\b/);
    expect(page('en/index.html')).toMatch(/<html lang="en\b/);
  });

  test('opens the group with trouble, which stands first in it, and no other', () => {
    const groups = [...page('index.html').matchAll(/<details\b([^>]*)>[\s\S]*?<\/details>/g)];
    const open = groups
      .filter(([, attributes]) => /\bopen\b/.test(attributes ?? ''))
      .map(([html]) => textOf(html));
    expect(groups).toHaveLength(2);
    expect(open).toHaveLength(1);
    expect(open[0]).toContain('Koha');
    // What is down comes before what is well, whatever the file's order.
    expect(open[0]?.indexOf('Catalogue broken')).toBeLessThan(open[0]?.indexOf('Catalogue fine') ?? 0);
  });

  test('groups by library where the fleet wants it so, by name, and never by one that is unlisted', async () => {
    const grouped = await buildSite('status', {
      ...sample,
      rules: { ...sample.rules, groupBy: 'library' },
      services: [service('alone'), service('shared'), service('own')],
      libraries: [
        { slug: '5f2a9c0d7e', name: 'Bibliothèque discrète', isListed: false, services: ['alone', 'shared'] },
        { slug: 'mulhouse', name: 'Médiathèque de Mulhouse', isListed: true, services: ['shared'] },
        { slug: 'colmar', name: 'Étoile de Colmar', isListed: true, services: ['own'] },
      ],
    });
    const groups = (grouped.files.get('index.html') ?? '').match(/<details\b[\s\S]*?<\/details>/g) ?? [];
    // By the French alphabet, É stands with E.
    expect(groups.map(textOf)).toEqual([
      expect.stringMatching(/^ Étoile de Colmar .* Catalogue own Koha /),
      expect.stringMatching(/^ Koha .* Catalogue alone Koha /),
      expect.stringMatching(/^ Médiathèque de Mulhouse .* Catalogue shared Koha /),
    ]);
    await grouped.remove();
  });

  test('folds the names of many libraries', async () => {
    const many = await buildSite('status', {
      ...sample,
      services: [service('fine')],
      libraries: Array.from({ length: 61 }, (_, index) => ({
        slug: `l${index}`,
        name: `Bibliothèque ${index}`,
        isListed: true,
        services: [],
      })),
    });
    expect(many.files.get('index.html')).toMatch(
      /<details data-filtered[^>]*>\s*<summary[^>]*>61 bibliothèques/,
    );
    await many.remove();
  });

  test('says of an empty fleet that there is nothing to tell', async () => {
    const empty = await buildSite('status', {
      ...sample,
      dataUntil: null,
      services: [],
      libraries: [],
    });
    expect(textOf(empty.files.get('index.html') ?? '')).toContain('Aucun service n’est suivi pour le moment');
    await empty.remove();
  });

  test('tells until when it measured, with the zone named', () => {
    expect(textOf(page('index.html'))).toContain('22 novembre 2026 à 11:58 (UTC+1)');
  });

  test('says that nothing is known when the newest result is too old, and counts nothing as up', async () => {
    const stale = await buildSite('status', { ...sample, builtAt: '2026-11-22T11:40:00Z' });
    expect(textOf(stale.files.get('index.html') ?? '')).toContain(
      'État inconnu : aucune mesure depuis 42 min',
    );
    await stale.remove();
  });
});

describe('figures', () => {
  test('are rounded down: 300 s lost in 89 days is 99,99 %, and 100 % means not one second', () => {
    const text = textOf(page('services/broken/index.html'));
    // 1 − 300 / (89 · 86 400) = 0.999961
    expect(text).toContain('90 jours 99,99 % 98 % 5 min');
    expect(textOf(page('services/fine/index.html'))).toContain('90 jours 100 % 100 % 0 s');
  });

  test('without any measure are not a percentage', () => {
    const text = textOf(page('services/new/index.html'));
    expect(text).not.toMatch(/100 %/);
    expect(text.toLowerCase()).toContain('inconnu');
  });

  test('of the days stand in a table behind the bars, with no data named', () => {
    const tables = page('services/broken/index.html').match(/<details[\s\S]*?<\/details>/g) ?? [];
    const table = tables.find((one) => one.includes('Les jours en chiffres')) ?? '';
    expect(textOf(table)).toContain('22 novembre 2026');
    expect(textOf(table).toLowerCase()).toContain('aucune donnée');
  });
});

describe('a service page', () => {
  test('tells outages in the named zone, and by their real length when clocks change', () => {
    const text = textOf(page('services/broken/index.html'));
    expect(text).toContain('Europe/Paris');
    expect(text).toContain('22 nov. 2026, 11:55 En cours');
    expect(text).toContain('25 oct. 2026, 02:30 25 oct. 2026, 03:44 2 h 14 min');
  });

  test('hatches the days without data', () => {
    const [hatched] =
      page('services/broken/index.html').match(/<path d="[^"]*" stroke="url\(#no-data\)"/g) ?? [];
    // The 88th day of 90: bars of 12 units, the middle of a height of 56.
    expect(hatched).toContain('d="M1044 28h9"');
    expect(page('services/broken/index.html').match(/<pattern id="no-data"/g)).toHaveLength(1);
    expect(page('services/fine/index.html')).not.toMatch(/stroke-dasharray="9 3"[^>]*stroke="url/);
  });
});

describe('libraries', () => {
  test('have a page with their services only', () => {
    const text = textOf(page('bibliotheques/mulhouse/index.html'));
    expect(text).toContain('Catalogue fine');
    expect(text).toContain('Catalogue broken');
    expect(text).not.toContain('Catalogue new');
    expect(page('en/libraries/mulhouse/index.html')).toMatch(/<html lang="en\b/);
  });

  test('that are unlisted are linked and named nowhere but on their own page, which asks not to be indexed', () => {
    const own = ['bibliotheques/5f2a9c0d7e/index.html', 'en/libraries/5f2a9c0d7e/index.html'];
    for (const path of own) expect(page(path)).toMatch(/<meta name="robots" content="noindex/);
    for (const [path, text] of site.files) {
      // Whose path holds it is its own: a page, a feed, a statement.
      if (path.includes('5f2a9c0d7e')) continue;
      expect(text).not.toContain('5f2a9c0d7e');
      expect(text).not.toContain('discrète');
    }
  });
});

describe('every page', () => {
  const pages = () => [...site.files].filter(([path]) => path.endsWith('.html'));

  test('links only to what exists', () => {
    for (const [path, html] of pages()) {
      for (const [, href = ''] of html.matchAll(/<(?:a|link|script|img)\b[^>]*?(?:href|src)="([^"]+)"/g)) {
        const url = new URL(href, `https://etat.example.org/${path.replace(/index\.html$/, '')}`);
        if (url.host !== 'etat.example.org') continue;
        const target = join(
          '.',
          decodeURIComponent(url.pathname),
          url.pathname.endsWith('/') ? 'index.html' : '',
        );
        expect(site.files.has(target), `${path} links to ${href}`).toBe(true);
      }
    }
  });

  test('loads nothing from elsewhere and has a strict security policy', () => {
    for (const [path, html] of pages()) {
      expect(html, path).toMatch(/<meta http-equiv="content-security-policy" content="default-src 'none'/i);
      expect(html, path).not.toMatch(
        /<(?:script|img|link|iframe)\b[^>]*(?:src|href)="https?:\/\/(?!etat\.example\.org)/,
      );
      expect(html, path).not.toMatch(/\sstyle="/);
      expect(html, path).not.toMatch(/\son[a-z]+="/);
    }
  });

  test('says its language, and where it stands in the other', () => {
    const html = page('services/fine/index.html');
    expect(html).toMatch(
      /<link rel="alternate" hreflang="en" href="https:\/\/etat\.example\.org\/en\/services\/fine\/"/,
    );
    expect(html).toMatch(/<link rel="canonical" href="https:\/\/etat\.example\.org\/services\/fine\/"/);
  });

  test('leads from each percentage to the page that says how it is counted', () => {
    const method = /<a href="\/(?:mesure|en\/method)\/"[^>]*>[\s\S]*?<\/a>/g;
    // Percentiles are no shares of availability; that page itself may say a percentage.
    const percentile = /9[59]\s?% (?:des réponses|of answers)|(?:et 95\s?% en|and 95% within) /g;
    const pagesWithFigures = pages().filter(([path]) => !/^(?:mesure|en\/method)\//.test(path));
    let linked = 0;
    for (const [path, html] of pagesWithFigures) {
      const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '';
      const links = [...main.matchAll(method)].map(([link]) => link);
      const figures = links.filter((link) => /\d\s?%/.test(textOf(link)));
      linked += figures.length;
      // The keyboard does not stop at each, but meets one link of words.
      expect(
        figures.filter((link) => !link.includes('tabindex="-1"')),
        path,
      ).toEqual([]);
      if (figures.length > 0)
        expect(links.filter((link) => !link.includes('tabindex')).map(textOf), path).toHaveLength(1);
      const unlinked = textOf(main.replaceAll(method, ' ')).replaceAll(percentile, ' ');
      expect(unlinked.match(/.{0,30}\d\s?%/g) ?? [], path).toEqual([]);
    }
    // Each of the sample's three measured services has more than forty in its two tables, in two languages.
    expect(linked).toBeGreaterThan(240);
  });

  test('shows a hostile name as text', () => {
    const html = page('services/hostile/index.html');
    // In a quoted attribute it is text as well.
    expect(html.replaceAll(/"[^"]*"/g, '""')).not.toContain('<script>alert');
    expect(textOf(html)).toContain(hostileName.replaceAll(/\s+/g, ' ').slice(0, 60));
  });
});

test('there is a real page for what does not exist', () => {
  expect(textOf(page('404.html')).length).toBeGreaterThan(40);
});

test('a fleet of one language stands at the root and links to no other', async () => {
  const one = await buildSite('status', {
    ...sample,
    fleet: { ...sample.fleet, locales: ['en'], url: null },
    services: [service('fine')],
    libraries: [],
  });
  const html = one.files.get('index.html') ?? '';
  expect(textOf(html)).toContain('The service is working');
  expect(html).not.toMatch(/hreflang|canonical/);
  expect([...one.files.keys()].filter((path) => path.endsWith('.html')).toSorted()).toEqual([
    '404.html',
    'history/2026-11/index.html',
    'index.html',
    'maintenance/index.html',
    'method/index.html',
    'services/fine/index.html',
  ]);
  await one.remove();
});

test('a file that says more than the public may know is refused', async () => {
  const leaking = { ...sample, services: [{ ...service('fine'), host: 'hv1' }] };
  await expect(buildSite('status', leaking)).rejects.toThrow(/Unrecognized key: "host"/);
});

test('the same data give the same bytes', async () => {
  const again = await buildSite('status', sample);
  expect([...again.files]).toEqual([...site.files]);
  await again.remove();
});
