import type { HostReport, ReportsFile } from '../model/reports-file.ts';
import { addToDay, type Day, dayOf } from '../model/time.ts';
import { formatDay } from '../ui/format.ts';
import { formatYears } from './figures.ts';
import type { Sentence } from './letter.ts';
import { reportMessagesIn } from './messages.ts';
import { hostPath } from './routes.ts';
import { partName } from './sentences.ts';

interface Part {
  readonly host: HostReport;
  readonly row: HostReport['hardware'][number];
  /** When it reaches the age limit. */
  readonly oldOn: Day;
}

/** What is out of contract or past the age limit, else the server that will be next. */
export function hardwareSentences(reports: ReportsFile): Sentence[] {
  const words = reportMessagesIn(reports.fleet.locale).letter;
  const parts = partsOf(reports);
  if (parts.length === 0) return [told(words.noHardware, '', null)];
  const today = dayOf(reports.builtAt, reports.fleet.timeZone);
  const troubles = parts.flatMap((part) => [
    ...tooOld(part, today, reports),
    ...expired(part, today, reports),
  ]);
  const next = parts.filter(({ row, oldOn }) => row.part === 'server' && oldOn > today)[0];
  return [
    ...(troubles.length > 0 ? troubles : [told(words.noneOld, '', null)]),
    ...(next === undefined ? [] : [nextToRenew(next, reports)]),
  ];
}

/** All parts, the oldest first. */
function partsOf({ hosts, policies }: ReportsFile): Part[] {
  return hosts
    .flatMap((host) =>
      host.hardware.map((row) => ({ host, row, oldOn: addToDay(row.from, policies.hostMaxAge_days) })),
    )
    .sort((a, b) => (a.row.from < b.row.from ? -1 : 1));
}

function tooOld({ host, row, oldOn }: Part, today: Day, { fleet, policies }: ReportsFile): Sentence[] {
  // The age limit is the policy for whole hosts.
  if (row.part !== 'server' || oldOn > today) return [];
  const words = reportMessagesIn(fleet.locale).letter;
  const age = formatYears(row.age_days, fleet.locale);
  const text = words.tooOldSince(
    formatYears(policies.hostMaxAge_days, fleet.locale),
    formatDay(oldOn, fleet.locale),
  );
  return [
    {
      ...told(words.tooOld(host.name, partName(row.part, fleet.locale), age), text, whyOf(host, words)),
      isTrouble: true,
    },
  ];
}

function expired({ host, row }: Part, today: Day, { fleet }: ReportsFile): Sentence[] {
  if (row.until === null || row.until >= today) return [];
  const words = reportMessagesIn(fleet.locale).letter;
  const text = words.expiredSince(formatDay(row.until, fleet.locale));
  return [
    {
      ...told(words.expired(host.name, partName(row.part, fleet.locale)), text, whyOf(host, words)),
      isTrouble: true,
    },
  ];
}

function nextToRenew({ host, row, oldOn }: Part, { fleet, policies }: ReportsFile): Sentence {
  const words = reportMessagesIn(fleet.locale).letter;
  const maxAge = formatYears(policies.hostMaxAge_days, fleet.locale);
  const order = formatDay(addToDay(oldOn, -policies.hostLeadTime_days), fleet.locale);
  const text = words.nextAgeOn(maxAge, formatDay(oldOn, fleet.locale), order);
  return told(words.nextAge(host.name, partName(row.part, fleet.locale)), text, whyOf(host, words));
}

function whyOf(host: HostReport, words: { why: { hardware: string } }): Sentence['why'] {
  return { href: `${hostPath(host.id)}#hardware`, label: words.why.hardware };
}

function told(lead: string, text: string, why: Sentence['why']): Sentence {
  return text === ''
    ? { isTrouble: false, lead: '', text: lead, why }
    : { isTrouble: false, lead, text, why };
}
