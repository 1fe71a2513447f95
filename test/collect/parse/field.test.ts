import { expect, test } from 'vitest';
import { FormatError, readCount, readDecimal, splitFields } from '../../../src/collect/parse/field.ts';

test('counts are plain digits, as large as the kernel’s 64 bits', () => {
  expect(readCount('0', 'n')).toBe(0);
  expect(readCount('18446744073709551615', 'n')).toBe(2 ** 64);
});

test.each(['', ' 1', '-1', '+1', '1.5', '1e3', '0x10', '١', 'NaN', '9'.repeat(400), undefined])(
  '%j is no count',
  (text) => expect(() => readCount(text, 'n')).toThrow(FormatError),
);

test('decimals have a point, or none', () => {
  expect(readDecimal('46901.13', 'n')).toBe(46901.13);
  expect(readDecimal('7', 'n')).toBe(7);
});

test.each(['', '.5', '5.', '1,5', '-0.1', '1e3', 'Infinity', undefined])('%j is no decimal', (text) =>
  expect(() => readDecimal(text, 'n')).toThrow(FormatError),
);

test('an error names the field, and shows what was found, escaped and cut', () => {
  expect(() => readCount('\u001b[2J', 'MemTotal')).toThrow(
    'MemTotal: found "\\u001b[2J", expected a whole number',
  );
  expect(() => readCount('y'.repeat(1000), 'MemTotal')).toThrow(
    `MemTotal: found "${'y'.repeat(40)}…", expected`,
  );
});

test('fields are split at any blanks, of which those around count for nothing', () => {
  expect(splitFields('  a\t b  c \n')).toEqual(['a', 'b', 'c']);
  expect(splitFields('  ')).toEqual([]);
});
