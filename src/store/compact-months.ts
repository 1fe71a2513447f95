import { createHash } from 'node:crypto';
import type { Daily } from '../model/rollup.ts';
import { type Day, type Month, monthOf } from '../model/time.ts';
import type { CompactOptions } from './compact.ts';
import { compactMonth } from './compact-month.ts';
import { credibleDays } from './day-files.ts';
import { writeUnlessTooLarge } from './documents.ts';
import {
  listMonths,
  monthlyPath,
  readDaily,
  readDailyHead,
  readMonthly,
  readMonthlyHead,
  writeMonthly,
} from './rollups.ts';

/**
 * Writes each closed month (one that a later day follows) that is missing, or whose days have changed: in this run, or in one that
 * was killed before it came to the month. A month whose daily files are gone stays as it is.
 */
export async function compactMonths(options: CompactOptions): Promise<Month[]> {
  const { workspace, timeZone, onBroken } = options;
  const days = await credibleDays(options);
  const newest = days.at(-1);
  if (newest === undefined) return [];
  const existing = new Set(await listMonths(workspace));
  const byMonth = Map.groupBy(days, monthOf);
  const written: Month[] = [];
  for (const [month, own] of byMonth) {
    // A month written while the clock was ahead goes on with its days.
    if (month >= monthOf(newest) && !existing.has(month)) continue;
    const heads = await Promise.all(own.map((day) => readDailyHead(workspace, day)));
    const head = existing.has(month) ? await readMonthlyHead(workspace, month) : undefined;
    const digests = heads.map((daily) => daily?.inputs.digest);
    if (head !== undefined && head.inputs.digest === digestOf(own, digests)) continue;
    // Days that it was made from are missing: they were dropped since.
    if (head?.inputs.days.some((day) => !own.includes(day))) continue;
    const dailies: Daily[] = [];
    for (const day of own) {
      const daily = await readDaily(workspace, day, onBroken);
      if (daily !== undefined) dailies.push(daily);
    }
    // A month that cannot be read is told, and left for people to look at; one of an older version is made anew.
    const before = existing.has(month) ? await readMonthly(workspace, month, onBroken) : undefined;
    const given = new Set(dailies.map(({ day }) => day));
    if (existing.has(month) && (before === undefined || before.inputs.days.some((day) => !given.has(day))))
      continue;
    const digest = digestOf(
      dailies.map(({ day }) => day),
      dailies.map(({ inputs }) => inputs.digest),
    );
    if (before?.inputs.digest === digest) continue;
    options.onProgress?.(`compacting ${month}: ${dailies.length} days`);
    const monthly = compactMonth(month, timeZone, dailies, digest);
    const path = monthlyPath(workspace, month);
    if (await writeUnlessTooLarge(path, () => writeMonthly(workspace, monthly), onBroken))
      written.push(month);
  }
  return written;
}

function digestOf(days: readonly Day[], digests: readonly (string | undefined)[]): string {
  const lines = days.map((day, index) => `${day} ${digests[index] ?? 'unknown'}\n`);
  return createHash('sha256')
    .update(`vigie/monthly@2\n${lines.join('')}`)
    .digest('hex')
    .slice(0, 32);
}
