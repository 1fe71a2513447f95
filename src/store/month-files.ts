import { addToMonth, dayOf, type Instant, type Month, monthOf } from '../model/time.ts';
import type { BrokenFile } from './documents.ts';
import { openMonth } from './month-lines.ts';
import type { PartFile } from './segments.ts';
import { latestCredible } from './snapshots.ts';

/** A month's file. */
export interface MonthFile {
  readonly month: Month;
  readonly path: string;
}

/** Months that follow each other within a year: what the cache holds as one segment. */
export interface MonthRun {
  /** The name of its segments. */
  readonly group: string;
  readonly files: readonly MonthFile[];
}

/** All but the months of the future, which are told. */
export function credibleMonths(
  files: readonly MonthFile[],
  options: {
    readonly timeZone: string;
    readonly now: Instant;
    readonly onBroken: (broken: BrokenFile) => void;
  },
): MonthFile[] {
  const latest = monthOf(dayOf(latestCredible(options.now), options.timeZone));
  for (const { month, path } of files.filter((file) => file.month > latest)) {
    const message = `dated in the future: found ${month}, expected at most ${latest}`;
    options.onBroken({ file: path, message });
  }
  return files.filter(({ month }) => month <= latest);
}

/** The runs of some months, oldest first. `layer` tells those of one folder from those of another. */
export function runsOf(layer: string, files: readonly MonthFile[]): MonthRun[] {
  const runs: { group: string; files: MonthFile[] }[] = [];
  for (const file of files) {
    const before = runs.at(-1)?.files.at(-1)?.month;
    const follows =
      before !== undefined && addToMonth(before, 1) === file.month && !file.month.endsWith('-01');
    if (follows) runs.at(-1)?.files.push(file);
    else runs.push({ group: `${layer}${file.month}`, files: [file] });
  }
  return runs;
}

/** How the files of a run read. */
export function partFilesOf({ files }: MonthRun, onBroken: (broken: BrokenFile) => void): PartFile[] {
  return files.map(({ month, path }) => ({ path, read: () => openMonth(path, month, onBroken) }));
}
