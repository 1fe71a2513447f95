import type { EntityId } from '../model/entity.ts';
import type { EntityRecord, Snapshot, SourceError } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';

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
