import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../reports/built-site.ts';
import { type BuiltSite, buildStatus } from './built-site.ts';
import { hostileName, sample, sampleService } from './sample.ts';

let site: BuiltSite;
beforeAll(async () => {
  site = await buildStatus(sample);
});
afterAll(() => site?.remove());

const text = (path: string) => textOf(page(path));
const pages = () => [...site.files].filter(([path]) => path.endsWith('.html'));

describe('the home page', () => {
  it('opens with the gravest thing, counts the rest, and says how fresh it is', () => {
    expect(text('index.html')).toMatch(/1 service est en panne 1 en panne, 1 inconnu, 3 fonctionnent/);
    expect(text('index.html')).toContain('Dernière mesure le 22 novembre 2026 à 10:35 (UTC+1)');
    expect(text('en/index.html')).toMatch(/1 service is down 1 down, 1 unknown, 3 working/);
  });

  it('names what is down now, and since when', () => {
    expect(text('index.html')).toMatch(
      /En ce moment.*Catalogue de belfort.*En panne depuis le 22 novembre 2026 à 09:10 \(UTC\+1\)/,
    );
  });

  it('rounds availability down and says how much was measured', () => {
    expect(text('index.html')).toContain('99,99 %');
    expect(text('index.html')).toContain('mesuré 98 % du temps');
    expect(text('en/index.html')).toContain('99.99%');
  });

  it('opens the group with trouble and leaves the others folded', () => {
    const opened = [...page('index.html').matchAll(/<details([^>]*)>[\s\S]*?<h3[^>]*><bdi[^>]*>([^<]+)/g)];
    expect(opened.map(([, attributes, name]) => [name, / open/.test(attributes ?? '')])).toEqual([
      ['Koha', true],
      ['Omeka S', false],
    ]);
  });

  it('hatches the days without data', () => {
    expect(page('index.html').match(/stroke="url\(#no-data\)" stroke-width="28"/g)).toHaveLength(2);
    expect(page('index.html')).toContain('id="no-data"');
  });

  it('never counts unknown as working', () => {
    expect(text('services/unseen/index.html')).toContain('Inconnu');
    expect(text('services/unseen/index.html')).toContain('n’a pas encore été vérifié');
    expect(text('services/unseen/index.html')).toMatch(/90 jours Aucune donnée 0 % –/);
  });
});

describe('a service page', () => {
  it('tells state, version, promise, windows with coverage, and outages in the named zone', () => {
    const said = text('services/belfort/index.html');
    expect(said).toContain('25.05.04');
    expect(said).toContain('99,50 %');
    expect(said).toMatch(/90 jours 99,99 % 98 % 5 min 11 s/);
    expect(said).toMatch(/365 jours Aucune donnée 0 % –/);
    expect(said).toContain('Europe/Paris');
    expect(said).toMatch(/22 nov\. 2026, 09:10 En cours/);
  });

  it('shows an outage over the end of summer time by its real length', () => {
    // 02:30 (UTC+2) to 03:44 (UTC+1) reads as 1 h 14 min on the clock.
    expect(text('services/belfort/index.html')).toMatch(
      /25 oct\. 2026, 02:30 25 oct\. 2026, 03:44 2 h 14 min/,
    );
  });

  it('says in words what the bars show', () => {
    expect(text('services/belfort/index.html')).toContain(
      '1 jour avec panne sur les 90 derniers jours, 1 h 25 min en tout ; 1 jour sans donnée.',
    );
    expect(text('services/belfort/index.html')).toMatch(/22 novembre 2026 1 h 25 min de panne/);
  });
});

describe('a library page', () => {
  it('shows its own services and no other', () => {
    const said = text('bibliotheques/belfort/index.html');
    expect(said).toContain('Catalogue de belfort');
    expect(said).toContain('Catalogue de colmar');
    expect(said).not.toContain('Catalogue de unseen');
  });

  it('of an unlisted library is kept out of search engines, and named and linked nowhere else', () => {
    const own = ['bibliotheques/x7k2m9q4w1z8/index.html', 'en/libraries/x7k2m9q4w1z8/index.html'];
    for (const path of own) expect(page(path)).toContain('<meta name="robots" content="noindex">');
    for (const [path, html] of pages().filter(([path]) => !own.includes(path))) {
      expect(html, path).not.toContain('x7k2m9q4w1z8');
      expect(html, path).not.toContain('discrète');
    }
    expect(page('bibliotheques/belfort/index.html')).not.toContain('noindex');
  });
});

describe('every page', () => {
  it('links only to pages that exist', () => {
    const known = new Set(site.files.keys());
    for (const [path, html] of pages()) {
      for (const [, href = ''] of html.matchAll(/(?:href|src)="(\/[^"#]*)/g)) {
        expect(known, `${path} links to ${href}`).toContain(
          href.slice(1) + (href.endsWith('/') ? 'index.html' : ''),
        );
      }
    }
  });

  it('names itself and its other language', () => {
    expect(page('en/services/belfort/index.html')).toContain(
      '<link rel="canonical" href="https://status.example.org/en/services/belfort/">',
    );
    expect(page('en/libraries/belfort/index.html')).toContain(
      '<link rel="alternate" hreflang="fr" href="https://status.example.org/bibliotheques/belfort/">',
    );
    expect(page('en/libraries/belfort/index.html')).toMatch(
      /<a href="\/bibliotheques\/belfort\/"[^>]*hreflang="fr"/,
    );
    expect(page('en/libraries/belfort/index.html')).toContain('<html lang="en-GB"');
  });

  it('allows no script but the one whose hash it gives, and no style attribute', () => {
    for (const [path, html] of pages()) {
      expect(html, path).toMatch(
        /Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
      );
      expect(html, path).not.toMatch(/<[^>]+ style=/);
      expect(html.match(/<script/g), path).toHaveLength(1);
    }
  });

  it('puts names into the text, never into the markup', () => {
    const [start] = hostileName.split(' ');
    expect(page('services/hostile/index.html')).not.toContain(start);
    expect(text('services/hostile/index.html')).toContain(hostileName);
  });
});

describe('the whole site', () => {
  it('is the same, byte for byte, when it is built again', async () => {
    const again = await buildStatus(sample);
    try {
      expect([...again.files.keys()].toSorted()).toEqual([...site.files.keys()].toSorted());
      for (const [path, bytes] of again.files) expect(bytes === site.files.get(path), path).toBe(true);
    } finally {
      await again.remove();
    }
  });

  it('stands at the root in the one language of a fleet, and says that its data are old', async () => {
    const old = await buildStatus({
      ...sample,
      fleet: { ...sample.fleet, locales: ['en'], url: null },
      dataUntil: '2026-11-22T08:57:00Z',
      services: [sampleService('colmar', { state: 'unknown', since: null })],
      libraries: [],
    });
    try {
      const html = old.files.get('index.html') ?? '';
      expect(textOf(html)).toContain('State unknown: nothing measured for 40 min');
      expect(html).not.toContain('hreflang');
      expect(html).not.toContain('canonical');
      expect([...old.files.keys()].filter((path) => path.endsWith('.html')).toSorted()).toEqual([
        '404.html',
        'index.html',
        'services/colmar/index.html',
      ]);
    } finally {
      await old.remove();
    }
  });

  it('is refused when its file says more than the public may know', async () => {
    const [service] = sample.services;
    const leaking = { ...sample, services: [{ ...service, host: 'hv1' }] };
    await expect(buildStatus(leaking as typeof sample)).rejects.toThrow(/Unrecognized key: "host"/);
  });
});

function page(path: string): string {
  const html = site.files.get(path);
  if (html === undefined)
    throw new Error(`${path} was not built; there are ${[...site.files.keys()].join(', ')}`);
  return html;
}
