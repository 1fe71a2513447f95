import { FormatError } from './field.ts';
import type { Rows } from './rows.ts';

// Performance data of monitoring plugins: https://www.monitoring-plugins.org/doc/guidelines.html#AEN200

/** One value, as a plugin told it. */
export interface PerfValue {
  readonly label: string;
  /** Undefined when the plugin could not tell (`U`). */
  readonly value: number | undefined;
  /** As it was written: `ms`, `GB`, `%`, `c`; empty for a number of things. */
  readonly unit: string;
  /** What the value can be at most: the size of a file system. */
  readonly max: number | undefined;
}

/** Values as metrics of ours. */
export interface PerfMetrics {
  readonly gauges: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
  /** Labels whose values are none: of a unit that we do not have, or not told apart by their labels. */
  readonly leftOut: readonly string[];
}

const maxValues = 100;
const maxTextLength = 64 * 1024;
const maxLabelLength = 200;
const maxFaults = 3;

/** A label ends at the first `=`; in quotes it may hold blanks and `=`, and a quote is written twice. */
const item = /(?:'((?:[^']|'')*)'|([^\s='][^\s=]*))=(\S*)/y;
const blanks = /\s*/y;
const word = /\S+/y;

/** Reads `'label'=value[UOM];[warn];[crit];[min];[max]`, separated by blanks. What is none of that costs itself alone. */
export function parsePerfdata(text: string): Rows<PerfValue> {
  const rows: PerfValue[] = [];
  const faults: string[] = [];
  const told = text.slice(0, maxTextLength);
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(told);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  for (take(blanks); position < told.length && faults.length < maxValues; take(blanks)) {
    if (rows.length === maxValues) {
      faults.push(`more than ${maxValues} values: the others are not read`);
      break;
    }
    try {
      const match = take(item);
      if (match === null) throw new FormatError('performance data', take(word)?.[0], "'label'=value");
      const [, quoted, plain = '', content = ''] = match;
      rows.push(readItem(quoted?.replaceAll("''", "'") ?? plain, content));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(error.message);
    }
  }
  const more = faults.length - maxFaults;
  return { rows, faults: more > 0 ? [...faults.slice(0, maxFaults), `and ${more} more`] : faults };
}

/**
 * Values in our units, named `perf_<label>_<unit>`: seconds, bytes (where the plugin tells how many there can be, `perf_<label>_max_bytes`
 * as well), a ratio for percent, a count for numbers of things, and counters for `c`. What a plugin could not tell is not there.
 */
export function perfMetrics(values: readonly PerfValue[]): PerfMetrics {
  const gauges: Record<string, number> = {};
  const counters: Record<string, number> = {};
  const leftOut: string[] = [];
  for (const { label, value, unit, max } of values) {
    if (value === undefined) continue;
    const name = `perf_${slugOf(label)}`;
    const scale = Object.hasOwn(scales, unit) ? scales[unit] : undefined;
    const metric = unit === 'c' ? `${name}_count_total` : `${name}_${scale?.unit}`;
    const isTaken = Object.hasOwn(gauges, metric) || Object.hasOwn(counters, metric);
    if (isTaken || (unit === 'c' ? value < 0 : scale === undefined))
      leftOut.push(`${label} (${unit || 'twice'})`);
    else if (scale === undefined) counters[metric] = value;
    else {
      gauges[metric] = value * scale.factor;
      if (scale.unit === 'bytes' && max !== undefined && max > 0)
        gauges[`${name}_max_bytes`] = max * scale.factor;
    }
  }
  return { gauges, counters, leftOut };
}

/** The seconds that a plugin says its service took to answer: check_http, check_tcp, check_dns and others call it `time`. */
export function answerSeconds(values: readonly PerfValue[]): number | undefined {
  const time = values.find(({ label }) => label === 'time');
  const scale = time && Object.hasOwn(scales, time.unit) ? scales[time.unit] : undefined;
  if (time?.value === undefined || scale?.unit !== 'seconds') return undefined;
  return time.value * scale.factor;
}

/** The plugins of old that told MB meant 1024 * 1024 (check_disk did so up to 2.2). */
const scales: Readonly<Record<string, { readonly unit: string; readonly factor: number } | undefined>> = {
  '': { unit: 'count', factor: 1 },
  s: { unit: 'seconds', factor: 1 },
  ms: { unit: 'seconds', factor: 1e-3 },
  us: { unit: 'seconds', factor: 1e-6 },
  µs: { unit: 'seconds', factor: 1e-6 },
  ns: { unit: 'seconds', factor: 1e-9 },
  '%': { unit: 'ratio', factor: 0.01 },
  B: { unit: 'bytes', factor: 1 },
  ...Object.fromEntries(
    ['KB', 'MB', 'GB', 'TB', 'PB'].flatMap((unit, index) => {
      const scale = { unit: 'bytes', factor: 1024 ** (index + 1) };
      return [
        [unit, scale],
        [`${unit[0]}iB`, scale],
      ];
    }),
  ),
  kB: { unit: 'bytes', factor: 1024 },
};

function readItem(label: string, content: string): PerfValue {
  const [first = '', , , , max = ''] = content.split(';');
  if (label === '' || label.length > maxLabelLength)
    throw new FormatError('label', label, `1 to ${maxLabelLength} characters`);
  if (/^(U|-?nan|-?inf)?$/i.test(first)) return { label, value: undefined, unit: '', max: undefined };
  const [, number = '', unit = ''] = /^([-+]?[\d.,]+(?:[eE][-+]?\d+)?)([^\d\s.,]*)$/.exec(first) ?? [];
  const value = numberOf(number);
  if (value === undefined) throw new FormatError(`value of ${label}`, first, 'a number and its unit');
  return { label, value, unit, max: numberOf(max) };
}

/** A number with decimals after a point, or after a comma as some locales write them. */
function numberOf(text: string): number | undefined {
  if (!/^[-+]?(\d{1,20}([.,]\d{0,20})?|[.,]\d{1,20})([eE][-+]?\d{1,2})?$/.test(text)) return undefined;
  return Number(text.replace(',', '.'));
}

/** A label as part of a metric's name: `/var/lib` is var_lib, `/` is root. */
function slugOf(label: string): string {
  const slug = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 50)
    .replaceAll(/^_+|_+$/g, '');
  return slug === '' ? (label === '/' ? 'root' : 'value') : slug;
}
