import type { TimelineStep } from '../model/rollup.ts';
import type { Instant } from '../model/time.ts';

/**
 * Timelines of days or months that follow each other, as one. What a part says of the time after its end holds only until the next
 * part that knows anything; a part without a timeline adds nothing, and what lies before the first is unknown.
 */
export function joinTimelines(
  parts: readonly { readonly start: Instant; readonly timeline: readonly TimelineStep[] | undefined }[],
): TimelineStep[] {
  const steps: TimelineStep[] = [];
  for (const { start, timeline } of parts) {
    if (timeline === undefined) {
      if (steps.length === 0) steps.push([start, 'unknown']);
      continue;
    }
    while ((steps.at(-1)?.[0] ?? '') >= start) steps.pop();
    for (const step of timeline) if (steps.at(-1)?.[1] !== step[1]) steps.push(step);
  }
  return steps;
}
