import { z } from 'zod';
import {
  type Maintenance,
  MaintenanceFile,
  MaintenanceStep,
  type Occurrence,
} from '../model/announcement.ts';
import type { Slug } from '../model/entity.ts';
import type { Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { localText } from '../model/local-text.ts';
import { type Problem, show } from '../model/problem.ts';
import { dayOf, fromSeconds } from '../model/time.ts';
import {
  instantAt,
  intervalProblems,
  namesAnybody,
  servicesConcerned,
  somebody,
} from './announcement-interval.ts';
import {
  type ReadAnnouncement,
  type ReadingContext,
  readAnnouncementText,
  type WrittenUpdate,
} from './announcement-text.ts';
import { occurrencesOf, ruleProblem } from './recurrence.ts';

/** The text of a maintenance's file. Any text is read or refused; `file` is its name in faults, `id` that of the maintenance. */
export function parseMaintenance(
  text: string,
  file: string,
  id: string,
  context: ReadingContext,
): ReadAnnouncement<Maintenance> {
  const { written, faults } = readAnnouncementText(
    text,
    file,
    { schema: MaintenanceFile, steps: MaintenanceStep.options, jsonSchema: maintenanceJsonSchema },
    context,
  );
  if (written === undefined) return { value: undefined, faults, unknown: [] };
  const { frontMatter, toFault, updates } = written;
  const { fleet } = context;
  const unknown: Problem[] = [];
  const { spans, problems } = plan(frontMatter, updates, context, unknown);
  const planned = numbered(spans, fleet);
  const occurrences = apply(updates, planned, frontMatter);
  const all = [...faults, ...problems.map(toFault), ...untimelyIn(updates, planned, frontMatter, file)];
  if (all.length > 0) return { value: undefined, faults: all, unknown: [] };
  const value: Maintenance = {
    id,
    title: localText(frontMatter.title, fleet.locales[0] ?? 'fr'),
    occurrences: occurrences.toSorted((a, b) => a.from - b.from),
    isCampaign: frontMatter.dates !== undefined,
    isRecurring: frontMatter.repeat !== undefined,
    updates: updates.map(({ at, step, text }) => ({ at, step, text })),
  };
  return { value, faults: [], unknown: unknown.map(toFault) };
}

/** The JSON Schema of a maintenance's front matter. */
export function maintenanceJsonSchema(): object {
  return {
    ...z.toJSONSchema(MaintenanceFile, { io: 'input', unrepresentable: 'any' }),
    title: 'front matter of a maintenance of Vigie',
  };
}

type Updates = readonly WrittenUpdate<MaintenanceStep>[];

/** An interval as it was planned. */
interface Span {
  readonly services: readonly Slug[];
  readonly from: number;
  readonly to: number;
  readonly isCancelled: boolean;
}

/** The intervals of a maintenance in the order in which they are written. */
function plan(
  written: MaintenanceFile,
  updates: Updates,
  { fleet, now }: ReadingContext,
  unknown: Problem[],
): { readonly spans: readonly Span[]; readonly problems: readonly Problem[] } {
  const { from, to, duration, repeat, except, dates } = written;
  const problems: Problem[] = [];
  const refuse = (path: readonly PropertyKey[], expected: string, found?: string) =>
    problems.push({ path, expected, ...(found === undefined ? {} : { found }) });
  const concernedBy = (own: Parameters<typeof servicesConcerned>[0], path: readonly PropertyKey[]) => {
    if (!namesAnybody(own)) refuse(path, somebody);
    return servicesConcerned(own, path, fleet, unknown);
  };

  if (dates !== undefined) {
    for (const [key, value] of Object.entries({ from, to, duration, repeat }))
      if (value !== undefined) refuse([key], 'dates alone, or from without dates', show(value));
    const spans = dates.map((turn, index): Span => {
      const path = ['dates', index];
      const services = concernedBy(namesAnybody(turn) ? turn : written, path);
      return { services, ...intervalOf(turn, undefined, path, fleet, problems), isCancelled: turn.cancelled };
    });
    return { spans, problems };
  }
  const services = concernedBy(written, []);
  if (from === undefined) {
    refuse([], 'from, or dates');
    return { spans: [], problems };
  }
  const completed = repeat === undefined ? updates.findLast(({ step }) => step === 'completed') : undefined;
  const first = intervalOf({ from, to, duration }, completed?.seconds, [], fleet, problems);
  if (repeat === undefined) {
    if (except.length > 0) refuse(['except'], 'repeat beside it', show(except));
    return { spans: [{ services, ...first, isCancelled: false }], problems };
  }
  const problem = ruleProblem(repeat);
  if (problem !== undefined) refuse(['repeat'], problem, show(repeat));
  if (problems.length > 0) return { spans: [], problems };
  const left = new Set(except);
  const spans = occurrencesOf(repeat, first.from, fleet.timeZone, now)
    .filter((at) => !left.has(dayOf(fromSeconds(at), fleet.timeZone)))
    .map((at): Span => ({ services, from: at, to: at + first.to - first.from, isCancelled: false }));
  return { spans, problems };
}

/** One interval: until `to`, for `duration`, or until it was said to be completed. */
function intervalOf(
  { from, to, duration }: Pick<MaintenanceFile, 'to' | 'duration'> & { readonly from: string },
  completedAt: number | undefined,
  path: readonly PropertyKey[],
  fleet: Fleet,
  problems: Problem[],
): { readonly from: number; readonly to: number } {
  const start = instantAt(from, [...path, 'from'], fleet, problems);
  const end = to === undefined ? undefined : instantAt(to, [...path, 'to'], fleet, problems);
  if (to !== undefined && duration !== undefined)
    problems.push({ path: [...path, 'duration'], expected: 'to or duration, not both' });
  const planned = end ?? (duration === undefined || start === undefined ? undefined : start + duration);
  const until = planned ?? completedAt;
  if (until === undefined && to === undefined)
    problems.push({ path: [...path, 'from'], expected: 'to or duration beside it' });
  if (start === undefined || until === undefined) return { from: 0, to: 0 };
  const interval = { from: start, to: until };
  if (planned !== undefined)
    problems.push(
      ...intervalProblems(interval, [...path, to === undefined ? 'duration' : 'to'], to ?? `${duration} s`),
    );
  return interval;
}

/** Each occurrence with its name: the day on which it begins, and a number for the second one that is written of that day on. */
function numbered(spans: readonly Span[], { timeZone }: Fleet): Occurrence[] {
  const counts = new Map<string, number>();
  return spans.map((span) => {
    const day = dayOf(fromSeconds(span.from), timeZone);
    const count = (counts.get(day) ?? 0) + 1;
    counts.set(day, count);
    return { id: count === 1 ? day : `${day}-${count}`, ...span, verifyingFrom: null };
  });
}

/**
 * What updates change. They speak of the only occurrence; of a rule's, of the one that is under way, or the last that was, and when cancelled
 * of the one under way or the next. What is said of a campaign changes no turn, but that it is cancelled: then all those to come.
 */
function apply(
  updates: Updates,
  occurrences: readonly Occurrence[],
  { dates, repeat }: MaintenanceFile,
): readonly Occurrence[] {
  let changed = occurrences;
  for (const { step, seconds } of updates) {
    if (dates !== undefined) {
      if (step !== 'cancelled') continue;
      changed = changed.map((one) => (one.to > seconds ? afterStep(one, step, seconds) : one));
      continue;
    }
    const under = changed.findLastIndex(({ from }) => from <= seconds);
    const next = changed.findIndex(({ to }) => to > seconds);
    const index = repeat === undefined ? 0 : step === 'cancelled' ? next : under;
    changed = changed.map((one, at) => (at === index ? afterStep(one, step, seconds) : one));
  }
  return changed;
}

function afterStep(occurrence: Occurrence, step: MaintenanceStep, at: number): Occurrence {
  const { from, to } = occurrence;
  switch (step) {
    case 'cancelled':
      // What has begun took place until then.
      return at > from ? { ...occurrence, to: Math.min(at, to) } : { ...occurrence, isCancelled: true };
    case 'completed':
      return at > from && at < to ? { ...occurrence, to: at } : occurrence;
    case 'verifying':
      return { ...occurrence, verifyingFrom: at };
    case 'in_progress':
      return { ...occurrence, verifyingFrom: null };
    default:
      return occurrence;
  }
}

/** Nothing is completed before it begins, nor cancelled once it is over. */
function untimelyIn(
  updates: Updates,
  [only]: readonly Occurrence[],
  { dates, repeat }: MaintenanceFile,
  file: string,
): Fault[] {
  if (only === undefined || dates !== undefined || repeat !== undefined) return [];
  return updates.flatMap(({ step, at, line, seconds }) => {
    const fault = (expected: string) => [{ file, line, found: `${step} at ${at}`, expected }];
    if ((step === 'completed' || step === 'verifying') && seconds <= only.from)
      return fault(`an instant after it begins (${fromSeconds(only.from)})`);
    if (step === 'cancelled' && seconds >= only.to)
      return fault(`an instant before it ends (${fromSeconds(only.to)})`);
    return [];
  });
}
