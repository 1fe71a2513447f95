import { basename, dirname } from 'node:path';
import type { EntityId } from '../model/entity.ts';
import { MetricName } from '../model/metric.ts';

/** What a data source of an RRD is, by the conventions of the program that wrote it. */
export interface RrdName {
  /** What the program calls the host; undefined when the file does not tell. */
  readonly host: string | undefined;
  /** How `--metric` may name it, the most particular first. */
  readonly keys: readonly string[];
  /** What it is called here, if the program tells its unit. */
  readonly metric: { readonly to: MetricName; readonly factor: number } | undefined;
}

/** By a unit of Nagios's performance data: the unit of ours, and how many of it. */
const nagiosUnits: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  '': ['count', 1],
  '%': ['ratio', 0.01],
  '%%': ['ratio', 0.01],
  s: ['seconds', 1],
  ms: ['seconds', 1e-3],
  us: ['seconds', 1e-6],
  B: ['bytes', 1],
  KB: ['bytes', 1024],
  MB: ['bytes', 1024 ** 2],
  GB: ['bytes', 1024 ** 3],
  TB: ['bytes', 1024 ** 4],
  c: ['count_total', 1],
};

/** By the beginning of a plugin's name in Munin, which writes no units: the unit of ours, and how many of it. */
const muninUnits: readonly (readonly [plugin: RegExp, unit: string, factor: number])[] = [
  [/^(memory|swap_bytes)$/, 'bytes', 1],
  [/^(df|df_inode|cpu)$/, 'ratio', 0.01],
  [/^uptime$/, 'seconds', 86_400],
  [/^(load|processes|users|threads|open_files|open_inodes|entropy)$/, 'count', 1],
  [/^if_err_/, 'count_total', 1],
  [/^if_/, 'bytes_total', 1],
  [/^(forks|interrupts)$/, 'count_total', 1],
  [/^(hddtemp|sensors_temp)/, 'celsius', 1],
];

/** pnp4nagios: `<host>/<service>.rrd`, and an XML file of the same name beside it that describes the sources. */
export function pnpName(path: string, xml: string, source: string): RrdName | undefined {
  for (const [block = '', end] of xml.split('<DATASOURCE>').map((from) => from.split('</DATASOURCE>', 2))) {
    if (end === undefined) continue;
    if (tag(block, 'DS') !== source) continue;
    const host = tag(xml, 'NAGIOS_HOSTNAME') ?? tag(xml, 'NAGIOS_DISP_HOSTNAME') ?? basename(dirname(path));
    const service = tag(xml, 'NAGIOS_SERVICEDESC') ?? basename(path, '.rrd');
    const label = tag(block, 'LABEL') ?? tag(block, 'NAME') ?? source;
    const [unit, factor] = nagiosUnits[tag(block, 'UNIT') ?? ''] ?? [];
    const to = unit === undefined ? undefined : metricOf(`${service}_${label}`, unit);
    return {
      host,
      keys: [`${service}.${label}`, label, source],
      metric: to === undefined || factor === undefined ? undefined : { to, factor },
    };
  }
  return undefined;
}

/** Munin: `<group>/<host>-<plugin>-<field>-<g, d, c or a>.rrd`, with one source that is called 42. */
export function muninName(path: string): RrdName | undefined {
  const match = /^(.+)-([^-]+)-([^-]+)-[gdca]$/.exec(basename(path, '.rrd'));
  if (match === null) return undefined;
  const [, host = '', plugin = '', field = ''] = match;
  const [, unit, factor] = muninUnits.find(([pattern]) => pattern.test(plugin)) ?? [];
  const to = unit === undefined ? undefined : metricOf(`munin_${plugin}_${field}`, unit);
  return {
    host,
    keys: [`${plugin}.${field}`, `${plugin}`],
    metric: to === undefined || factor === undefined ? undefined : { to, factor },
  };
}

/** The entity of a host as a program calls it: the host of the fleet of that name or address, or of its first label. */
export function hostEntity(name: string, hosts: ReadonlyMap<string, string>): EntityId | undefined {
  const lower = name.toLowerCase();
  const id = hosts.get(lower) ?? hosts.get(lower.split('.')[0] ?? '');
  return id === undefined ? undefined : `host:${id}`;
}

function metricOf(words: string, unit: string): MetricName | undefined {
  const plain = words
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(^|_)\/(?=$)/g, '$1root')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  const name = `${/^[a-z]/.test(plain) ? plain : `x_${plain}`}`.slice(0, 60);
  return MetricName.safeParse(`${name}_${unit}`).data;
}

function tag(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '').trim();
}
