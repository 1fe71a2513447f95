import { readFile } from 'node:fs/promises';
import type { EntityId } from '../model/entity.ts';
import { type Imported, monthsOfDays } from './imported.ts';
import type { Rename } from './metric-names.ts';
import { noRefusals, type Refusals } from './refusals.ts';
import { daysOfRrd, type RrdSeries } from './rrd-days.ts';
import type { RrdInfo, RrdRows } from './rrd-info.ts';
import { hostEntity, muninName, pnpName, type RrdName } from './rrd-names.ts';
import { archivesOf, pointsOf, type RrdPoint } from './rrd-points.ts';
import { RrdFailure, readRrdInfo, readRrdRows } from './rrd-tool.ts';
import type { Source } from './source.ts';

/** How RRDs are to be read. */
export interface RrdOptions {
  /** What all files tell of; by the conventions of who wrote them without it. */
  readonly entity?: EntityId;
  /** What sources are called here. */
  readonly metrics: readonly Rename[];
  /** By what a host of the fleet may be called, in lower case: its id. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly timeZone: string;
  readonly onProgress: (text: string) => void;
}

/** An XML file that stands beside an RRD is read up to this size. */
const maxXmlLength = 1_000_000;

/**
 * Reads RRDs to days. A file that rrdtool cannot read is refused; so is a source of which nobody says what it is.
 * @throws ConfigurationError when there is no rrdtool.
 */
export async function readRrds(sources: readonly Source[], options: RrdOptions): Promise<Imported> {
  const refusals = noRefusals();
  const series: RrdSeries[] = [];
  const detected: Record<string, string>[] = [];
  for (const source of sources) {
    options.onProgress(`reading ${source.name}`);
    try {
      const info = await readRrdInfo(source.path);
      const named = await nameSources(source, info, options, refusals);
      if (named.length === 0) continue;
      series.push(...(await readSeries(source, info, named)));
      detected.push({
        source: source.name,
        archives: describeArchives(info),
        metrics: named.map(({ key, entity, metric }) => `${key}: ${entity} ${metric.to}`).join(', '),
      });
    } catch (cause) {
      if (!(cause instanceof RrdFailure)) throw cause;
      refusals.add({ file: source.name, found: cause.message, expected: 'an RRD that rrdtool reads' });
    }
  }
  return {
    rows: series.reduce((sum, { averages }) => sum + averages.length, 0),
    refusals,
    detected,
    notes: [],
    months: monthsOfDays(daysOfRrd(series, options.timeZone), options.timeZone),
  };
}

/** A source of a file, and what it is here. */
interface NamedSource {
  readonly index: number;
  readonly key: string;
  readonly entity: EntityId;
  readonly metric: Pick<Rename, 'to' | 'factor'>;
}

/** The text of the XML file that pnp4nagios writes beside each RRD; empty when there is none. */
export async function readPnpXml(path: string): Promise<string> {
  try {
    return (await readFile(path.replace(/\.rrd$/, '.xml'), 'utf8')).slice(0, maxXmlLength);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  }
}

async function nameSources(
  { path, name: file }: Source,
  { sources }: RrdInfo,
  options: RrdOptions,
  refusals: Refusals,
): Promise<NamedSource[]> {
  const xml = path.endsWith('.rrd') ? await readPnpXml(path) : '';
  return sources.flatMap(({ name, isRate }, index): NamedSource[] => {
    const known: RrdName = pnpName(path, xml, name) ??
      muninName(path) ?? { host: undefined, keys: [name], metric: undefined };
    const asked = options.metrics.find(({ from }) => known.keys.includes(from) || from === name);
    const metric = asked ?? known.metric;
    const field = `source ${name}`;
    if (metric === undefined) {
      const expected = `--metric ${JSON.stringify(`${known.keys[0] ?? name}=metric_name*factor`)}: what it is, and in which unit`;
      refusals.add({ file, field, found: 'no unit', expected });
      return [];
    }
    if (metric.to.endsWith('_total') && !isRate) {
      const expected = 'a source of type COUNTER or DERIVE for a metric that ends in _total';
      refusals.add({ file, field, found: 'a gauge', expected });
      return [];
    }
    const entity =
      options.entity ?? (known.host === undefined ? undefined : hostEntity(known.host, options.hosts));
    if (entity === undefined) {
      const found = known.host === undefined ? 'no host' : `host ${JSON.stringify(known.host)}`;
      refusals.add({ file, field, found, expected: 'a host of fleet.yaml, or --entity host:ID' });
      return [];
    }
    return [{ index, key: known.keys[0] ?? name, entity, metric }];
  });
}

async function readSeries(
  { path }: Source,
  info: RrdInfo,
  named: readonly NamedSource[],
): Promise<RrdSeries[]> {
  const rowsOf = async (consolidation: string): Promise<RrdRows[]> => {
    const rows: RrdRows[] = [];
    for (const archive of archivesOf(info.archives, consolidation)) {
      rows.push(await readRrdRows(path, info, archive));
    }
    return rows;
  };
  const averages = await rowsOf('AVERAGE');
  const means = averages.length > 0 ? averages : await rowsOf('LAST');
  const [minima, maxima] = [await rowsOf('MIN'), await rowsOf('MAX')];
  return named.map(({ index, entity, metric: { to, factor } }) => {
    const scaled = (rows: readonly RrdRows[]): RrdPoint[] =>
      pointsOf(rows, index).map((point) => ({ ...point, value: point.value * factor }));
    const [least, greatest] = factor < 0 ? [maxima, minima] : [minima, maxima];
    return { entity, metric: to, averages: scaled(means), minima: scaled(least), maxima: scaled(greatest) };
  });
}

function describeArchives({ archives }: RrdInfo): string {
  return archives
    .map(({ consolidation, rows, rowSeconds }) => `${consolidation} ${rows} x ${rowSeconds} s`)
    .join(', ');
}
