import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Availability, StatusFile } from '../../src/model/status-file.ts';
import { type BuiltSite, buildSite } from '../built-site.ts';
import { campaign, open, toldSample } from '../status/machine/told.ts';
import { hostileName, sample, service } from '../status/sample.ts';
import { type SiteServer, serveSite, startBrowser } from './browser.ts';

// What people may write into fleet.yaml and into incidents, and fleets of odd sizes, on the narrowest phone.

const unbroken = 'Ω'.repeat(300);
const fromRight = 'مكتبة "الحكمة" <b>&amp;</b> 📚 it\'s';
const inFrench = (text: string) => ({ fr: text });

/** Each kind of thing that people name, with a name that is none. */
const hostile: StatusFile = {
  ...toldSample,
  fleet: { ...toldSample.fleet, name: hostileName },
  services: [
    service('script', { name: hostileName, application: unbroken, slaPercent: 99.5 }),
    service('unbroken', {
      name: unbroken,
      application: hostileName,
      version: unbroken,
    }),
    service('right', {
      name: fromRight,
      url: `https://example.org/${'a'.repeat(300)}`,
    }),
  ],
  libraries: [
    { slug: 'right', name: fromRight, isListed: true, services: ['script', 'unbroken', 'right'] },
    { slug: 'unbroken', name: unbroken, isListed: true, services: [] },
    { slug: 'script', name: hostileName, isListed: true, services: [] },
  ],
  incidents: [
    { ...open, title: inFrench(hostileName), services: ['script', 'right'] },
    { ...open, id: '2026-11-21-mot', title: inFrench(unbroken), services: ['unbroken'] },
  ],
  maintenances: [
    {
      ...campaign,
      title: inFrench(fromRight),
      occurrences: campaign.occurrences.map((one) => ({ ...one, services: ['unbroken', 'right'] })),
    },
  ],
};

const nothing: Availability = {
  ratio: null,
  coverage: 0,
  down_seconds: 0,
  degraded_seconds: 0,
  maintenance_seconds: 0,
};

/** A service that nobody measured in September. */
const { days, months } = service('gap');
const isSeptember = (index: number) => index >= 7 && index < 37;
const gap = service('gap', {
  days: {
    ...days,
    up_seconds: days.up_seconds.map((seconds, index) => (isSeptember(index) ? 0 : seconds)),
    unknown_seconds: days.unknown_seconds.map((_, index) => (isSeptember(index) ? 86_400 : 0)),
  },
  months: months.map((one) => (one.month === '2026-09' ? { ...one, availability: nothing } : one)),
});

const fleets = {
  hostile,
  empty: { ...sample, dataUntil: null, services: [], libraries: [] },
  one: { ...sample, services: [gap], libraries: [] },
} satisfies Record<string, StatusFile>;

interface Built {
  readonly site: BuiltSite;
  readonly server: SiteServer;
}
const built = new Map<string, Built>();
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
  for (const [name, fleet] of Object.entries(fleets)) {
    const site = await buildSite('status', fleet);
    built.set(name, { site, server: await serveSite(site.folder) });
  }
});

afterAll(async () => {
  await browser.close();
  for (const { site, server } of built.values()) await Promise.all([server.close(), site.remove()]);
});

/** What a page of one of the fleets shows at 360 px with everything open, and how far it scrolls sideways. */
async function visit(fleet: keyof typeof fleets, path: string): Promise<{ text: string; excess: number }> {
  const { server } = built.get(fleet) ?? expect.fail(`${fleet} is not built`);
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  page.on('dialog', () => expect.fail(`${path} runs what is a name`));
  await page.goto(server.origin + path);
  const seen = await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      text: document.querySelector('main')?.innerText.replaceAll(/\s+/g, ' ') ?? '',
      excess: scrollWidth - clientWidth,
    };
  });
  await page.close();
  return seen;
}

describe('names that are none', () => {
  test.each([
    ['/', [hostileName, unbroken, fromRight]],
    ['/en/', [hostileName, unbroken, fromRight]],
    ['/services/script/', [hostileName, unbroken, fromRight]],
    ['/services/unbroken/', [hostileName, unbroken, fromRight]],
    ['/services/right/', [fromRight, 'a'.repeat(300)]],
    ['/bibliotheques/right/', [hostileName, unbroken, fromRight]],
    ['/incidents/2026-11-22-catalogue-en-panne/', [hostileName, fromRight]],
    ['/incidents/2026-11-21-mot/', [unbroken]],
    ['/maintenance/', [fromRight, unbroken]],
    ['/maintenance/2026-11-15-demenagement/', [fromRight, unbroken]],
    ['/historique/2026-11/', [hostileName, unbroken, fromRight]],
    ['/sla/right/2026-11/', [hostileName, unbroken, fromRight]],
  ])('are text like any other on %s, and push nothing aside', async (path, names) => {
    const { text, excess } = await visit('hostile', path);
    for (const name of names) expect(text).toContain(name.replaceAll(/\s+/g, ' '));
    expect(excess).toBe(0);
  });

  test('are values like any other in what programs read', () => {
    const { site } = built.get('hostile') ?? expect.fail();
    const { components } = JSON.parse(readFileSync(join(site.folder, 'api/v2/components.json'), 'utf8'));
    const names = components.map(({ name }: { name: string }) => name);
    for (const name of [hostileName, unbroken, fromRight]) expect(names).toContain(name);
    const { incidents } = JSON.parse(readFileSync(join(site.folder, 'api/v2/incidents.json'), 'utf8'));
    expect(incidents.map(({ name }: { name: string }) => name).toSorted()).toEqual([hostileName, unbroken]);
    const feed = JSON.parse(readFileSync(join(site.folder, 'feeds/site.json'), 'utf8'));
    expect(feed.items.length).toBeGreaterThan(0);
  });
});

describe('a fleet of no services', () => {
  test.each(['/', '/maintenance/', '/historique/2026-11/', '/mesure/'])('has a whole %s', async (path) => {
    const { text, excess } = await visit('empty', path);
    expect(text.length).toBeGreaterThan(40);
    expect(text).not.toMatch(/undefined|null|NaN/);
    expect(excess).toBe(0);
  });
});

describe('a fleet of one service, with a month that nobody measured', () => {
  test('shows the service without a click, and no box to find it with', async () => {
    const page = await browser.newPage();
    await page.goto(built.get('one')?.server.origin ?? expect.fail());
    expect(await page.getByRole('link', { name: 'Catalogue gap' }).isVisible()).toBe(true);
    expect(await page.getByRole('searchbox').count()).toBe(0);
    await page.close();
  });

  test('says of the month that there are no data, and not that all was well', async () => {
    const { text, excess } = await visit('one', '/services/gap/');
    expect(text).toContain('30 jours sans donnée');
    expect(text).toContain('septembre 2026 Aucune donnée 0 % –');
    expect(text).toContain('15 septembre 2026 aucune donnée');
    expect(excess).toBe(0);
  });
});
