import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Day, type Month, monthOf } from '../../model/time.ts';
import { compactMonth } from '../../store/compact-month.ts';
import { dailyPath, formatDaily, formatMonthly, monthlyPath } from '../../store/rollups.ts';
import { formatSnapshot, snapshotPath } from '../../store/snapshots.ts';
import type { Workspace } from '../../store/workspace.ts';
import { rollUpDay, type Simulation, snapshotsOfDay } from './history.ts';

/** What a part of a history is written as. */
export interface Piece {
  readonly kind: 'month' | 'day' | 'snapshots';
  /** The first day, and how many: all of a month, or one. */
  readonly first: number;
  readonly count: number;
}

/** How a history is laid out, as Vigie would have left it at its last moment. */
export interface Layout {
  /** Days of raw snapshots, the last one included. */
  readonly rawDays: number;
  readonly retentionDays: number;
}

/** Raw snapshots of the last days, a file for each day of the months before that are still open, and a file for each month before those. */
export function layOut(days: readonly Day[], { rawDays, retentionDays }: Layout): Piece[] {
  const firstRaw = Math.max(0, days.length - rawDays);
  // A month is closed when the retention is over for its last day: the store drops its days then.
  const newestClosed = days[days.length - 2 - retentionDays];
  const indexes = days.map((_, index) => index);
  const byMonth = Map.groupBy(indexes.slice(0, firstRaw), (index) => monthOf(days[index] ?? ''));
  const rolledUp = [...byMonth].flatMap(([month, own]): Piece[] => {
    const isClosed =
      newestClosed !== undefined && month < monthOf(newestClosed) && monthOf(days[firstRaw] ?? '') > month;
    return isClosed
      ? [{ kind: 'month', first: own[0] ?? 0, count: own.length }]
      : own.map((index): Piece => ({ kind: 'day', first: index, count: 1 }));
  });
  return [
    ...rolledUp,
    ...indexes.slice(firstRaw).map((index): Piece => ({ kind: 'snapshots', first: index, count: 1 })),
  ];
}

/** Writes a part of a history. Same simulation, same bytes, in whatever order parts are written. */
export async function writePiece(workspace: Workspace, simulation: Simulation, piece: Piece): Promise<void> {
  const { plan } = simulation;
  const days = plan.days.slice(piece.first, piece.first + piece.count);
  const [day = ''] = days;
  switch (piece.kind) {
    case 'month': {
      const dailies = days.map((_, index) => rollUpDay(simulation, piece.first + index, 'entities'));
      const month = monthOf(day);
      const monthly = compactMonth(month, plan.timeZone, dailies, digestOf(plan.seed, month));
      return write(monthlyPath(workspace, month), formatMonthly(monthly));
    }
    case 'day':
      return write(dailyPath(workspace, day), formatDaily(rollUpDay(simulation, piece.first, 'whole')));
    case 'snapshots':
      for (const snapshot of snapshotsOfDay(simulation, piece.first))
        await write(join(workspace.data, snapshotPath(snapshot)), formatSnapshot(snapshot));
  }
}

/** Writes a file that is told anew when it is lost, hence not flushed to the disk. */
export async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function digestOf(seed: number, month: Month): string {
  return createHash('sha256').update(`simulated ${seed} ${month}`).digest('hex').slice(0, 32);
}
