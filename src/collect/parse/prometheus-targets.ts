import type { Select } from './prometheus-series.ts';

// What a label calls the things that we ask for (hosts, addresses that are probed), and what we call them.

/** Things by the value of a label; a value without port stands for itself with any port. */
export interface Targets {
  /** Our name for a label's value; undefined for what is none of ours. */
  find(value: string): string | undefined;
}

/** Targets by the values that a label may have for each. */
export function targetsBy(values: Iterable<readonly [id: string, values: readonly string[]]>): Targets {
  const ids = new Map([...values].flatMap(([id, own]) => own.map((value): [string, string] => [value, id])));
  return {
    find: (value) => ids.get(value) ?? (hasPort(value) ? ids.get(value.replace(/:\d+$/, '')) : undefined),
  };
}

/** A label, the values that it may have, and what other labels must be. */
export interface Selection {
  readonly label: string;
  readonly values: readonly string[];
  readonly match: Readonly<Record<string, string>>;
}

/** Selectors of the series of some targets alone: what others have on the same server need not travel. */
export function selectorOf({ label, values, match }: Selection): Select {
  const pattern = values
    .map((value) => (hasPort(value) ? escaped(value) : `${escaped(value)}(:[0-9]+)?`))
    .join('|');
  const matchers = [
    `${label}=~${quoted(pattern)}`,
    ...Object.entries(match).map(([name, value]) => `${name}=${quoted(value)}`),
  ];
  return (name, ...more) => `${name}{${[...more, ...matchers].join(',')}}`;
}

/** How long the values of one selector may be, in characters: servers refuse queries from 16 KiB on, and presets repeat it ten times. */
const maxSelectorLength = 900;

/** Things in groups that are short enough for a query each. */
export function inGroups<Item>(
  items: readonly Item[],
  valuesOf: (item: Item) => readonly string[],
  maxItems = Number.POSITIVE_INFINITY,
): Item[][] {
  const groups: Item[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const own = valuesOf(item).reduce((sum, value) => sum + value.length + 20, 0);
    if (length + own > maxSelectorLength || (groups.at(-1)?.length ?? 0) >= maxItems) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(item);
    length += own;
  }
  return groups;
}

function hasPort(value: string): boolean {
  return /(^[^:]*|\]):\d{1,5}$/.test(value);
}

/** A text as a regular expression of RE2 that matches it alone. */
function escaped(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** A string of PromQL: its escapes are those of Go, which knows all that JSON writes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
