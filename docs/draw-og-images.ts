import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { State } from '../src/model/state.ts';
import type { Locale } from '../src/ui/locale.ts';
import { stateGlyphs } from '../src/ui/state-glyphs.ts';

// `node docs/draw-og-images.ts` draws the pictures that chats show beside a link: one for each state and language, and one that says no state, kept in public/og.

const folder = join(import.meta.dirname, '../public/og');

/** Those of src/ui/tokens.css, on light paper. */
const colors: Readonly<Record<State, string>> = {
  up: '#0b7558',
  degraded: '#925800',
  down: '#a52a18',
  maintenance: '#2b5aae',
  unknown: '#636c70',
};

const words: Readonly<
  Record<Locale, { readonly title: string; readonly states: Readonly<Record<State, string>> }>
> = {
  fr: {
    title: 'État des services',
    states: {
      up: 'Tout fonctionne',
      degraded: 'Service perturbé',
      down: 'Service en panne',
      maintenance: 'En maintenance',
      unknown: 'État inconnu',
    },
  },
  en: {
    title: 'Service status',
    states: {
      up: 'All is working',
      degraded: 'Service impaired',
      down: 'Service down',
      maintenance: 'Under maintenance',
      unknown: 'Status unknown',
    },
  },
};

/** For pages of the past and of what is planned, which say nothing of the present. */
const noState = { name: 'site', color: '#0a5f6c' };

function cardOf(locale: Locale, state?: State): string {
  const { title, states } = words[locale];
  const color = state === undefined ? noState.color : colors[state];
  const said =
    state === undefined
      ? `<h1>${title}</h1>`
      : `<p>${title}</p><h1><span>${stateGlyphs[state]}</span>${states[state]}</h1>`;
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; width: 1200px; height: 630px; display: grid; align-content: center; gap: 28px; box-sizing: border-box; padding: 0 96px 0 120px;
      background: #fbfaf7; color: #1a1f21; font-family: "DejaVu Sans", system-ui, sans-serif; border-left: 28px solid ${color}; }
    p { margin: 0; font-size: 44px; color: #485154; }
    h1 { margin: 0; font-size: 84px; line-height: 1.1; font-weight: 700; display: flex; gap: 40px; align-items: center; }
    span { color: ${color}; font-size: 84px; }
  </style>${said}`;
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
for (const locale of Object.keys(words) as Locale[])
  for (const state of [undefined, ...(Object.keys(colors) as State[])]) {
    await page.setContent(cardOf(locale, state));
    await page.screenshot({ path: join(folder, `${state ?? noState.name}-${locale}.png`) });
  }
await browser.close();
