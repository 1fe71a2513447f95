import type { TimelineStep } from '../model/rollup.ts';
import type { Instant } from '../model/time.ts';
import { overlayTimelines } from './overlay.ts';

type Timeline = readonly TimelineStep[];

/**
 * Timelines of days or months in their order, as one. Each is complete from its own first instant on and holds until the next one that
 * knows anything begins: what it says of the time after its `end` is only believed. Days of two time zones overlap, and a month may have
 * been made without one of its days: of such a time the later one counts, but where it is unknown.
 */
export function joinTimelines(
  parts: readonly { readonly timeline: Timeline | undefined; readonly end: Instant }[],
): TimelineStep[] {
  let steps: TimelineStep[] = [];
  let known: Instant = '';
  for (const { timeline, end } of parts) {
    const start = timeline?.[0]?.[0];
    if (timeline === undefined || start === undefined) continue;
    if (start >= known) {
      while ((steps.at(-1)?.[0] ?? '') >= start) steps.pop();
      for (const step of timeline) if (steps.at(-1)?.[1] !== step[1]) steps.push(step);
    } else if (end < known) {
      steps = overlayTimelines(until(timeline, end), steps);
    } else {
      steps = overlayTimelines(timeline, until(steps, known));
    }
    if (end > known) known = end;
  }
  return steps;
}

/** A timeline that is complete from an instant on, or from an earlier one of which it knows anything. */
export function completeFrom(timeline: Timeline, start: Instant): readonly TimelineStep[] {
  const [first] = timeline;
  if (first === undefined || first[0] === start) return timeline;
  const known = first[1] === 'unknown' ? timeline.slice(1) : timeline;
  return (known[0]?.[0] ?? '~') <= start ? known : [[start, 'unknown'], ...known];
}

function until(timeline: Timeline, end: Instant): Timeline {
  return [...timeline.filter(([at]) => at < end), [end, 'unknown']];
}
