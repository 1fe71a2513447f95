import { gravity } from '../model/state.ts';
import type { Availability, PublicService } from '../model/status-file.ts';
import { formatDuration, formatPercent } from '../ui/format.ts';
import type { Locale } from '../ui/locale.ts';
import { messagesIn } from '../ui/messages.ts';
import { countStates, type Overall } from './overall.ts';

/** The sentence that a page opens with. `total` is how many services it speaks of. */
export function overallSentence(said: Overall, total: number, locale: Locale): string {
  const words = messagesIn(locale).overall;
  switch (said.kind) {
    case 'none':
      return words.none;
    case 'neverMeasured':
      return words.neverMeasured;
    case 'stale':
      return words.stale(formatDuration(said.age_seconds, locale));
    case 'allUnknown':
      return words.allUnknown;
    case 'up':
      return words.up(total);
    default:
      return words[said.kind](said.count);
  }
}

/** How many are in which state, the gravest first: `1 en panne, 39 fonctionnent`; of one alone, how it is. */
export function countsSentence(services: readonly PublicService[], locale: Locale): string {
  const words = messagesIn(locale).counts;
  const counts = countStates(services);
  const [first, ...others] = services;
  if (first !== undefined && others.length === 0) return messagesIn(locale).states[first.state];
  if (services.length > 0 && counts.up === services.length) return words.allUp;
  return gravity
    .filter((state) => counts[state] > 0)
    .map((state) => words[state](counts[state]))
    .join(', ');
}

/** Availability over a window; without data there is none, and it says so. */
export function availabilityText(window: Availability, locale: Locale): string {
  return window.ratio === null ? messagesIn(locale).figures.noData : formatPercent(window.ratio, locale);
}

/** How much of a window was measured; empty when nothing was, which the availability tells already. */
export function coverageText(window: Availability, locale: Locale): string {
  return window.ratio === null
    ? ''
    : messagesIn(locale).figures.coverage(formatPercent(window.coverage, locale, 0));
}
