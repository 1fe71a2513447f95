import { plural } from '../ui/typography.ts';
import type { HealthMessages } from './messages-health.fr.ts';

function count(number: number, one: string, other: string): string {
  return `${number}\u00a0${plural('en', number, { one, other })}`;
}

/** What happens to hosts, and what is not sound about them, in English. */
export const enHealth: HealthMessages = {
  events: {
    reboot: 'reboot',
    silence: 'silence',
    arrival: (container, host) => `${container} arrived from ${host}`,
    departure: (container, host) => `${container} left for ${host}`,
    diskAdded: (disk) => `new disk: ${disk}`,
    diskRemoved: (disk) => `disk last seen: ${disk}`,
    pool: (pool, state) => `pool ${pool}: ${state}`,
    vdev: (device, state) => `disk of the pool, ${device}: ${state}`,
    short: {
      arrival: (container) => `+ ${container}`,
      departure: (container) => `\u2212 ${container}`,
      diskAdded: '+ disk',
      diskRemoved: '\u2212 disk',
      pool: (pool) => `pool ${pool}`,
      vdev: (device) => device,
    },
  },
  damage: {
    title: 'What is wearing out',
    none: 'No fault of a disk or a pool among those that were read.',
    notRead: 'No disk and no pool was read.',
    pool: (pool, host, state) => `The pool ${pool} of ${host}: ${state}.`,
    devices: (devices) => `Because of ${devices}.`,
    failing: (disk, host) => `The disk ${disk} of ${host} says that it is failing.`,
    defective: (disk, host) => `The disk ${disk} of ${host} counts defects.`,
    defects: (disk, defects) => `${disk}: ${defects}.`,
    scrub: (pool, host) => `The pool ${pool} of ${host} was not scrubbed for too long.`,
    scrubbed: (day, ago) => `The last scrub ended on ${day}, ${ago} ago; one is due every 35 days.`,
    why: { pools: 'See the pools', disks: 'See the disks' },
    here: 'To look at first',
  },
  support: {
    title: 'What is no longer supported',
    over: (software) => `${software} is no longer supported by its makers.`,
    ending: (software) => `${software} will soon be no longer supported.`,
    until: (date, where) => `Support ends: ${date}. ${where}.`,
    hosts: (names) => `On ${names}`,
    services: (services) => `On ${count(services, 'service', 'services')}`,
    none: 'Nothing known reaches the end of its support within six months.',
    reboot: (names) => `A reboot waits on ${names}`,
    security: (hosts) => `Security updates wait on ${count(hosts, 'host', 'hosts')}:`,
    why: { host: 'See the host', hosts: 'See the hosts', services: 'See the services' },
  },
  monitor: {
    title: 'Monitoring',
    running: (name) => `${name} is running.`,
    stopped: (name) => `${name} does not run, or does not write its states any more.`,
    counts: (ok, warning, critical) =>
      `Of all that it watches, in order: ${ok}; in warning: ${warning}; critical: ${critical}.`,
    left: (checks) =>
      checks === 0
        ? 'No check of our services is left to it.'
        : `${count(checks, 'check of our services is left to it', 'checks of our services are left to it')}.`,
  },
};
