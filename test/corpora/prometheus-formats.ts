import { parsePrometheusAnswer } from '../../src/collect/parse/prometheus.ts';
import type { Format } from './formats.ts';

/** What a Prometheus answers; lists of targets, labels and alerts, which are no answers to a query, are refused by name. */
export const prometheusFormats: readonly Format[] = [
  { name: 'prometheus', file: /(^|\/)prometheus\/[\w-]+\.json$/, parse: parsePrometheusAnswer },
];
