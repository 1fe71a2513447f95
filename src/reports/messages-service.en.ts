import type { ServiceMessages } from './messages-service.fr.ts';

/** The page of a service, in English. */
export const enService: ServiceMessages = {
  description: (service) => `State, checks and backups of ${service}.`,
  back: 'All services',
  facts: {
    application: 'Application',
    host: 'Host',
    container: 'Container',
    libraries: 'Libraries',
    address: 'Address',
    availability: 'Availability, 90 days',
    promised: (share, promised) => `${share}, of ${promised} promised`,
    coverage: (share) => `measured ${share} of the time`,
    p95: 'Answer, 95%, 7 days',
    backup: 'Newest valid copy',
    noBackup: 'no backup policy',
    noCopy: 'not known',
    undeclared: 'not declared',
  },
  checks: 'Checks',
  noChecks: 'No check is declared.',
  by: 'Who answers',
  last: 'Last answer',
  essential: 'essential',
  accessory: 'accessory',
  never: 'none',
  took: (at, duration) => `${at}, in ${duration}`,
  who: {
    probe: (protocol) => `Our own probe, by ${protocol}`,
    nagios: (host) => `Nagios on ${host}`,
    icinga2: (source) => (source === null ? 'Icinga 2' : `Icinga 2 “${source}”`),
    prometheus: (source) => (source === null ? 'Prometheus' : `Prometheus “${source}”`),
  },
  moves: 'Moves of its container',
  noMoves: 'No move seen.',
  move: (from, to) => `from ${from} to ${to}`,
};
