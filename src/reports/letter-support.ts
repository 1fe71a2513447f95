import { isOver } from '../model/end-of-support.ts';
import type { HostReport, ReportsFile, SoftwareReport } from '../model/reports-file.ts';
import { addToDay, type Day, dayOf, type Month } from '../model/time.ts';
import { endText } from './inventory.ts';
import { nameSome, type Sentence } from './letter-sentence.ts';
import { reportMessagesIn } from './messages.ts';
import { hostPath } from './routes.ts';

/** What ends within so many days is told. */
const noticeDays = 183;

/** One version of something, and where it runs. */
interface Installed {
  readonly software: SoftwareReport;
  /** When its last support ends. */
  readonly until: Day | Month;
  readonly hosts: readonly HostReport[];
  readonly services: number;
}

/** What is supported no more, what will soon not be, a sentence each; then which updates wait. */
export function supportSentences(reports: ReportsFile): Sentence[] {
  const { fleet, builtAt, hosts } = reports;
  const words = reportMessagesIn(fleet.locale).health.support;
  const today = dayOf(builtAt, fleet.timeZone);
  const ending = installedIn(reports)
    .filter(({ until }) => isOver(until, addToDay(today, noticeDays)))
    .toSorted((a, b) => (a.until < b.until ? -1 : 1));
  const plain = { isTrouble: false, lead: '' };
  return [
    ...(ending.length === 0
      ? [{ ...plain, text: words.none, why: null }]
      : ending.map((each) => endSentence(each, today, reports))),
    ...updateSentences(hosts, reports),
  ];
}

function installedIn({ hosts, services }: ReportsFile): Installed[] {
  const found = [
    ...hosts.flatMap((host) =>
      host.platform?.isCurrent === true ? host.platform.software.map((software) => ({ software, host })) : [],
    ),
    ...services.flatMap(({ software }) => (software === null ? [] : [{ software, host: null }])),
  ];
  const groups = Map.groupBy(found, ({ software: { name, version } }) => `${name}\n${version}`);
  return [...groups.values()].flatMap((group): Installed[] => {
    const [first] = group;
    if (first === undefined || first.software.support === null) return [];
    const { until, longTermUntil } = first.software.support;
    return [
      {
        software: first.software,
        until: longTermUntil ?? until,
        hosts: group.flatMap(({ host }) => host ?? []),
        services: group.filter(({ host }) => host === null).length,
      },
    ];
  });
}

function endSentence(
  { software, until, hosts, services }: Installed,
  today: Day,
  { fleet }: ReportsFile,
): Sentence {
  const words = reportMessagesIn(fleet.locale).health.support;
  const isTrouble = isOver(until, today);
  const name = `${software.name} ${software.version}`;
  const [host] = hosts;
  return {
    isTrouble,
    lead: isTrouble ? words.over(name) : words.ending(name),
    text: words.until(
      endText(until, fleet.locale),
      host === undefined ? words.services(services) : words.hosts(hosts.map((each) => each.name).join(', ')),
    ),
    why:
      host === undefined
        ? { href: '#services', label: words.why.services }
        : hosts.length > 1
          ? { href: '#hosts', label: words.why.hosts }
          : { href: `${hostPath(host.id)}#platform`, label: words.why.host },
  };
}

function updateSentences(hosts: readonly HostReport[], { fleet }: ReportsFile): Sentence[] {
  const messages = reportMessagesIn(fleet.locale);
  const words = messages.health.support;
  const current = hosts.filter(({ platform }) => platform?.isCurrent === true);
  const reboot = current.filter(({ platform }) => platform?.isRebootDue === true).map(({ name }) => name);
  const security = current
    .filter(({ platform }) => (platform?.securityUpdates_count ?? 0) > 0)
    .map(({ name }) => name);
  const some = (names: readonly string[]) => nameSome(names, messages.letter);
  const plain = { isTrouble: false, lead: '', why: { href: '#hosts', label: words.why.hosts } };
  return [
    ...(reboot.length === 0 ? [] : [{ ...plain, text: words.reboot(some(reboot)) }]),
    ...(security.length === 0
      ? []
      : [{ ...plain, text: `${words.security(security.length)} ${some(security)}` }]),
  ];
}
