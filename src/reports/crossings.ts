import type { Resource, Trend } from '../model/reports-file.ts';
import { addToDay, type Day, monthOf } from '../model/time.ts';
import { formatDay } from '../ui/format.ts';
import type { Locale } from '../ui/locale.ts';
import { formatRelative, formatShortMonth, formatThreshold } from './figures.ts';
import { reportMessagesIn } from './messages.ts';

type Line = Extract<Trend, { kind: 'line' }>;
type Crossing = Line['crossings'][number];

/** What is known of one threshold of a resource. */
export type Outlook =
  | { readonly kind: 'exceeded'; readonly threshold: number }
  | {
      readonly kind: 'collecting';
      readonly threshold: number;
      readonly days: number;
      readonly needed_days: number;
    }
  | { readonly kind: 'never'; readonly threshold: number; readonly horizon: Day }
  | { readonly kind: 'perhaps'; readonly threshold: number; readonly earliest: Day; readonly horizon: Day }
  | {
      readonly kind: 'expected';
      readonly threshold: number;
      readonly earliest: Day;
      readonly median: Day;
      /** Null: perhaps not before the horizon. */
      readonly latest: Day | null;
      readonly horizon: Day;
    };

/** What is known of each threshold of a resource, in ascending order. */
export function outlooks(resource: Resource): Outlook[] {
  return resource.thresholds.map((threshold) => outlook(resource, threshold));
}

/** The threshold to watch: the lowest that is not passed yet, or the highest of those that are. Null without thresholds. */
export function nextOutlook(resource: Resource): Outlook | null {
  const all = outlooks(resource);
  return all.find(({ kind }) => kind !== 'exceeded') ?? all.at(-1) ?? null;
}

/** A threshold's outlook in a sentence. A series that is still collecting has none. */
export function outlookSentence(resource: Resource, said: Outlook, locale: Locale): string | null {
  const words = reportMessagesIn(locale).crossing;
  const threshold = formatThreshold(resource, said.threshold, locale);
  switch (said.kind) {
    case 'collecting':
      return null;
    case 'exceeded':
      return words.exceeded(threshold);
    case 'never':
      return words.never(threshold, formatDay(said.horizon, locale));
    case 'perhaps':
      return words.perhaps(threshold, formatDay(said.earliest, locale), formatDay(said.horizon, locale));
    case 'expected': {
      const earliest = formatDay(said.earliest, locale);
      const median = formatDay(said.median, locale);
      return said.latest === null
        ? words.open(threshold, earliest, formatDay(said.horizon, locale), median)
        : words.closed(threshold, earliest, formatDay(said.latest, locale), median);
    }
  }
}

/** A threshold's outlook in a few words, for a line in a list: `80 % : janv. 2027 – mars 2027`. */
export function outlookCaption(resource: Resource, said: Outlook, locale: Locale): string {
  const words = reportMessagesIn(locale).crossing.short;
  const threshold = formatRelative(resource, said.threshold, locale);
  switch (said.kind) {
    case 'collecting':
      return words.collecting(said.days, said.needed_days);
    case 'exceeded':
      return words.exceeded(threshold);
    case 'never':
      return words.never(threshold, formatShortMonth(said.horizon, locale));
    case 'perhaps':
      return words.from(threshold, formatShortMonth(said.earliest, locale));
    case 'expected':
      if (said.latest === null) return words.from(threshold, formatShortMonth(said.earliest, locale));
      return monthOf(said.earliest) === monthOf(said.latest)
        ? words.about(threshold, formatShortMonth(said.median, locale))
        : words.window(
            threshold,
            formatShortMonth(said.earliest, locale),
            formatShortMonth(said.latest, locale),
          );
  }
}

/** The last day of the forecast. */
export function horizonOf({ ahead }: Line): Day {
  return addToDay(ahead.first, Math.max(0, ahead.median.length - 1) * ahead.step_days);
}

function outlook(resource: Resource, threshold: number): Outlook {
  const { trend, now } = resource;
  // A store that is too full is so from the first look; a load that was high for minutes says nothing yet.
  const isSettled = trend.kind === 'line' || resource.kind === 'filesystem';
  if (isSettled && now !== null && now >= threshold) return { kind: 'exceeded', threshold };
  if (trend.kind === 'collecting') return { ...trend, threshold };
  const horizon = horizonOf(trend);
  const crossing = trend.crossings.find((each) => each.threshold === threshold);
  return crossing === undefined ? { kind: 'never', threshold, horizon } : fromCrossing(crossing, horizon);
}

function fromCrossing({ threshold, earliest, median, latest }: Crossing, horizon: Day): Outlook {
  const start = earliest ?? median;
  if (start === null) return { kind: 'never', threshold, horizon };
  if (median === null) return { kind: 'perhaps', threshold, earliest: start, horizon };
  return { kind: 'expected', threshold, earliest: start, median, latest, horizon };
}
