import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/ui/tokens.css', 'utf8');

/** The colours of a block of the file, by the text that begins it. */
function colours(opening: string): Map<string, string> {
  const start = css.indexOf(opening);
  if (start === -1) throw new Error(`tokens.css has no ${opening}`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
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

const schemes: [name: string, opening: string][] = [
  ['light', ':root {'],
  ['dark', '@media screen and (prefers-color-scheme: dark) {'],
];

describe.each(schemes)('in %s', (_, opening) => {
  const palette = colours(opening);
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

test('both schemes set the same colours', () => {
  const [light, dark] = schemes.map(([, opening]) => [...colours(opening).keys()].toSorted());
  expect(dark).toEqual(light);
});
