import type { OwnQuery } from '../../model/prometheus.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { known } from './known.ts';
import type { Sample } from './prometheus.ts';
import type { ReadAnswer } from './prometheus-answers.ts';
import { labelsOf } from './prometheus-series.ts';

/** What the series of a query of one's own give. */
export interface OwnRecords {
  readonly records: readonly EntityRecord[];
  /** One sentence each. */
  readonly faults: readonly string[];
}

/**
 * The series of a query as values of the entities that it names. `hostOf` gives a series' host; undefined for one that is none of ours:
 * such series are passed over, but that all of them are is told.
 */
export function readOwnQuery(
  { entity, metric, facts }: OwnQuery,
  { samples, withoutNumber }: Pick<ReadAnswer, 'samples' | 'withoutNumber'>,
  { at, hostOf }: { readonly at: string; hostOf(sample: Sample): string | undefined },
): OwnRecords {
  if (samples.length === 0) {
    const why = withoutNumber === 0 ? 'the answer holds no series' : 'its values are no numbers';
    return { records: [], faults: [`no data: ${why}`] };
  }
  const isOfHosts = entity.includes('{host}');
  const values = new Map<string, { sample: Sample; count: number }>();
  const faults: string[] = [];
  for (const sample of samples) {
    const host = isOfHosts ? hostOf(sample) : '';
    if (host === undefined) continue;
    const name = nameOf(entity, sample, host);
    if (name === undefined) {
      faults[0] ??= `a series lacks a label that \`entity: ${entity}\` names`;
      continue;
    }
    const before = values.get(name);
    values.set(name, { sample, count: (before?.count ?? 0) + 1 });
  }
  if (values.size === 0 && faults.length === 0)
    return {
      records: [],
      faults: [`none of the ${samples.length} series is of a host that is read from here`],
    };
  const twice = [...values].find(([, { count }]) => count > 1);
  if (twice !== undefined) {
    const [name, { count }] = twice;
    faults.push(
      `${shown(name)} has ${count} series, expected one each: aggregate, or name more labels in \`entity\``,
    );
  }
  const kind = metric.endsWith('_total') ? 'counters' : 'gauges';
  const records = [...values].flatMap(([name, { sample, count }]): EntityRecord[] => {
    if (count > 1) return [];
    const texts = known(
      Object.fromEntries(Object.entries(facts).map(([fact, label]) => [fact, labelsOf(sample)(label)])),
    );
    return [
      {
        entity: name,
        at,
        [kind]: { [metric]: sample.value },
        ...(Object.keys(texts).length > 0 && { facts: texts }),
      },
    ];
  });
  return { records, faults };
}

/** The entity with its labels put in; undefined when the series has not all of them. */
function nameOf(entity: string, { labels }: Sample, host: string): string | undefined {
  let isWhole = true;
  const name = entity.replace(/\{(\w+)\}/g, (_, label: string) => {
    const value = label === 'host' ? host : (labels.get(label) ?? '');
    isWhole &&= value !== '';
    return value;
  });
  return isWhole ? name : undefined;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 120));
}
