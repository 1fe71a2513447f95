import { plural } from '../ui/typography.ts';
import type { BackupMessages } from './messages-backups.fr.ts';

function count(number: number, one: string, other: string): string {
  return `${number}\u00a0${plural('en', number, { one, other })}`;
}

/** The page of backups, in English. */
export const enBackups: BackupMessages = {
  title: 'Backups',
  description: (fleet) => `What is backed up of the services of ${fleet}, and what is missing.`,
  back: 'All hosts',
  whole: (services) =>
    services === 1
      ? 'The only service has all that its policy asks for.'
      : `All ${services} services have what their policies ask for.`,
  holes: (services, all) =>
    `${services} of ${count(all, 'service', 'services')} ${services === 1 ? 'lacks' : 'lack'} something that its policy asks for.`,
  unseen: (services) =>
    `Of ${count(services, 'service', 'services')} not all could be looked at: that says neither good nor bad.`,
  nothing: 'No service has a backup policy: add one below backups: in data/fleet.yaml.',
  legend: 'Legend',
  states: {
    valid: 'there and valid',
    present: 'there',
    unverified: 'there, not verified',
    suspicious: 'of a suspicious size',
    bad: 'bad',
    late: 'late',
    missing: 'missing',
    unseen: 'could not look',
    none: 'nothing expected',
  },
  policy: (name) => `Policy “${name}”:`,
  daily: (days) => count(days, 'consecutive day', 'consecutive days'),
  monthly: (months) => count(months, 'consecutive month', 'consecutive months'),
  weekly: (weekday) => `a container snapshot each ${weekday}`,
  weekdays: {
    monday: 'Monday',
    tuesday: 'Tuesday',
    wednesday: 'Wednesday',
    thursday: 'Thursday',
    friday: 'Friday',
    saturday: 'Saturday',
    sunday: 'Sunday',
  },
  cold: (every) => `a cold copy, read again within ${every}`,
  noTerms: 'no figures',
  lost: (duration) => `Lost if all stopped now: ${duration}`,
  lostUnknown: 'Lost if all stopped now: not known, no valid copy was ever seen',
  newest: (at) => `newest valid copy of ${at}`,
  sources: {
    dumps: 'Dumps',
    restic: 'restic',
    borg: 'borg',
    borgmatic: 'borgmatic',
    pbs: 'Proxmox Backup Server',
    sanoid: 'ZFS snapshots',
  },
  on: (host) => `on ${host}`,
  lookedAt: (at) => `looked at on ${at}`,
  neverLooked: 'not looked at for a day',
  couldNotLook: 'could not be looked at',
  squares: 'Day by day',
  days: 'Last 7 days',
  months: 'Last 12 months',
  weeks: 'Container snapshots, last 4 weeks',
  coldCopy: 'Cold copy',
  mark: (on, state) => `${on}: ${state}`,
  usual: (bytes, usual) => `${bytes}, against the usual ${usual}`,
  troubles: 'In detail',
  range: (first, last, number) => `${first} – ${last} (${number})`,
  files: (checked, files) => `${checked} of ${files} files read in this round or the last`,
  noFiles: 'no file compared',
  verifiedAt: (at) => `read as a whole until ${at}`,
  neverVerified: 'never read as a whole so far',
  badFiles: (number) => count(number, 'file damaged or gone', 'files damaged or gone'),
  without: 'Services without a backup policy',
  letter: {
    title: 'What is not backed up',
    holes: (services) =>
      `${count(services, 'service lacks', 'services lack')} something that its backup policy asks for:`,
    whole: (services) => `Nothing is missing of the backups of ${count(services, 'service', 'services')}.`,
    unseen: (services) => `The backups of ${count(services, 'service', 'services')} could not be looked at:`,
    nothing: 'No service has a backup policy.',
    why: 'See the backups',
  },
};
