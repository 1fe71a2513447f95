import { z } from 'zod';
import { type ApiAccess, apiAccess, apiAccessFields } from './api-access.ts';
import type { Slug } from './entity.ts';

// The section `icinga2` of fleet.yaml: servers with the API of Icinga 2 (https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/).

type IcingasFile = Readonly<Record<string, z.output<typeof IcingaFile>>>;

const { url, basic, ca, certificate, timeout } = apiAccessFields;

/** `url` is e.g. `https://icinga.example.org:5665`. Tokens it takes none. */
export const IcingaFile = z.strictObject({ url, basic, ca, certificate, timeout });

/** An Icinga 2, everything said. */
export interface IcingaSource {
  readonly id: Slug;
  /** Without a slash at its end. */
  readonly url: string;
  readonly access: ApiAccess;
  readonly timeoutSeconds: number;
}

/** The section `icinga2`, every default written out. */
export function resolveIcingas(file: IcingasFile): Map<string, IcingaSource> {
  return new Map(
    Object.entries(file).map(([id, source]): [string, IcingaSource] => [
      id,
      {
        id,
        url: source.url.replace(/\/+$/, ''),
        access: apiAccess(source),
        timeoutSeconds: source.timeout,
      },
    ]),
  );
}
