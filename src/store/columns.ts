import type { StoredColumn } from '../model/rollup.ts';

/** One item a day; null on days without. */
export type Items = readonly (number | null)[];

/** A column as a month stores it, the shortest way that reads back the same; `samples` is that of its entity. */
export function storeColumn(values: Items, samples: Items): StoredColumn {
  const first = values.find((value) => value !== null);
  if (first === undefined || first === null) return [...values];
  const isConstant = values.every((value, index) => value === (samples[index] === null ? null : first));
  return isConstant ? first : scaled(values);
}

/** A stored column as a list, one item a day; `samples` is that of its entity. */
export function expandColumn(column: StoredColumn, samples: StoredColumn, length: number): Items {
  if (typeof column !== 'number') {
    const [exponent, items] = partsOf(column);
    // A hostile month's column may be longer than the month.
    const own = items.length > length ? items.slice(0, length) : items;
    return exponent === 0 ? own : own.map((value) => (value === null ? null : scale(value, exponent)));
  }
  if (typeof samples === 'number') return Array.from({ length }, () => column);
  return expandColumn(samples, samples, length).map((count) => (count === null ? null : column));
}

/** Writes a stored column into numbers, from an index on: null leaves what stands there, and what lies outside, or beyond the samples, is left out. */
export function writeColumn(column: StoredColumn, samples: Items, into: Float64Array, at: number): void {
  if (typeof column === 'number') {
    for (let index = 0; index < samples.length; index += 1)
      if (samples[index] !== null) put(into, at + index, column);
    return;
  }
  const [e, values] = partsOf(column);
  const power = powers[Math.abs(e)] ?? Number.NaN;
  const length = Math.min(values.length, samples.length);
  for (let index = 0; index < length; index += 1) {
    const value = values[index];
    if (value !== null && value !== undefined)
      put(into, at + index, e === 0 ? value : e < 0 ? value / power : value * power);
  }
}

/** The exponent and the items of a column; a list of a month's items never holds a list. */
function partsOf(column: Exclude<StoredColumn, number>): readonly [exponent: number, items: Items] {
  const [exponent, items] = column;
  return Array.isArray(items) ? [exponent ?? 0, items] : [0, column as Items];
}

function put(into: Float64Array, at: number, value: number): void {
  if (at >= 0 && at < into.length) into[at] = value;
}

/** As whole numbers of the greatest power of ten that all are multiples of, when that is shorter. */
function scaled(values: Items): StoredColumn {
  const plain = [...values];
  const e = Math.min(
    ...values.filter((value) => value !== null && value !== 0).map((value) => exponentOf(value ?? 0)),
  );
  if (e === 0 || Math.abs(e) > 20) return plain;
  const n = values.map((value) => (value === null ? null : Math.round(scale(value, -e))));
  const isExact = n.every((value, index) => (value === null ? null : scale(value, e)) === values[index]);
  const short: StoredColumn = [e, n];
  return isExact && JSON.stringify(short).length < JSON.stringify(plain).length ? short : plain;
}

/** 10^0 to 10^20: powers up to 10^22 are exact, so that a product or a quotient is rounded once. */
const powers = Array.from({ length: 21 }, (_, exponent) => Number(`1e${exponent}`));

function scale(value: number, exponent: number): number {
  const power = powers[Math.abs(exponent)] ?? Number.NaN;
  return exponent < 0 ? value / power : value * power;
}

/** The power of ten of a number's last digit: -1 of 0.5, 0 of 12, 3 of 5000. */
function exponentOf(value: number): number {
  const [digits = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  if (decimals !== '') return Number(exponent) - decimals.length;
  return Number(exponent) + (/0*$/.exec(whole)?.[0].length ?? 0);
}
