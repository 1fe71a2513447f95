import { describe, expect, it } from 'vitest';
import { messagesIn } from '../../src/ui/messages.ts';
import { french } from '../../src/ui/typography.ts';

/** Every text of a language; messages with values are given a number, a state, and texts. */
function textsOf(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(2, 'down', 'x', 'x'))]];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
  }
  return [];
}

const fr = textsOf(messagesIn('fr'), 'fr');

describe('French', () => {
  it('has no breaking space where none may be, and curly apostrophes', () => {
    expect(fr.length).toBeGreaterThan(50);
    expect(fr.filter(([, text]) => / [:;?!%»]|« |'/.test(text))).toEqual([]);
  });

  it('leaves values that come from the data as they are', () => {
    expect(french`Nom : ${"l'usage : « tel quel »"}`).toBe("Nom\u202f: l'usage : « tel quel »");
  });

  it('counts zero as one, and English does not', () => {
    expect(messagesIn('fr').counts.services(0)).toBe('0 service');
    expect(messagesIn('fr').counts.services(2)).toBe('2 services');
    expect(messagesIn('en').counts.services(0)).toBe('0 services');
    expect(messagesIn('en').counts.services(1)).toBe('1 service');
  });
});

it('no text is left in the other language', () => {
  const en = new Map(textsOf(messagesIn('en'), 'fr'));
  const alike = fr.filter(([path, text]) => en.get(path) === text).map(([, text]) => text);
  // These are written alike.
  expect(new Set(alike)).toEqual(new Set(['Services', 'Application', 'Version', '2 services']));
});
