import type { PublicLibrary, PublicService, StatusFile } from '../model/status-file.ts';
import { dayOf, type Month, monthOf } from '../model/time.ts';

/** What was promised of a service and what was kept, in one month. */
export interface StatementRow {
  readonly service: string;
  readonly name: string;
  readonly promised_percent: number | null;
  /** 0 to 1; null when nothing was measured. */
  readonly availability_ratio: number | null;
  readonly coverage_ratio: number;
  readonly down_seconds: number;
  readonly degraded_seconds: number;
  readonly maintenance_seconds: number;
  readonly p95_seconds: number | null;
  /** Whether the promise was kept; null where nothing was promised or measured. */
  readonly isKept: boolean | null;
}

/** A library's statement of a month. */
export interface Statement {
  readonly month: Month;
  /** It is not over: these are the figures up to now. */
  readonly isOpen: boolean;
  readonly rows: readonly StatementRow[];
}

/** The statements of a library: of each of the last 13 months in which one of its services was measured, newest first. */
export function statementsOf(library: PublicLibrary, status: StatusFile): Statement[] {
  const services = status.services.filter(({ id }) => library.services.includes(id));
  const now = monthOf(dayOf(status.builtAt, status.fleet.timeZone));
  const months = [...new Set(services.flatMap((service) => service.months.map(({ month }) => month)))];
  return months
    .toSorted()
    .toReversed()
    .map(
      (month): Statement => ({
        month,
        isOpen: month === now,
        rows: services.flatMap((service) => rowOf(service, month)),
      }),
    )
    .filter(({ rows }) => rows.some(({ coverage_ratio }) => coverage_ratio > 0));
}

function rowOf({ id, name, slaPercent, months }: PublicService, month: Month): StatementRow[] {
  const found = months.find((one) => one.month === month);
  if (found === undefined) return [];
  const { ratio, coverage, down_seconds, degraded_seconds, maintenance_seconds } = found.availability;
  return [
    {
      service: id,
      name,
      promised_percent: slaPercent,
      availability_ratio: ratio,
      coverage_ratio: coverage,
      down_seconds,
      degraded_seconds,
      maintenance_seconds,
      p95_seconds: found.latency.p95_seconds,
      isKept: slaPercent === null || ratio === null ? null : ratio * 100 >= slaPercent,
    },
  ];
}
