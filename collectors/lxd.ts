import type { ApiAnswer, ApiCollector } from '../src/collect/collector.ts';
import { parseContainerMetrics } from '../src/collect/parse/container-metrics.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { known } from '../src/collect/parse/known.ts';
import { meteredMetrics, meteredRecord } from '../src/collect/parse/metered-container.ts';
import { createRecordKeeper } from '../src/collect/parse/record-keeper.ts';
import type { Fleet } from '../src/model/fleet.ts';
import type { LxdReach } from '../src/model/lxd.ts';

/** Hosts whose LXD or Incus tells its metrics to a certificate that may read nothing else: no login, no secret in reach. */
export default {
  kind: 'api',
  reads:
    'What the running containers of LXD or Incus use, through its metrics over HTTPS, by a certificate that may read nothing else.',
  metrics: {
    ...meteredMetrics,
    containers_running_count: {
      type: 'gauge',
      meaning: 'Containers and virtual machines that run: metrics tell of no others.',
      example: 3,
    },
  },

  requests: (fleet) =>
    hostsOf(fleet).map(({ id, reach }) => ({
      name: id,
      source: `host:${id}`,
      url: `${reach.url}/1.0/metrics`,
      access: reach.access,
      timeoutSeconds: reach.timeoutSeconds,
    })),

  parse(answers, { at, fleet }) {
    const keeper = createRecordKeeper();
    for (const { id } of hostsOf(fleet)) {
      const answer = answers.get(id) ?? { at, failure: 'not asked' };
      if (answer.failure !== undefined) continue;
      const source = { source: `host:${id}`, part: 'metrics' };
      try {
        const { rows, faults } = parseContainerMetrics(textOf(answer));
        const [manager] = rows.map((row) => row.manager);
        keeper.keep(
          {
            entity: `manager:${id}:lxd`,
            at: answer.at,
            gauges: { containers_running_count: rows.length },
            facts: known({ manager }),
          },
          source,
        );
        for (const row of rows) {
          const record = meteredRecord(row, { host: id, at: answer.at });
          if (record !== undefined) keeper.keep(record, source);
        }
        for (const message of faults) keeper.fault({ ...source, message });
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        keeper.fault({ ...source, message: error.message });
      }
    }
    return keeper.parsed;
  },
} satisfies ApiCollector;

function hostsOf(fleet: Fleet): { readonly id: string; readonly reach: LxdReach }[] {
  return [...fleet.hosts.values()].flatMap(({ id, reach }) => (reach.kind === 'lxd' ? [{ id, reach }] : []));
}

/** The metrics; throws FormatError for an answer that is none: an unknown certificate gets a 403 in JSON. */
function textOf({ status, body = '' }: ApiAnswer): string {
  if (status === 200) return body;
  const expected = 'metrics: is the certificate trusted there, with --type=metrics?';
  throw new FormatError('answer', `status ${status} ${body.trim()}`, expected);
}
