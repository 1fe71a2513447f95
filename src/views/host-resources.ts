import { trendOf } from '../analysis/trend.ts';
import { splitEntity } from '../model/entity.ts';
import type { Host } from '../model/fleet.ts';
import { type EntityHistory, type History, listOf } from '../model/history.ts';
import type { Resource } from '../model/reports-file.ts';
import type { Day } from '../model/time.ts';

/** Shares of the capacity at which a load is called high; fleet.yaml sets those of disks. */
const cpuHigh = 0.8;
const memoryHigh = 0.9;

/** One item a day of the history; null on days without. */
type Values = readonly (number | null)[];

/** The processor, the memory and each file system of a host, over all days. */
export function hostResources(
  host: Host,
  history: History,
  diskFullAtPercent: readonly [number, number],
): Resource[] {
  const [first] = history.days;
  const entity = history.entities.get(`host:${host.id}`);
  const fileSystems = [...history.entities].flatMap(([id, fileSystem]) => {
    const { kind, owner, name } = splitEntity(id);
    return kind === 'filesystem' && owner === host.id ? [{ name, fileSystem }] : [];
  });
  if (first === undefined) return [];
  return [
    ...(entity === undefined ? [] : [cpu(entity, first), memory(entity, first)]),
    ...fileSystems.flatMap(({ name, fileSystem }) => store(name, fileSystem, first, diskFullAtPercent)),
  ];
}

function cpu(entity: EntityHistory, first: Day): Resource {
  const busy = entity.counters.get('cpu_busy_seconds_total');
  const processors = listOf(entity.gauges.get('cpu_count')?.last);
  const values = divide(listOf(busy?.p95), processors);
  const means = divide(divide(listOf(busy?.total), listOf(busy?.covered_seconds)), processors);
  return load('cpu', values, means, [cpuHigh], first);
}

function memory(entity: EntityHistory, first: Day): Resource {
  const used = entity.gauges.get('memory_used_bytes');
  const total = listOf(entity.gauges.get('memory_total_bytes')?.last);
  return load(
    'memory',
    divide(listOf(used?.p95), total),
    divide(listOf(used?.mean), total),
    [memoryHigh],
    first,
  );
}

function load(
  kind: 'cpu' | 'memory',
  values: Values,
  means: Values,
  thresholds: number[],
  first: Day,
): Resource {
  return {
    kind,
    name: '',
    unit: 'ratio',
    capacity: null,
    thresholds,
    now: values.at(-1) ?? null,
    first,
    values: values.map(share),
    means: means.map(share),
    trend: trendOf({ first, values, kind: 'load', thresholds }),
  };
}

function store(
  name: string,
  fileSystem: EntityHistory,
  first: Day,
  fullAtPercent: readonly [number, number],
): Resource[] {
  const used = listOf(fileSystem.gauges.get('filesystem_used_bytes')?.last);
  const available = listOf(fileSystem.gauges.get('filesystem_available_bytes')?.last);
  // One that was not seen for a month is gone.
  if (available.length === 0 || used.slice(-30).every((value) => value === null)) return [];
  // What df calls full: blocks kept for root do not count as room.
  const capacities = used.map((value, index) => {
    const room = available[index];
    return value === null || room === null || room === undefined ? null : value + room;
  });
  const capacity = capacities.findLast((value) => value !== null) ?? null;
  const thresholds =
    capacity === null ? [] : fullAtPercent.map((percent) => Math.round((capacity * percent) / 100));
  return [
    {
      kind: 'filesystem',
      name,
      unit: 'bytes',
      capacity,
      thresholds,
      now: used.at(-1) ?? null,
      first,
      values: used,
      means: null,
      trend: trendOf({ first, values: used, kind: 'store', thresholds }),
    },
  ];
}

function divide(numerators: Values, denominators: Values): (number | null)[] {
  return numerators.map((numerator, index) => {
    const denominator = denominators[index];
    return numerator === null || !denominator ? null : numerator / denominator;
  });
}

function share(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(4));
}
