import type { Check } from './check.ts';
import type { Fleet } from './fleet.ts';

/** A check of a service, with its entity: `check:koha-mulhouse:page`. */
export interface CheckOfService<Kind extends Check['kind']> {
  readonly entity: string;
  readonly check: Extract<Check, { readonly kind: Kind }>;
}

/** The checks of one kind, of all services. */
export function checksOfKind<Kind extends Check['kind']>(fleet: Fleet, kind: Kind): CheckOfService<Kind>[] {
  return [...fleet.services.values()].flatMap(({ id, checks }) =>
    [...checks].flatMap(([name, check]): CheckOfService<Kind>[] =>
      isOfKind(check, kind) ? [{ entity: `check:${id}:${name}`, check }] : [],
    ),
  );
}

function isOfKind<Kind extends Check['kind']>(
  check: Check,
  kind: Kind,
): check is Extract<Check, { readonly kind: Kind }> {
  return check.kind === kind;
}
