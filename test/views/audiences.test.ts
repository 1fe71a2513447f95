import { describe, expect, test } from 'vitest';
import type { Incident, Maintenance } from '../../src/model/announcement.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { toSeconds } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { publicIncidents, publicMaintenances } from '../../src/views/announcements.ts';
import { audiencesOf, type UnlistedAddress } from '../../src/views/audiences.ts';

const fleet: Fleet = parseFleet(
  `fleet: { name: Réseau }
libraries:
  open: { name: Médiathèque ouverte }
  bank: { name: Banque, page: unlisted }
  firm: { name: Cabinet, page: unlisted }
services:
  everyone: { name: Portail, url: https://x.example.org }
  shared: { name: Catalogue commun, url: https://x.example.org, libraries: [open, bank] }
  vault: { name: Catalogue de la banque, url: https://x.example.org, libraries: [bank] }
  brief: { name: Catalogue du cabinet, url: https://x.example.org, libraries: [firm] }
  joint: { name: Archives, url: https://x.example.org, libraries: [firm, bank] }
`,
  'fleet.yaml',
);
const secret: UnlistedAddress = (kind, id) => `secret-${kind}-of-${id.replaceAll(' ', '-and-')}`;
const audiencesBy = (address: UnlistedAddress) => audiencesOf([...fleet.services.values()], fleet, address);
const at = (time: string) => toSeconds(`2026-11-22T${time}:00Z`);
const showing = { audiences: audiencesBy(secret), now: at('12:00'), since: 0 };

const incident: Incident = {
  id: '2026-11-22-panne',
  title: { fr: 'Panne' },
  impact: 'major',
  services: ['shared', 'vault', 'brief', 'joint'],
  from: at('10:00'),
  to: at('11:00'),
  updates: [],
  corrections: [
    {
      services: ['brief'],
      from: at('10:00'),
      to: at('10:10'),
      state: 'up',
      reason: { fr: 'Sonde en faute' },
    },
  ],
};

describe('a service', () => {
  test('is listed unless all its libraries are unlisted; those that share their libraries are told together', () => {
    expect(audiencesBy(secret).map(({ isListed, services }) => [isListed, [...services]])).toEqual([
      [
        true,
        [
          ['everyone', 'everyone'],
          ['shared', 'shared'],
        ],
      ],
      [false, [['vault', 'secret-service-of-vault']]],
      [false, [['brief', 'secret-service-of-brief']]],
      [false, [['joint', 'secret-service-of-joint']]],
    ]);
  });

  test('that is unlisted has no place where no address can be made', () => {
    expect(audiencesBy(() => null).flatMap(({ services }) => [...services.keys()])).toEqual([
      'everyone',
      'shared',
    ]);
  });
});

describe('an incident of several', () => {
  test('is told to each by an address and with services of its own', () => {
    expect(
      publicIncidents([incident], [], showing).map(({ id, isListed, services }) => [id, isListed, services]),
    ).toEqual([
      ['2026-11-22-panne', true, ['shared']],
      ['2026-11-22-secret-incident-of-bank-and-2026-11-22-panne', false, ['secret-service-of-vault']],
      ['2026-11-22-secret-incident-of-firm-and-2026-11-22-panne', false, ['secret-service-of-brief']],
      [
        '2026-11-22-secret-incident-of-bank-and-firm-and-2026-11-22-panne',
        false,
        ['secret-service-of-joint'],
      ],
    ]);
  });

  test('is corrected where it concerned those who read it', () => {
    const corrected = publicIncidents([incident], [], showing).filter(
      ({ corrections }) => corrections.length > 0,
    );
    expect(corrected.map(({ services, corrections }) => [services, corrections[0]?.services])).toEqual([
      [['secret-service-of-brief'], ['secret-service-of-brief']],
    ]);
  });

  test('is told to nobody but those it concerns', () => {
    const own = { ...incident, services: ['vault'], corrections: [] };
    expect(publicIncidents([own], [], showing).map(({ isListed }) => isListed)).toEqual([false]);
    expect(publicIncidents([own], [], { ...showing, audiences: audiencesBy(() => null) })).toEqual([]);
  });

  test('of services that the fleet does not know any more stays where everybody reads it', () => {
    const old = { ...incident, services: [], corrections: [] };
    expect(publicIncidents([old], [], showing).map(({ id, isListed }) => [id, isListed])).toEqual([
      ['2026-11-22-panne', true],
    ]);
  });
});

test('a campaign shows each library its own dates alone', () => {
  const occurrence = (id: string, time: string, services: string[]) => ({
    id,
    services,
    from: at(time),
    to: at(time) + 600,
    isCancelled: false,
    verifyingFrom: null,
  });
  const campaign: Maintenance = {
    id: '2026-11-22-demenagement',
    title: { fr: 'Déménagement' },
    occurrences: [occurrence('1', '14:00', ['shared', 'vault']), occurrence('2', '15:00', ['brief'])],
    isCampaign: true,
    isRecurring: false,
    updates: [],
  };
  const shown = publicMaintenances([campaign], showing);
  expect(
    shown.map(({ id, isListed, occurrences }) => [
      id,
      isListed,
      occurrences.map((one) => [one.id, one.services]),
    ]),
  ).toEqual([
    ['2026-11-22-demenagement', true, [['1', ['shared']]]],
    [
      '2026-11-22-secret-maintenance-of-bank-and-2026-11-22-demenagement',
      false,
      [['1', ['secret-service-of-vault']]],
    ],
    [
      '2026-11-22-secret-maintenance-of-firm-and-2026-11-22-demenagement',
      false,
      [['2', ['secret-service-of-brief']]],
    ],
  ]);
});
