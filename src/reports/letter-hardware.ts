import type { HostReport, ReportsFile } from '../model/reports-file.ts';
import { addToDay, type Day, dayOf } from '../model/time.ts';
import { formatDay } from '../ui/format.ts';
import { formatYears } from './figures.ts';
import type { Sentence } from './letter-sentence.ts';
import { reportMessagesIn } from './messages.ts';
import { hostPath } from './routes.ts';
import { partName } from './sentences.ts';

type Hardware = HostReport['hardware'][number];

/** A server, which the age policy is about. */
interface Server {
  readonly host: HostReport;
  readonly row: Hardware;
  /** When it reaches the age limit. */
  readonly oldOn: Day;
}

/** What is past the age limit or out of contract, a sentence a host each, and the server that will be next. */
export function hardwareSentences(reports: ReportsFile): Sentence[] {
  const { hosts, fleet, builtAt } = reports;
  const words = reportMessagesIn(fleet.locale).letter;
  if (hosts.every(({ hardware }) => hardware.length === 0)) {
    return [{ isTrouble: false, lead: '', text: words.noHardware, why: null }];
  }
  const today = dayOf(builtAt, fleet.timeZone);
  const servers = serversOf(reports);
  const troubles = [
    ...servers.filter(({ oldOn }) => oldOn <= today).map((server) => tooOld(server, reports)),
    ...hosts.flatMap((host) => outOfContract(host, today, reports)),
  ];
  const next = servers.find(({ oldOn }) => oldOn > today);
  return [
    ...(troubles.length > 0 ? troubles : [{ isTrouble: false, lead: '', text: words.noneOld, why: null }]),
    ...(next === undefined ? [] : [nextToRenew(next, reports)]),
  ];
}

/** All servers, the oldest first. */
function serversOf({ hosts, policies }: ReportsFile): Server[] {
  return hosts
    .flatMap((host) => host.hardware.filter(({ part }) => part === 'server').map((row) => ({ host, row })))
    .map(({ host, row }) => ({ host, row, oldOn: addToDay(row.from, policies.hostMaxAge_days) }))
    .sort((a, b) => (a.oldOn < b.oldOn ? -1 : 1));
}

function tooOld({ host, row, oldOn }: Server, { fleet, policies }: ReportsFile): Sentence {
  const { locale } = fleet;
  const words = reportMessagesIn(locale).letter;
  return {
    isTrouble: true,
    lead: words.tooOld(host.name, formatYears(row.age_days, locale)),
    text: words.tooOldSince(formatYears(policies.hostMaxAge_days, locale), formatDay(oldOn, locale)),
    why: hardwareOf(host, words),
  };
}

function outOfContract(host: HostReport, today: Day, { fleet }: ReportsFile): Sentence[] {
  const { locale } = fleet;
  const words = reportMessagesIn(locale).letter;
  const expired = host.hardware
    .flatMap(({ part, until }) => (until !== null && until < today ? [{ part, until }] : []))
    .sort((a, b) => (a.until < b.until ? -1 : 1));
  const since = expired[0]?.until;
  if (since === undefined) return [];
  return [
    {
      isTrouble: true,
      lead: words.expired(host.name),
      text: words.expiredSince(countParts(expired, locale), formatDay(since, locale)),
      why: hardwareOf(host, words),
    },
  ];
}

/** `serveur, disque (4), mémoire`. */
function countParts(rows: readonly { part: string }[], locale: ReportsFile['fleet']['locale']): string {
  const counts = new Map<string, number>();
  for (const { part } of rows) counts.set(part, (counts.get(part) ?? 0) + 1);
  return [...counts]
    .map(([part, count]) =>
      count === 1 ? partName(part, locale) : `${partName(part, locale)}\u00a0(${count})`,
    )
    .join(', ');
}

function nextToRenew({ host, oldOn }: Server, { fleet, policies }: ReportsFile): Sentence {
  const { locale } = fleet;
  const words = reportMessagesIn(locale).letter;
  const order = formatDay(addToDay(oldOn, -policies.hostLeadTime_days), locale);
  return {
    isTrouble: false,
    lead: words.nextAge(host.name),
    text: words.nextAgeOn(formatYears(policies.hostMaxAge_days, locale), formatDay(oldOn, locale), order),
    why: hardwareOf(host, words),
  };
}

function hardwareOf(host: HostReport, words: { why: { hardware: string } }): Sentence['why'] {
  return { href: `${hostPath(host.id)}#hardware`, label: words.why.hardware };
}
