import { splitEntity } from '../model/entity.ts';
import { type HardwareRow, hardwareColumns } from '../model/hardware.ts';
import { type History, listOf } from '../model/history.ts';
import { type Days, metricsOf } from './metrics.ts';
import type { Cell, Table } from './table.ts';

/** A row an entity: what it is, since when and until when there are data, and which metrics. */
export function entitiesTable(history: History, days: Days): Table {
  return {
    columns: ['entity', 'kind', 'owner', 'first_day', 'last_day', 'days_count', 'samples_count', 'metrics'],
    rows: rows(),
  };

  function* rows(): Generator<Cell[]> {
    for (const [id, entity] of history.entities) {
      const own = listOf(entity.samples).flatMap((count, index) => {
        const day = history.days[index];
        return count === null || day === undefined || day < days.from || day > days.to
          ? []
          : [{ day, count }];
      });
      if (own.length === 0) continue;
      const { kind, owner } = splitEntity(id);
      const samples = own.reduce((sum, { count }) => sum + count, 0);
      const metrics = metricsOf(history, id, '*').join(' ');
      yield [id, kind, owner, own[0]?.day ?? null, own.at(-1)?.day ?? null, own.length, samples, metrics];
    }
  }
}

/** A row each value that a fact of an entity had, with the first day on which it was seen. */
export function factsTable(history: History, days: Days): Table {
  return { columns: ['entity', 'fact', 'since', 'value'], rows: rows() };

  function* rows(): Generator<Cell[]> {
    for (const [id, { factChanges }] of history.entities) {
      for (const [fact, changes] of factChanges) {
        for (const [since, value] of changes) {
          if (since >= days.from && since <= days.to) yield [id, fact, since, value];
        }
      }
    }
  }
}

/** What was bought and leased, imported lists too. */
export function hardwareTable(rows: readonly HardwareRow[]): Table {
  return {
    columns: hardwareColumns,
    rows: rows.map((row) => hardwareColumns.map((column) => row[column as keyof HardwareRow] ?? null)),
  };
}
