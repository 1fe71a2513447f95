import type { Resource } from '../model/reports-file.ts';
import type { Day } from '../model/time.ts';
import { formatBytes, formatNumber, formatPercent } from '../ui/format.ts';
import { type Locale, languageTags } from '../ui/locale.ts';
import { reportMessagesIn } from './messages.ts';

// Amounts of a resource, as people read them: every figure with its unit.

const daysPerMonth = 365.25 / 12;
const daysPerYear = 365.25;
const minus = '\u2212';
/** With the space that stands before it. */
export const percentSigns: Readonly<Record<Locale, string>> = { fr: '\u202f%', en: '%' };
// Made once: a site writes thousands of days.
const shortMonths = dayFormats({ month: 'short', year: 'numeric' });
const shortDays = dayFormats({ dateStyle: 'medium' });

/** A value of a resource as a share of its capacity, 0 to 1; null when the capacity is not known. */
export function shareOf(resource: Resource, value: number): number | null {
  if (resource.unit === 'ratio') return value;
  return resource.capacity === null || resource.capacity <= 0 ? null : value / resource.capacity;
}

/** A value of a resource in its own unit: `3,2 To`, `41 %`. */
export function formatAmount(resource: Resource, value: number, locale: Locale): string {
  return resource.unit === 'ratio' ? formatShare(value, locale) : formatBytes(value, locale);
}

/** A value of a resource as a share where it can be one: `72 %`; else in its own unit. */
export function formatRelative(resource: Resource, value: number, locale: Locale): string {
  const share = shareOf(resource, value);
  return share === null ? formatAmount(resource, value, locale) : formatShare(share, locale);
}

/** A share of a capacity to the nearest percent; more than all of it is possible. */
export function formatShare(share: number, locale: Locale): string {
  return `${formatNumber(share * 100, locale, 0)}${percentSigns[locale]}`;
}

/** A share that must never look better than it is, rounded down: `79 %`. */
export function formatHeld(share: number, locale: Locale): string {
  return formatPercent(share, locale, 0);
}

/** A threshold as a share and in its own unit: `80 % (3,2 To)`. */
export function formatThreshold(resource: Resource, threshold: number, locale: Locale): string {
  const relative = formatRelative(resource, threshold, locale);
  const amount = formatAmount(resource, threshold, locale);
  return relative === amount ? relative : `${relative} (${amount})`;
}

/** A slope a day as a change a month, with its sign: `+128 Go`, `−0,4 points`. */
export function formatMonthly(resource: Resource, slope_per_day: number, locale: Locale): string {
  return withSign(slope_per_day, formatDifference(resource, Math.abs(slope_per_day) * daysPerMonth, locale));
}

/** A difference between two values: bytes, or points of a percentage. */
export function formatDifference(resource: Resource, difference: number, locale: Locale): string {
  if (resource.unit === 'bytes') return formatBytes(difference, locale);
  const points = Math.round(difference * 1000) / 10;
  return reportMessagesIn(locale).figures.points(formatNumber(points, locale, 1), points);
}

/** An age or a limit in years: `6,3 ans`. */
export function formatYears(days: number, locale: Locale): string {
  const years = Math.round((days / daysPerYear) * 10) / 10;
  return reportMessagesIn(locale).figures.years(
    formatNumber(years, locale, Number.isInteger(years) ? 0 : 1),
    years,
  );
}

/** An amount of money: `6 200 €`, `189,90 €`. */
export function formatEuros(amount_eur: number, locale: Locale): string {
  return new Intl.NumberFormat(languageTags[locale], {
    style: 'currency',
    currency: 'EUR',
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount_eur);
}

/** A day where room is short: `févr. 2027`. */
export function formatShortMonth(day: Day, locale: Locale): string {
  return shortMonths[locale].format(new Date(`${day}T00:00:00Z`));
}

/** A day where room is short: `12 févr. 2027`. */
export function formatShortDay(day: Day, locale: Locale): string {
  const text = shortDays[locale].format(new Date(`${day}T00:00:00Z`));
  return locale === 'fr' ? text.replace(/^1(?= )/, '1er') : text;
}

function dayFormats(style: Intl.DateTimeFormatOptions): Readonly<Record<Locale, Intl.DateTimeFormat>> {
  const inLocale = (locale: Locale) =>
    new Intl.DateTimeFormat(languageTags[locale], { ...style, timeZone: 'UTC' });
  return { fr: inLocale('fr'), en: inLocale('en') };
}

function withSign(value: number, text: string): string {
  if (value === 0) return text;
  return `${value > 0 ? '+' : minus}${text}`;
}
