import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StatusFile } from '../../src/model/status-file.ts';
import { toldIn } from '../../src/status/announced.ts';
import { type BuiltSite, buildSite, textOf } from '../built-site.ts';
import { past, toldSample } from './machine/told.ts';

let site: BuiltSite;

beforeAll(async () => {
  site = await buildSite('status', StatusFile.parse(toldSample));
}, 60_000);
afterAll(() => site.remove());

function text(path: string): string {
  return textOf(site.files.get(path) ?? expect.fail(`there is no ${path}`));
}

describe('the first page', () => {
  test('tells open incidents and maintenance before all services, those of the past not at all', () => {
    const said = text('index.html');
    const at = (words: string) => said.indexOf(words);
    expect(at('Incidents en cours')).toBeGreaterThan(at('1 service est en panne'));
    expect(at('Catalogue en panne')).toBeGreaterThan(at('Incidents en cours'));
    expect(at('Déménagement; nouveau serveur')).toBeGreaterThan(at('Catalogue en panne'));
    expect(at('Catalogue fine')).toBeGreaterThan(at('Déménagement; nouveau serveur'));
    expect(said).not.toContain('Catalogue broken : service en panne');
    expect(said).not.toContain('Mises à jour');
  });

  test('says how many more there are of many, and leads to all of them', async () => {
    const [first = expect.fail()] = toldSample.incidents;
    const many = await buildSite('status', {
      ...toldSample,
      incidents: Array.from({ length: 9 }, (_, index) => ({ ...first, id: `2026-11-22-panne-${index}` })),
    });
    // Six are told whole.
    expect(many.files.get('index.html')).toMatch(
      /<a href="\/historique\/2026-11\/"[^>]*>et 3 autres incidents<\/a>/,
    );
    await many.remove();
  });

  test('has one picture for chats, that of the gravest state', () => {
    expect(site.files.get('index.html')).toContain(
      '<meta property="og:image" content="https://etat.example.org/og/down-fr.png">',
    );
  });
});

describe('an incident', () => {
  test('has its page, newest step first, in both languages as far as somebody wrote in them', () => {
    const said = text('incidents/2026-11-22-catalogue-en-panne/index.html');
    expect(said.indexOf('Disque plein')).toBeLessThan(said.indexOf('Nous cherchons'));
    expect(said).toContain('en cours');
    const english = site.files.get('en/incidents/2026-11-22-catalogue-en-panne/index.html') ?? '';
    expect(textOf(english)).toContain('We are looking.');
    // Nobody has written it in English: it stands in French, and says so.
    expect(english).toMatch(/<div class="told[^"]*" lang="fr-FR"[^>]*>\s*<p>Disque plein/);
  });

  test('that nobody has written of says who found it, and how long it was', () => {
    const said = text('incidents/2026-11-10-broken-0400/index.html');
    expect(said).toContain('Catalogue broken : service en panne');
    expect(said).toContain('ouvert par nos sondes');
    expect(said).toContain('15 min');
  });

  test('that is over tells what was learnt of it, and what was corrected of the measure', () => {
    const said = text('incidents/2026-11-03-recherche-lente/index.html');
    expect(said).toContain('Bilan 5 novembre 2026 à 15:00 (UTC+1) L’index grandissait sans fin.');
    expect(said.indexOf('Bilan')).toBeLessThan(said.indexOf('Index refait'));
    expect(said).toContain(
      'Catalogue broken, 3 novembre 2026, 09:00 – 09:05 (UTC+1) : compté « Fonctionne »',
    );
    expect(said).toContain('La sonde avait tort.');
  });

  test('has a picture of the present only while it lasts', () => {
    const picture = (path: string) =>
      /<meta property="og:image" content="[^"]*\/og\/([^"]+)"/.exec(site.files.get(path) ?? '')?.[1];
    expect(picture('incidents/2026-11-22-catalogue-en-panne/index.html')).toBe('down-fr.png');
    expect(picture('en/incidents/2026-11-03-recherche-lente/index.html')).toBe('site-en.png');
    expect(picture('maintenance/2026-11-15-demenagement/index.html')).toBe('maintenance-fr.png');
    expect(picture('maintenance/2026-01-01-mises-a-jour/index.html')).toBe('site-fr.png');
  });
});

describe('maintenance', () => {
  test('tells whose turn it is when; of one that comes again the next time alone', () => {
    const said = text('maintenance/index.html');
    expect(said.indexOf('En cours')).toBeLessThan(said.indexOf('Prévues'));
    expect(said.match(/Prévue,/g)).toHaveLength(2);
    expect(text('maintenance/2026-11-15-demenagement/index.html')).toContain(
      'Chaque service a sa propre date',
    );
  });
});

describe('a month', () => {
  test('has all incidents and maintenance that it saw, and leads to its neighbours', () => {
    const said = text('historique/2026-11/index.html');
    for (const words of [
      'Catalogue en panne',
      'Catalogue broken : service en panne',
      'Mises à jour',
      'Déménagement',
    ])
      expect(said).toContain(words);
    expect([...site.files.keys()].filter((path) => path.startsWith('historique/'))).toEqual([
      'historique/2026-11/index.html',
    ]);
  });
});

describe('a library', () => {
  test('sees its own maintenance, its statements and its feeds alone', () => {
    const html = site.files.get('bibliotheques/5f2a9c0d7e/index.html') ?? '';
    expect(textOf(html)).toContain('Déménagement');
    expect(textOf(html)).not.toContain('Catalogue en panne');
    expect(html).toContain('href="/calendars/libraries/5f2a9c0d7e.ics"');
    expect(html).toContain('href="/sla/5f2a9c0d7e/2026-11/"');
  });

  test('reads in a statement what was promised and kept', () => {
    const said = text('sla/mulhouse/2026-10/index.html');
    expect(said).toContain('Disponibilité, octobre 2026');
    expect(said).toContain('Catalogue broken');
    expect(text('sla/mulhouse/2026-11/index.html')).toContain('Ce mois n’est pas fini');
  });
});

describe('the page of the method', () => {
  test('says the formula with the weights and times of this fleet, and is led to from figures', () => {
    const said = text('mesure/index.html');
    expect(said).toContain('Une seconde de panne compte 1, une seconde de perturbation 0.');
    expect(said).toContain('12 min 30 s');
    expect(said).toContain('Europe/Paris');
    for (const path of ['index.html', 'services/broken/index.html', 'sla/mulhouse/2026-11/index.html'])
      expect(site.files.get(path)).toContain('href="/mesure/"');
  });
});

test('what ended as a month began is of the month before', () => {
  // Midnight in Paris.
  const ended = { ...past, from: '2026-10-31T22:00:00Z', to: '2026-10-31T23:00:00Z' };
  const status = { ...toldSample, incidents: [ended] };
  expect(['2026-10', '2026-11'].map((month) => toldIn(month, status).incidents.length)).toEqual([1, 0]);
});

test('the site map has every page but unlisted ones, in each language', () => {
  const map = site.files.get('sitemap.xml') ?? '';
  const pages = [...site.files.keys()]
    .filter(
      (path) => path.endsWith('index.html') && !path.includes('5f2a9c0d7e') && !/(^|\/)sla\//.test(path),
    )
    .map((path) => `https://etat.example.org/${path.replace(/index\.html$/, '')}`);
  expect([...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url).toSorted()).toEqual(
    pages.toSorted(),
  );
});
