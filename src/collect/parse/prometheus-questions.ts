import type { Fleet } from '../../model/fleet.ts';
import { type CheckOfService, checksOfKind } from '../../model/fleet-checks.ts';
import type { OwnQuery, PrometheusPreset, PrometheusSource } from '../../model/prometheus.ts';
import type { ApiRequest } from '../collector.ts';
import { blackboxSeries } from './prometheus-blackbox.ts';
import { type PresetSeries, presetQuery } from './prometheus-series.ts';
import { inGroups, selectorOf } from './prometheus-targets.ts';

/** One query, and what its answer is about. */
export type Question = {
  /** Among all questions, e.g. `main.node.1`. */
  readonly name: string;
  readonly source: PrometheusSource;
  readonly query: string;
} & (
  | { readonly kind: 'preset'; readonly preset: PrometheusPreset; readonly hosts: readonly string[] }
  | { readonly kind: 'own'; readonly own: OwnQuery }
  | { readonly kind: 'check'; readonly check: CheckOfService<'prometheus'> }
  | { readonly kind: 'targets'; readonly checks: readonly CheckOfService<'prometheus'>[] }
);

/** What the hosts of a source are called there. */
export function instancesOf(fleet: Fleet, source: string): Map<string, readonly string[]> {
  return new Map(
    [...fleet.hosts].flatMap(([id, { reach }]): [string, readonly string[]][] =>
      reach.kind === 'prometheus' && reach.source === source ? [[id, reach.instances]] : [],
    ),
  );
}

/** By their names, presets that are asked for together. */
export type Presets<Kind extends PresetSeries> = Readonly<Partial<Record<PrometheusPreset, Kind>>>;

/** What the sources of a fleet are asked of its hosts, for some of the presets. */
export function presetQuestionsOf(fleet: Fleet, presets: Presets<PresetSeries>): Question[] {
  return [...fleet.prometheus.values()].flatMap((source) =>
    presetQuestions(source, instancesOf(fleet, source.id), presets),
  );
}

/** What they are asked besides: the queries that fleet.yaml writes out, and the checks of services. */
export function ownQuestionsOf(fleet: Fleet): Question[] {
  return [...fleet.prometheus.values()].flatMap((source) => [
    ...ownQuestions(source, fleet),
    ...checkQuestions(source, fleet),
  ]);
}

/** A question as the query API takes it. Posted: a query may be longer than an address. */
export function requestOf({ name, source, query }: Question): ApiRequest {
  return {
    name,
    source: `prometheus:${source.id}`,
    url: `${source.url}/api/v1/query`,
    form: {
      query,
      // Better none than a part: Thanos and VictoriaMetrics leave out stores that do not answer otherwise.
      partial_response: 'false',
      deny_partial_response: '1',
    },
    ...(source.tenant !== undefined && { headers: { 'X-Scope-OrgID': source.tenant } }),
    access: source.access,
    timeoutSeconds: source.timeoutSeconds,
  };
}

function presetQuestions(
  source: PrometheusSource,
  instances: ReadonlyMap<string, readonly string[]>,
  presets: Presets<PresetSeries>,
): Question[] {
  return [...source.presets].flatMap(([preset, match]): Question[] => {
    const series = presets[preset];
    if (series === undefined) return [];
    const groups = inGroups([...instances], ([, values]) => values, series.hostsAtOnce);
    return groups.map((group, index) => {
      const values = group.flatMap(([, own]) => own);
      const select = selectorOf({ label: source.label, values, match: { ...source.match, ...match } });
      return {
        kind: 'preset',
        name: `${source.id}.${preset}.${index + 1}`,
        source,
        query: presetQuery(series, select),
        preset,
        hosts: group.map(([id]) => id),
      };
    });
  });
}

function ownQuestions(source: PrometheusSource, fleet: Fleet): Question[] {
  const hasHosts = instancesOf(fleet, source.id).size > 0;
  return [...source.queries].flatMap(([name, own]): Question[] => {
    const [, owner = ''] = own.entity.split(':', 2);
    const isOurs = owner === '{host}' ? hasHosts : fleet.services.has(owner);
    return isOurs ? [{ kind: 'own', name: `${source.id}.query.${name}`, source, query: own.query, own }] : [];
  });
}

function checkQuestions(source: PrometheusSource, fleet: Fleet): Question[] {
  const checks = checksOfKind(fleet, 'prometheus').filter(({ check }) => check.source === source.id);
  const queries = checks.flatMap((check): Question[] => {
    const { query } = check.check;
    if (query === undefined) return [];
    return [{ kind: 'check', name: `${source.id}.${check.entity}`, source, query, check }];
  });
  const targets = checks.filter(({ check }) => check.target !== undefined);
  const groups = inGroups(targets, ({ check }) => [check.target ?? '']);
  return [
    ...queries,
    ...groups.map((group, index): Question => {
      const values = [...new Set(group.map(({ check }) => check.target ?? ''))];
      const select = selectorOf({ label: source.label, values, match: source.match });
      return {
        kind: 'targets',
        name: `${source.id}.targets.${index + 1}`,
        source,
        query: presetQuery(blackboxSeries, select),
        checks: group,
      };
    }),
  ];
}
