import type { HostReport, Resource, Trend } from '../model/reports-file.ts';
import type { Locale } from '../ui/locale.ts';
import { outlookSentence, outlooks } from './crossings.ts';
import { formatDifference, formatHeld, formatMonthly } from './figures.ts';
import { reportMessagesIn } from './messages.ts';

/** A band that should hold 80 % of the trials and holds less than this is called too narrow. */
const leastHeld = 0.7;

type Line = Extract<Trend, { kind: 'line' }>;

/** What a resource is called: `Mémoire`, or the mount point. */
export function titleOf(resource: Resource, locale: Locale): string {
  const words = reportMessagesIn(locale).resources;
  return resource.kind === 'filesystem' ? resource.name : words[resource.kind];
}

/** A resource as the subject of a sentence: `La mémoire de hv1`. */
export function subjectOf(resource: Resource, host: HostReport, locale: Locale): string {
  return reportMessagesIn(locale).resources.subject[resource.kind](host.name, resource.name);
}

/** What a piece of hardware is: `serveur`; the word of hardware.csv when it is none of ours. */
export function partName(part: string, locale: Locale): string {
  const names: Readonly<Record<string, string>> = reportMessagesIn(locale).parts;
  return names[part] ?? part;
}

/** All that a resource's trend says, a sentence each: thresholds, then trend, then what the method is worth here. */
export function trendSentences(resource: Resource, locale: Locale): string[] {
  const { trend } = resource;
  const crossings = outlooks(resource).flatMap((said) => outlookSentence(resource, said, locale) ?? []);
  if (trend.kind === 'collecting') return crossings;
  return [...crossings, slopeSentence(resource, trend, locale), ...worthSentences(resource, trend, locale)];
}

/** How many days between the first and the last value have none. */
export function countGaps({ values }: Resource): number {
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  return first === -1 ? 0 : values.slice(first, last).filter((value) => value === null).length;
}

function slopeSentence(resource: Resource, trend: Line, locale: Locale): string {
  const words = reportMessagesIn(locale).resource;
  const monthly = (slope: number) => formatMonthly(resource, slope, locale);
  const isFlat = trend.slope_low <= 0 && trend.slope_high >= 0;
  const say = isFlat ? words.flat : words.trend;
  return say(monthly(trend.slope_per_day), monthly(trend.slope_low), monthly(trend.slope_high), trend.days);
}

function worthSentences(resource: Resource, { backtest }: Line, locale: Locale): string[] {
  const words = reportMessagesIn(locale).resource;
  if (backtest === null) return [words.noBacktest];
  const { horizon_days, trials, error, error_of_last_value, held } = backtest;
  const difference = (value: number) => formatDifference(resource, value, locale);
  const told = words.backtest(
    horizon_days,
    trials,
    difference(error),
    difference(error_of_last_value),
    formatHeld(held, locale),
  );
  return [
    told,
    ...(held < leastHeld ? [words.tooNarrow] : []),
    // A series that never moves is foretold without error by both.
    ...(error > 0 && error >= error_of_last_value ? [words.notBetter] : []),
  ];
}
