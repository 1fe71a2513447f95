import { parse } from 'tldts';
import { z } from 'zod';
import { apiAccessFields } from './api-access.ts';
import type { Fleet } from './fleet.ts';

// The section `domains` of fleet.yaml: when the domain names of the services end, as their registries tell by RDAP (RFC 9082).

/** The registries that we know, as https://data.iana.org/rdap/dns.json lists them: by top-level domain, the base of their addresses. */
const knownRegistries: Readonly<Record<string, string>> = {
  fr: 'https://rdap.nic.fr',
  re: 'https://rdap.nic.fr',
  com: 'https://rdap.verisign.com/com/v1',
  net: 'https://rdap.verisign.com/net/v1',
  org: 'https://rdap.publicinterestregistry.org/rdap',
  info: 'https://rdap.identitydigital.services/rdap',
};

const topLevel = z
  .string()
  .max(63)
  .regex(/^(xn--[a-z0-9-]+|[a-z]+)$/, 'expected a top-level domain such as fr');

export const DomainsFile = z.strictObject({
  /** Further registries, or others in the place of those known: by top-level domain, the base of RDAP's addresses. */
  registries: z.record(topLevel, apiAccessFields.url).default({}),
});

/** By top-level domain, the base of the registry's addresses, without a slash at its end. */
export type Registries = ReadonlyMap<string, string>;

/** The registries that are asked; none where fleet.yaml has no section `domains`. */
export function resolveRegistries(file: z.output<typeof DomainsFile> | undefined): Registries {
  if (file === undefined) return new Map();
  const all = Object.entries({ ...knownRegistries, ...file.registries });
  return new Map(all.map(([name, url]) => [name, url.replace(/\/+$/, '')]));
}

/** The domain name that somebody registered for an address: `example.org` of https://catalogue.example.org/; undefined when nobody can have. */
export function registeredDomain(url: string): string | undefined {
  const { domain, isIcann } = parse(new URL(url).hostname);
  return isIcann === true && domain !== null ? domain : undefined;
}

/** The domain names of a fleet's services, each once. */
export function domainsOf({ services }: Fleet): string[] {
  const names = [...services.values()].flatMap(({ url }) =>
    url === undefined ? [] : (registeredDomain(url) ?? []),
  );
  return [...new Set(names)].toSorted();
}

/** The base of the addresses of a domain's registry; undefined when it is not known. */
export function registryOf(domain: string, registries: Registries): string | undefined {
  return registries.get(domain.slice(domain.lastIndexOf('.') + 1));
}
