import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltSite, buildSite } from '../built-site.ts';
import { sample } from '../reports/sample.ts';
import { type SiteServer, serveSite, startBrowser } from './browser.ts';

let site: BuiltSite;
let server: SiteServer;
let browser: Browser;

beforeAll(async () => {
  site = await buildSite('reports', sample);
  [server, browser] = await Promise.all([serveSite(site.folder), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await site?.remove();
});

const paths = ['/', '/hosts/hv1/', '/hosts/neuf/', '/services/koha/', '/backups/'];

describe.each(paths)('the page %s', (path) => {
  it.each([360, 768, 1440])('does not scroll sideways at %i px', async (width) => {
    await withPage(path, { viewport: { width, height: 900 } }, async (page) => {
      const reach = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(reach).toBeLessThanOrEqual(0);
    });
  });

  it.each(['light', 'dark'] as const)('has no fault that axe finds, %s', async (colorScheme) => {
    await withPage(path, { colorScheme }, async (page) => {
      for (const details of await page.locator('summary').all()) await details.click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });
  });

  it('breaks no rule of its security policy and asks nothing of other hosts', async () => {
    const foreign: string[] = [];
    await withPage(path, {}, async (page, said) => {
      page.on('request', (request) => {
        if (!request.url().startsWith(server.origin)) foreign.push(request.url());
      });
      await page.reload({ waitUntil: 'networkidle' });
      expect(said).toEqual([]);
    });
    expect(foreign).toEqual([]);
  });
});

describe('a chart', () => {
  it('is drawn on a canvas that tells its sentence, history in ink and forecast in the accent', async () => {
    await withPage('/hosts/hv1/', {}, async (page) => {
      const canvas = page.locator('vigie-chart canvas').first();
      expect(await canvas.getAttribute('role')).toBe('img');
      expect(await canvas.getAttribute('aria-label')).toContain('entre le 22 janvier 2027 et le 5 mars 2027');
      for (const token of ['--ink', '--accent', '--ink-2']) {
        expect(await countPixels(page, token), token).toBeGreaterThan(50);
      }
    });
  });

  it('leaves the ten days without data blank', async () => {
    await withPage('/hosts/hv1/', { viewport: { width: 1440, height: 900 } }, async (page) => {
      // 120 days measured and forecast to day 210: the gap's middle is day 54.5 of 210, and the line passes 509 GB of 1,000.
      const inked = await page.evaluate(() => {
        const element = document.querySelector<HTMLCanvasElement>('vigie-chart canvas');
        const context = element?.getContext('2d');
        if (!element || !context) throw new Error('no canvas');
        const dark = (x: number) => {
          const column = context.getImageData(x, element.height * 0.2, 1, element.height * 0.5).data;
          let count = 0;
          for (let i = 0; i < column.length; i += 4) {
            if ((column[i] ?? 255) < 60 && (column[i + 3] ?? 0) > 200) count += 1;
          }
          return count;
        };
        return Array.from({ length: element.width }, (_, x) => dark(x));
      });
      const first = inked.findIndex((count) => count > 0);
      const last = inked.findLastIndex((count) => count > 0);
      const widest = Math.max(
        ...inked
          .slice(first, last)
          .map((count) => (count === 0 ? '0' : '1'))
          .join('')
          .split('1')
          .map((gap) => gap.length),
      );
      // Days 49 to 60 bound the gap: 11 of the 119 days from the first value to the last.
      expect(widest / (last - first)).toBeCloseTo(11 / 119, 1);
    });
  });

  it('takes the colours of the scheme that is switched on, by the system or the visitor', async () => {
    await withPage('/hosts/hv1/', { colorScheme: 'light' }, async (page) => {
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(() => countPixels(page, '--accent')).toBeGreaterThan(50);
      await page.getByLabel('Couleurs').selectOption('claires');
      await expect.poll(() => countPixels(page, '--accent')).toBeGreaterThan(50);
    });
  });

  it('takes the room of the drawing it replaces', async () => {
    const height = (page: Page) =>
      page
        .locator('vigie-chart')
        .first()
        .evaluate((chart) => chart.getBoundingClientRect().height);
    const heights: number[] = [];
    for (const javaScriptEnabled of [true, false]) {
      await withPage('/hosts/hv1/', { javaScriptEnabled }, async (page) => {
        heights.push(await height(page));
      });
    }
    expect(heights[0]).toBe(heights[1]);
  });
});

it('tells everything without JavaScript: drawings, sentences, and the figures on demand', async () => {
  await withPage('/hosts/hv1/', { javaScriptEnabled: false }, async (page) => {
    const drawing = page.locator('vigie-chart svg').first();
    expect(await drawing.isVisible()).toBe(true);
    expect((await drawing.boundingBox())?.height).toBeGreaterThan(200);
    expect(await page.getByText('Le seuil de 80').first().isVisible()).toBe(true);
    const table = page.locator('details table').first();
    expect(await table.isVisible()).toBe(false);
    await page.locator('summary').first().click();
    expect(await table.isVisible()).toBe(true);
  });
});

it('tells each square of a backup to whoever cannot see it, and what is wrong to whoever has no pointer', async () => {
  await withPage('/backups/', { viewport: { width: 360, height: 900 } }, async (page) => {
    const days = page.getByRole('list', { name: '7 derniers jours' }).first().getByRole('listitem');
    expect(await days.count()).toBe(7);
    expect(await days.nth(1).ariaSnapshot()).toContain('17 novembre 2026 : manquante');
    const told = page.getByText('mauvaise (396 o, its closing line is missing <b>)');
    expect(await told.last().isVisible()).toBe(true);
  });
});

it('moves to a table that is wider than the screen by keyboard, and scrolls it alone', async () => {
  await withPage('/', { viewport: { width: 360, height: 900 } }, async (page) => {
    const frame = page.locator('.table-frame').first();
    await frame.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => frame.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    expect(await page.evaluate(() => window.scrollX)).toBe(0);
  });
});

/** Opens a page at the hour it was built; `said` collects errors and violations of the security policy. */
async function withPage(
  path: string,
  options: BrowserContextOptions,
  use: (page: Page, said: string[]) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.clock.setFixedTime(new Date(sample.builtAt));
    await page.goto(server.origin + path);
    if (options.javaScriptEnabled !== false && path === '/hosts/hv1/') {
      await page.locator('vigie-chart canvas').first().waitFor();
    }
    await use(page, said);
  } finally {
    await context.close();
  }
}

/** How many pixels of the first chart have exactly a token's colour. */
function countPixels(page: Page, token: string): Promise<number> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>('vigie-chart canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) throw new Error('no canvas');
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = `var(${name})`;
    const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
    probe.remove();
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) count += 1;
    }
    return count;
  }, token);
}
