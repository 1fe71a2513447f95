import { z } from 'zod';

/** The name of a host, service, library or policy in fleet.yaml: lower-case words joined by hyphens. Safe in a file name and in a URL. */
export const Slug = z
  .string()
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'expected lower-case letters, digits and single hyphens, such as koha-mulhouse',
  )
  .max(63);
export type Slug = z.infer<typeof Slug>;

/**
 * What a record is about: `kind:name` or `kind:owner:name`, e.g. `host:hv1`, `filesystem:hv1:/srv`, `check:koha-mulhouse:page`.
 * The last part may hold anything printable (a mount point comes from a host); it is data, never a path.
 */
export const EntityId = z
  .string()
  .regex(
    /^[a-z][a-z-]{0,30}:[^\p{Cc}\p{Cs}]{1,300}$/u,
    'expected an entity such as host:hv1 or filesystem:hv1:/srv',
  );
export type EntityId = z.infer<typeof EntityId>;

/** Splits an entity into its kind, its owner (the host or service it belongs to) and its own name. */
export function splitEntity(id: EntityId): { kind: string; owner: string; name: string } {
  const [kind = '', owner = ''] = id.split(':', 2);
  const name = id.slice(kind.length + owner.length + 2);
  return { kind, owner, name: name === '' ? owner : name };
}
