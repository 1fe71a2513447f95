import { addToMonth, type Month } from '../model/time.ts';
import type { BrokenFile } from './documents.ts';
import { openMonth } from './month-lines.ts';
import type { PartFile } from './segments.ts';

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
