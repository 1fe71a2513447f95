import type { Day, Instant, Month } from '../model/time.ts';
import { type Locale, languageTags } from './locale.ts';

// Numbers and dates as people read them. No clock: language and time zone are always given.

/** What stands between a figure and its unit: a narrow no-break space. */
const thinSpace = '\u202f';

/** An instant with its zone named, `22 novembre 2026 à 10:35 (UTC+1)`. */
export function formatInstant(instant: Instant, locale: Locale, timeZone: string): string {
  const date = new Date(instant);
  const text = written(dateFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }), date, locale);
  return `${text} (${zoneName(date, locale, timeZone)})`;
}

/** From one instant to another, what both have in common told once: `22 novembre 2026, 11:30 – 13:00 (UTC+1)`. */
export function formatInterval(from: Instant, to: Instant, locale: Locale, timeZone: string): string {
  const [start, end] = [new Date(from), new Date(to)];
  const zone = zoneName(start, locale, timeZone);
  // Clocks change in between: each needs its own zone.
  if (zone !== zoneName(end, locale, timeZone))
    return `${formatInstant(from, locale, timeZone)} – ${formatInstant(to, locale, timeZone)}`;
  const format = dateFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  return `${ordinal(format.formatRange(start, end), locale)} (${zone})`;
}

function zoneName(date: Date, locale: Locale, timeZone: string): string {
  const parts = dateFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(date);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** An instant where the zone is named nearby, `22 nov. 2026, 10:35`. */
export function formatShortInstant(instant: Instant, locale: Locale, timeZone: string): string {
  return written(
    dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
    new Date(instant),
    locale,
  );
}

/** A day, `22 novembre 2026`. */
export function formatDay(day: Day, locale: Locale): string {
  // A day belongs to no zone: it is read and written in the same one.
  return written(
    dateFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }),
    new Date(`${day}T00:00:00Z`),
    locale,
  );
}

/** A month, `novembre 2026`. */
export function formatMonth(month: Month, locale: Locale): string {
  return dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

const durationUnits: Readonly<Record<Locale, readonly (readonly [seconds: number, unit: string])[]>> = {
  fr: [
    [86_400, 'j'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ],
  en: [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ],
};

/** A duration in its two largest units, the rest cut: `2 h 14 min`, `40 s`. */
export function formatDuration(seconds: number, locale: Locale): string {
  const units = durationUnits[locale];
  const whole = Math.floor(seconds);
  const first = units.findIndex(([size]) => whole >= size);
  if (first === -1) return `0${thinSpace}s`;
  let rest = whole;
  const parts: string[] = [];
  for (const [size, unit] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${formatNumber(count, locale, 0)}${thinSpace}${unit}`);
  }
  // Held together: a duration is one figure.
  return parts.join('\u00a0');
}

/** A share as a percentage, rounded down: 0.99996 reads 99.99 %, and only a whole share reads 100 %. */
export function formatPercent(ratio: number, locale: Locale, decimals = 2): string {
  const scale = 10 ** decimals;
  // The least that a second can cost in ten years is 3e-9 of the share; what is smaller is the error of binary fractions.
  const floored =
    ratio === 1 ? 100 * scale : Math.min(Math.floor(ratio * 100 * scale + 1e-6), 100 * scale - 1);
  // Something is not nothing.
  if (floored === 0 && ratio > 0)
    return `<${locale === 'fr' ? '\u00a0' : ''}${asPercent(1 / scale, locale, decimals)}`;
  return asPercent(floored / scale, locale, floored === 100 * scale ? 0 : decimals);
}

/** What was promised, in percent, with all decimals that it was written with: it is a number of people, not a measure. */
export function formatPromise(percent: number, locale: Locale): string {
  const [, decimals = ''] = String(percent).split('.');
  return formatPercent(percent / 100, locale, Math.max(2, decimals.length));
}

function asPercent(percent: number, locale: Locale, decimals: number): string {
  const number = formatNumber(percent, locale, decimals);
  return locale === 'fr' ? `${number}${thinSpace}%` : `${number}%`;
}

const byteUnits: Readonly<Record<Locale, readonly string[]>> = {
  fr: ['o', 'ko', 'Mo', 'Go', 'To', 'Po'],
  en: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'],
};

/** Bytes in decimal units, as disks are sold: `8,0 To`. */
export function formatBytes(bytes: number, locale: Locale): string {
  const units = byteUnits[locale];
  let exponent = 0;
  let value = bytes;
  // 999.5 would round to "1 000 kB".
  while (Math.abs(value) >= 999.5 && exponent < units.length - 1) {
    value /= 1000;
    exponent += 1;
  }
  const decimals = exponent > 0 && Math.abs(value) < 10 ? 1 : 0;
  return `${formatNumber(value, locale, decimals)}${thinSpace}${units[exponent]}`;
}

/** The time of an answer: `320 ms` below a second, `1,4 s` from there. */
export function formatLatency(seconds: number, locale: Locale): string {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 1000) return `${milliseconds}${thinSpace}ms`;
  return `${formatNumber(seconds, locale, 1)}${thinSpace}s`;
}

/** A number with so many decimals. */
export function formatNumber(value: number, locale: Locale, decimals: number): string {
  const tag = languageTags[locale];
  const format = kept(numberFormats, `${tag} ${decimals}`, () => {
    return new Intl.NumberFormat(tag, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  });
  return format.format(value);
}

function written(format: Intl.DateTimeFormat, date: Date, locale: Locale): string {
  return ordinal(format.format(date), locale);
}

/** French writes the first day of a month as an ordinal, which Intl does not know. */
function ordinal(text: string, locale: Locale): string {
  return locale === 'fr' ? text.replaceAll(/(?<!\S)1(?= )/g, '1er') : text;
}

// Making a formatter costs a hundred times what using it does, and a site formats tens of thousands of figures.
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const tag = languageTags[locale];
  return kept(dateFormats, `${tag} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(tag, options));
}

function kept<Format>(formats: Map<string, Format>, key: string, make: () => Format): Format {
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = make();
  formats.set(key, made);
  return made;
}
