import { splitEntity } from '../model/entity.ts';
import type { Examination, Finding } from './examination.ts';

/** Disks that are told twice. */
export const disks: Examination = {
  name: 'disks',
  looksFor: 'one serial number or WWN on two disks',
  examine({ recent }) {
    const told = [...recent.disks].map(([entity, { facts = {} }]) => ({
      entity,
      host: facts.host ?? splitEntity(entity).owner,
      identities: [facts.serial, facts.wwn].filter((id) => id !== undefined && id !== ''),
    }));
    const byIdentity = new Map<string, typeof told>();
    for (const disk of told) {
      for (const identity of new Set(disk.identities)) {
        const list = byIdentity.get(identity ?? '');
        if (list === undefined) byIdentity.set(identity ?? '', [disk]);
        else list.push(disk);
      }
    }
    const seen = new Set<string>();
    return [...byIdentity].flatMap(([identity, list]): Finding[] => {
      const names = list.map(({ entity }) => entity).toSorted();
      // The serial number and the WWN of one pair are one finding.
      if (list.length < 2 || seen.has(names.join())) return [];
      seen.add(names.join());
      const hosts = new Set(list.map(({ host }) => host));
      const advice =
        hosts.size > 1
          ? 'was it moved? Then the older one ends by itself in a few days; else a RAID controller invents serial numbers: tell it apart in hardware.csv'
          : 'the same disk by two paths (multipath, a RAID controller): its writes would count twice';
      return [
        {
          severity: 'warning',
          where: names.join(', '),
          found: `${identity} on ${list.length} disks`,
          expected: 'one',
          advice,
        },
      ];
    });
  },
};
