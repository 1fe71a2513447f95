import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { machineFiles } from '../../../src/status/machine/files.ts';
import { hostileName, service } from '../sample.ts';
import { toldSample } from './told.ts';

const files = machineFiles(toldSample);

function file(path: string): string {
  return files.get(path) ?? expect.fail(`there is no ${path} among ${[...files.keys()].join(', ')}`);
}

/** The texts of some elements, as another program's XML parser reads them; throws when it is not well-formed. */
function elements(xml: string, ...names: string[]): string[][] {
  const script =
    'import json, sys, xml.etree.ElementTree as e\nroot = e.fromstring(sys.stdin.buffer.read())\nprint(json.dumps([[x.text or "" for x in root.iter(n)] for n in sys.argv[1:]]))';
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script, ...names], {
    input: xml,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('a feed', () => {
  test('tells incidents and near maintenance, newest first, at addresses that stay', () => {
    const [titles, links] = elements(file('feeds/site.rss'), 'title', 'link');
    expect(titles).toEqual([
      'État des services\u202f: Réseau exemple',
      // Told of at 11:59, began at 11:30, ended on the 10th.
      'Catalogue en panne (Cause identifiée)',
      'Déménagement; nouveau serveur, « dc3 » (En cours)',
      'Déménagement; nouveau serveur, « dc3 » (Prévue)',
      'Catalogue broken\u202f: service en panne (Résolu)',
      // Of the 3rd, told of on the 5th.
      'Recherche très lente (Bilan)',
      'Mises à jour (Terminée)',
      'Mises à jour (Prévue)',
      'Mises à jour (Annulée)',
    ]);
    expect(links?.[1]).toBe('https://etat.example.org/incidents/2026-11-22-catalogue-en-panne/');
  });

  test('says the same as Atom and as JSON, and in English', () => {
    const [ids] = elements(file('feeds/site.atom'), '{http://www.w3.org/2005/Atom}id');
    const json = JSON.parse(file('feeds/site.json'));
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(ids?.slice(1));
    expect(elements(file('en/feeds/site.rss'), 'title')[0]?.slice(0, 2)).toEqual([
      'Service status: Réseau exemple',
      'Catalogue down (Identified)',
    ]);
  });

  test('says in each language alone what the probes found', () => {
    const [french, english] = ['feeds/services/broken.json', 'en/feeds/services/broken.json'].map((path) => {
      const { items } = JSON.parse(file(path)) as { items: { id: string; content_html: string }[] };
      return items.find(({ id }) => id.includes('2026-11-10-broken-0400'))?.content_html;
    });
    expect(french).toContain('<p>Nos sondes ont constaté la panne.</p>');
    expect(english).toContain('<p>Our probes have found the outage.</p>');
    expect(english).not.toMatch(/\s:|Nos sondes/);
  });

  test('of a service or a library tells theirs alone', () => {
    expect(elements(file('feeds/services/new.rss'), 'title')[0]).toEqual([
      'État des services\u202f: Catalogue new',
      'Déménagement; nouveau serveur, « dc3 » (En cours)',
    ]);
    const [titles] = elements(file('feeds/libraries/5f2a9c0d7e.rss'), 'title');
    expect(titles).not.toContain('Catalogue en panne (Cause identifiée)');
    expect(titles).toContain('Mises à jour (Prévue)');
  });

  test('keeps names and titles text, whatever they hold', () => {
    const named = { ...toldSample, services: [service('broken', { name: hostileName })] };
    const hostile = machineFiles(named);
    const [titles] = elements(hostile.get('feeds/site.rss') ?? '', 'title');
    expect(titles?.some((title) => title.startsWith('<script>alert("x")</script>'))).toBe(true);
    for (const [path, text] of hostile)
      if (/\.(rss|atom|svg)$/.test(path)) expect(() => elements(text), path).not.toThrow();
    for (const [path, text] of hostile)
      if (path.endsWith('.json')) expect(() => JSON.parse(text), path).not.toThrow();
    for (const [path, text] of hostile)
      if (path.endsWith('.html') || path.endsWith('.svg')) expect(text).not.toContain('<script>');
  });
});

/** The lines of a calendar as RFC 5545 has them: CRLF, at most 75 octets, longer ones folded. */
function calendar(text: string): string[] {
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  return text.replaceAll('\r\n ', '').split('\r\n');
}

describe('a calendar', () => {
  test('has an event each time, in UTC, those called off as such', () => {
    const lines = calendar(file('calendars/site.ics'));
    const of = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1));
    expect(of('DTSTART')).toEqual([
      '20261122T103000Z',
      '20261129T210000Z',
      '20261101T210000Z',
      '20261206T210000Z',
      '20270103T210000Z',
    ]);
    expect(of('STATUS')).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CANCELLED']);
    expect(new Set(of('UID')).size).toBe(5);
    expect(of('SUMMARY')[0]).toBe('Déménagement\\; nouveau serveur\\, « dc3 »');
  });

  test('of a library tells whose turn it is of its own services alone', () => {
    const lines = calendar(file('calendars/libraries/5f2a9c0d7e.ics'));
    expect(lines.filter((line) => line.startsWith('DTSTART:'))).toEqual([
      'DTSTART:20261129T210000Z',
      'DTSTART:20261101T210000Z',
      'DTSTART:20261206T210000Z',
      'DTSTART:20270103T210000Z',
    ]);
    expect(lines.join('\n')).not.toContain('Catalogue broken');
  });

  test('is the same from the same file', () => {
    expect(machineFiles(toldSample).get('calendars/site.ics')).toBe(file('calendars/site.ics'));
  });
});

describe('a badge', () => {
  test('says the state and the availability of 30 days, rounded down', () => {
    // 1 − 300 / (30 · 86 400) = 0.99988…
    expect(elements(file('badges/broken.svg'), '{http://www.w3.org/2000/svg}title')).toEqual([
      ['Catalogue broken: en panne · 99,98\u202f%'],
    ]);
    expect(JSON.parse(file('badges/broken.json'))).toEqual({
      schemaVersion: 1,
      label: 'Catalogue broken',
      message: 'en panne · 99,98\u202f%',
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      isError: true,
      cacheSeconds: 300,
    });
    expect(JSON.parse(file('badges/new.json')).message).toBe('inconnu');
  });
});

describe('a statement', () => {
  test('tells a library what was promised and what was kept, month by month', () => {
    const [day, month] = [86_400, 30 * 86_400];
    const late = service('late', {
      slaPercent: 99.9,
      months: [
        {
          month: '2026-10',
          availability: {
            ratio: 1 - day / month,
            coverage: 1,
            down_seconds: day,
            degraded_seconds: 0,
            maintenance_seconds: 0,
          },
          latency: { p50_seconds: 0.1, p95_seconds: 0.5, p99_seconds: 1 },
        },
      ],
    });
    const [mulhouse] = toldSample.libraries;
    if (mulhouse === undefined) return expect.fail();
    const status = {
      ...toldSample,
      services: [{ ...late, name: '=HYPERLINK("http://x")' }],
      libraries: [{ ...mulhouse, services: ['late'] }],
    };
    const own = machineFiles(status);
    expect(JSON.parse(own.get('sla/mulhouse/2026-10.json') ?? '')).toMatchObject({
      library: 'Médiathèque de Mulhouse',
      month: '2026-10',
      is_open: false,
      services: [{ service: 'late', promised_percent: 99.9, down_seconds: day, is_kept: false }],
    });
    expect(own.get('sla/mulhouse/2026-10.csv')?.split('\r\n')[1]).toMatch(/^late,"?'=HYPERLINK/);
    expect(own.has('sla/mulhouse/2026-09.csv')).toBe(false);
  });
});

describe('OpenMetrics', () => {
  test('tells the state of each service, and nothing where nothing was measured', () => {
    const lines = file('metrics.txt').split('\n');
    expect(lines).toContain('vigie_service_state{service="broken",vigie_service_state="down"} 1');
    expect(lines).toContain('vigie_service_state{service="broken",vigie_service_state="up"} 0');
    expect(lines.some((line) => line.startsWith('vigie_service_availability_ratio{service="new"'))).toBe(
      false,
    );
    expect(lines).toContain('vigie_built_timestamp_seconds 1795345200');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
  });
});

test('search engines may read all, and are told where all pages stand', () => {
  expect(file('robots.txt')).toBe(
    'User-agent: *\nAllow: /\n\nSitemap: https://etat.example.org/sitemap.xml\n',
  );
});

test('there are no feeds, calendars and API where the fleet does not say where its site is', () => {
  const paths = [...machineFiles({ ...toldSample, fleet: { ...toldSample.fleet, url: null } }).keys()];
  expect(paths.filter((path) => /feeds|calendars|api/.test(path))).toEqual([]);
  expect(paths).toContain('badges/broken.svg');
});
