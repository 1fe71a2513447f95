import { FormatError } from './field.ts';
import { type Rows, readRows } from './rows.ts';

/** What LXD's and Incus's `/1.0/metrics` tell of an instance; absent is what they do not tell. Only running instances are there. */
export interface ContainerMetrics {
  readonly name: string;
  readonly project: string;
  /** `lxd` or `incus`: whose metrics they are. */
  manager?: string;
  /** `container` or `virtual-machine`. */
  type?: string;
  /** Neither idle, nor waiting for a disk, nor taken by others; of all CPUs. In milliseconds from LXD 4.19 to 4.22. */
  cpuBusySeconds?: number;
  memoryTotalBytes?: number;
  /** What is neither used nor anything but page cache. */
  memoryAvailableBytes?: number;
  memoryCacheBytes?: number;
  swapBytes?: number;
  oomKillCount?: number;
  /** Of all interfaces but `lo`. */
  networkReceivedBytes?: number;
  networkSentBytes?: number;
  /** 0 on ZFS, whatever is read and written. */
  diskReadBytes?: number;
  diskWrittenBytes?: number;
  /** Of the file system at `/`, which several may share. */
  rootSizeBytes?: number;
  rootAvailableBytes?: number;
  processCount?: number;
}

type Field = Exclude<keyof ContainerMetrics, 'name' | 'project' | 'manager' | 'type'>;
type Labels = ReadonlyMap<string, string>;

/** By the metric's name without `lxd_` or `incus_`: where its value goes, and which of its samples count. */
const fields = new Map<string, { readonly field: Field; counts?(labels: Labels): boolean }>([
  [
    'cpu_seconds_total',
    { field: 'cpuBusySeconds', counts: (labels) => !idleModes.has(labels.get('mode') ?? '') },
  ],
  ['memory_MemTotal_bytes', { field: 'memoryTotalBytes' }],
  ['memory_MemAvailable_bytes', { field: 'memoryAvailableBytes' }],
  ['memory_Cached_bytes', { field: 'memoryCacheBytes' }],
  ['memory_Swap_bytes', { field: 'swapBytes' }],
  ['memory_OOM_kills_total', { field: 'oomKillCount' }],
  ['network_receive_bytes_total', { field: 'networkReceivedBytes', counts: isNoLoopback }],
  ['network_transmit_bytes_total', { field: 'networkSentBytes', counts: isNoLoopback }],
  ['disk_read_bytes_total', { field: 'diskReadBytes' }],
  ['disk_written_bytes_total', { field: 'diskWrittenBytes' }],
  ['filesystem_size_bytes', { field: 'rootSizeBytes', counts: isRoot }],
  ['filesystem_avail_bytes', { field: 'rootAvailableBytes', counts: isRoot }],
  ['procs_total', { field: 'processCount' }],
]);

/** Virtual machines tell of them; busy is the rest. */
const idleModes = new Set(['idle', 'iowait', 'steal']);

/**
 * Reads the text of `/1.0/metrics` of LXD (4.19 and later) and Incus, the OpenMetrics way, samples in any order.
 * Throws FormatError for the metrics of others, and for a text that was cut before its `# EOF`.
 */
export function parseContainerMetrics(text: string): Rows<ContainerMetrics> {
  if (!/^# EOF\s*$/m.test(text.slice(-200)))
    throw new FormatError('end', text.trimEnd().split('\n').at(-1), '"# EOF"');
  if (!/^(lxd|incus)_/m.test(text) && /^\w/m.test(text))
    throw new FormatError('metrics', /^\w.*/m.exec(text)?.[0], 'names that begin with lxd_ or incus_');
  const found = new Map<string, ContainerMetrics>();
  const faults: string[] = [];
  // In portions, since each gives few rows and the limit is for lines that give one each.
  for (const lines of portions(text.split('\n'), 1000)) {
    if (faults.length >= 4) break;
    faults.push(...readRows(lines.join('\n'), (line) => addSample(found, line)).faults);
  }
  return { rows: [...found.values()], faults: faults.slice(0, 4) };
}

function addSample(found: Map<string, ContainerMetrics>, line: string): undefined {
  if (line.startsWith('#')) return;
  const [, manager, metric = '', labelText = '', value] =
    /^(lxd|incus)_(\w+)(?:\{(.*)\})? (\S+)(?: -?\d+(?:\.\d+)?)?$/.exec(line.trimEnd()) ?? [];
  if (manager === undefined || value === undefined)
    throw new FormatError('sample', line, 'lxd_name{label="value",…} number');
  const known = fields.get(metric);
  if (known === undefined) return;
  const labels = readLabels(labelText);
  const [name, project] = [labels.get('name'), labels.get('project')];
  if (name === undefined || project === undefined)
    throw new FormatError(metric, line, 'the labels name and project');
  if (known.counts?.(labels) === false) return;
  // NaN and infinity are no measurement.
  if (/^([+-]?Inf|NaN)$/.test(value)) return;
  if (!/^\d{1,25}(\.\d{1,25})?(e[+-]?\d{1,3})?$/.test(value))
    throw new FormatError(metric, value, 'a number');
  const number = Number(value);
  if (!Number.isFinite(number)) return;
  const key = `${project}/${name}`;
  const type = labels.get('type');
  const metrics = found.get(key) ?? { name, project, manager };
  if (type !== undefined) metrics.type = type;
  metrics[known.field] = (metrics[known.field] ?? 0) + number;
  found.set(key, metrics);
}

/** `a="b",c="d"`, with \\, \" and \n in values. */
function readLabels(text: string): Labels {
  const labels = new Map<string, string>();
  const label = /\s*([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
  while (label.lastIndex < text.length) {
    const { lastIndex } = label;
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new FormatError('labels', text.slice(lastIndex), 'name="value"');
    labels.set(
      name,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    );
  }
  return labels;
}

function isNoLoopback(labels: Labels): boolean {
  return labels.get('device') !== 'lo';
}

function isRoot(labels: Labels): boolean {
  return labels.get('mountpoint') === '/';
}

function portions<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
