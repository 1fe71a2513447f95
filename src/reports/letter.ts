import type { HostReport, ReportsFile, Resource } from '../model/reports-file.ts';
import { dayOf } from '../model/time.ts';
import { formatDay, formatInstant } from '../ui/format.ts';
import { holesIn, unseenIn } from './backup-words.ts';
import { nextOutlook, type Outlook, outlookSentence } from './crossings.ts';
import { formatAmount, formatHeld, formatRelative, formatThreshold } from './figures.ts';
import { damageSentences } from './letter-damage.ts';
import { hardwareSentences } from './letter-hardware.ts';
import { mostNamed, nameSome, type Sentence } from './letter-sentence.ts';
import { supportSentences } from './letter-support.ts';
import { reportMessagesIn } from './messages.ts';
import { byUrgency } from './ranking.ts';
import { backupsPath, hostPath, resourceAnchor } from './routes.ts';
import { subjectOf } from './sentences.ts';

export interface Paragraph {
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** What the whole file comes down to, in words: what breaks, fills up, is silent, is down, is not backed up, grows old, is supported no more, was not read. */
export function writeLetter(reports: ReportsFile): Paragraph[] {
  const words = reportMessagesIn(reports.fleet.locale).letter;
  const { damage, support } = reportMessagesIn(reports.fleet.locale).health;
  return [
    { title: damage.title, sentences: damageSentences(reports) },
    { title: words.capacity, sentences: capacitySentences(reports) },
    { title: words.silence, sentences: silenceSentences(reports) },
    { title: words.services, sentences: serviceSentences(reports) },
    {
      title: reportMessagesIn(reports.fleet.locale).backups.letter.title,
      sentences: backupSentences(reports),
    },
    { title: words.age, sentences: hardwareSentences(reports) },
    { title: support.title, sentences: supportSentences(reports) },
    { title: words.sources, sentences: sourceSentences(reports) },
  ];
}

interface Pressing {
  readonly host: HostReport;
  readonly resource: Resource;
  readonly said: Extract<Outlook, { kind: 'exceeded' | 'expected' }>;
}

function capacitySentences(reports: ReportsFile): Sentence[] {
  const { locale } = reports.fleet;
  const words = reportMessagesIn(locale).letter;
  const pressing = pressingResources(reports.hosts);
  if (pressing.length === 0) return [plain(words.noCrossing, { href: '#hosts', label: words.why.hosts })];

  const told = pressing.slice(0, mostNamed);
  const firstExpected = told.find(({ said }) => said.kind === 'expected');
  const sentences = told.map((each) => {
    const subject = subjectOf(each.resource, each.host, locale);
    return {
      isTrouble: each.said.kind === 'exceeded',
      lead:
        each.said.kind === 'exceeded'
          ? words.exceeded(subject, formatThreshold(each.resource, each.said.threshold, locale))
          : each === firstExpected
            ? words.first(subject)
            : words.next(subject),
      text: pressingText(each, reports),
      why: {
        href: `${hostPath(each.host.id)}#${resourceAnchor(each.host, each.resource)}`,
        label: words.why.chart,
      },
    };
  });
  const rest = pressing.length - told.length;
  return rest === 0
    ? sentences
    : [...sentences, plain(words.more(rest), { href: '#hosts', label: words.why.hosts })];
}

/** All resources that are past a threshold or will be, the most urgent first. */
function pressingResources(hosts: readonly HostReport[]): Pressing[] {
  return hosts
    .flatMap((host) => host.resources.map((resource) => ({ host, resource, said: nextOutlook(resource) })))
    .filter((each): each is Pressing => each.said?.kind === 'exceeded' || each.said?.kind === 'expected')
    .sort((a, b) => byUrgency(a.resource, b.resource));
}

function pressingText({ resource, host, said }: Pressing, { fleet, builtAt }: ReportsFile): string {
  const { locale, timeZone } = fleet;
  const words = reportMessagesIn(locale).letter;
  const parts: string[] = [];
  if (resource.now !== null) {
    const day = formatDay(dayOf(host.readAt ?? builtAt, timeZone), locale);
    const relative = formatRelative(resource, resource.now, locale);
    const amount = formatAmount(resource, resource.now, locale);
    parts.push(relative === amount ? words.value(relative, day) : words.valueOf(relative, amount, day));
  }
  if (said.kind === 'expected') {
    parts.push(outlookSentence(resource, said, locale) ?? '');
    const backtest = resource.trend.kind === 'line' ? resource.trend.backtest : null;
    if (backtest !== null) parts.push(words.held(formatHeld(backtest.held, locale), backtest.trials));
  }
  return parts.join(' ');
}

function silenceSentences({ hosts, fleet }: ReportsFile): Sentence[] {
  const words = reportMessagesIn(fleet.locale).letter;
  const silent = hosts.filter(({ state }) => state !== 'up');
  if (hosts.length === 0) return [plain(words.noHost)];
  if (silent.length === 0) return [plain(words.noneSilent(hosts.length))];
  return silent.map((host) => ({
    isTrouble: true,
    lead: words.silent(host.name),
    text:
      host.readAt === null
        ? words.neverRead
        : words.silentSince(formatInstant(host.readAt, fleet.locale, fleet.timeZone)),
    why: { href: hostPath(host.id), label: words.why.host },
  }));
}

function serviceSentences({ services, fleet }: ReportsFile): Sentence[] {
  const words = reportMessagesIn(fleet.locale).letter;
  const why = { href: '#services', label: words.why.services };
  const down = services.filter(({ state }) => state === 'down').map(({ name }) => name);
  if (services.length === 0) return [plain(reportMessagesIn(fleet.locale).overview.noServices)];
  if (down.length === 0) return [plain(words.noneDown(services.length), why)];
  return [{ isTrouble: true, lead: words.down(down.length), text: nameSome(down, words), why }];
}

function backupSentences({ backups, fleet }: ReportsFile): Sentence[] {
  const { letter: words, backups: own } = reportMessagesIn(fleet.locale);
  const why = { href: backupsPath, label: own.letter.why };
  if (backups.length === 0) return [plain(own.letter.nothing)];
  const troubles = [
    { found: holesIn(backups), lead: own.letter.holes },
    { found: unseenIn(backups), lead: own.letter.unseen },
  ].flatMap(({ found, lead }) => {
    const names = found.map(({ name }) => name);
    const text = nameSome(names, words);
    return names.length === 0 ? [] : [{ isTrouble: true, lead: lead(names.length), text, why }];
  });
  return troubles.length === 0 ? [plain(own.letter.whole(backups.length), why)] : troubles;
}

function sourceSentences({ errors, broken, fleet }: ReportsFile): Sentence[] {
  const words = reportMessagesIn(fleet.locale).letter;
  const sources = [...new Set(errors.map(({ source }) => source))];
  const failed =
    sources.length === 0
      ? plain(words.noneFailed)
      : {
          isTrouble: true,
          lead: words.failed(sources.length),
          text: nameSome(sources, words),
          why: { href: '#errors', label: words.why.errors },
        };
  if (broken.length === 0) return [failed];
  return [
    failed,
    {
      isTrouble: true,
      lead: words.broken(broken.length),
      text: '',
      why: { href: '#broken', label: words.why.broken },
    },
  ];
}

function plain(text: string, why: Sentence['why'] = null): Sentence {
  return { isTrouble: false, lead: '', text, why };
}
