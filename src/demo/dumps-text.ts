import type { BackupPolicy } from '../model/backup-policy.ts';
import type { Service } from '../model/fleet.ts';
import {
  addToDay,
  addToMonth,
  type Day,
  dayBounds,
  dayOf,
  fromSeconds,
  monthOf,
  toSeconds,
} from '../model/time.ts';
import { seedOf, uniform } from './chance.ts';
import { footprintOf } from './containers.ts';
import type { Place } from './place.ts';
import type { Story } from './story.ts';

// What the scripts for backups find on the host that keeps them.

const hour = 3600;
const day = 86_400;

/** How long a whole copy waits until its files are all read again, and how long that takes. */
const coldFiles = 812_345;
const coldCycleDays = 112;
const coldBegan = toSeconds('2023-09-10T00:00:00Z');

/** What the script for dumps prints: a line for each service, and one for each file. */
export function dumpsText(place: Place): string {
  const { fleet, host, moment } = place;
  const { seconds } = moment;
  const nights = new Map(
    [...fleet.backups].map(([id, policy]) => [id, keptNights(policy, seconds, fleet.timeZone)]),
  );
  const lines = [...fleet.services.values()].flatMap((service) => {
    const { id, backup = '', backupName = id } = service;
    const policy = fleet.backups.get(backup);
    if (policy?.dumps === undefined || (policy.on ?? service.host) !== host) return [];
    const folder = policy.dumps.replaceAll('{service}', backupName).replace(/\/[^/]*$/, '');
    const dumps = dumpsOf(service, nights.get(backup) ?? [], place.story).filter(({ at }) => at <= seconds);
    return [
      `s ${id} ok 0`,
      ...dumps.map(({ at, bytes, isCut, night }) => {
        const whole = isCut ? 'bad trailer -' : `valid trailer ${night}`;
        const verdict = at > seconds - 300 ? 'unverified recent -' : whole;
        return `f ${id} ${bytes} ${at} ${verdict} ${folder}/${id}-${night}.sql.gz`;
      }),
    ];
  });
  return [`v 1 ${Math.floor(seconds)}`, ...lines, 'end', ''].join('\n');
}

/** What the script for cold copies prints: how far each was read again, a bit in each hour until all of it was. */
export function coldText({ fleet, host, moment }: Place): string {
  const { seconds } = moment;
  const paths = new Map(
    [...fleet.services.values()].flatMap((service): [string, number][] => {
      const policy = fleet.backups.get(service.backup ?? '');
      if (policy?.coldCopy === undefined || (policy.coldCopy.on ?? policy.on) !== host) return [];
      return [[policy.coldCopy.path, policy.coldCopy.checkEverySeconds]];
    }),
  );
  const copies = [...paths].flatMap(([path, everySeconds], index) => {
    const started = coldBegan + Math.floor((seconds - coldBegan) / everySeconds) * everySeconds;
    const share = Math.min(1, (seconds - started) / (coldCycleDays * day));
    const checked = Math.floor(share * coldFiles);
    const finished =
      share === 1 ? started + coldCycleDays * day : started - everySeconds + coldCycleDays * day;
    const state = [coldFiles, checked + 1, started, finished, 0, 0, checked, 0, 0, 0, '-'].join(' ');
    return [`t ${index} ${path}`, 'look ok', `state 104467218-${coldBegan}-34 ${state}`];
  });
  return [...copies, 'end', ''].join('\n');
}

/** A night whose dumps are kept. */
interface Night {
  readonly day: Day;
  /** Its first second. */
  readonly start: number;
}

/** The nights whose dumps a policy keeps: those of the last days, and the first one of each month. */
function keptNights(
  { daily = 0, monthly = 0 }: Pick<BackupPolicy, 'daily' | 'monthly'>,
  seconds: number,
  timeZone: string,
): Night[] {
  const today = dayOf(fromSeconds(seconds), timeZone);
  const firsts = Array.from(
    { length: monthly },
    (_, index): Day => `${addToMonth(monthOf(today), -index)}-01`,
  );
  // One more, until it is older than that.
  const last = Array.from({ length: daily + 1 }, (_, index) => addToDay(today, -index));
  const nights = [...new Set([...firsts, ...last])]
    .toSorted()
    .map((own) => ({ day: own, start: dayBounds(own, timeZone).start }));
  return nights.filter(
    ({ day: own, start }) => firsts.includes(own) || start > seconds - (daily * day + 3 * hour),
  );
}

interface Dump {
  readonly night: Day;
  /** When it ended. */
  readonly at: number;
  readonly bytes: number;
  readonly isCut: boolean;
}

/** The dumps of a service that were made in some nights, or will be. */
function dumpsOf(service: Service, nights: readonly Night[], story: Story): Dump[] {
  const { seed, told, begin } = story;
  const chance = seedOf(seed, 'dump', service.id);
  const { diskBytes, diskDailyBytes } = footprintOf(seed, service);
  const troubles = story.dumpTroubles.filter((trouble) => trouble.service === service.id);
  return nights.flatMap(({ day: night, start }) => {
    const position = Math.round(start / day);
    const at = Math.floor(start + (1.1 + 2.6 * uniform(chance, 0)) * hour + 240 * uniform(chance, position));
    const trouble = troubles.find(({ from, to }) => from < at && at <= to);
    // One night in three hundred, something was in the way.
    const isMissed = at > begin && at < told - 8 * day && uniform(chance + 1, position) < 1 / 300;
    if (trouble?.kind === 'missing' || isMissed) return [];
    // The data base is a small part of the whole, packed; media are no part of it.
    const whole = Math.min(diskBytes, 60e9) + ((at - told) / day) * Math.min(diskDailyBytes, 40e6);
    const bytes = Math.floor(0.011 * whole * (1 + 0.002 * uniform(chance + 2, position)));
    const isCut = trouble?.kind === 'cut';
    return [{ night, at, bytes: isCut ? Math.floor(0.31 * bytes) : bytes, isCut }];
  });
}
