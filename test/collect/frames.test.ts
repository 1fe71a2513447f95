import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Section } from '../../src/collect/collector.ts';
import {
  encodeSections,
  type FrameReader,
  isSectionName,
  openFrameReader,
} from '../../src/collect/frames.ts';

const maxBytes = 10_000;

/** Feeds bytes in pieces of the given sizes, then the rest at once. */
function read(bytes: Uint8Array, pieceSizes: readonly number[] = []): FrameReader {
  const reader = openFrameReader(maxBytes);
  let at = 0;
  for (const size of pieceSizes) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return reader;
}

function readText(text: string): FrameReader {
  return read(Buffer.from(text));
}

// Content that could be taken for frames, and any other.
const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.constantFrom('\n', '::vigie/1 end\n', '::vigie/1 a whole 0 3 0\n', 'é', '\0', 'x'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);
const section: fc.Arbitrary<Section> = fc.record({
  stdout: content,
  stderr: content.filter((text) => Buffer.byteLength(text) <= 4096),
  status: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 255 })),
  isTruncated: fc.boolean(),
});
const sections = fc
  .dictionary(fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8}){0,2}$/), section, {
    maxKeys: 6,
    noNullPrototype: true,
  })
  .map((record) => new Map(Object.entries(record)));
const pieceSizes = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 100 });
const noise = fc.oneof(
  fc.constantFrom(
    '',
    'Welcome to hv1\n',
    'no newline at the end',
    '\n\n',
    `${'#'.repeat(5000)}\n`,
    '::vigie/2 a whole 0 0 0\n',
    '::vigie/1 end of the world\n',
  ),
  fc.string({ maxLength: 300 }).filter((text) => !text.includes('::vigie')),
);

describe('the frame reader', () => {
  test('gives back any sections, however the bytes are cut and whatever comes before and after', () => {
    fc.assert(
      fc.property(sections, pieceSizes, noise, noise, (expected, sizes, before, after) => {
        const bytes = Buffer.concat([Buffer.from(before), encodeSections(expected), Buffer.from(after)]);
        const reader = read(bytes, sizes);
        expect(reader.fault).toBeUndefined();
        expect(reader.isWhole).toBe(true);
        expect(reader.sections).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps, of an answer that breaks off anywhere, the sections that came whole', () => {
    fc.assert(
      fc.property(sections, fc.double({ min: 0, max: 0.999, noNaN: true }), (expected, share) => {
        const bytes = encodeSections(expected);
        const reader = read(bytes.subarray(0, Math.floor(bytes.length * share)));
        expect(reader.isWhole).toBe(false);
        expect(reader.fault).toBeUndefined();
        const names = [...expected.keys()].slice(0, reader.sections.size);
        expect([...reader.sections]).toEqual(names.map((name) => [name, expected.get(name)]));
      }),
    );
  });

  test('never throws, and takes nothing for a section, in bytes without a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), pieceSizes, (bytes, sizes) => {
        fc.pre(!Buffer.from(bytes).includes('::vigie'));
        const reader = read(bytes, sizes);
        expect([reader.isWhole, reader.fault, reader.sections.size]).toEqual([false, undefined, 0]);
      }),
    );
  });

  test('never throws on an answer with bytes changed, and holds at most what was sent', () => {
    fc.assert(
      fc.property(
        sections,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (original, changes) => {
          const bytes = encodeSections(original);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const reader = read(bytes);
          const held = [...reader.sections.values()].reduce((sum, { stdout }) => sum + stdout.length, 0);
          expect(held).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });

  test('reads a frame written by hand', () => {
    const reader = readText(
      'motd\n\n::vigie/1 host.stat whole 0 4 3\ncpu\nerr\n::vigie/1 host.df cut - 2 0\nab\n::vigie/1 end\n',
    );
    expect([...reader.sections]).toEqual([
      ['host.stat', { stdout: 'cpu\n', stderr: 'err', status: 0, isTruncated: false }],
      ['host.df', { stdout: 'ab', stderr: '', status: null, isTruncated: true }],
    ]);
    expect(reader.isWhole).toBe(true);
  });

  test.each([
    ['text between frames', '::vigie/1 a whole 0 1 0\nx\nnoise\n', 'no frame where one was due'],
    [
      'endless text between frames',
      `::vigie/1 a whole 0 1 0\nx\n${'y'.repeat(300)}`,
      'no frame where one was due',
    ],
    ['a length that does not fit', '::vigie/1 a whole 0 1 0\nxyz\n', 'section a is not as long as it says'],
    [
      'a length above the limit',
      '::vigie/1 a whole 0 999999999 0\n',
      'section a claims 999999999 bytes, more than 10000',
    ],
    [
      'a section that comes twice',
      '::vigie/1 a whole 0 0 0\n\n::vigie/1 a whole 0 0 0\n\n',
      'section a came twice',
    ],
    [
      'a name that is a path',
      '::vigie/1 a whole 0 0 0\n\n::vigie/1 ../b whole 0 0 0\n\n',
      'no frame where one was due',
    ],
  ])('calls %s a fault and reads no further', (_, text, fault) => {
    const reader = readText(`${text}\n::vigie/1 late whole 0 0 0\n\n::vigie/1 end\n`);
    expect(reader.fault).toContain(fault);
    expect(reader.isWhole).toBe(false);
    expect(reader.sections.has('late')).toBe(false);
  });
});

test.each([
  ['host.proc-stat', true],
  ['a', true],
  ['', false],
  ['A', false],
  ['a b', false],
  ['a/b', false],
  ['../a', false],
  ['a\n', false],
  ["a';id'", false],
  ['a'.repeat(101), false],
])('section name %j is accepted: %s', (name, isAccepted) => {
  expect(isSectionName(name)).toBe(isAccepted);
});
