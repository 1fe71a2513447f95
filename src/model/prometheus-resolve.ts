import type { z } from 'zod';
import { apiAccess } from './api-access.ts';
import { sourceOf } from './check-source.ts';
import { type Problem, show } from './problem.ts';
import type { PrometheusPreset, PrometheusSource } from './prometheus.ts';
import { type HostPrometheus, PrometheusPreset as Presets, type PrometheusFile } from './prometheus.ts';

type Report = (problem: Problem) => void;
type SourcesFile = Readonly<Record<string, z.output<typeof PrometheusFile>>>;

/** A host that is read from a Prometheus: from which, and what the label holds that names it. */
export interface PrometheusReach {
  readonly kind: 'prometheus';
  readonly source: string;
  /** With or without port. */
  readonly instances: readonly string[];
}

/** The section `prometheus`, every default written out. */
export function resolveSources(
  file: SourcesFile,
  services: Readonly<Record<string, unknown>>,
  report: Report,
): Map<string, PrometheusSource> {
  return new Map(
    Object.entries(file).map(([id, source]): [string, PrometheusSource] => {
      if (source.bearerEnv !== undefined && source.basic !== undefined) {
        const expected = '`bearerEnv` or `basic`, not both';
        report({ path: ['prometheus', id, 'basic'], found: 'both', expected });
      }
      for (const [name, { entity }] of Object.entries(source.queries)) {
        const owner = entity.split(':', 2)[1] ?? '';
        const [kind] = entity.split(':', 1);
        const path = ['prometheus', id, 'queries', name, 'entity'];
        if (kind === 'check') {
          const expected = 'another kind: a check stands at its service, with `kind: prometheus`';
          report({ path, found: show(entity), expected });
        } else if (owner !== '{host}' && !Object.hasOwn(services, owner)) {
          report({ path, found: show(entity), expected: '{host} or a service of this file after the kind' });
        }
      }
      const { presets } = source;
      return [
        id,
        {
          id,
          url: source.url.replace(/\/+$/, ''),
          access: apiAccess(source),
          timeoutSeconds: source.timeout,
          ...(source.tenant !== undefined && { tenant: source.tenant }),
          label: source.label,
          match: source.match,
          presets: Array.isArray(presets)
            ? new Map(presets.map((preset) => [preset, {}]))
            : new Map(
                Presets.options.flatMap((preset): [PrometheusPreset, Record<string, string>][] => {
                  const match = presets[preset];
                  return match === undefined ? [] : [[preset, match]];
                }),
              ),
          queries: new Map(Object.entries(source.queries)),
        },
      ];
    }),
  );
}

/** How a host is read from a Prometheus. */
export function resolvePrometheusReach(
  id: string,
  written: z.output<typeof HostPrometheus>,
  sources: SourcesFile,
  report: Report,
): PrometheusReach {
  const { source, instance } = typeof written === 'string' ? { source: written } : written;
  if (!Object.hasOwn(sources, source)) {
    report({
      path: ['hosts', id, 'prometheus'],
      found: show(source),
      expected: sourceOf({ section: 'prometheus', known: sources }),
    });
  }
  const rule = Object.hasOwn(sources, source) ? sources[source]?.instance : undefined;
  const instances = instance ?? rule?.replaceAll('{host}', id) ?? id;
  return { kind: 'prometheus', source, instances: Array.isArray(instances) ? instances : [instances] };
}

/** Tells of hosts that would be read as one another. */
export function reportSharedInstances(
  reaches: Iterable<readonly [string, PrometheusReach]>,
  report: Report,
): void {
  const owners = new Map<string, string>();
  for (const [id, { source, instances }] of reaches) {
    for (const instance of instances) {
      const key = JSON.stringify([source, instance]);
      const owner = owners.get(key);
      owners.set(key, id);
      if (owner === undefined || owner === id) continue;
      const expected = `another one than that of ${owner}`;
      report({ path: ['hosts', id, 'prometheus'], found: show(instance), expected });
    }
  }
}
