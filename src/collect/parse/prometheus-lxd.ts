import type { EntityRecord } from '../../model/snapshot.ts';
import { meteredMetrics, meteredRecord } from './metered-container.ts';
import type { Preset, SeriesRow } from './prometheus-series.ts';

// The metrics of LXD (4.19 and later) and Incus, as a Prometheus scrapes them from /1.0/metrics: of running containers alone.

const managers = ['lxd', 'incus'] as const;

/** The metrics that are read as they are, without the prefix of their manager. */
const plain = [
  'memory_MemTotal_bytes',
  'memory_MemAvailable_bytes',
  'memory_Cached_bytes',
  'memory_Swap_bytes',
  'memory_OOM_kills_total',
  'procs_total',
];

const names = managers.flatMap((manager) => plain.map((name) => `${manager}_${name}`));

/** Sums over CPUs or interfaces, by the metric that they become. */
const sums = {
  // Virtual machines tell of idle time as well.
  cpu_busy_seconds_total: { of: 'cpu_seconds_total', over: 'cpu, mode', which: 'mode!~"idle|iowait|steal"' },
  network_received_bytes_total: { of: 'network_receive_bytes_total', over: 'device', which: 'device!="lo"' },
  network_sent_bytes_total: { of: 'network_transmit_bytes_total', over: 'device', which: 'device!="lo"' },
} as const;

/** LXD's and Incus's metrics as the records of the container collector. */
export const lxdPreset: Preset = {
  metrics: meteredMetrics,
  names: [...names, 'node_memory_MemTotal_bytes'],
  parts: Object.fromEntries(
    Object.entries(sums).map(([part, { of, over, which }]) => [
      part,
      (select) => `sum without (${over}) (${select('', `__name__=~"(${managers.join('|')})_${of}"`, which)})`,
    ]),
  ),
  anchor: '(lxd|incus)_procs_total',
  records(series, { host, at }) {
    const [hostRow] = series.rows(['node_memory_MemTotal_bytes'], []);
    const hostBytes = hostRow?.value('node_memory_MemTotal_bytes');
    return series
      .rows([...names, ...Object.keys(sums)], ['project', 'name'])
      .flatMap((row) => containerRecord(row, host, at, hostBytes));
  },
};

function containerRecord(
  row: SeriesRow,
  host: string,
  at: string,
  hostBytes: number | undefined,
): EntityRecord[] {
  const manager = managers.find((one) => plain.some((metric) => row.all(`${one}_${metric}`).length > 0));
  const value = (metric: string) => row.value(`${manager}_${metric}`);
  const metrics = {
    name: row.label('name'),
    project: row.label('project') || 'default',
    type: row.label('type'),
    manager,
    cpuBusySeconds: row.value('cpu_busy_seconds_total'),
    memoryTotalBytes: value('memory_MemTotal_bytes'),
    memoryAvailableBytes: value('memory_MemAvailable_bytes'),
    memoryCacheBytes: value('memory_Cached_bytes'),
    swapBytes: value('memory_Swap_bytes'),
    oomKillCount: value('memory_OOM_kills_total'),
    networkReceivedBytes: row.value('network_received_bytes_total'),
    networkSentBytes: row.value('network_sent_bytes_total'),
    processCount: value('procs_total'),
  };
  const record = meteredRecord(metrics, { host, at, hostBytes });
  return record === undefined ? [] : [record];
}
