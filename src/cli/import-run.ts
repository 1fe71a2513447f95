import { type Imported, importId } from '../import/imported.ts';
import type { Source } from '../import/source.ts';
import { type Fault, formatFault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Monthly } from '../model/rollup.ts';
import type { Day, Instant } from '../model/time.ts';
import { expandColumn } from '../store/columns.ts';
import {
  draftImport,
  hasImport,
  type ImportDraft,
  type ImportFile,
  type ImportKind,
} from '../store/imports.ts';
import type { Workspace } from '../store/workspace.ts';
import { type Progress, printable } from './progress.ts';

/** What to import, and how. */
export interface ImportJob {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  readonly kind: ImportKind;
  readonly sources: readonly Source[];
  /** All that changes what comes of the sources: with them it makes the id. */
  readonly options: object;
  readonly isDryRun: boolean;
  readonly now: Instant;
  readonly progress: Progress;
  read(): Promise<Imported>;
}

/** What came of it. */
export interface ImportResult {
  /** `present`: it had been imported before, and nothing was done. `empty`: nothing in the sources was understood. */
  readonly status: 'imported' | 'would import' | 'present' | 'empty';
  readonly id: string;
  readonly detected: ImportFile['detected'];
  readonly counts: ImportFile['counts'];
  readonly first: Day | null;
  readonly last: Day | null;
  readonly notes: readonly string[];
  /** The first rows that were refused; `counts.refused` says how many there are. */
  readonly refused: readonly Fault[];
}

/** Imports into a folder of its own, whole or not at all; a dry run does all but write. */
export async function runImport(job: ImportJob): Promise<ImportResult> {
  const id = importId(job.kind, job.sources, job.options);
  if (await hasImport(job.workspace, id)) return nothingDone(id);
  const imported = await job.read();
  const draft = job.isDryRun ? undefined : await draftImport(job.workspace, id);
  try {
    const result = await write(job, id, imported, draft);
    job.progress.end();
    if (result.status === 'empty') await draft?.discard();
    return result;
  } catch (cause) {
    await draft?.discard();
    throw cause;
  }
}

/** A result as people read it. */
export function describeImport(result: ImportResult): string {
  const { id, status, counts, first, last } = result;
  if (status === 'present') return `${id}: imported before, nothing to do`;
  const period = first === null ? '' : `, ${first} to ${last}`;
  const verdict = {
    imported: `${id}: imported`,
    'would import': `${id}: would be imported (nothing was written)`,
    empty: 'nothing was imported: nothing in these files was understood',
  }[status];
  return [
    ...result.detected.map((dialect) =>
      Object.entries(dialect)
        .map(([name, found], index) =>
          index === 0 ? printable(found) : `  ${name.replaceAll('_', ' ')}: ${printable(found)}`,
        )
        .join('\n'),
    ),
    ...result.notes.map((note) => `note: ${printable(note)}`),
    `read ${counts.rows}, refused ${counts.refused}; entities ${counts.entities}, metrics ${counts.metrics}, days ${counts.days}${period}`,
    verdict,
    ...(status === 'imported' ? [`vigie import undo ${id} takes it back`] : []),
  ].join('\n');
}

/** The rows that were refused, a line each, as far as they are told. */
export function describeRefusals({ refused, counts }: ImportResult): string[] {
  const more = counts.refused - refused.length;
  return [
    ...refused.map((fault) => printable(formatFault(fault))),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

async function write(
  job: ImportJob,
  id: string,
  imported: Imported,
  draft: ImportDraft | undefined,
): Promise<ImportResult> {
  const entities = new Set<string>();
  const metrics = new Set<string>();
  const days = new Set<Day>();
  for (const monthly of imported.months) {
    job.progress.state(`compacting ${monthly.month}`);
    for (const [entity, { gauges, counters }] of Object.entries(monthly.entities)) {
      entities.add(entity);
      for (const metric of Object.keys({ ...gauges, ...counters })) metrics.add(metric);
    }
    for (const day of daysWithData(monthly)) days.add(day);
    await draft?.writeMonth(monthly);
  }
  if (imported.hardware !== undefined) await draft?.writeHardware(imported.hardware);
  const sorted = [...days].toSorted();
  const { rows, refusals, detected } = imported;
  const summary = {
    detected: detected.map((dialect) => ({ ...dialect })),
    counts: {
      rows,
      refused: refusals.count,
      entities: entities.size,
      metrics: metrics.size,
      days: days.size,
    },
    first: sorted[0] ?? null,
    last: sorted.at(-1) ?? null,
  };
  const isEmpty = days.size === 0 && imported.hardware === undefined;
  if (!isEmpty) {
    await draft?.commit({
      schema: 'vigie/import@1',
      id,
      kind: job.kind,
      at: job.now,
      sources: job.sources.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
      ...summary,
    });
  }
  return {
    status: isEmpty ? 'empty' : job.isDryRun ? 'would import' : 'imported',
    id,
    ...summary,
    notes: [...imported.notes, ...unknownHosts(entities, job.fleet)],
    refused: refusals.first,
  };
}

function daysWithData({ days, entities }: Monthly): Day[] {
  const columns = Object.values(entities).map(({ samples }) => expandColumn(samples, samples, days.length));
  return days.filter((_, index) => columns.some((column) => typeof column[index] === 'number'));
}

function unknownHosts(entities: ReadonlySet<string>, fleet: Fleet): string[] {
  const hosts = [...entities].flatMap((entity) => /^host:(.+)$/s.exec(entity)?.[1] ?? []);
  const unknown = hosts.filter((host) => !fleet.hosts.has(host)).toSorted();
  return unknown.length === 0
    ? []
    : [`hosts that fleet.yaml does not have: ${unknown.slice(0, 20).join(', ')}`];
}

function nothingDone(id: string): ImportResult {
  const counts = { rows: 0, refused: 0, entities: 0, metrics: 0, days: 0 };
  return { status: 'present', id, detected: [], counts, first: null, last: null, notes: [], refused: [] };
}
