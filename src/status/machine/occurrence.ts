import type { PublicMaintenance, PublicOccurrence, StatusFile } from '../../model/status-file.ts';
import { dayBounds, dayOf, fromSeconds, type Instant, toSeconds } from '../../model/time.ts';

/** What programs are told of one time of a maintenance. */
export interface ToldOccurrence {
  /** What was said of it: of all times, or of this one. Oldest first. */
  readonly updates: PublicMaintenance['updates'];
  /** Since when it has been known; never later than the page. */
  readonly announcedAt: Instant;
  /** When it was changed last: what other times do changes nothing of it. */
  readonly changedAt: Instant;
}

/** Said within so long after it ended, it was said of it. */
const afterwards_seconds = 86_400;

/** The times that programs are told: all that have begun, and of one that comes again the next one alone. */
export function timesToTell({ occurrences, isRecurring }: PublicMaintenance): PublicOccurrence[] {
  const next = occurrences.find(({ step }) => step === 'scheduled');
  return occurrences.filter((one) => !isRecurring || one.step !== 'scheduled' || one === next);
}

/** What is told of one time of a maintenance. */
export function occurrenceTold(
  maintenance: PublicMaintenance,
  occurrence: PublicOccurrence,
  { builtAt, fleet }: StatusFile,
): ToldOccurrence {
  const { id, occurrences, updates } = maintenance;
  const own = updates.filter((update) => occurrences.length === 1 || isOf(update, occurrence, maintenance));
  // Where nothing was said: since the day that its id tells, or since today.
  const days = [id.slice(0, 10), dayOf(builtAt, fleet.timeZone)];
  const since = days.map((day) => fromSeconds(dayBounds(day, fleet.timeZone).start));
  const announcedAt = earliest([own[0]?.at ?? earliest(since), occurrence.from, builtAt]);
  const { from, to, step } = occurrence;
  const passed =
    step === 'completed' ? [from, to] : step === 'scheduled' || step === 'cancelled' ? [] : [from];
  return {
    updates: own,
    announcedAt,
    changedAt: [announcedAt, ...own.map(({ at }) => at), ...passed].toSorted().at(-1) ?? announcedAt,
  };
}

/**
 * Plans are said of all times; that it goes on or is over, of the last one that had begun; that it does not come, of the next. What is said of a
 * campaign is said of all its turns, and that it is cancelled of all to come.
 */
function isOf(
  { step, at }: PublicMaintenance['updates'][number],
  occurrence: PublicOccurrence,
  { occurrences, isCampaign }: PublicMaintenance,
): boolean {
  if (step === 'scheduled') return true;
  if (isCampaign) return step !== 'cancelled' || occurrence.to > at;
  if (step === 'cancelled') return occurrence === occurrences.find(({ to }) => to > at);
  const begun = occurrences.findLast(({ from }) => from <= at);
  return occurrence === begun && toSeconds(at) <= toSeconds(occurrence.to) + afterwards_seconds;
}

function earliest(instants: readonly Instant[]): Instant {
  return instants.toSorted()[0] ?? '';
}
