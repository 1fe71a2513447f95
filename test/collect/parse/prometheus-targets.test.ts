import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inGroups, selectorOf, targetsBy } from '../../../src/collect/parse/prometheus-targets.ts';

describe('labels that name hosts', () => {
  const targets = targetsBy([
    ['hv1', ['hv1.example.org']],
    ['hv2', ['gateway.example.org:9101']],
    ['hv3', ['gateway.example.org']],
    ['hv4', ['[2001:db8::4]']],
  ]);

  test.each([
    ['hv1.example.org', 'hv1'],
    ['hv1.example.org:9100', 'hv1'],
    ['hv1.example.org:9633', 'hv1'],
    ['gateway.example.org:9101', 'hv2'],
    ['gateway.example.org:9102', 'hv3'],
    ['[2001:db8::4]:9100', 'hv4'],
    ['hv1xexample.org:9100', undefined],
    ['evil-hv1.example.org:9100', undefined],
    ['', undefined],
  ])('%s is %s', (value, host) => expect(targets.find(value)).toBe(host));
});

test('a selector holds nothing that could end its string or widen its pattern', () => {
  const select = selectorOf({
    label: 'instance',
    values: ['a.b', 'c:9100', 'x"|.*|\\'],
    match: { job: 'n"o\\de' },
  });
  expect(select('up', 'mode="idle"')).toBe(
    'up{mode="idle",instance=~"a\\\\.b(:[0-9]+)?|c:9100|x\\"\\\\|\\\\.\\\\*\\\\|\\\\\\\\(:[0-9]+)?",job="n\\"o\\\\de"}',
  );
});

test('what a selector of hosts matches is what the label says of them', () => {
  const name = fc.stringMatching(/^[a-z0-9.*+()|[\]^$\\-]{1,20}$/);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), fc.nat(65535), (values, port) => {
      const text = selectorOf({ label: 'i', values, match: {} })('up');
      const pattern = new RegExp(`^(?:${JSON.parse(text.slice('up{i=~'.length, -1))})$`);
      for (const value of values) {
        expect(pattern.test(value) && pattern.test(`${value}:${port}`)).toBe(true);
        expect(pattern.test(`${value}x!`)).toBe(false);
      }
    }),
  );
});

test('groups hold everything once, in order, and are short', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 300 })), (values) => {
      const groups = inGroups(values, (value) => [value]);
      expect(groups.flat()).toEqual(values);
      for (const group of groups) expect(group.join('').length).toBeLessThanOrEqual(900);
    }),
  );
});
