import { isOver } from '../model/end-of-support.ts';
import type { DiskReport, PoolReport, SoftwareReport } from '../model/reports-file.ts';
import type { State } from '../model/state.ts';
import type { Day, Month } from '../model/time.ts';
import { formatDay, formatMonth, formatNumber } from '../ui/format.ts';
import type { Locale } from '../ui/locale.ts';
import { reportMessagesIn } from './messages.ts';

// The parts of a host in words. What was not told is not known, and is never 0.

/** A figure in words, or that it is not known. */
export function toldOr(value: number | null, format: (value: number) => string, locale: Locale): string {
  return value === null ? reportMessagesIn(locale).inventory.unknown : format(value);
}

/** Whether what runs is supported today: the state that it is shown with, and both in words. */
export function supportOf(
  { support }: SoftwareReport,
  today: Day,
  locale: Locale,
): { state: State; word: string; dates: string | null } {
  const words = reportMessagesIn(locale).inventory.platform;
  if (support === null) return { state: 'unknown', word: words.states.unknown, dates: null };
  const { until, longTermUntil } = support;
  const dates =
    longTermUntil === null
      ? words.until(endText(until, locale))
      : words.normalUntil(endText(until, locale), endText(longTermUntil, locale));
  if (!isOver(until, today)) return { state: 'up', word: words.states.supported, dates };
  if (longTermUntil !== null && !isOver(longTermUntil, today))
    return { state: 'degraded', word: words.states.longTerm, dates };
  return { state: 'down', word: words.states.over, dates };
}

/** The end of a support: a day, or a month to its end. */
export function endText(until: Day | Month, locale: Locale): string {
  return until.length === 7
    ? reportMessagesIn(locale).inventory.platform.endOf(formatMonth(until, locale))
    : formatDay(until, locale);
}

/** Which defects a disk counts, those alone that it tells: `12 secteurs remplacés, 3 en attente`. */
export function defectsOf(disk: DiskReport, locale: Locale): string {
  const words = reportMessagesIn(locale).inventory.disks;
  return counted(
    [
      [disk.reallocated_count, words.reallocated],
      [disk.pending_count, words.pending],
      [disk.uncorrected_count, words.uncorrected],
    ],
    locale,
  );
}

/** The errors of a pool, the kinds that have any. */
export function errorsOf(pool: PoolReport, locale: Locale): string {
  const words = reportMessagesIn(locale).inventory.pools;
  const kinds = [
    [pool.read_errors_count, words.read],
    [pool.write_errors_count, words.write],
    [pool.checksum_errors_count, words.checksum],
    [pool.data_errors_count, words.data],
  ] as const;
  const isClean = kinds.every(([number]) => number === 0);
  return isClean
    ? words.noErrors
    : counted(
        kinds.filter(([number]) => number !== 0),
        locale,
      );
}

type Counted = readonly [number: number | null, words: (number: number, text: string) => string];

function counted(kinds: readonly Counted[], locale: Locale): string {
  const told = kinds.flatMap(([number, words]) =>
    number === null ? [] : [words(number, formatNumber(number, locale, 0))],
  );
  return told.length === 0 ? reportMessagesIn(locale).inventory.unknown : told.join(', ');
}
