import { seedOf, uniform } from '../src/demo/chance.ts';

/** Chance that is always the same for one input of one seed. */
export interface Chance {
  /** A whole number, 0 ≤ x < limit. */
  below(limit: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

export function chanceOf(seed: number, input: number): Chance {
  // Two seeds that were not mixed first would give the same inputs in another order.
  const own = seedOf(seedOf(seed), String(input));
  let position = 0;
  const below = (limit: number): number => {
    position += 1;
    return Math.floor(uniform(own, position) * limit);
  };
  return { below, pick: (items: readonly unknown[]) => items[below(items.length)] as never };
}

/** What no mutation makes longer. */
const maxLength = 1_000_000;

/** A text changed a few times, by ways that break parsers: most changes are small, so that the rest of it is still read. */
export function mutate(text: string, chance: Chance): string {
  let changed = text;
  for (let count = 1 + chance.below(4); count > 0; count -= 1)
    changed = chance.pick(mutations)(changed, chance).slice(0, maxLength);
  return changed;
}

type Mutation = (text: string, chance: Chance) => string;

const mutations: readonly [Mutation, ...Mutation[]] = [
  cut,
  remove,
  flip,
  duplicate,
  insert,
  swapLines,
  swapWords,
  changeNumber,
  changeValue,
  changeValue,
  nest,
  stretch,
];

function cut(text: string, chance: Chance): string {
  return text.slice(0, chance.below(text.length + 1));
}

function remove(text: string, chance: Chance): string {
  const start = chance.below(text.length + 1);
  return text.slice(0, start) + text.slice(start + 1 + manyOf(chance, 1000));
}

const characters = [
  ...'\0\t\n\r "\'\\/:;,.=-+_@#%*?<>()[]{}|&$0129azAZ\u007f\u0085\u2028\ufeff\ud800\udfffé😀',
] as const;

function flip(text: string, chance: Chance): string {
  const at = chance.below(text.length);
  return text.slice(0, at) + character(chance) + text.slice(at + 1);
}

function character(chance: Chance): string {
  return chance.pick(characters) ?? String.fromCharCode(chance.below(256));
}

function duplicate(text: string, chance: Chance): string {
  const [start, end] = chance.below(2) === 0 ? someLine(text, chance) : somePart(text, chance);
  const times = 1 + manyOf(chance, 2000);
  const part = text.slice(start, end);
  return (
    text.slice(0, end) +
    part.repeat(Math.min(times, Math.ceil(maxLength / (part.length + 1)))) +
    text.slice(end)
  );
}

const words = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'null',
    'NaN',
    '-',
    '../../etc/passwd',
    '$(id)',
  ],
  ...[
    '<script>',
    '{}',
    '[]',
    '""',
    '== ',
    '\n\n',
    '\t',
    'end\n',
    '\u001b[31m',
    '%',
    '0x',
    '1e999',
    '￿',
    'no ZFS here',
  ],
  ...[
    'absent',
    'errors: ',
    '  pool: ',
    'state ',
    'instances ',
    'metadata',
    'Infinity',
    '\u0001',
    '\u0003\n',
    '@',
    '::vigie/1 end',
  ],
];

function insert(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + (chance.pick(words) ?? '') + text.slice(at);
}

function swapLines(text: string, chance: Chance): string {
  return swap(text, someLine(text, chance), someLine(text, chance));
}

function swapWords(text: string, chance: Chance): string {
  return swap(text, someMatch(text, /[\w.:%-]+/g, chance), someMatch(text, /[\w.:%-]+/g, chance));
}

const numbers = [
  ...[
    '-1',
    '0',
    '-0',
    '0.5',
    '1e308',
    '-1e308',
    '1e400',
    '1e-400',
    '9007199254740993',
    '18446744073709551615',
  ],
  ...[
    '253402300800',
    '-62135596801',
    '99999999999999',
    '4294967296',
    '00',
    '0x10',
    '1_000',
    '١٢',
    '1,5',
    '٪',
    '',
  ],
  ...['9'.repeat(20), '9'.repeat(400), `0.${'0'.repeat(400)}1`],
];

function changeNumber(text: string, chance: Chance): string {
  return replace(text, someMatch(text, /-?\d+(?:\.\d+)?/g, chance), chance.pick(numbers) ?? '');
}

const values = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '""',
  '"x"',
  '-1',
  '1e308',
  '[null]',
  '{"__proto__":1}',
  '[[]]',
  '{"":{}}',
];

/** A value of JSON, and in other texts a word, becomes one of another type. */
function changeValue(text: string, chance: Chance): string {
  return replace(text, someMatch(text, /"(?:[^"\\\n]|\\.)*"|\b\w+\b/g, chance), chance.pick(values) ?? '');
}

const pairs = [
  ['[', ']'],
  ['{"a":', '}'],
  ['{"vdevs":{"a":{"name":"a","vdevs":', '}}}'],
  ['(', ')'],
  ['"', '"'],
  ['\\', ''],
  ['  ', ''],
] as const;

function nest(text: string, chance: Chance): string {
  const [open, close] = chance.pick(pairs) ?? ['[', ']'];
  const [start, end] = someMatch(text, /"(?:[^"\\\n]|\\.)*"|\b\w+\b/g, chance);
  const depth = 1 + manyOf(chance, 20_000);
  return (
    text.slice(0, start) + open.repeat(depth) + text.slice(start, end) + close.repeat(depth) + text.slice(end)
  );
}

/** One character or word many times over: what makes slow expressions slow. */
function stretch(text: string, chance: Chance): string {
  const [start, end] =
    chance.below(2) === 0 ? somePart(text, chance, 3) : someMatch(text, /[\w.:%-]+/g, chance);
  const part = chance.below(4) === 0 ? character(chance) : text.slice(start, end);
  const times = Math.min(manyOf(chance, 50_000), Math.ceil(100_000 / Math.max(1, part.length)));
  return text.slice(0, end) + part.repeat(times) + text.slice(end);
}

type Span = readonly [start: number, end: number];

/** A number up to a limit, of which small ones are as many as large ones. */
function manyOf(chance: Chance, limit: number): number {
  return Math.floor(limit ** (chance.below(1000) / 1000));
}

function somePart(text: string, chance: Chance, longest = 300): Span {
  const start = chance.below(text.length + 1);
  return [start, Math.min(text.length, start + 1 + chance.below(longest))];
}

function someLine(text: string, chance: Chance): Span {
  const at = chance.below(text.length + 1);
  const end = text.indexOf('\n', at);
  return [text.lastIndexOf('\n', at - 1) + 1, end === -1 ? text.length : end + 1];
}

/** The first that matches from somewhere on; nothing at the end where none does. */
function someMatch(text: string, pattern: RegExp, chance: Chance): Span {
  pattern.lastIndex = chance.below(text.length + 1);
  const found = pattern.exec(text.length > 200_000 ? text.slice(0, 200_000) : text);
  pattern.lastIndex = 0;
  return found === null ? [text.length, text.length] : [found.index, found.index + found[0].length];
}

function replace(text: string, [start, end]: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function swap(text: string, one: Span, other: Span): string {
  const [[start, end], [from, to]] = one[0] <= other[0] ? [one, other] : [other, one];
  if (end > from) return text;
  return (
    text.slice(0, start) +
    text.slice(from, to) +
    text.slice(end, from) +
    text.slice(start, end) +
    text.slice(to)
  );
}
