import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { csvOf, jsonOf } from '../../src/export/write.ts';

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '=1',
    '-5',
    '+33 1',
    '@x',
    '\t=1',
    '\r=1',
    ' "=1',
    'a,b',
    'a"b',
    'a\nb',
    '',
    "'",
    '＝1',
    '\u00a0=1',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constant(null),
);
const columns = ['a', 'b', 'c'];
const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 2500 });

test('CSV reads back to the same numbers and text, but for an apostrophe before what would be run', () => {
  fc.assert(
    fc.property(rows, (rows) => {
      const text = [...csvOf({ columns, rows })].join('');
      const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',', newline: '\r\n' });
      expect(errors).toEqual([]);
      // The last line ends too.
      expect(data.slice(1, -1)).toHaveLength(rows.length);
      rows.forEach((row, index) => {
        row.forEach((value, column) => {
          const read = data[index + 1]?.[column] ?? '?';
          if (typeof value === 'number') expect(Number(read)).toBe(value === 0 ? 0 : value);
          else if (read !== `'${value}`) {
            expect(read).toBe(value ?? '');
            expect(read).not.toMatch(/^[\s"'\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]/);
          }
        });
      });
    }),
    { numRuns: 60 },
  );
});

test('JSON reads back to the same cells, and what is missing is null', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      const read: unknown = JSON.parse([...jsonOf({ columns, rows })].join(''));
      expect(read).toEqual(rows.map(([a, b]) => ({ a: a === 0 ? 0 : a, b: b === 0 ? 0 : b, c: null })));
    }),
  );
});
