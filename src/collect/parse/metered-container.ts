import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import type { ContainerMetrics } from './container-metrics.ts';
import { known } from './known.ts';

// What LXD's and Incus's own metrics tell of a container, as a record: read from them directly, or through a Prometheus.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

export const meteredMetrics = {
  memory_used_bytes: gauge('Memory without page cache (MemTotal − MemAvailable).', 8_429_568),
  memory_limit_bytes: gauge(
    'The most it may use (MemTotal); absent where that is not below the memory of the host, told by its node exporter.',
    1_073_741_824,
  ),
  memory_cache_bytes: gauge('File pages of the page cache (Cached).', 96_403_456),
  swap_used_bytes: gauge('Swap space in use (Swap).', 0),
  processes_count: gauge('Processes and threads (procs_total).', 31),
  cpu_busy_seconds_total: counter('CPU time it used since it started, of all CPUs together.', 780.690615),
  network_received_bytes_total: counter(
    'Bytes its interfaces received since it started, lo not among them.',
    516,
  ),
  network_sent_bytes_total: counter('Bytes they sent.', 586),
  oom_kills_count_total: counter('Its processes that were killed for want of memory since it started.', 0),
} satisfies Record<string, Metric>;

type Metered = Pick<ContainerMetrics, 'name' | 'project'> & {
  readonly [Key in keyof ContainerMetrics]?: ContainerMetrics[Key] | undefined;
};

/** A running container, as metrics know it; undefined for what has no container's name. `hostBytes` is the host's memory, where that is known. */
export function meteredRecord(
  metrics: Metered,
  {
    host,
    at,
    hostBytes,
  }: { readonly host: string; readonly at: string; readonly hostBytes?: number | undefined },
): EntityRecord | undefined {
  const { name, project, manager, type, memoryTotalBytes: total, memoryAvailableBytes: available } = metrics;
  // LXD's own metrics (its operations, say) are of no container.
  if (!/^[a-zA-Z0-9-]{1,63}$/.test(name) || !/^[\w.-]{1,63}$/.test(project)) return undefined;
  const isLimited = total !== undefined && hostBytes !== undefined && total < hostBytes;
  return {
    entity: `container:${host}:${project === 'default' ? name : `${project}_${name}`}`,
    at,
    gauges: known({
      memory_used_bytes:
        total === undefined || available === undefined ? undefined : Math.max(0, total - available),
      memory_limit_bytes: isLimited ? total : undefined,
      memory_cache_bytes: metrics.memoryCacheBytes,
      swap_used_bytes: metrics.swapBytes,
      processes_count: metrics.processCount,
    }),
    counters: known({
      cpu_busy_seconds_total: metrics.cpuBusySeconds,
      network_received_bytes_total: metrics.networkReceivedBytes,
      network_sent_bytes_total: metrics.networkSentBytes,
      oom_kills_count_total: metrics.oomKillCount,
    }),
    facts: known({ state: 'running', type: type?.slice(0, 100) || undefined, manager, project }),
  };
}
