import { domainsOf } from '../model/domains.ts';
import { splitEntity } from '../model/entity.ts';
import type { Examination, Finding } from './examination.ts';

/** Kinds of entities that belong to a service; those of other kinds belong to a host, or to either. */
const ofServices = new Set(['check', 'service']);

/** Entities that nobody knows. */
export const orphans: Examination = {
  name: 'orphans',
  looksFor: 'entities of the newest day whose host, service, check or domain name is not in fleet.yaml',
  examine({ fleet, newest }) {
    if (fleet === undefined || newest === undefined) return [];
    const domains = new Set(domainsOf(fleet));
    const unknown = Object.entries(newest.entities).flatMap(([entity, { facts }]) => {
      const { kind, owner, name } = splitEntity(entity);
      if (kind === 'domain') return domains.has(name) ? [] : [{ entity, owner }];
      if (ofServices.has(kind)) {
        const service = fleet.services.get(owner);
        const isKnown = service !== undefined && (kind !== 'check' || service.checks.has(name));
        return isKnown ? [] : [{ entity, owner }];
      }
      // What moves between hosts (containers, disks) tells where it is as a fact.
      const host = facts?.host ?? owner;
      return fleet.hosts.has(host) || fleet.services.has(owner) ? [] : [{ entity, owner: host }];
    });
    const byOwner = Map.groupBy(unknown, ({ owner }) => owner);
    return [...byOwner].map(([owner, own]): Finding => {
      const entities = own.map(({ entity }) => entity);
      const some =
        entities.length > 3
          ? `${entities.slice(0, 3).join(', ')} and ${entities.length - 3} more`
          : entities.join(', ');
      const advice =
        'nothing, if it left the fleet: its history stays; else give it back its name in fleet.yaml';
      return {
        severity: 'note',
        where: owner,
        found: some,
        expected: 'a host, service, check or domain name of fleet.yaml',
        advice,
      };
    });
  },
};
