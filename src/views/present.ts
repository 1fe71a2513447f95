import type { EntityId } from '../model/entity.ts';
import type { EntityRecord, Snapshot, SourceError } from '../model/snapshot.ts';
import { beliefIntervals } from '../model/state.ts';
import { addToDay, fromSeconds, type Instant, toSeconds } from '../model/time.ts';
import type { BrokenFile } from '../store/documents.ts';
import { listSnapshots, readRecentSnapshots, readSnapshot } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';

/** What the last runs saw: the present, beside the history. */
export interface Present {
  readonly records: ReadonlyMap<EntityId, EntityRecord>;
  readonly errors: readonly (SourceError & { readonly collector: string; readonly at: Instant })[];
}

/**
 * Snapshots, newest first, to the present. Of several records of one entity the newest counts; a run for one host alone leaves
 * what the run before saw of the others. Errors are those of each collector's newest whole run.
 */
export function presentOf(newestFirst: readonly Snapshot[]): Present {
  const records = new Map<EntityId, EntityRecord>();
  const errors: Present['errors'][number][] = [];
  const heard = new Set<string>();
  for (const { collector, vantage = '', onlyHost, at, records: seen, errors: failed } of newestFirst) {
    for (const record of seen) {
      const known = records.get(record.entity);
      if (known === undefined || known.at < record.at) records.set(record.entity, record);
    }
    if (onlyHost !== undefined) continue;
    const source = `${collector}-${vantage}`;
    if (!heard.has(source)) errors.push(...failed.map((error) => ({ ...error, collector, at })));
    heard.add(source);
  }
  return { records, errors };
}

/** What was looked at within a day is present, where runs are hours apart. */
export const presentSeconds = 86_400;

/**
 * Reads the present: the snapshots of the last intervals, and of backups, which are looked at every hour, those of the last day. The
 * history cannot tell that a dump is gone: it keeps each fact's last value for ever.
 */
export async function readPresent(
  workspace: Workspace,
  now: Instant,
  everySeconds: number,
  onBroken: (broken: BrokenFile) => void,
): Promise<Present> {
  const recent = await readRecentSnapshots(workspace, now, everySeconds * beliefIntervals, onBroken);
  const oldest = recent.at(-1)?.at ?? now;
  const since = fromSeconds(toSeconds(now) - presentSeconds);
  const today = now.slice(0, 10);
  const older: Snapshot[] = [];
  for (const file of (await listSnapshots(workspace, [addToDay(today, -1), today])).toReversed()) {
    if (!/^backup(-|$)/.test(file.source) || file.at >= oldest || file.at < since) continue;
    const snapshot = await readSnapshot(file, onBroken);
    if (snapshot !== undefined) older.push(snapshot);
  }
  return presentOf([...recent, ...older]);
}
