import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { known } from './known.ts';
import type { Preset, SeriesRow } from './prometheus-series.ts';

// The metrics of LXD (4.19 and later) and Incus, as a Prometheus scrapes them from /1.0/metrics: of running containers alone.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

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
  metrics: {
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
  },
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
  const [project, name] = [row.label('project') || 'default', row.label('name')];
  // LXD's own metrics (its operations, say) are of no container.
  if (!/^[a-zA-Z0-9-]{1,63}$/.test(name) || !/^[\w.-]{1,63}$/.test(project)) return [];
  const manager = managers.find((one) => plain.some((metric) => row.all(`${one}_${metric}`).length > 0));
  const value = (metric: string) => row.value(`${manager}_${metric}`);
  const [total, available] = [value('memory_MemTotal_bytes'), value('memory_MemAvailable_bytes')];
  const isLimited = total !== undefined && hostBytes !== undefined && total < hostBytes;
  return [
    {
      entity: `container:${host}:${project === 'default' ? name : `${project}_${name}`}`,
      at,
      gauges: known({
        memory_used_bytes:
          total === undefined || available === undefined ? undefined : Math.max(0, total - available),
        memory_limit_bytes: isLimited ? total : undefined,
        memory_cache_bytes: value('memory_Cached_bytes'),
        swap_used_bytes: value('memory_Swap_bytes'),
        processes_count: value('procs_total'),
      }),
      counters: known({
        ...Object.fromEntries(Object.keys(sums).map((metric) => [metric, row.value(metric)])),
        oom_kills_count_total: value('memory_OOM_kills_total'),
      }),
      facts: known({ state: 'running', type: row.label('type') || undefined, manager, project }),
    },
  ];
}
