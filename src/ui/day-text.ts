import { gravity, type State } from '../model/state.ts';
import { type DaySeconds, dayState } from './day-bars.ts';
import { formatDuration } from './format.ts';
import type { Locale } from './locale.ts';
import { messagesIn } from './messages.ts';

/** What a day was, in words: `2 h 14 min de panne, 3 h sans mesure`. */
export function dayText(day: DaySeconds, locale: Locale): string {
  const words = messagesIn(locale).bars;
  if (dayState(day) === 'unknown') return words.noData;
  const told = gravity.filter((state): state is Exclude<State, 'up'> => state !== 'up' && day[state] >= 1);
  if (told.length === 0) return words.noTrouble;
  return told.map((state) => words.withState(formatDuration(day[state], locale), state)).join(', ');
}

/** What the picture of many days says, in a sentence. */
export function daysSummary(days: readonly DaySeconds[], locale: Locale): string {
  const down_seconds = days.reduce((sum, day) => sum + day.down, 0);
  return messagesIn(locale).bars.summary(
    days.length,
    days.filter((day) => day.down > 0).length,
    days.filter((day) => dayState(day) === 'unknown').length,
    formatDuration(down_seconds, locale),
  );
}
