import { z } from 'zod';
import { type ApiAccess, apiAccessFields } from './api-access.ts';
import { Slug } from './entity.ts';
import { MetricName } from './metric.ts';

// The section `prometheus` of fleet.yaml: servers with the query API of Prometheus (Thanos, Mimir and VictoriaMetrics have it too).

/** A label's name (https://prometheus.io/docs/concepts/data_model/). */
const LabelName = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "expected a label's name");

const labelValue = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected printable text');

/** A question in PromQL. */
export const PromQuery = z.string().trim().min(1).max(4000);

/** Exporters whose metrics we know. */
export const PrometheusPreset = z.enum(['node', 'smartctl', 'zfs', 'lxd']);
export type PrometheusPreset = z.infer<typeof PrometheusPreset>;

/** Labels that a series must have, with these values. */
const Match = z.record(LabelName, labelValue);

/** A query of one's own: each series of its answer becomes a metric of an entity. */
const OwnQuery = z.strictObject({
  query: PromQuery,
  /**
   * What a series is about: a kind of its own, then `{host}` (the host that the series' label names) or a service of this file.
   * Further labels stand in braces: `database:{host}:{datname}`.
   */
  entity: z
    .string()
    .max(300)
    .regex(
      /^[a-z][a-z-]{0,30}:(\{host\}|[a-z0-9-]+)(:[^{}\p{Cc}]*(\{[a-zA-Z_]\w*\}[^{}\p{Cc}]*)*)?$/u,
      'expected an entity such as host:{host}, database:{host}:{datname} or service:koha-mulhouse',
    ),
  metric: MetricName,
  /** Labels worth keeping as text, by the name of the fact. */
  facts: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,60}$/), LabelName).default({}),
});
export type OwnQuery = z.infer<typeof OwnQuery>;

export const PrometheusFile = z.strictObject({
  ...apiAccessFields,
  /** The tenant of Mimir or Cortex, sent as X-Scope-OrgID. */
  tenant: z
    .string()
    .regex(/^[\w.!*'()|-]{1,150}$/)
    .optional(),
  /** The label that names a series' host. */
  label: LabelName.default('instance'),
  /** What that label holds for a host, its port left out; `{host}` stands for the host's name in this file. */
  instance: labelValue.default('{host}'),
  /** Labels that all series must have: tell apart two clusters, or two that scrape the same. */
  match: Match.default({}),
  /** Exporters to read; the long form adds labels to match. */
  presets: z.union([z.array(PrometheusPreset), z.partialRecord(PrometheusPreset, Match)]).default(['node']),
  queries: z.record(Slug, OwnQuery).default({}),
});

/** Where a host is read from: the name of a source, or the long form, with what its label holds. */
export const HostPrometheus = z.union([
  Slug,
  z.strictObject({
    source: Slug,
    /** One value of the label or several, with or without port; the source's rule when absent. */
    instance: z.union([labelValue, z.array(labelValue).min(1).max(20)]).optional(),
  }),
]);

/** A server with the query API of Prometheus, everything said. */
export interface PrometheusSource {
  readonly id: Slug;
  readonly url: string;
  readonly access: ApiAccess;
  readonly timeoutSeconds: number;
  readonly tenant?: string;
  readonly label: string;
  readonly match: Readonly<Record<string, string>>;
  /** By preset, what to match besides. */
  readonly presets: ReadonlyMap<PrometheusPreset, Readonly<Record<string, string>>>;
  readonly queries: ReadonlyMap<Slug, OwnQuery>;
}
