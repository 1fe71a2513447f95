import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds, toSeconds } from '../../model/time.ts';
import type { Sample } from './prometheus.ts';

// Presets: what we know of an exporter's metrics, as one query for many hosts and a table for each.

/** The label that tells which part of a preset's query a series is of: its name may be that of a metric, or dropped by a function. */
export const partLabel = 'vigie_part';

/** Writes a selector: `name{instance=~"hv1(:[0-9]+)?",mode="idle"}`; without name, of all metrics that the braces match. */
export type Select = (name: string, ...more: readonly string[]) => string;

/** What is read of an exporter. */
export interface PresetSeries {
  /** The metrics that are read as they are, by name. */
  readonly names: readonly string[];
  /** Further parts of the query, by the name of the part. */
  readonly parts: Readonly<Record<string, (select: Select) => string>>;
  /** A metric that every host with this exporter has, or a pattern of some: the time of its scrape is that of all. */
  readonly anchor: string;
  /** So many hosts in one query, where they have a great many series. */
  readonly hostsAtOnce?: number;
}

/** What we make of an exporter's metrics. */
export interface Preset extends PresetSeries {
  readonly metrics: Readonly<Record<string, Metric>>;
  /** The records of one host. */
  records(series: HostSeries, moment: HostMoment): EntityRecord[];
}

/** Which host, and when it was scraped. */
export interface HostMoment {
  readonly host: string;
  readonly at: string;
}

/** One PromQL query for all that a preset reads, so that all values are of one scrape: a counter and the clock it is measured by. */
export function presetQuery({ names, parts, anchor }: PresetSeries, select: Select): string {
  const part = (name: string, query: string) => `label_replace(${query}, "${partLabel}", "${name}", "", "")`;
  const anchors = select('', `__name__=~"${anchor}"`);
  return [
    select('', `__name__=~"${names.join('|')}"`),
    ...Object.entries(parts).map(([name, query]) => part(name, query(select))),
    // VictoriaMetrics remembers the time of series that have ended.
    part('seen', `timestamp(${anchors}) and ${anchors}`),
    part('silent', `${select('up')} == 0`),
  ].join(' or ');
}

/** A line of a table of series: the values of those that share some labels. */
export interface SeriesRow {
  /** A label of all its series, empty when they have none; of the first, for labels that do not make the row. */
  label(name: string): string;
  /** The value of a metric or part; undefined when there is none, or two. */
  value(name: string): number | undefined;
  /** The labels and value of a metric that may come several times, told apart by labels of its own. */
  all(name: string): readonly Sample[];
}

/** The series of one host. */
export interface HostSeries {
  /** One row for each combination of values of these labels that the named metrics have; none without series. */
  rows(names: readonly string[], keys: readonly string[]): SeriesRow[];
  /** What was left out, one sentence each. */
  readonly faults: readonly string[];
}

/** Series of one host as tables. A value that comes twice is ambiguous: it is left out, and told once for each metric. */
export function hostSeries(samples: readonly Sample[]): HostSeries {
  const byName = Map.groupBy(samples, nameOf);
  const faults = new Map<string, string>();

  function single(name: string, found: readonly Sample[]): number | undefined {
    const [first, second] = found;
    if (second !== undefined && first !== undefined && !faults.has(name)) {
      const label = differing(first, second);
      faults.set(
        name,
        `${name}: left out, for it comes ${found.length} times${label === undefined ? '' : `, with ${label}`}: \`match\`, or labels of the preset, tell which is meant`,
      );
    }
    return second === undefined ? first?.value : undefined;
  }

  return {
    rows(names, keys) {
      const rows = new Map<string, Map<string, Sample[]>>();
      for (const name of names) {
        for (const sample of byName.get(name) ?? []) {
          const key = JSON.stringify(keys.map((label) => sample.labels.get(label) ?? ''));
          let row = rows.get(key);
          if (row === undefined) {
            row = new Map();
            rows.set(key, row);
          }
          const found = row.get(name);
          if (found === undefined) row.set(name, [sample]);
          else found.push(sample);
        }
      }
      return [...rows.values()].map((row): SeriesRow => {
        const any = [...row.values()].flat();
        return {
          label: (name) => any.find(({ labels }) => labels.has(name))?.labels.get(name) ?? '',
          value: (name) => single(name, row.get(name) ?? []),
          all: (name) => row.get(name) ?? [],
        };
      });
    },
    get faults() {
      return [...faults.values()];
    },
  };
}

/** When a question was asked, and how old an answer may be. */
export interface SeriesMoment {
  /** By our clock, UTC. */
  readonly at: string;
  readonly maxAgeSeconds: number;
}

/**
 * When a preset's series were scraped, by our clock: how long before the evaluation is told by the server's clock alone, so that it
 * may be wrong. Undefined without the anchor: what is left then are rates over a time in which the exporter still answered.
 */
export function seenAt(
  series: HostSeries,
  { at, maxAgeSeconds }: SeriesMoment,
): { at: string; isStale: boolean } | undefined {
  const ages = series
    .rows(['seen'], [])
    .flatMap((row) => row.all('seen').map(({ seconds, value }) => Math.max(0, seconds - value)));
  if (ages.length === 0) return undefined;
  const age = ages.reduce((least, one) => Math.min(least, one));
  // What is not of this century is no time of a scrape.
  const isTime = age < 3_155_760_000;
  return { at: isTime ? fromSeconds(toSeconds(at) - age) : at, isStale: age > maxAgeSeconds };
}

/** The labels of a series, those that are not empty. */
export function labelsOf(sample: Sample | undefined): (name: string) => string | undefined {
  return (name) => sample?.labels.get(name)?.trim() || undefined;
}

function nameOf({ labels }: Sample): string {
  return labels.get(partLabel) ?? labels.get('__name__') ?? '';
}

/** The first label in which two series differ, with both values. */
function differing(one: Sample, other: Sample): string | undefined {
  for (const label of new Set([...one.labels.keys(), ...other.labels.keys()])) {
    const [a, b] = [one.labels.get(label) ?? '', other.labels.get(label) ?? ''];
    if (a !== b) return `${label} ${[a, b].map((value) => JSON.stringify(value.slice(0, 60))).join(' and ')}`;
  }
  return undefined;
}
