import { toSeconds } from '../model/time.ts';
import { seedOf, uniform, wander } from './chance.ts';
import { machineOf } from './machines.ts';
import type { Place } from './place.ts';
import type { Story } from './story.ts';
import { lastSunday } from './sundays.ts';
import { tideAt, tideBetween } from './tide.ts';

// The disks of the demo's machines as SMART tells of them. Virtual servers have none that does.

const TB = 1e12;
const hour = 3600;
const day = 86_400;
const year = 365.25 * day;

/** A kind of disk, as its maker sells it. */
export interface DriveModel {
  readonly name: string;
  /** As smartmontools' database has it; NVMe disks are not in it. */
  readonly family?: string;
  readonly firmware: string;
  readonly medium: 'nvme' | 'ssd' | 'platter';
  readonly bytes: number;
  /** What may be written to it, of disks that wear. */
  readonly ratedBytes?: number;
  readonly oui: number;
}

const pm983: DriveModel = {
  name: 'SAMSUNG MZQLB1T9HAJR-00007',
  firmware: 'EDA5402Q',
  medium: 'nvme',
  bytes: 1_920_383_410_176,
  ratedBytes: 2733 * TB,
  oui: 0x002538,
};
const pm9a3: DriveModel = {
  ...pm983,
  name: 'SAMSUNG MZQL21T9HCJR-00A07',
  firmware: 'GDC5602Q',
  ratedBytes: 3504 * TB,
};
const mg06: DriveModel = {
  name: 'TOSHIBA MG06ACA600E',
  family: 'Toshiba MG06ACA... Enterprise Capacity HDD',
  firmware: '0109',
  medium: 'platter',
  bytes: 6_001_175_126_016,
  oui: 0x000039,
};
const s4510: DriveModel = {
  name: 'INTEL SSDSC2KB480G8',
  family: 'Intel S4510/S4610/S4500/S4600 Series SSDs',
  firmware: 'XCV10132',
  medium: 'ssd',
  bytes: 480_103_981_056,
  ratedBytes: 900 * TB,
  oui: 0x5cd2e4,
};
const exos: DriveModel = {
  name: 'ST14000NM001G-2KJ103',
  family: 'Seagate Exos X16',
  firmware: 'SN03',
  medium: 'platter',
  bytes: 14_000_519_643_136,
  oui: 0x000c50,
};

interface Drive {
  readonly device: string;
  readonly serial: string;
  readonly model: DriveModel;
  /** When it was first switched on. */
  readonly from: number;
  /** It waits for another to die, and sleeps but for a day's self-test each month. */
  readonly isSpare?: true;
}

function drive(device: string, serial: string, model: DriveModel, since: string): Drive {
  return { device, serial, model, from: toSeconds(`${since}T09:00:00Z`) };
}

const drives = new Map<string, readonly Drive[]>([
  [
    'hv1',
    [
      drive('nvme0n1', 'S48BNC0R201134', pm983, '2021-04-12'),
      drive('nvme1n1', 'S48BNC0R201190', pm983, '2021-04-12'),
    ],
  ],
  [
    'hv2',
    [
      drive('nvme0n1', 'S48BNC0R201201', pm983, '2021-04-12'),
      drive('nvme1n1', 'S48BNC0R201207', pm983, '2021-04-12'),
    ],
  ],
  [
    'hv3',
    [
      drive('sda', '31N0A00VF57H', mg06, '2020-09-21'),
      drive('sdb', '31N0A01AF57H', mg06, '2020-09-21'),
      drive('sdc', '31N0A02KF57H', mg06, '2020-09-21'),
      drive('sdd', 'PHYF012300KT480BGN', s4510, '2020-09-21'),
    ],
  ],
  [
    'backup',
    [
      drive('sda', 'ZL21BTX3', exos, '2021-02-15'),
      drive('sdb', 'ZL21CEM9', exos, '2021-02-15'),
      { ...drive('sdc', 'ZL21D0F5', exos, '2021-02-15'), isSpare: true },
    ],
  ],
]);

/** What a disk is at an instant. */
export interface DriveMoment {
  /** As the kernel names it: `nvme0n1`, `sda`. */
  readonly device: string;
  readonly serial: string;
  readonly model: DriveModel;
  readonly isAsleep: boolean;
  readonly seconds: number;
  readonly poweredHours: number;
  readonly cycles: number;
  readonly celsius: number;
  readonly writtenBytes: number;
  readonly readBytes: number;
  /** How far it is on its way from sound (0) to failing (1). */
  readonly trouble: number;
  /** At how many hours its last self-test ended. */
  readonly testedHours: number;
}

/** The disks of a host, in the order of their devices. */
export function drivesAt({ story, host, moment }: Place): DriveMoment[] {
  const { seconds } = moment;
  const plans = machineOf(host).disks;
  return (drives.get(host) ?? []).map((installed) => {
    const present = presentOf(installed, story, host, seconds);
    const seed = seedOf(story.seed, 'drive', present.serial);
    const plan = plans.find(({ device }) => device === present.device);
    const lived = tideBetween(present.from, seconds);
    const hours = (until: number) => Math.max(0, Math.floor((until - present.from) / hour));
    const { isSpare = false } = present;
    const restarts = (story.reboots.get(host) ?? []).filter(({ up }) => up > present.from && up <= seconds);
    return {
      device: present.device,
      serial: present.serial,
      model: present.model,
      isAsleep: isSpare && Math.floor((story.told - seconds) / day) % 30 !== 15,
      seconds,
      poweredHours: hours(seconds),
      cycles: 9 + Math.floor(6 * uniform(seed, 1)) + restarts.length,
      celsius: Math.round(
        (present.model.medium === 'platter' ? 31 : 36) +
          2.4 * tideAt(seconds) +
          1.2 * wander(seed, seconds, day),
      ),
      writtenBytes: Math.floor(lived * meanRate(plan?.written, 60e6 * (plan?.night ?? 0))),
      readBytes: Math.floor(lived * meanRate(plan?.read, 180e6 * (plan?.night ?? 0))),
      trouble: troubleOf(present, story, host, seconds),
      testedHours: hours(lastSunday(seconds, 1)),
    };
  });
}

/** Where a disk was replaced, the one that came after it. */
function presentOf(installed: Drive, story: Story, host: string, seconds: number): Drive {
  const dead = story.failing.find((one) => one.host === host && one.device === installed.device);
  return dead === undefined || seconds < dead.replaced
    ? installed
    : { device: installed.device, serial: 'S64GNE0R700452', model: pm9a3, from: dead.replaced };
}

function troubleOf({ device, from }: Drive, story: Story, host: string, seconds: number): number {
  const declines = [
    ...story.failing.map(({ replaced, ...rest }) => ({ ...rest, until: replaced })),
    ...story.ailing.map(({ thrownOut, ...rest }) => ({ ...rest, until: thrownOut })),
  ];
  const own = declines.find(
    (decline) =>
      decline.host === host && decline.device === device && decline.from <= seconds && from < decline.from,
  );
  return own === undefined ? 0 : Math.min(1, (seconds - own.from) / (own.until - own.from));
}

/** Bytes a second over a week: by day, and what the night's work adds. */
function meanRate([rest, busiest]: readonly [number, number] = [0, 0], night: number): number {
  return rest + 0.36 * busiest + 0.08 * night;
}

/** How much of its rated life a disk has used, in whole percents; undefined of those that do not wear. */
export function wornPercent({ model, writtenBytes, poweredHours }: DriveMoment): number | undefined {
  if (model.ratedBytes === undefined) return undefined;
  // Refreshing what lies still wears as well.
  return Math.floor((100 * writtenBytes) / model.ratedBytes + (0.4 * poweredHours * hour) / year);
}
