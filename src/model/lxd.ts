import { z } from 'zod';
import { type ApiAccess, apiAccess, apiAccessFields } from './api-access.ts';

// A host that is read from the metrics of its LXD or Incus, and from nothing else.

const { url, ca, certificate, timeout } = apiAccessFields;

/**
 * `url` is e.g. `https://hv3.example.org:8443`. The certificate is one that the manager knows as of type `metrics`
 * (https://documentation.ubuntu.com/lxd/latest/metrics/): it may read nothing else, and the rest of the API holds secrets.
 */
export const HostLxd = z.strictObject({
  url: url.refine((text) => text.startsWith('https:'), 'expected an address that begins with https:'),
  /** What signed the manager's certificate; mostly that certificate itself. */
  ca,
  certificate: certificate.unwrap(),
  timeout,
});

/** How the metrics of a host's LXD or Incus are reached. */
export interface LxdReach {
  readonly kind: 'lxd';
  /** Without a slash at its end. */
  readonly url: string;
  readonly access: ApiAccess;
  readonly timeoutSeconds: number;
}

/** The reach that is written in fleet.yaml. */
export function resolveLxdReach(written: z.output<typeof HostLxd>): LxdReach {
  return {
    kind: 'lxd',
    url: written.url.replace(/\/+$/, ''),
    access: apiAccess(written),
    timeoutSeconds: written.timeout,
  };
}
