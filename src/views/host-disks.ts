import type { DiskReport } from '../model/reports-file.ts';
import { gaugesOn, type LastSeen, lastVerdict, type PartsInput, partsOf } from './last-seen.ts';

/** Some figure that a disk gives whenever it is awake. */
const figures = ['power_on_seconds', 'temperature_celsius', 'lifetime_written_bytes', 'wear_used_ratio'];

/** The disks of a host, by device. */
export function hostDisks(host: string, input: PartsInput): DiskReport[] {
  return partsOf(host, 'disk', input)
    .map((seen) => diskReport(seen, input))
    .toSorted(
      (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || compare(a.device ?? a.id, b.device ?? b.id),
    );
}

function diskReport(seen: LastSeen, { history }: PartsInput): DiskReport {
  const { facts, entity } = seen;
  const gauges = entity.gauges;
  const index = Math.max(
    ...figures.map((name) => gauges.get(name)?.last.findLastIndex((value) => !Number.isNaN(value)) ?? -1),
  );
  const gauge = gaugesOn({ entity, index });
  const first = (...names: readonly string[]): number | null =>
    names.map(gauge).find((value) => value !== null) ?? null;
  return {
    seenOn: seen.seenOn,
    isCurrent: seen.isCurrent,
    id: seen.name,
    device: facts.device ?? null,
    model: facts.model ?? null,
    readOn: history.days[index] ?? null,
    size_bytes: gauge('disk_size_bytes'),
    powerOn_seconds: gauge('power_on_seconds'),
    wear_used_ratio: gauge('wear_used_ratio'),
    written_bytes: gauge('lifetime_written_bytes'),
    temperature_celsius: gauge('temperature_celsius'),
    reallocated_count: first('reallocated_sectors_count', 'grown_defects_count'),
    pending_count: gauge('pending_sectors_count'),
    uncorrected_count: first(
      'media_errors_count',
      'uncorrected_errors_count',
      'reported_uncorrectable_count',
      'offline_uncorrectable_count',
    ),
    state: lastVerdict(seen).state,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
