import { addToDay, type Day, dayBounds, dayOf, daysBetween, fromSeconds } from '../../model/time.ts';
import { seedOf, uniform } from '../chance.ts';

/** What to simulate. */
export interface SimulationOptions {
  readonly hosts: number;
  readonly services: number;
  readonly containers: number;
  /** Whole days of the past, today besides. */
  readonly days: number;
  readonly seed: number;
  /** The last moment that is told, in seconds since 1970. */
  readonly now: number;
}

/** A place for a disk in a host; the disk in it may be replaced. */
export interface Bay {
  readonly host: string;
  readonly device: string;
  readonly isSolid: boolean;
}

/** A host of an invented fleet. */
export interface HostPlan {
  readonly id: string;
  /** All services are reached through it; it holds no container. */
  readonly isEntry: boolean;
  readonly threads: number;
  readonly bays: readonly Bay[];
}

export interface ContainerPlan {
  readonly name: string;
  readonly application: string;
  /** Where it runs now. */
  readonly host: string;
}

export interface ServicePlan {
  readonly id: string;
  readonly application: string;
  readonly library: string;
  readonly host: string;
  readonly container?: string;
}

/** What an invented fleet is made of, and the time that is told of it. */
export interface FleetPlan {
  readonly seed: number;
  readonly now: number;
  readonly timeZone: string;
  /** From the first day to the one of `now`. */
  readonly days: readonly Day[];
  /** The first second of the first day. */
  readonly begin: number;
  readonly hosts: readonly HostPlan[];
  readonly containers: readonly ContainerPlan[];
  readonly services: readonly ServicePlan[];
  readonly libraries: readonly string[];
}

const timeZone = 'Europe/Paris';

/** In the proportions of a hosting company for libraries. */
const applicationsDealt = [
  'koha',
  'koha',
  'bokeh',
  'koha',
  'omeka',
  'bokeh',
  'koha',
  'matomo',
  'coral',
  'koha',
];

/** Plans a fleet. Pure: the same options give the same fleet. */
export function planFleet(options: SimulationOptions): FleetPlan {
  const { seed, now } = options;
  const today = dayOf(fromSeconds(now), timeZone);
  const first = addToDay(today, -options.days);
  const hosts = Array.from({ length: options.hosts }, (_, index) => planHost(seed, index, options.hosts));
  const homes = hosts.filter(({ isEntry }) => !isEntry);
  const homeOf = (name: string, index: number) => {
    // Dealt in turn, and one in five anywhere: some hosts are fuller than others.
    const chance = seedOf(seed, 'home', name);
    const place = uniform(chance, 0) < 0.2 ? Math.floor(homes.length * uniform(chance, 1)) : index;
    return homes[place % homes.length]?.id ?? '';
  };
  const applicationAt = (index: number) => applicationsDealt[index % applicationsDealt.length] ?? 'web';
  const serviceId = (index: number) => `${applicationAt(index)}-${numbered(index, options.services)}`;
  const containers = Array.from({ length: options.containers }, (_, index): ContainerPlan => {
    const isOfService = index < options.services;
    const name = isOfService ? serviceId(index) : `reserve-${numbered(index, options.containers)}`;
    return {
      name,
      application: isOfService ? applicationAt(index) : 'web',
      host: homeOf(name, index),
    };
  });
  const libraries = Array.from(
    { length: Math.ceil(options.services / 3) },
    (_, index) => `library-${numbered(index, Math.ceil(options.services / 3))}`,
  );
  const services = Array.from({ length: options.services }, (_, index): ServicePlan => {
    const container = containers[index % Math.max(1, containers.length)];
    const id = serviceId(index);
    return {
      id,
      application: applicationAt(index),
      library: libraries[Math.floor(index / 3)] ?? '',
      host: container?.host ?? homeOf(id, index),
      ...(container === undefined ? {} : { container: container.name }),
    };
  });
  return {
    seed,
    now,
    timeZone,
    days: daysBetween(first, today),
    begin: dayBounds(first, timeZone).start,
    hosts,
    containers,
    services,
    libraries,
  };
}

/** Of three hosts or more the last one is the reverse proxy; every third of the others has platters. */
function planHost(seed: number, index: number, count: number): HostPlan {
  const isEntry = count >= 3 && index === count - 1;
  const id = isEntry ? 'front' : `hv${index + 1}`;
  const isSolid = isEntry || index % 3 !== 2;
  const devices = isEntry ? ['sda'] : isSolid ? ['nvme0n1', 'nvme1n1'] : ['sda', 'sdb', 'sdc', 'sdd'];
  const threads = isEntry ? 4 : ([16, 32, 48][Math.floor(3 * uniform(seedOf(seed, 'threads', id), 0))] ?? 32);
  return { id, isEntry, threads, bays: devices.map((device) => ({ host: id, device, isSolid })) };
}

/** `007` of 200. */
function numbered(index: number, count: number): string {
  return String(index + 1).padStart(Math.max(3, String(count).length), '0');
}
