import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportsFile } from '../../src/model/reports-file.ts';
import { countDays } from '../../src/model/time.ts';
import { type BuiltSite, buildSite, textOf } from '../built-site.ts';
import { arriving, empty, growing, processor, sample } from './sample.ts';

let site: BuiltSite;
let overview: string;
let host: string;
let newcomer: string;
let saved: string;
let service: string;

beforeAll(async () => {
  site = await buildSite('reports', ReportsFile.parse(sample));
  overview = page('index.html');
  host = page('hosts/hv1/index.html');
  newcomer = page('hosts/neuf/index.html');
  saved = page('backups/index.html');
  service = page('services/koha/index.html');
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
      '/hosts/hv1/#pools',
      '/hosts/hv1/#disks',
      '/hosts/hv1/#pools',
      '/hosts/hv1/#filesystem-0',
      '/hosts/neuf/',
      '#services',
      '/backups/',
      '/backups/',
      '/hosts/hv1/#hardware',
      '/hosts/hv1/#hardware',
      '/hosts/hv1/#platform',
      '#services',
      '#hosts',
      '#hosts',
      '#errors',
    ]);
    expect(host).toContain('id="filesystem-0"');
    for (const id of ['hardware', 'pools', 'disks', 'platform']) expect(host).toContain(`id="${id}"`);
    for (const id of ['services', 'hosts', 'errors']) expect(overview).toContain(`id="${id}"`);
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

  it('says which pool and which disk are not sound, and which pool was not read whole for too long', () => {
    const text = textOf(overview);
    expect(text).toContain(
      'Le pool tank de Premier : atteint. En cause : tank/mirror-0/sdb, ONLINE: 0 read, 0 write, 3 checksum errors.',
    );
    expect(text).toContain(
      'Le disque /dev/sda de Premier dit qu’il défaille. ST4000NM000A-2HZ100, ZC1A0B2C : 12 secteurs remplacés, ' +
        '3 en attente, 5 erreurs non corrigées.',
    );
    expect(text).toContain(
      'Le pool media de Premier n’a pas été relu depuis trop longtemps. ' +
        'Dernier scrub terminé le 11 octobre 2026, il y a 42 j 6 h ; il en faut un tous les 35 jours.',
    );
  });

  it('says what is supported no more, where that runs, and which hosts wait for updates', () => {
    const text = textOf(overview);
    expect(text).toContain(
      'LXD 4.0.9 n’est plus suivi par ses auteurs. Fin du suivi : fin juin 2025. Sur Premier.',
    );
    expect(text).toContain(
      'Koha 24.05 n’est plus suivi par ses auteurs. Fin du suivi : fin novembre 2025. Sur 1 service.',
    );
    // Its long-term support lasts for more than half a year.
    expect(text).not.toContain('Debian GNU/Linux 12 n');
    expect(text).toContain('Un redémarrage attend sur Premier.');
    expect(text).toContain('Des mises à jour de sécurité attendent sur 1 hôte : Premier.');
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
        .filter((figure) => !/\d (%|[kMGT]?o|m?s|j|h|ans?|€|°C|fils?)( |$)/.test(figure))
        .filter((figure) => !/^\d+ \S+ \d{4}, \d\d:\d\d$/.test(figure));
      expect(bare).toEqual([]);
    }
  });

  it('shows what a source sent as text', () => {
    expect(textOf(overview)).toContain('banner was <script>alert(1)</script>');
    expect(overview).not.toContain('<script>alert');
  });

  it('says beside a service which version it runs, and that this is not supported any more', () => {
    expect(textOf(overview)).toMatch(
      /Catalogue Koha 24\.05 ■N’est plus suivi fin du suivi : fin novembre 2025/,
    );
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

describe('the parts of a host', () => {
  const rowOf = (name: string) =>
    textOf(
      host
        .split('<tr')
        .slice(1)
        .find((row) => row.includes(name)) ?? '',
    );

  it('tell what a disk says of itself, and nothing of what it does not say', () => {
    expect(rowOf('S4YPNX0W100001')).toContain(
      'Se dit sain 3,8 To 5,4 ans 7 % 80 To 36 °C 0 erreur non corrigée',
    );
    expect(rowOf('ZC1A0B2C')).toContain(
      'en veille, lu le 18 novembre 2026 ▲Dit qu’il défaille 4,0 To 2,1 ans non connu non connu 41 °C ' +
        '12 secteurs remplacés, 3 en attente, 5 erreurs non corrigées',
    );
    const silent = rowOf('5000c500a1b2c3d4');
    expect(silent).toContain('modèle non connu');
    expect(silent).toContain(
      'Ne se prononce pas non connu non connu non connu non connu non connu non connu',
    );
  });

  it('tell of what was not seen of late when that was, and no figure', () => {
    expect(rowOf('OLD-DISK')).toContain('vu pour la dernière fois le 3 novembre 2026');
    expect(rowOf('OLD-DISK')).not.toContain('non connu');
    const moved = rowOf('>moved<');
    expect(moved).toContain('vu pour la dernière fois le 9 novembre 2026');
    expect(moved).not.toContain('Go');
  });

  it('do not call a pool healthy that ZFS calls ONLINE, and say why', () => {
    const tank = rowOf('>tank<');
    expect(tank).toContain('Atteint');
    expect(tank).toContain('ZFS dit ONLINE');
    expect(tank).toContain('3 checksum errors of tank/mirror-0/sdb');
    expect(tank).toContain('3,0 To (75 %) 1,0 To');
    // From 11 October, 05:24, to 22 November, 10:36 in Paris, with the hour of 25 October: 42 d 6 h.
    expect(tank).toContain('11 octobre 2026, il y a 42 j 6 h');
    expect(tank).toContain('scrub en cours, 36 %');
    expect(tank).toContain('3 sommes de contrôle');
    expect(rowOf('>media<')).toContain('aucune');
  });

  it('do not call a pool clean of which nothing is known', () => {
    expect(rowOf('>old<')).toContain('Non connu non connu non connu non connu non connu');
  });

  it('lay the use of a container beside its limits', () => {
    expect(rowOf('>koha-1<')).toContain(
      'en marche 0,52 fil sur 2 fils 2,7 Go sur 4,0 Go 34 Go 4, le dernier : 22 nov. 2026, 03:10',
    );
    expect(rowOf('>validation<')).toContain('arrêté non connu non connu non connu sur 10 Go aucun');
  });

  it('say until when the system is supported, who says so, and which updates wait', () => {
    const text = textOf(host);
    expect(text).toContain(
      'Suivi à long terme seulement fin du suivi normal : 11 juillet 2026 ; à long terme (LTS) : 30 juin 2028 ' +
        'Source : wiki.debian.org/LTS, consultée le 20 novembre 2026.',
    );
    expect(text).toContain('N’est plus suivi fin du suivi : fin juin 2025');
    expect(text).toContain('Durée du suivi non connue');
    expect(text).toContain('à faire : le noyau 6.1.0-31-amd64 est installé');
    expect(text).toContain('4 de sécurité, 17 en tout');
    expect(text).toContain('vieilles de 11 h à la lecture du 22 novembre 2026');
  });

  it('say what was never read', () => {
    const text = textOf(newcomer);
    for (const sentence of [
      'Aucun disque n’a été lu sur cet hôte.',
      'Aucun pool ZFS n’a été vu sur cet hôte.',
      'Aucun conteneur n’a été vu sur cet hôte.',
      'Le système de cet hôte n’a pas encore été lu.',
    ])
      expect(text).toContain(sentence);
  });
});

describe('what happened to a host', () => {
  it('is told in order, the newest first, with the hour where it is known and the day alone where it is not', () => {
    const [, table = ''] = host.split('<h2 id="events"');
    const rows = table
      .split('<tr')
      .slice(2)
      .map((row) => textOf(`<tr${row}`).trim());
    expect(rows.map((row) => row.replace(/ Page produite.*/s, ''))).toEqual([
      '21 nov. 2026, 13:40 disque du pool, tank/sdb : en panne',
      '21 nov. 2026, 13:00 pool tank : atteint',
      '4 nov. 2026 nouveau disque : ST4000 (ZC1A0B2C)',
      '3 nov. 2026 disque vu pour la dernière fois : OLD-DISK',
      '9 oct. 2026 départ de b<b> pour gone',
      '1er oct. 2026, 06:31 arrivée de koha-1, venu de Dernier venu',
      '14 sept. 2026 silence 10 j',
      '2 août 2026, 07:10 redémarrage',
    ]);
  });

  it('stands first where it hurts', () => {
    const text = textOf(host);
    expect(text.indexOf('Le pool tank de Premier : atteint.')).toBeLessThan(text.indexOf('Ressources'));
    expect(newcomer).not.toContain('id="damage"');
  });

  it('says that a pool waits for its scrub, but not while one runs', () => {
    const rowOf = (name: string) =>
      textOf(
        host
          .split('<tr')
          .slice(1)
          .find((row) => row.includes(name)) ?? '',
      );
    expect(rowOf('>media<')).toContain('En retard : plus de 35 jours');
    expect(rowOf('>tank<')).not.toContain('En retard');
  });

  it('tells of the Nagios that runs on it', () => {
    expect(textOf(host)).toContain(
      'Nagios 4.4.6 est en marche. De tout ce qu’il surveille, en ordre : 412 ; en alerte : 3 ; critiques : 1. ' +
        '1 contrôle de nos services lui est laissé.',
    );
    expect(newcomer).not.toContain('id="monitor"');
  });
});

describe('the page of a service', () => {
  const rowOf = (name: string) => {
    const [, list = ''] = service.split('id="checks"');
    return textOf(list.split('<li').find((row) => row.includes(name)) ?? '');
  };

  it('says of each check who answers it, what is asked, and what the last answer was', () => {
    expect(rowOf('>search<')).toContain(
      'search essentiel https://catalogue.example.org/search ■En panne HTTP 502 ' +
        'Qui répond Notre sonde, en HTTP Dernière réponse 22 nov. 2026, 10:35, en 310 ms',
    );
    expect(rowOf('>page<')).toContain(
      'page accessoire koha-1 / HTTP ●Fonctionne Qui répond Nagios sur Premier',
    );
    expect(service).toContain('href="/hosts/hv1/#monitor"');
    expect(rowOf('>login<')).toContain('Icinga 2 « main » Dernière réponse aucune');
  });

  it('leads to its host and its backups, and tells what was promised', () => {
    const text = textOf(service);
    expect(text).toContain('99,99 %, pour 99,50 % promis mesuré 98 % du temps');
    expect(service).toContain('href="/hosts/hv1/"');
    expect(service).toContain('href="/backups/#backup-koha"');
    expect(saved).toContain('id="backup-koha"');
    expect(text).toContain('Médiathèque de <i>');
  });

  it('tells where its container was before', () => {
    expect(textOf(service)).toContain('1er oct. 2026, 06:31 de Dernier venu à Premier');
  });

  it('is led to from the overview, its host and its backups', () => {
    for (const html of [overview, host, saved]) expect(html).toContain('href="/services/koha/"');
  });
});

describe('the page of backups', () => {
  const articleOf = (name: string) =>
    saved.split('<article').find((part) => part.includes(`>${name}<`)) ?? '';
  const squares = (name: string) =>
    [...articleOf(name).matchAll(/<span class="unseen"[^>]*>(.*?)<\/span>/g)].map(([, title = '']) =>
      textOf(title),
    );

  it('says first how many services lack something, and what could not be looked at', () => {
    const text = textOf(saved);
    expect(text).toContain('1 service sur 3 n’a pas tout ce que sa règle demande.');
    expect(text).toContain('De 1 service, on n’a pas pu tout regarder');
  });

  it('tells the gravest first, and who has no policy', () => {
    const names = [...saved.matchAll(/<h3 id="backup-([^"]+)"/g)].map(([, id]) => id);
    expect(names).toEqual(['koha', 'omeka', 'bokeh']);
    expect(textOf(saved)).toContain('Services sans règle de sauvegarde Statistiques');
  });

  it('folds the evidence of a service that lacks nothing, and of no other', () => {
    const isOpen = [...saved.matchAll(/<details( open)?[\s>]/g)].map(([, open]) => open !== undefined);
    expect(isOpen).toEqual([true, true, false]);
  });

  it('lays policy and evidence side by side, with what would be lost', () => {
    const text = textOf(articleOf('Catalogue'));
    expect(text).toContain(
      'Règle « standard » : 7 jours de suite, 12 mois de suite, un instantané du conteneur chaque dimanche.',
    );
    // From 20 November, 02:00 UTC, to 22 November, 09:36.
    expect(text).toContain('Perdu si tout s’arrêtait maintenant : 2 j 7 h');
    expect(text).toContain('dernière copie valide du 20 nov. 2026, 03:00');
  });

  it('says each day, month and week in words', () => {
    expect(squares('Catalogue').slice(0, 7)).toEqual([
      '16 novembre 2026 : présente et valide (334 ko)',
      '17 novembre 2026 : manquante',
      '18 novembre 2026 : présente, non vérifiée (330 ko, made without comments (--compact))',
      '19 novembre 2026 : taille suspecte (120 ko, contre 334 ko d’habitude)',
      '20 novembre 2026 : présente et valide (334 ko)',
      '21 novembre 2026 : mauvaise (396 o, its closing line is missing <b>)',
      '22 novembre 2026 : en retard',
    ]);
    expect(squares('Catalogue').slice(7, 9)).toEqual([
      'novembre 2025 : rien d’attendu',
      'décembre 2025 : rien d’attendu',
    ]);
    expect(squares('Catalogue').at(-1)).toBe('15 novembre 2026 : présente');
    expect(squares('Catalogue')).toHaveLength(7 + 12 + 4);
  });

  it('tells what is wrong without a pointer, neighbours together', () => {
    const text = textOf(articleOf('Catalogue'));
    expect(text).toContain('mars 2026 – avril 2026 (2) : manquante');
    expect(text).toContain('mauvaise (396 o, its closing line is missing <b>)');
    expect(saved).not.toMatch(/>[^<]*missing <b>/);
  });

  it('does not call missing what nobody could look at, and says why', () => {
    const text = textOf(articleOf('Bibliothèque numérique'));
    expect(text).toContain('n’a pas pu être regardé');
    expect(text).toContain('the repository is locked');
    expect(text).not.toContain('manquante');
    expect(text).toContain('non connu, aucune copie valide n’a été vue');
  });

  it('tells how far a cold copy was read', () => {
    const text = textOf(articleOf('Bibliothèque numérique'));
    expect(text).toContain('une copie froide, relue en 1 an au plus');
    expect(text).toContain('40 211 fichiers relus sur 812 345');
    expect(text).toContain('jamais relue en entier jusqu’ici');
  });

  it('is led to from the overview, which says what it comes down to', () => {
    const text = textOf(overview);
    expect(text).toContain('1 service n’a pas tout ce que sa règle de sauvegarde demande : Catalogue.');
    expect(text).toContain(
      'De 1 service, les sauvegardes n’ont pas pu être regardées : Bibliothèque numérique.',
    );
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
  for (const text of [
    'Says it is failing',
    'ZFS says ONLINE',
    'last seen on 9 November 2026',
    'support ends: end of June 2025',
  ])
    expect(textOf(html)).toContain(text);
  const backups = textOf(files.get('backups/index.html') ?? '');
  for (const text of [
    '1 of 3 services lacks',
    'a container snapshot each Sunday',
    'March 2026 – April 2026 (2): missing',
  ])
    expect(backups).toContain(text);
}, 60_000);

it('says in English what will stand on an empty page', async () => {
  const { files, remove } = await buildSite('reports', empty);
  await remove();
  expect(textOf(files.get('backups/index.html') ?? '')).toContain('No service has a backup policy: add one');
  const html = files.get('index.html') ?? '';
  expect(html).toContain('<html lang="en-GB"');
  for (const text of [
    'No data yet',
    'No host is declared.',
    'No service is watched yet.',
    'No source failed.',
    'No service has a backup policy.',
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
