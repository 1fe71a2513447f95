import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import { filesBelow, makeWorkspace, vigie } from './command.ts';

// A library that wants to be named nowhere, with a service of its own and one that it shares; every name of its own holds `discret`.

const fleet = `fleet: { name: Réseau, url: https://etat.example.org }
hosts: { hv1: { ssh: hv1.example.org } }
libraries:
  mulhouse: { name: Médiathèque de Mulhouse }
  discret: { name: Fonds discret, page: unlisted }
services:
  koha: { name: Catalogue de Mulhouse, url: https://catalogue.example.org, libraries: [mulhouse, discret], host: hv1, checks: { page: { kind: http } } }
  bokeh-discret: { name: Portail discret, url: https://discret.example.org, libraries: [discret], host: hv1, checks: { page: { kind: http } } }
`;
const end = Date.parse('2026-11-22T12:00:00Z');
const clock = { SOURCE_DATE_EPOCH: String(end / 1000 + 60) };

let root: string;

beforeAll(() => {
  root = makeWorkspace(fleet);
  for (let run = 288; run >= 0; run -= 1) writeRun(toInstant(new Date(end - run * 300_000)), run);
  write(
    'incidents/2026-11-20-panne-du-discret.md',
    `title: Panne du discret\nfrom: 2026-11-20 10:00\nto: 2026-11-20 11:00\nservices: [bokeh-discret]`,
  );
  write(
    'incidents/2026-11-19-panne-commune.md',
    `title: Panne commune\nfrom: 2026-11-19 10:00\nto: 2026-11-19 11:00\nservices: [koha, bokeh-discret]`,
  );
  write(
    'maintenance/2026-11-25-travaux-discrets.md',
    `title: Travaux discrets\nfrom: 2026-11-25 22:00\nto: 2026-11-25 23:00\nservices: [bokeh-discret]`,
  );
});

afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, frontMatter: string): void {
  mkdirSync(join(root, 'data', path, '..'), { recursive: true });
  writeFileSync(join(root, 'data', path), `---\n${frontMatter}\n---\n`);
}

/** The service of its own went down first, and the other one with it a run later, for an hour. */
function writeRun(at: string, run: number): void {
  const check = (service: string, isDown: boolean): EntityRecord => ({
    entity: `check:${service}:page`,
    at,
    state: isDown ? 'down' : 'up',
    gauges: { check_duration_seconds: 0.2 },
  });
  const records = [check('bokeh-discret', run > 100 && run < 113), check('koha', run > 100 && run < 112)];
  const snapshot = { schema: 'vigie/snapshot@1' as const, collector: 'probe', at, records, errors: [] };
  const path = join(root, 'data', snapshotPath(snapshot));
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, formatSnapshot(snapshot));
}

/** Every file of the public site, by its path. */
function publicFiles(): Map<string, string> {
  const folder = join(root, 'dist/status');
  return new Map(filesBelow(folder).map((file) => [file, readFileSync(join(folder, file), 'latin1')]));
}

/** The files that links lead to from some, those included. */
function reachedFrom(start: readonly string[], files: ReadonlyMap<string, string>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !files.has(file)) continue;
    reached.add(file);
    if (!file.endsWith('.html')) continue;
    for (const [, href = ''] of (files.get(file) ?? '').matchAll(/ href="(\/[^"#]*)/g))
      waiting.push(
        decodeURIComponent(href)
          .slice(1)
          .replace(/(^|\/)$/, '$1index.html'),
      );
  }
  return reached;
}

describe('with a secret', () => {
  let files: ReadonlyMap<string, string>;
  let library: string;

  beforeAll(async () => {
    const { status, stderr } = await vigie(root, ['build'], {
      ...clock,
      VIGIE_PAGE_SECRET: 'a secret of the test',
    });
    expect([status, stderr]).toEqual([0, '']);
    files = publicFiles();
    library = [...files.keys()].find((file) => /^bibliotheques\/[0-9a-f]{20}\/index.html$/.test(file)) ?? '';
  });

  test('what is unlisted stands in nothing that the first page leads to, nor in any list', () => {
    const known = reachedFrom(['index.html'], files);
    expect(known).toContain('services/koha/index.html');
    expect([...known].filter((file) => /discret/i.test(files.get(file) ?? ''))).toEqual([]);
    for (const file of [
      'sitemap.xml',
      'metrics.txt',
      'api/v2/summary.json',
      'api/v2/incidents.json',
      'feeds/site.rss',
      'calendars/site.ics',
    ])
      expect(files.get(file), file).not.toMatch(/discret/i);
  });

  test('its name is in no address, and it asks search engines not to list it', () => {
    for (const [file, text] of files) {
      expect(file).not.toMatch(/discret/i);
      expect(text).not.toMatch(/(href="|etat\.example\.org)\/[^" <]*discret/i);
      if (file.endsWith('.html') && /discret/i.test(text))
        expect(text, file).toContain('<meta name="robots" content="noindex">');
    }
  });

  test('the page of its library leads to all of it', () => {
    const reached = reachedFrom([library], files);
    const told = [...reached].map((file) => files.get(file) ?? '').join('\n');
    for (const text of ['Portail discret', 'Panne du discret', 'Panne commune', 'Travaux discrets'])
      expect(told).toContain(text);
    expect(
      [...files.keys()].filter((file) => file.endsWith('.html') && !reached.has(file) && file !== '404.html'),
    ).toEqual([]);
  });

  test('of an outage and an incident of both services everybody reads the part that is listed', () => {
    const [detected = ''] = [...files.keys()].filter((file) =>
      /^incidents\/2026-11-22-(?![0-9a-f]{20})/.test(file),
    );
    for (const file of [detected, 'incidents/2026-11-19-panne-commune/index.html']) {
      expect(files.get(file)).toContain('Catalogue de Mulhouse');
      expect(files.get(file)).not.toMatch(/discret/i);
    }
  });

  test('whoever writes still finds the outage under its own name', async () => {
    const { stdout } = await vigie(root, ['incident', 'list']);
    expect(stdout).toMatch(/\(nobody has written of it\)\n.*: koha, bokeh-discret|: bokeh-discret, koha/);
  });
});

test('without a secret what is unlisted has no page at all, and the build says so', async () => {
  const { stderr } = await vigie(root, ['build'], clock);
  expect(stderr).toContain(
    'unlisted libraries, and services of theirs alone, get no page: set VIGIE_PAGE_SECRET',
  );
  for (const [file, text] of publicFiles()) expect(`${file}\n${text}`).not.toMatch(/discret/i);
});
