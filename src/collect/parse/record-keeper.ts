import { EntityRecord, type SourceError } from '../../model/snapshot.ts';
import type { Parsed } from '../collector.ts';

/** Gathers records and errors; an entity has one record, whichever questions tell of it. */
export interface RecordKeeper {
  /** Keeps a record, or adds it to that of the same entity. What cannot be kept becomes an error. */
  keep(record: EntityRecord, from: Omit<SourceError, 'message'>): void;
  fault(error: SourceError): void;
  readonly parsed: Parsed;
}

const maxErrors = 200;

/** A keeper without records. */
export function createRecordKeeper(): RecordKeeper {
  const records = new Map<string, EntityRecord>();
  const errors: SourceError[] = [];
  let moreErrors = 0;

  function fault({ source, part, message }: SourceError): void {
    if (errors.length === maxErrors) moreErrors += 1;
    else errors.push({ source, ...(part !== undefined && { part }), message: message.slice(0, 1000) });
  }

  return {
    fault,
    keep(record, from) {
      const checked = EntityRecord.safeParse(record);
      if (!checked.success) {
        const [issue] = checked.error.issues;
        const entity = JSON.stringify(record.entity).slice(0, 120);
        fault({ ...from, message: `${entity}: ${issue?.path.join('.')}: ${issue?.message}` });
        return;
      }
      const before = records.get(record.entity);
      if (before === undefined) {
        records.set(record.entity, checked.data);
        return;
      }
      const twice = [...metricsOf(before)].find((metric) => metricsOf(checked.data).has(metric));
      if (twice !== undefined) {
        fault({
          ...from,
          message: `${record.entity}: found ${twice} a second time, expected it from one query`,
        });
        return;
      }
      records.set(record.entity, joined(before, checked.data));
    },
    get parsed() {
      const [last] = errors.slice(-1);
      const rest =
        last === undefined || moreErrors === 0
          ? []
          : [{ source: last.source, message: `and ${moreErrors} more errors` }];
      return { records: [...records.values()], errors: [...errors, ...rest] };
    },
  };
}

function metricsOf({ gauges, counters }: EntityRecord): Set<string> {
  return new Set([...Object.keys(gauges ?? {}), ...Object.keys(counters ?? {})]);
}

/** The first record with the metrics and facts of another; its instant and its clock stand. */
function joined(first: EntityRecord, other: EntityRecord): EntityRecord {
  return {
    ...first,
    ...(other.gauges !== undefined && { gauges: { ...first.gauges, ...other.gauges } }),
    ...(other.counters !== undefined && { counters: { ...first.counters, ...other.counters } }),
    ...(other.facts !== undefined && { facts: { ...other.facts, ...first.facts } }),
  };
}
