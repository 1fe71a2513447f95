import type { Slug } from '../model/entity.ts';
import type { Fleet, Service } from '../model/fleet.ts';

/** Makes the unguessable last part of the address of something unlisted; null when it cannot be made, and then there is no page. */
export type UnlistedAddress = (
  kind: 'library' | 'service' | 'incident' | 'maintenance',
  id: string,
) => string | null;

/** Those who may read of some services: everybody, or whoever was given the address of one of their libraries. */
export interface Audience {
  readonly isListed: boolean;
  /** The services' public ids by their own, in the order of the pages. */
  readonly services: ReadonlyMap<Slug, Slug>;
  /** The public id of something that concerns these services. */
  readonly idOf: (kind: 'incident' | 'maintenance', id: string) => string;
}

/** Everybody, for services that are called what they are. */
export function everybody(services: Iterable<Slug>): Audience {
  return { isListed: true, services: new Map([...services].map((id) => [id, id])), idOf: (_kind, id) => id };
}

/**
 * The audiences of services that are given in the order of the pages: everybody first, then those of unlisted libraries, one for each set of them that
 * shares a service, so that no library reads of another one. Services whose address cannot be made have none.
 */
export function audiencesOf(
  services: readonly Service[],
  fleet: Fleet,
  address: UnlistedAddress,
): Audience[] {
  const [listed = [], unlisted = []] = [true, false].map((is) =>
    services.filter(
      ({ libraries }) =>
        is === (libraries.length === 0 || libraries.some((id) => fleet.libraries.get(id)?.isListed)),
    ),
  );
  return [
    everybody(listed.map(({ id }) => id)),
    ...[...Map.groupBy(unlisted, ({ libraries }) => libraries.toSorted().join(' '))].map(
      ([libraries, own]): Audience => ({
        isListed: false,
        services: new Map(
          own.flatMap(({ id }): [Slug, Slug][] => {
            const secret = address('service', id);
            return secret === null ? [] : [[id, secret]];
          }),
        ),
        // The day stays: what is told is told by its day.
        idOf: (kind, id) => `${id.slice(0, 10)}-${address(kind, `${libraries} ${id}`) ?? ''}`,
      }),
    ),
  ];
}
