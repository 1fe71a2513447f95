import { splitEntity } from '../model/entity.ts';
import type { Examination, Finding } from './examination.ts';

/** Kinds of entities that belong to a host, and to a service. */
const ofHosts = new Set(['host', 'filesystem', 'block', 'network']);
const ofServices = new Set(['check', 'service']);

/** Entities that nobody knows. */
export const orphans: Examination = {
  name: 'orphans',
  looksFor: 'entities of the newest day whose host, service or check is not in fleet.yaml',
  examine({ fleet, newest }) {
    if (fleet === undefined || newest === undefined) return [];
    const unknown = Object.keys(newest.entities).filter((entity) => {
      const { kind, owner, name } = splitEntity(entity);
      if (ofHosts.has(kind)) return !fleet.hosts.has(owner);
      if (!ofServices.has(kind)) return false;
      const service = fleet.services.get(owner);
      return service === undefined || (kind === 'check' && !service.checks.has(name));
    });
    const byOwner = Map.groupBy(unknown, (entity) => splitEntity(entity).owner);
    return [...byOwner].map(([owner, entities]): Finding => {
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
        expected: 'a host, service or check of fleet.yaml',
        advice,
      };
    });
  },
};
