import { expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { numberAt, shownJson, textAt } from '../../../src/collect/parse/json-fields.ts';

/** Lists in lists: JSON.parse reads them, and nothing that calls itself can write them again. */
const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

test('what is of another type is refused by its path', () => {
  expect(() => numberAt({ a: [{ b: 'x' }] }, 'a', 0, 'b')).toThrow(
    new FormatError('a.0.b', '"x"', 'a number'),
  );
});

test('a value that is nested too deeply is refused as any other', () => {
  expect(() => textAt({ a: deep }, 'a')).toThrow('a: found "a list nested too deeply", expected a text');
  expect(shownJson({ a: deep })).toBe('an object nested too deeply');
});
