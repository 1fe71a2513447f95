import type { DiskReport, HostReport, PoolReport, ReportsFile } from '../model/reports-file.ts';
import { dayOf, toSeconds } from '../model/time.ts';
import { formatDay, formatDuration } from '../ui/format.ts';
import { defectsOf } from './inventory.ts';
import type { Sentence } from './letter-sentence.ts';
import { reportMessagesIn } from './messages.ts';
import { hostPath } from './routes.ts';

/** What is not sound about disks and pools, the gravest first: data hang on a pool, and a scrub can wait for a day. */
export function damageSentences(reports: ReportsFile): Sentence[] {
  const { hosts, fleet } = reports;
  const words = reportMessagesIn(fleet.locale).health.damage;
  const found = damageOf(hosts, reports);
  if (found.length > 0) return found;
  const isRead = hosts.some(({ disks, pools }) => disks.length + pools.length > 0);
  return [{ isTrouble: false, lead: '', text: isRead ? words.none : words.notRead, why: null }];
}

/** What is not sound about the disks and pools of some hosts; what is gone is not judged. */
export function damageOf(hosts: readonly HostReport[], reports: ReportsFile): Sentence[] {
  const pools = hosts.flatMap((host) => current(host.pools).map((pool) => ({ host, pool })));
  const disks = hosts.flatMap((host) => current(host.disks).map((disk) => ({ host, disk })));
  return [
    ...pools.filter(({ pool }) => isIll(pool.state)).map(({ pool, host }) => illPool(pool, host, reports)),
    ...disks.filter(({ disk }) => isWorn(disk)).map(({ disk, host }) => wornDisk(disk, host, reports)),
    ...pools.filter(({ pool }) => pool.isScrubLate).map(({ pool, host }) => lateScrub(pool, host, reports)),
  ];
}

function current<Part extends { readonly isCurrent: boolean }>(parts: readonly Part[]): Part[] {
  return parts.filter(({ isCurrent }) => isCurrent);
}

function isIll(state: PoolReport['state']): boolean {
  return state === 'degraded' || state === 'down';
}

/** Many disks die without ever having said that they are failing. */
function isWorn({ state, pending_count, uncorrected_count }: DiskReport): boolean {
  return isIll(state) || (pending_count ?? 0) > 0 || (uncorrected_count ?? 0) > 0;
}

function illPool(pool: PoolReport, host: HostReport, { fleet }: ReportsFile): Sentence {
  const { health, inventory } = reportMessagesIn(fleet.locale);
  const words = health.damage;
  const state = inventory.pools.states[pool.state].toLocaleLowerCase(fleet.locale);
  // A mirror is ill because of its disks, which are told.
  const devices = pool.devices.filter(
    ({ name }) => !pool.devices.some((other) => other.name.startsWith(`${name}/`)),
  );
  return {
    isTrouble: true,
    lead: words.pool(pool.name, host.name, state),
    text:
      devices.length === 0
        ? (pool.reason ?? '')
        : words.devices(devices.map(({ name, reason }) => `${name}, ${reason}`).join('; ')),
    why: { href: `${hostPath(host.id)}#pools`, label: words.why.pools },
  };
}

function wornDisk(disk: DiskReport, host: HostReport, { fleet }: ReportsFile): Sentence {
  const words = reportMessagesIn(fleet.locale).health.damage;
  const name = disk.device ?? disk.id;
  const known = [disk.model, disk.id].filter((part) => part !== null).join(', ');
  return {
    isTrouble: true,
    lead: isIll(disk.state) ? words.failing(name, host.name) : words.defective(name, host.name),
    text: words.defects(known, defectsOf(disk, fleet.locale)),
    why: { href: `${hostPath(host.id)}#disks`, label: words.why.disks },
  };
}

function lateScrub({ name, scrubbedAt }: PoolReport, host: HostReport, reports: ReportsFile): Sentence {
  const { locale, timeZone } = reports.fleet;
  const words = reportMessagesIn(locale).health.damage;
  const endedAt = scrubbedAt ?? reports.builtAt;
  const ago = formatDuration(toSeconds(reports.builtAt) - toSeconds(endedAt), locale);
  return {
    isTrouble: true,
    lead: words.scrub(name, host.name),
    text: words.scrubbed(formatDay(dayOf(endedAt, timeZone), locale), ago),
    why: { href: `${hostPath(host.id)}#pools`, label: words.why.pools },
  };
}
