import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportsFile } from '../../src/model/reports-file.ts';
import { countDays } from '../../src/model/time.ts';
import { type BuiltSite, buildSite, textOf } from '../built-site.ts';
import { arriving, empty, growing, processor, sample } from './sample.ts';

let site: BuiltSite;
let overview: string;
let host: string;
let newcomer: string;

beforeAll(async () => {
  site = await buildSite('reports', ReportsFile.parse(sample));
  overview = page('index.html');
  host = page('hosts/hv1/index.html');
  newcomer = page('hosts/neuf/index.html');
}, 60_000);
afterAll(() => site.remove());

function page(path: string): string {
  const html = site.files.get(path);
  if (html === undefined)
    throw new Error(`${path} was not built; there are ${[...site.files.keys()].join(', ')}`);
  return html;
}

describe('the overview', () => {
  it('says first what fills up, between which dates, and how sure that is', () => {
    expect(textOf(overview)).toContain(
      'Le système de fichiers /srv de Premier est à agrandir en premier. 64 % (638 Go) le 22 novembre 2026. ' +
        'Le seuil de 80 % (800 Go) sera franchi entre le 22 janvier 2027 et le 5 mars 2027 (quatre chances sur cinq, 80 %), ' +
        'le plus probablement vers le 10 février 2027. Sur le passé de cette série, la bande a tenu 50 % des 26 essais.',
    );
  });

  it('leads from each sentence to its reason', () => {
    const [, letter = ''] = /<div class="letter"[^>]*>([\s\S]*?)<h2 id="hosts"/.exec(overview) ?? [];
    const links = [...letter.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
    expect(links).toEqual([
      '/hosts/hv1/#filesystem-0',
      '/hosts/neuf/',
      '#services',
      '/hosts/hv1/#hardware',
      '/hosts/hv1/#hardware',
      '#errors',
    ]);
    expect(host).toContain('id="filesystem-0"');
    expect(host).toContain('id="hardware"');
    for (const id of ['services', 'errors']) expect(overview).toContain(`id="${id}"`);
  });

  it('names the host that is silent, what is too old and out of contract, and what could not be read', () => {
    const text = textOf(overview);
    expect(text).toContain(
      'Dernier venu ne répond pas. Dernière lecture le 21 novembre 2026 à 15:05 (UTC+1).',
    );
    expect(text).toContain('Premier a 6,5 ans. La limite est de 6 ans, atteinte le 2 juin 2026.');
    expect(text).toContain('serveur, depuis le 1er juin 2025');
    expect(text).toContain('1 source n’a pas pu être lue à la dernière collecte : host:neuf.');
  });

  it('gives the window in which the next threshold is crossed in a few words', () => {
    expect(textOf(overview)).toContain('80 % : janv. 2027 – mars 2027');
    expect(textOf(overview)).toContain('collecte : 3 j sur 14');
  });

  it('rounds an availability down, and gives every figure its unit', () => {
    expect(textOf(overview)).toContain('99,99 %');
    for (const html of [overview, host]) {
      const figures = [
        ...html.matchAll(/<(td|p|span)[^>]* class="[^"]*\bnumber\b[^"]*"[^>]*>([\s\S]*?)<\/\1>/g),
      ].map(([, , inner = '']) => textOf(inner).trim());
      expect(figures.length).toBeGreaterThan(5);
      const bare = figures
        .filter((figure) => /\d/.test(figure))
        .filter((figure) => !/\d (%|[kMGT]?o|m?s|j|h|ans?|€)( |$)/.test(figure))
        .filter((figure) => !/^\d+ \S+ \d{4}, \d\d:\d\d$/.test(figure));
      expect(bare).toEqual([]);
    }
  });

  it('shows what a source sent as text', () => {
    expect(textOf(overview)).toContain('banner was <script>alert(1)</script>');
    expect(overview).not.toContain('<script>alert');
  });

  it('says that nothing is wrong where nothing is', () => {
    expect(textOf(overview)).toContain('Aucun fichier abîmé.');
  });

  it('ships no script file', () => {
    expect(overview).not.toMatch(/<script[^>]* src=/);
  });
});

describe('the page of a host', () => {
  it('words a threshold that is not crossed', () => {
    expect(textOf(host)).toContain(
      'Le seuil de 90 % (900 Go) n’est pas franchi d’ici le 21 février 2027, limite de la prévision',
    );
  });

  it('gives the trend a month with its interval', () => {
    // 2 GB, 1.8 GB and 2.3 GB a day over 365.25 / 12 days.
    expect(textOf(host)).toContain(
      'Tendance : +61 Go par mois, entre +55 Go et +70 Go (intervalle à 80 %), sur 110 jours de mesures.',
    );
    expect(textOf(host)).toContain(
      'Aucune tendance nette : +0,3 point par mois, entre −0,6 point et +1,2 point',
    );
  });

  it('says what the method was worth on this series', () => {
    expect(textOf(host)).toContain(
      'erreur moyenne 3,0 Go, contre 56 Go en disant « comme aujourd’hui » ; la bande à 80 % a tenu 50 % des fois. ' +
        'Ici, la bande s’est montrée trop étroite',
    );
    expect(textOf(host)).toContain('Pas encore assez de passé pour éprouver la méthode sur cette série.');
  });

  it('tells how many days have no data', () => {
    expect(textOf(host)).toContain('10 jours sans mesure');
    expect(textOf(host)).toContain('silence');
  });

  it('shows how far the collection is instead of a chart', () => {
    expect(textOf(newcomer)).toContain('Collecte en cours : il faut 14 jours, nous en avons 3.');
    expect(newcomer.match(/<rect/g)).toHaveLength(14);
    expect(newcomer).not.toContain('<vigie-chart');
    expect(newcomer).not.toMatch(/<script[^>]* src=/);
    expect(newcomer.match(/<data value="([^"]+)"/g)).toHaveLength(arriving.values.length);
  });

  it('draws each series as SVG for whoever has no script', () => {
    expect(host.match(/<vigie-chart[^>]*>\s*<svg[^>]*role="img"/g)).toHaveLength(2);
  });
});

describe('the table behind a chart', () => {
  it('holds the values of the JSON: a row a week for a long series, none for a week without data', () => {
    const { json, rows } = chartAt(0);
    // 18 weeks counted back from the last day; that of the days 50 to 56 is empty.
    const measured = rows.filter(({ day }) => day <= '2026-11-22');
    expect(measured).toHaveLength(17);
    for (const { day, values } of measured)
      expect(values).toEqual([json.history[countDays(json.first, day)]]);
    expect(json.history).toEqual(growing.values);
  });

  it('holds the forecast as the JSON does', () => {
    const { json, rows } = chartAt(0);
    const { low, median, high } = json.forecast;
    expect(rows.filter(({ day }) => day > '2026-11-22').map(({ values }) => values)).toEqual(
      median.map((value: number, index: number) => [low[index], value, high[index]]),
    );
  });

  it('has a row a day for a short series, with the means', () => {
    const measured = chartAt(1).rows.filter(({ day }) => day <= '2026-11-22');
    expect(measured.map(({ values }) => values)).toEqual(
      processor.values.map((value, index) => [value, processor.means?.[index]]).reverse(),
    );
  });
});

it('builds the same bytes twice', async () => {
  const again = await buildSite('reports', sample);
  await again.remove();
  expect([...again.files].sort()).toEqual([...site.files].sort());
}, 60_000);

it('writes percentages as English does, on axes too', async () => {
  const { files, remove } = await buildSite('reports', {
    ...sample,
    fleet: { ...sample.fleet, locale: 'en' },
  });
  await remove();
  const html = files.get('hosts/hv1/index.html') ?? '';
  expect(textOf(html)).toContain(
    'The threshold of 80% (800 GB) will be crossed between 22 January 2027 and 5 March 2027',
  );
  expect(textOf(html)).not.toMatch(/\d %/);
  expect(html).toContain('"unit":{"size":0.01,"symbol":"%"}');
}, 60_000);

it('says in English what will stand on an empty page', async () => {
  const { files, remove } = await buildSite('reports', empty);
  await remove();
  const html = files.get('index.html') ?? '';
  expect(html).toContain('<html lang="en-GB"');
  for (const text of [
    'No data yet',
    'No host is declared.',
    'No service is watched yet.',
    'No source failed.',
  ]) {
    expect(textOf(html)).toContain(text);
  }
}, 60_000);

/** The JSON of the page's chart, and the rows of the tables behind it. */
function chartAt(index: number) {
  const article = host.split('<article')[index + 1]?.split('</article>')[0] ?? '';
  const [, text = ''] = /<script type="application\/json">([\s\S]*?)<\/script>/.exec(article) ?? [];
  const rows = [...article.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].flatMap(([, row = '']) => {
    const day = /datetime="([^"]+)"/.exec(row)?.[1];
    const values = [...row.matchAll(/<data value="([^"]+)"/g)].map(([, value]) => Number(value));
    return day === undefined ? [] : [{ day, values }];
  });
  return { json: JSON.parse(text), rows };
}
