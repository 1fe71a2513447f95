import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/ui/tokens.css', 'utf8');

/** The colours of a scheme. */
function colours(scheme: 'light' | 'dark'): Map<string, string> {
  const tokens = css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g);
  return new Map(
    [...tokens].map(([, name = '', light = '', dark = '']) => [name, scheme === 'light' ? light : dark]),
  );
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  const palette = colours(scheme);
  const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'up', 'degraded', 'down', 'maintenance', 'unknown'];

  test.each(texts)('text in %s can be read on every ground (4.5:1)', (text) => {
    for (const ground of ['paper', 'paper-raised', 'accent-soft']) {
      expect(
        contrast(palette.get(text) ?? '', palette.get(ground) ?? ''),
        `on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5);
    }
  });
});

test('no colour is of one scheme alone', () => {
  expect(css.replaceAll(/light-dark\([^)]*\)/g, '')).not.toMatch(/#[0-9a-f]{3,8}\b/);
});
