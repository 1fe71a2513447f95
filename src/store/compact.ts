import type { Day, Instant, Month } from '../model/time.ts';
import { compactDays } from './compact-days.ts';
import { compactMonths } from './compact-months.ts';
import type { BrokenFile } from './documents.ts';
import { dropLeftovers } from './leftovers.ts';
import { withLock } from './lock.ts';
import { dropCompacted } from './retention.ts';
import type { Workspace } from './workspace.ts';

/** What compaction needs to know of the fleet. */
export interface CompactOptions {
  readonly workspace: Workspace;
  readonly timeZone: string;
  readonly everySeconds: number;
  /** How long a day stays open for late snapshots, and how long snapshots are kept. */
  readonly retentionSeconds: number;
  /** Only to know which snapshots are dated in the future; changes no byte otherwise. */
  readonly now: Instant;
  /** Told of each file that is set aside. */
  readonly onBroken: (broken: BrokenFile) => void;
  readonly onProgress?: (message: string) => void;
}

/** What a compaction did. */
export interface CompactSummary {
  readonly daysWritten: Day[];
  readonly daysUnchanged: number;
  readonly monthsWritten: Month[];
  /** Snapshot files removed: their day is older than the retention, and was read back. */
  readonly snapshotsDropped: number;
  /** Daily files removed: their month says all that they said. */
  readonly daysDropped: number;
}

/**
 * Snapshots to days, closed months of days to months. A day is open as long as the fleet's retention: a snapshot that arrives late
 * re-opens it, and the day after as far as it builds on it; days that were older than that at the last compaction stay as they are. Only
 * what has new input is read and written. Killed at any point, the next run goes on; of two at once, one waits.
 * @throws LockedError when another compaction does not end.
 */
export async function compact(options: CompactOptions): Promise<CompactSummary> {
  const { onProgress } = options;
  return withLock(
    options.workspace,
    async () => {
      await dropLeftovers(options.workspace);
      const { daysWritten, daysUnchanged, openSince } = await compactDays(options);
      const monthsWritten = await compactMonths(options);
      const dropped = await dropCompacted(options, openSince);
      return { daysWritten, daysUnchanged, monthsWritten, ...dropped };
    },
    () => onProgress?.('waiting for another compaction to end'),
  );
}
