import type { ContainerReport } from '../model/reports-file.ts';
import { Instant } from '../model/time.ts';
import { gaugesOn, type LastSeen, type PartsInput, partsOf } from './last-seen.ts';

/** The containers of a host, those that are there first, by name. */
export function hostContainers(host: string, input: PartsInput): ContainerReport[] {
  return partsOf(host, 'container', input)
    .map(containerReport)
    .toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || (a.name < b.name ? -1 : 1));
}

function containerReport(seen: LastSeen): ContainerReport {
  const gauge = gaugesOn(seen);
  const { facts } = seen;
  const snapshots = gauge('snapshots_count');
  const newest = Instant.safeParse(facts.newest_snapshot_at);
  return {
    seenOn: seen.seenOn,
    isCurrent: seen.isCurrent,
    name: seen.name,
    status: facts.state ?? null,
    cpu_busy_count: meanBusy(seen),
    cpu_limit_count: gauge('cpu_limit_count'),
    memory_used_bytes: gauge('memory_used_bytes'),
    memory_limit_bytes: gauge('memory_limit_bytes'),
    disk_used_bytes: gauge('disk_used_bytes'),
    disk_limit_bytes: gauge('disk_limit_bytes'),
    snapshots_count: snapshots,
    // The fact outlives the last snapshot.
    newestSnapshotAt: newest.success && snapshots !== 0 ? newest.data : null,
  };
}

function meanBusy({ entity, index }: LastSeen): number | null {
  const busy = entity.counters.get('cpu_busy_seconds_total');
  const [total = Number.NaN, covered = Number.NaN] = [busy?.total[index], busy?.covered_seconds[index]];
  return covered > 0 && !Number.isNaN(total) ? Number((total / covered).toFixed(3)) : null;
}
