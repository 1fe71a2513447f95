import { z } from 'zod';
import { type Correction, type Incident, IncidentFile, IncidentStep } from '../model/announcement.ts';
import { localText } from '../model/local-text.ts';
import { type Problem, show } from '../model/problem.ts';
import {
  instantAt,
  intervalProblems,
  namesAnybody,
  servicesConcerned,
  somebody,
} from './announcement-interval.ts';
import {
  aheadSeconds,
  type ReadAnnouncement,
  type ReadingContext,
  readAnnouncementText,
} from './announcement-text.ts';

/** The text of an incident's file. Any text is read or refused; `file` is its name in faults, `id` that of the incident. */
export function parseIncident(
  text: string,
  file: string,
  id: string,
  context: ReadingContext,
): ReadAnnouncement<Incident> {
  const { written, faults } = readAnnouncementText(
    text,
    file,
    { schema: IncidentFile, steps: IncidentStep.options, jsonSchema: incidentJsonSchema },
    context,
  );
  if (written === undefined) return { value: undefined, faults, unknown: [] };
  const { frontMatter, toFault, updates } = written;
  const { fleet, now } = context;
  const first = fleet.locales[0] ?? 'fr';
  const problems: Problem[] = [];
  const unknown: Problem[] = [];
  const cameAt = (when: string, path: readonly PropertyKey[]) => {
    const seconds = instantAt(when, path, fleet, problems);
    if (seconds !== undefined && seconds > now + aheadSeconds)
      problems.push({ path, found: show(when), expected: 'an instant that has come' });
    return seconds;
  };
  const intervalAt = (interval: { from: string; to: string }, path: readonly PropertyKey[]) => {
    const from = cameAt(interval.from, [...path, 'from']);
    const to = cameAt(interval.to, [...path, 'to']);
    if (from === undefined || to === undefined) return { from: 0, to: 0 };
    problems.push(...intervalProblems({ from, to }, [...path, 'to'], interval.to));
    return { from, to };
  };
  const untilSaid = (from = 0) => {
    const to = endToldBy(updates);
    if (to !== null && to <= from)
      problems.push({
        path: ['from'],
        found: show(frontMatter.from),
        expected: 'an instant before it was resolved',
      });
    return { from, to };
  };
  if (!namesAnybody(frontMatter)) problems.push({ path: [], expected: somebody });
  const services = servicesConcerned(frontMatter, [], fleet, unknown);
  const interval =
    frontMatter.to === undefined
      ? untilSaid(cameAt(frontMatter.from, ['from']))
      : intervalAt({ from: frontMatter.from, to: frontMatter.to }, []);
  if (interval.to === null && updates.at(-1)?.step === 'postmortem')
    problems.push({ path: [], found: 'a post-mortem', expected: '`to`, or an update `resolved`, before it' });
  const corrections = frontMatter.corrections.map(
    (correction, index): Correction => ({
      services:
        correction.services === undefined
          ? services
          : servicesConcerned(correction, ['corrections', index], fleet, unknown),
      ...intervalAt(correction, ['corrections', index]),
      state: correction.state,
      reason: localText(correction.reason, first),
    }),
  );
  const all = [...faults, ...problems.map(toFault)];
  if (all.length > 0) return { value: undefined, faults: all, unknown: [] };
  const value: Incident = {
    id,
    title: localText(frontMatter.title, first),
    impact: frontMatter.impact,
    services,
    ...interval,
    updates: updates.map(({ at, step, text }) => ({ at, step, text })),
    corrections,
  };
  return { value, faults: [], unknown: unknown.map(toFault) };
}

/** When the last that was said of it is that it is resolved: since then. A post-mortem opens nothing anew. */
function endToldBy(
  updates: readonly { readonly step: IncidentStep; readonly seconds: number }[],
): number | null {
  const last = updates.findLast(({ step }) => step !== 'postmortem');
  return last?.step === 'resolved' ? last.seconds : null;
}

/** The JSON Schema of an incident's front matter. */
export function incidentJsonSchema(): object {
  return {
    ...z.toJSONSchema(IncidentFile, { io: 'input', unrepresentable: 'any' }),
    title: 'front matter of an incident of Vigie',
  };
}
