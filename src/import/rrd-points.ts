import type { RrdArchive, RrdRows } from './rrd-info.ts';

/** A value that stands for the time from `start` to `end` (seconds since 1970). */
export interface RrdPoint {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** The archives of one consolidation that are worth reading, the finest first: one a resolution, the longest. */
export function archivesOf(archives: readonly RrdArchive[], consolidation: string): RrdArchive[] {
  const byResolution = new Map<number, RrdArchive>();
  for (const archive of archives) {
    if (archive.consolidation !== consolidation) continue;
    const known = byResolution.get(archive.rowSeconds);
    if (known === undefined || known.rows < archive.rows) byResolution.set(archive.rowSeconds, archive);
  }
  return [...byResolution.values()].toSorted((a, b) => a.rowSeconds - b.rowSeconds);
}

/** One source's points, oldest first, from archives given finest first: for each time, those of the finest that reaches back to it. */
export function pointsOf(archives: readonly RrdRows[], source: number): RrdPoint[] {
  const points: RrdPoint[] = [];
  let from = Number.POSITIVE_INFINITY;
  for (const { firstEnd, rowSeconds, rows } of archives) {
    const own = rows.flatMap((row, index): RrdPoint[] => {
      const end = firstEnd + index * rowSeconds;
      const value = row[source] ?? null;
      return value === null || end > from ? [] : [{ start: end - rowSeconds, end, value }];
    });
    points.unshift(...own);
    // What an archive reaches back to is where its first known value begins: a young file is empty before.
    from = Math.min(from, own[0]?.start ?? from);
  }
  return points;
}
