import { FormatError, readCount } from './field.ts';

const units = 'BKMGTPEZ';
/** The end of the year 2199: what is later comes from a clock that is wrong. */
const latestSeconds = 7_258_118_400;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Reads an amount as the ZFS tools print it: every digit with `-p`, else three or four of them and a power of 1024 (`0`, `18K`, `1.35K`,
 * `193M`, also of plain counts). Rounded to a whole number.
 */
export function readZfsAmount(text: string | undefined, field: string): number {
  const [, digits, unit] = /^(\d{1,4}(?:\.\d{1,2})?)([BKMGTPEZ])$/.exec(text ?? '') ?? [];
  if (digits !== undefined && unit !== undefined)
    return Math.round(Number(digits) * 1024 ** units.indexOf(unit));
  if (text === undefined || !/^\d{1,20}$/.test(text))
    throw new FormatError(field, text, 'a number such as 1382 or 1.35K');
  return Number(text);
}

/** The same, or undefined for `-`: there is no such number. */
export function readOptionalAmount(text: string | undefined, field: string): number | undefined {
  return text === '-' ? undefined : readZfsAmount(text, field);
}

/**
 * An amount with as many digits as `zpool status` prints of it, with or without `-p`: five characters at most, unit included
 * (zfs_nicenum_format in lib/libzutil/zutil_nicenum.c of OpenZFS).
 */
export function roundAsPrinted(bytes: number): number {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const unit = 1024 ** power;
  if (bytes % unit === 0) return bytes;
  const decimals = [2, 1, 0].find((count) => (bytes / unit).toFixed(count).length < 5) ?? 0;
  return Math.round(Number((bytes / unit).toFixed(decimals)) * unit);
}

/** Reads a date as ctime() prints it where the time zone is UTC (`Sun Nov 22 18:51:06 2026`): seconds since 1970. */
export function readZfsDate(text: string | undefined, field: string): number {
  const [, month = '', day, hour, minute, second, year] =
    /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?: UTC)? (\d{4})$/.exec(
      text ?? '',
    ) ?? [];
  const seconds =
    Date.UTC(
      Number(year),
      months.includes(month) ? months.indexOf(month) : Number.NaN,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ) / 1000;
  if (!(seconds >= 0 && seconds < latestSeconds))
    throw new FormatError(field, text, 'a date such as Sun Nov 22 18:51:06 2026');
  return seconds;
}

/** Reads seconds since 1970. */
export function readZfsSeconds(text: string | undefined, field: string): number {
  const seconds = readCount(text, field);
  if (seconds >= latestSeconds) throw new FormatError(field, text, 'seconds since 1970, before 2200');
  return seconds;
}
