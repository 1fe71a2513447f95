/**
 * How a file writes its dates. `iso`: the year first, 2021-03-01 or 2021/03/01. `dmy`, `mdy`: day or month first, 01/03/2021.
 * `undecided`: one of these two, and no row tells which.
 */
export type DateStyle = 'iso' | 'seconds' | 'milliseconds' | 'dmy' | 'mdy' | 'undecided';

/** Styles that `--date-format` may ask for. */
export const dateStyles = ['iso', 'dmy', 'mdy', 'seconds', 'milliseconds'] as const;

/** What a style is called in summaries. */
export const dateStyleNames: Readonly<Record<DateStyle, string>> = {
  iso: 'ISO 8601 (yyyy-mm-dd)',
  dmy: 'dd/mm/yyyy',
  mdy: 'mm/dd/yyyy',
  undecided: 'dd/mm/yyyy or mm/dd/yyyy',
  seconds: 'seconds since 1970',
  milliseconds: 'milliseconds since 1970',
};

/** A date as it is written: on whose clock is known once `zone` is, in seconds before or after UTC; undefined for local time. */
export interface WrittenDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly secondOfDay: number;
  readonly zone: number | undefined;
  /** Whether a time of day stands beside the day. */
  readonly hasTime: boolean;
}

const time = String.raw`(?:[T ,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)? ?([AaPp][Mm])?)?`;
const zone = String.raw`(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?`;
const yearFirst = new RegExp(String.raw`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})${time}${zone}$`);
const yearLast = new RegExp(String.raw`^(\d{1,2})([./-])(\d{1,2})\2(\d{4})${time}${zone}$`);
const epoch = /^\d{9,13}(?:\.\d{1,9})?$/;

/** The style of one cell; undefined when it is no date that we read. */
export function dateStyleOf(cell: string): DateStyle | undefined {
  if (epoch.test(cell)) return Number(cell) < 1e11 ? 'seconds' : 'milliseconds';
  if (yearFirst.test(cell)) return 'iso';
  const match = yearLast.exec(cell);
  if (match === null) return undefined;
  const [first, mark, second] = [Number(match[1]), match[2], Number(match[3])];
  // Nobody puts the month first before a full stop.
  if (mark === '.' || (first > 12 && second <= 12)) return 'dmy';
  return second > 12 && first <= 12 ? 'mdy' : 'undecided';
}

/** The style that some cells of one file share: what one of them tells counts for all; undefined when the first is no date. */
export function dateStyleOfAll(cells: Iterable<string>): DateStyle | undefined {
  let style: DateStyle | undefined;
  for (const cell of cells) {
    style ??= dateStyleOf(cell);
    if (style !== 'undecided') return style;
    const other = dateStyleOf(cell);
    if (other === 'dmy' || other === 'mdy') return other;
  }
  return style;
}

/** Seconds since 1970 in a cell of that style; undefined when it is not one. */
export function readEpoch(cell: string, style: 'seconds' | 'milliseconds'): number | undefined {
  if (!epoch.test(cell)) return undefined;
  return style === 'seconds' ? Number(cell) : Number(cell) / 1000;
}

/** A cell of one of the written styles; undefined when it is not one, or names a day that does not exist. */
export function readDate(cell: string, style: 'iso' | 'dmy' | 'mdy'): WrittenDate | undefined {
  const match = (style === 'iso' ? yearFirst : yearLast).exec(cell);
  if (match === null) return undefined;
  const [, a, b, c, d] = match;
  const [year, month, day] = style === 'iso' ? [a, b, c] : style === 'dmy' ? [d, c, a] : [d, a, c];
  const [hour, minute, second, half, offset] = match.slice(style === 'iso' ? 4 : 5);
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const secondOfDay = secondOfDayOf(hour, minute, second, half);
  if (!isOfCalendar(date) || secondOfDay === undefined) return undefined;
  return { ...date, secondOfDay, zone: zoneOf(offset), hasTime: hour !== undefined };
}

function secondOfDayOf(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  half: string | undefined,
): number | undefined {
  const [h, m, s] = [hour, minute, second].map((text) => Number(text ?? 0));
  if (h === undefined || m === undefined || s === undefined) return undefined;
  if (half !== undefined && (h < 1 || h > 12)) return undefined;
  const hours = half === undefined ? h : (h % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return hours > 23 || m > 59 || s > 59 ? undefined : hours * 3600 + m * 60 + s;
}

function zoneOf(offset: string | undefined): number | undefined {
  if (offset === undefined) return undefined;
  if (!/^[+-]/.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', ''))];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function isOfCalendar({ year, month, day }: { year: number; month: number; day: number }): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
