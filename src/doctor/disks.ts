import type { Examination, Finding } from './examination.ts';
import type { DiskSighting } from './recent.ts';

/** Disks that are told twice. */
export const disks: Examination = {
  name: 'disks',
  looksFor: 'one serial number or WWN on two disks at the same time',
  examine({ recent }) {
    const byIdentity = new Map<string, DiskSighting[]>();
    for (const sighting of recent.disks) {
      for (const identity of new Set(sighting.identities))
        byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), sighting]);
    }
    const told = new Set<string>();
    return [...byIdentity].flatMap(([identity, sightings]): Finding[] => {
      // A disk that was moved is on one host after the other, never on both.
      const twice = sightings.filter((own) =>
        sightings.some((other) => other !== own && isAtSameTime(own, other)),
      );
      const places = twice.map(({ entity, host }) => `${entity} on ${host}`).toSorted();
      const where = places.join(', ');
      // The serial number and the WWN of one pair are one finding.
      if (twice.length === 0 || told.has(where)) return [];
      told.add(where);
      const isOneHost = new Set(twice.map(({ host }) => host)).size === 1;
      const advice = isOneHost
        ? 'the same disk by two paths (multipath, a RAID controller)? Its writes would count twice'
        : 'a RAID controller or a virtual machine that invents serial numbers? What it writes would be mixed';
      const found = `${identity} on ${twice.length} disks`;
      return [{ severity: 'warning', where, found, expected: 'each serial number and WWN once', advice }];
    });
  },
};

function isAtSameTime(a: DiskSighting, b: DiskSighting): boolean {
  return a.first <= b.last && b.first <= a.last;
}
