import { expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import {
  readOptionalAmount,
  readZfsAmount,
  readZfsDate,
  roundAsPrinted,
} from '../../../src/collect/parse/zfs-number.ts';

test.each([
  ['0', 0],
  ['20981', 20_981],
  ['0B', 0],
  ['18K', 18_432],
  ['67.5K', 69_120],
  ['1.35K', 1382],
  ['1000K', 1_024_000],
  ['193M', 202_375_168],
  ['9.12T', 10_027_546_046_464],
])('%s is %d', (text, expected) => {
  // 9.12T: a double carries it to within a few bytes of 9.12 × 1024⁴.
  expect(Math.abs(readZfsAmount(text, 'n') - expected)).toBeLessThanOrEqual(expected * 1e-4);
  if (!text.includes('T')) expect(readZfsAmount(text, 'n')).toBe(expected);
});

test.each(['', '-', '9,12T', '1.2.3K', '1.5', '12345K', '-1', '1e3', '10k', '٣', undefined])(
  '%j is no amount',
  (text) => expect(() => readZfsAmount(text, 'n')).toThrow(FormatError),
);

test('a dash says that there is none', () => expect(readOptionalAmount('-', 'n')).toBeUndefined());

// What zpool status of OpenZFS 2.3.9 printed of what its JSON had in every digit.
test.each([
  [69_120, '67.5K'],
  [143_654_912, '137M'],
  [286_596_416, '273M'],
  [583_079_424, '556M'],
  [1_610_612_736, '1.50G'],
  [1023, '1023B'],
])('zpool prints %d as %s, and it is rounded so', (bytes, printed) =>
  expect(roundAsPrinted(bytes)).toBe(readZfsAmount(printed, 'n')),
);

test.each([
  ['Sun Nov 22 18:54:22 2026', '2026-11-22T18:54:22Z'],
  ['Sun Nov  1 03:04:05 2026', '2026-11-01T03:04:05Z'],
  ['Sun Nov 22 18:51:06 UTC 2026', '2026-11-22T18:51:06Z'],
])('the date %s is read as UTC', (text, instant) =>
  expect(readZfsDate(text, 'date')).toBe(Date.parse(instant) / 1000),
);

test.each([
  'dim. 22 nov. 2026 18:54:22',
  'Sun Nov 22 18:54:22 CET 2026',
  'Sun Foo 22 18:54:22 2026',
  'Sun Nov 22 18:54:22 9999',
  'Sun Nov 22',
  undefined,
])('%j is no date', (text) => expect(() => readZfsDate(text, 'date')).toThrow(FormatError));
