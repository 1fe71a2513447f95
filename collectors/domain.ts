import type { ApiCollector } from '../src/collect/collector.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { parseRegistration } from '../src/collect/parse/rdap.ts';
import { createRecordKeeper } from '../src/collect/parse/record-keeper.ts';
import { domainsOf, registryOf } from '../src/model/domains.ts';
import { toSeconds } from '../src/model/time.ts';

/** Once a day is often enough for what changes once a year, and registries refuse those who ask too much. */
export default {
  kind: 'api',
  reads: 'When the domain names of the services end, by RDAP from the registries that fleet.yaml lets ask.',
  everySeconds: 86_400,
  metrics: {
    domain_remaining_seconds: {
      type: 'gauge',
      meaning: 'Until the registration of the domain name ends; negative once it has.',
      example: 18_230_412,
    },
  },

  requests: (fleet) =>
    domainsOf(fleet).flatMap((domain) => {
      const registry = registryOf(domain, fleet.registries);
      if (registry === undefined) return [];
      return [
        {
          name: domain,
          source: `domain:${domain}`,
          url: `${registry}/domain/${domain}`,
          access: {},
          maxBytes: 256 * 1024,
        },
      ];
    }),

  parse(answers) {
    const keeper = createRecordKeeper();
    for (const [domain, answer] of answers) {
      if (answer.failure !== undefined) continue;
      const entity = `domain:${domain}`;
      try {
        const end = parseRegistration(answer.status ?? 0, answer.body ?? '', domain);
        keeper.keep(
          {
            entity,
            at: answer.at,
            gauges: { domain_remaining_seconds: toSeconds(end) - toSeconds(answer.at) },
            facts: { expires_at: end },
          },
          { source: entity },
        );
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        keeper.fault({ source: entity, message: error.message });
      }
    }
    return keeper.parsed;
  },
} satisfies ApiCollector;
