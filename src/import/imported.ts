import { createHash } from 'node:crypto';
import type { Daily, Monthly } from '../model/rollup.ts';
import { type Day, daysOfMonth, type Month, monthOf } from '../model/time.ts';
import { compactColumns } from '../store/compact-month.ts';
import type { ImportId, ImportKind } from '../store/imports.ts';
import type { Refusals } from './refusals.ts';
import type { Source } from './source.ts';

/** What a reader of a foreign format found: the months that it makes, one after the other, and what to tell of them. */
export interface Imported {
  /** Rows, lines or readings that were understood. */
  readonly rows: number;
  readonly refusals: Refusals;
  /** How each source was understood. */
  readonly detected: readonly Readonly<Record<string, string>>[];
  /** What the user should know besides, a sentence each. */
  readonly notes: readonly string[];
  /** Oldest first. */
  readonly months: Iterable<Monthly>;
  /** The text of a hardware.csv. */
  readonly hardware?: string;
}

/** A day of an import. */
export type ImportedDay = Pick<Daily, 'day' | 'entities'>;

/** The id of an import: that of its sources and of all options that change what comes of them. */
export function importId(kind: ImportKind, sources: readonly Source[], options: object): ImportId {
  const hash = createHash('sha256');
  for (const { sha256 } of sources) hash.update(`${sha256}\n`);
  hash.update(JSON.stringify(options));
  return `${kind}-${hash.digest('hex').slice(0, 12)}`;
}

/** Days, oldest first, to their months; months without any are left out. */
export function* monthsOfDays(days: Iterable<ImportedDay>, timeZone: string): Generator<Monthly> {
  let own: ImportedDay[] = [];
  for (const day of days) {
    const [first] = own;
    if (first !== undefined && monthOf(first.day) !== monthOf(day.day)) {
      yield monthOfDays(own, timeZone);
      own = [];
    }
    own.push(day);
  }
  if (own.length > 0) yield monthOfDays(own, timeZone);
}

/** A month of an import, with what its entities hold. */
export function importedMonth(
  month: Month,
  timeZone: string,
  entities: Monthly['entities'],
  daysWithData: readonly Day[],
): Monthly {
  const digest = createHash('sha256').update(JSON.stringify(entities)).digest('hex').slice(0, 32);
  return {
    schema: 'vigie/monthly@2',
    month,
    timeZone,
    days: daysOfMonth(month),
    inputs: { days: [...daysWithData], digest },
    entities,
  };
}

function monthOfDays(dailies: readonly ImportedDay[], timeZone: string): Monthly {
  const month = monthOf(dailies[0]?.day ?? '');
  const entities = compactColumns(daysOfMonth(month), timeZone, dailies);
  const days = dailies.map(({ day }) => day);
  return importedMonth(month, timeZone, entities, days);
}
