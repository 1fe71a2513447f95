import { Resolver } from 'node:dns/promises';
import type { DnsCheck } from '../model/check.ts';
import type { Attempt } from './attempt.ts';

const maxValues = 100;
const maxValueLength = 500;

/** Asks a name server for the values of a name. */
export async function askDns(check: DnsCheck, attempt: Attempt): Promise<void> {
  // UDP loses packets: asked twice within the time that the attempt has.
  const resolver = new Resolver({ timeout: Math.ceil((check.timeout * 1000) / 3), tries: 2 });
  try {
    if (check.server !== undefined) resolver.setServers([check.server]);
    const values = await attempt.time('dnsSeconds', resolveValues(resolver, check));
    attempt.learned.values = values.slice(0, maxValues).map((value) => value.slice(0, maxValueLength));
  } finally {
    resolver.cancel();
  }
}

async function resolveValues(resolver: Resolver, { name, type }: DnsCheck): Promise<string[]> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'CNAME':
      return resolver.resolveCname(name);
    case 'NS':
      return resolver.resolveNs(name);
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`);
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((chunks) => chunks.join(''));
  }
}
