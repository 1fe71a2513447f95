import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltSite, buildSite } from '../built-site.ts';
import { toldSample } from '../status/machine/told.ts';
import { type SiteServer, serveSite, startBrowser } from './browser.ts';

const pages = [
  '/',
  '/en/',
  '/services/broken/',
  '/services/new/',
  '/services/hostile/',
  '/bibliotheques/mulhouse/',
  '/en/libraries/mulhouse/',
  '/incidents/2026-11-22-catalogue-en-panne/',
  '/incidents/2026-11-03-recherche-lente/',
  '/en/incidents/2026-11-10-broken-0400/',
  '/services/fine/',
  '/maintenance/2026-11-15-demenagement/',
  '/maintenance/',
  '/maintenance/2026-01-01-mises-a-jour/',
  '/historique/2026-11/',
  '/mesure/',
  '/en/method/',
  '/sla/mulhouse/2026-11/',
  '/404.html',
];
const widths = [360, 768, 1440];
/** When the sample was built, a minute later: the page is fresh. */
const soon = new Date('2026-11-22T11:01:00Z');

let site: BuiltSite;
let server: SiteServer;
let browser: Browser;

beforeAll(async () => {
  site = await buildSite('status', toldSample);
  [server, browser] = await Promise.all([serveSite(site.folder), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await site.remove();
});

/** What a visitor with this browser meets on a page, with all that the browser complained of. */
async function visit<Result>(
  path: string,
  look: (page: Page) => Promise<Result>,
  options: BrowserContextOptions & { readonly at?: Date } = {},
): Promise<Result & { readonly complaints: readonly string[]; readonly requests: readonly string[] }> {
  const { at = soon, ...contextOptions } = options;
  // A page of today's pages is months long: time is set, so that the banner does not depend on when tests run.
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  if (contextOptions.javaScriptEnabled !== false) await page.clock.setFixedTime(at);
  await page.goto(server.origin + path);
  const result = await look(page);
  await context.close();
  return { ...result, complaints, requests };
}

describe.each(pages)('%s', (path) => {
  test.each(widths)('does not scroll sideways at %d px', async (width) => {
    const { excess } = await visit(
      path,
      async (page) => {
        // Everything that can be opened is open.
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        return {
          excess: await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ),
        };
      },
      { viewport: { width, height: 800 } },
    );
    expect(excess).toBe(0);
  });

  test.each(['light', 'dark'] as const)(
    'has no accessibility violation that axe can find (%s)',
    async (colorScheme) => {
      const { violations } = await visit(
        path,
        async (page) => {
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze();
          return {
            violations: violations.map(
              ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
            ),
          };
        },
        { colorScheme, viewport: { width: 768, height: 800 } },
      );
      expect(violations).toEqual([]);
    },
  );

  test('breaks no rule of its security policy, asks no other site for anything, and little of its own', async () => {
    const { complaints, requests } = await visit(path, async () => ({}));
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.origin) && !url.startsWith('data:'))).toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(5);
  });

  test('says the same without JavaScript', async () => {
    const read = async (page: Page) => ({
      text: await page.evaluate(() => {
        // The box that only scripts make work.
        const filter = document.getElementById('filter');
        if (filter !== null) filter.hidden = true;
        return document.querySelector('main')?.innerText ?? '';
      }),
    });
    const without = await visit(path, read, { javaScriptEnabled: false });
    const with_ = await visit(path, read);
    expect(without.text).toBe(with_.text);
    expect(without.text.length).toBeGreaterThan(40);
  });
});

test('groups open and close by keyboard alone', async () => {
  const { before, after, focused } = await visit('/', async (page) => {
    const closed = page.locator('details:not([open]) > summary').first();
    const group = page.locator('details', { has: page.locator('summary', { hasText: 'Omeka S' }) });
    const before = await group.getAttribute('open');
    let focused = false;
    for (let press = 0; press < 30 && !focused; press += 1) {
      await page.keyboard.press('Tab');
      focused = await closed.evaluate((element) => element === document.activeElement);
    }
    await page.keyboard.press('Enter');
    return { before, focused, after: await group.getAttribute('open') };
  });
  expect(focused).toBe(true);
  expect([before, after]).toEqual([null, '']);
});

test('the first thing that the keyboard reaches leads past the header', async () => {
  const { text, target } = await visit('/', async (page) => {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.textContent?.trim());
    await page.keyboard.press('Enter');
    return { text, target: await page.evaluate(() => document.activeElement?.id) };
  });
  expect(text).toBe('Aller au contenu');
  expect(target).toBe('content');
});

describe('the box that finds services', () => {
  const shown = (page: Page) =>
    page
      .locator('[data-filtered] li')
      .evaluateAll((items) =>
        items
          .filter((item) => item.checkVisibility())
          .map((item) => item.querySelector('a')?.textContent?.trim().slice(0, 20)),
      );

  test('leaves what is typed, whatever its accents and capitals, and opens its group', async () => {
    const { byName, byGroup, byLibrary, answer } = await visit('/', async (page) => {
      const box = page.getByRole('searchbox', { name: 'Chercher un service ou une bibliothèque' });
      await box.fill('CATÀLOGUE nèw');
      const byName = await shown(page);
      const answer = await page.locator('#filter output').textContent();
      await box.fill('omeka');
      const byGroup = await shown(page);
      await box.fill('mediatheque mulh');
      return { byName, byGroup, byLibrary: await shown(page), answer };
    });
    expect([byName, answer]).toEqual([['Catalogue new'], '1 résultat']);
    expect(byGroup).toEqual(['Catalogue new', '<script>alert("x")</']);
    // The libraries' own list, and the services that name it.
    expect(byLibrary).toEqual(['Catalogue broken', 'Catalogue fine', 'Médiathèque de Mulho']);
  });

  test('says when nothing is left, and gives back what was there', async () => {
    const { before, none, answer, after } = await visit('/', async (page) => {
      const before = await shown(page);
      await page.getByRole('searchbox').fill('(rien)');
      const none = await shown(page);
      const answer = await page.locator('#filter output').textContent();
      await page.getByRole('searchbox').fill('');
      return { before, none, answer, after: await shown(page) };
    });
    expect([none, answer]).toEqual([[], 'Ni service ni bibliothèque de ce nom.']);
    expect(after).toEqual(before);
  });

  test('is absent where no script runs, and on paper', async () => {
    const without = await visit(
      '/',
      async (page) => ({ isShown: await page.locator('#filter').isVisible() }),
      {
        javaScriptEnabled: false,
      },
    );
    const printed = await visit('/', async (page) => {
      await page.emulateMedia({ media: 'print' });
      return { isShown: await page.locator('#filter').isVisible() };
    });
    expect([without.isShown, printed.isShown]).toEqual([false, false]);
  });

  test('moves nothing as the page loads', async () => {
    const { shift } = await visit('/', async (page) => ({
      shift: await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) =>
              resolve(
                list
                  .getEntries()
                  .reduce((sum, entry) => sum + ('value' in entry ? Number(entry.value) : 0), 0),
              ),
            ).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(0), 300);
          }),
      ),
    }));
    expect(shift).toBe(0);
  });
});

describe('the page of a site that nobody renews', () => {
  const banner = async (page: Page) => ({
    isShown: await page.locator('#stale').isVisible(),
    text: (await page.locator('#stale').textContent()) ?? '',
  });

  test('is quiet as long as it may be', async () => {
    expect((await visit('/', banner, { at: new Date('2026-11-22T11:14:00Z') })).isShown).toBe(false);
  });

  test('says so once it is three intervals old, with its date', async () => {
    const { isShown, text } = await visit('/', banner, { at: new Date('2026-11-22T11:16:00Z') });
    expect(isShown).toBe(true);
    expect(text).toContain('22 novembre 2026 à 12:00 (UTC+1)');
  });
});

describe('the choice of colours', () => {
  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test('holds on every page and the next time, whatever the system says, and not on paper', async () => {
    const seen = await visit(
      '/',
      async (page) => {
        const asSystem = await ground(page);
        await page.getByLabel('Couleurs').selectOption('sombres');
        const chosen = await ground(page);
        await page.goto(`${server.origin}/en/services/fine/`);
        const elsewhere = await ground(page);
        await page.emulateMedia({ media: 'print' });
        const printed = await ground(page);
        await page.emulateMedia({ media: 'screen' });
        await page.getByLabel('Colours').selectOption('as the system');
        return { asSystem, chosen, elsewhere, printed, again: await ground(page) };
      },
      { colorScheme: 'light' },
    );
    const { asSystem, chosen } = seen;
    const white = 'rgb(255, 255, 255)';
    expect(chosen).not.toBe(asSystem);
    expect(seen).toMatchObject({ elsewhere: chosen, printed: white, again: asSystem, complaints: [] });
  });

  test('is absent where no script runs', async () => {
    const { isShown } = await visit(
      '/',
      async (page) => ({ isShown: await page.locator('#color-scheme').isVisible() }),
      { javaScriptEnabled: false },
    );
    expect(isShown).toBe(false);
  });
});

test('in print, the closed groups cost nothing and navigation is gone', async () => {
  const { visible } = await visit('/', async (page) => {
    await page.emulateMedia({ media: 'print' });
    return { visible: await page.locator('header nav').isVisible() };
  });
  expect(visible).toBe(false);
});

test('the statement of a library is one A4 page', async () => {
  const { sheets } = await visit('/sla/mulhouse/2026-11/', async (page) => {
    const pdf = await page.pdf({ preferCSSPageSize: true });
    return { sheets: pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length };
  });
  expect(sheets).toBe(1);
});
