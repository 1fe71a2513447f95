import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseColdCopies } from '../../../src/collect/parse/cold-copy.ts';
import { FormatError } from '../../../src/collect/parse/field.ts';

const text = `t 0 /cold/my media
look ok
state 301-1795300000-42 5 4 1795330000 1795000000 1 2 3 1 0 1 2014/page 7.tif
t 1 /nowhere
look absent
t 2 /bare
look no-manifest
end
`;

test('says how far a copy was read again and what was found, in this cycle and the last', () => {
  expect(parseColdCopies(text)).toEqual([
    {
      index: 0,
      path: '/cold/my media',
      look: 'ok',
      files: 5,
      startedSeconds: 1795330000,
      finished: { seconds: 1795000000, bad: 1, missing: 2 },
      checked: 3,
      bad: 1,
      missing: 0,
      skipped: 1,
      firstBad: '2014/page 7.tif',
    },
    expect.objectContaining({ index: 1, look: 'absent' }),
    expect.objectContaining({ index: 2, look: 'no-manifest' }),
  ]);
});

test('any text is read or refused', () => {
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(30),
      fc.string({ unit: 'binary', maxLength: 8 }),
      (start, length, put) => {
        try {
          parseColdCopies(text.slice(0, start) + put + text.slice(start + length));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(() => parseColdCopies(text.slice(0, -4))).toThrow('last line');
});
