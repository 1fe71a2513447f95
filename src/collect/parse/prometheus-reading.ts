import type { PrometheusPreset } from '../../model/prometheus.ts';
import type { SourceError } from '../../model/snapshot.ts';
import { beliefIntervals } from '../../model/state.ts';
import type { ApiAnswer, ApiContext, Parsed } from '../collector.ts';
import { type ReadAnswer, readAnswer } from './prometheus-answers.ts';
import { readQueryCheck, readTargetCheck } from './prometheus-checks.ts';
import { readOwnQuery } from './prometheus-own.ts';
import { instancesOf, type Presets, type Question } from './prometheus-questions.ts';
import { hostSeries, type Preset, type SeriesMoment, seenAt } from './prometheus-series.ts';
import { targetsBy } from './prometheus-targets.ts';
import { createRecordKeeper, type RecordKeeper } from './record-keeper.ts';

/** The answers to questions, to records of hosts and checks; an answer that is missing or cannot be read costs its own. */
export function readQuestions(
  questions: readonly Question[],
  presets: Presets<Preset>,
  answers: ReadonlyMap<string, ApiAnswer>,
  context: ApiContext,
): Parsed {
  const keeper = createRecordKeeper();
  const maxAgeSeconds = beliefIntervals * context.fleet.everySeconds;
  const looks: HostLook[] = [];
  for (const question of questions) {
    const from = answers.get(question.name) ?? { at: context.at, failure: 'not asked' };
    const answer = readAnswer(from, maxAgeSeconds);
    for (const message of answer.faults) keeper.fault({ ...sourceOf(question), message });
    const reading = { answer, moment: { at: from.at, maxAgeSeconds }, context, keeper };
    if (question.kind === 'preset') looks.push(...readHosts(question, presets, reading));
    else if (question.kind === 'own') readOwn(question, reading);
    else readChecks(question, reading);
  }
  for (const error of unseen(looks)) keeper.fault(error);
  return keeper.parsed;
}

/** What an answer is read with, and into. */
interface Reading {
  readonly answer: ReadAnswer;
  readonly moment: SeriesMoment;
  readonly context: ApiContext;
  readonly keeper: RecordKeeper;
}

/** What one preset's answer had of a host. */
interface HostLook {
  readonly host: string;
  readonly source: string;
  /** Whether it should have had something. */
  readonly isExpected: boolean;
  readonly outcome: 'seen' | 'nothing' | 'no answer';
  /** Why there was nothing, where more is known than that. */
  readonly why?: string;
}

type QuestionOf<Kind extends Question['kind']> = Extract<Question, { readonly kind: Kind }>;

function sourceOf({ source, name }: Question): Omit<SourceError, 'message'> {
  return { source: `prometheus:${source.id}`, part: name };
}

function readHosts(
  question: QuestionOf<'preset'>,
  presets: Presets<Preset>,
  { answer, moment, context, keeper }: Reading,
): HostLook[] {
  const { preset } = question;
  const source = question.source.id;
  const isExpected = expectedOf(question.source.presets).includes(preset);
  const look = { source, isExpected };
  if (answer.failure !== undefined)
    return question.hosts.map((host): HostLook => ({ ...look, host, outcome: 'no answer' }));
  const { label } = question.source;
  const targets = targetsBy(instancesOf(context.fleet, source));
  const byHost = Map.groupBy(answer.samples, ({ labels }) => targets.find(labels.get(label) ?? ''));
  return question.hosts.map((host): HostLook => {
    const from = { source: `host:${host}`, part: preset };
    const series = hostSeries(byHost.get(host) ?? []);
    const seen = seenAt(series, moment);
    if (seen === undefined) {
      const isSilent = series.rows(['silent'], []).length > 0;
      const why = isSilent ? { why: 'its exporter does not answer (up is 0)' } : {};
      return { ...look, host, outcome: 'nothing', ...why };
    }
    if (seen.isStale) return { ...look, host, outcome: 'nothing', why: `last scraped at ${seen.at}` };
    for (const record of presets[preset]?.records(series, { host, at: seen.at }) ?? [])
      keeper.keep(record, from);
    for (const message of series.faults) keeper.fault({ ...from, message });
    return { ...look, host, outcome: 'seen' };
  });
}

/**
 * The presets of a source that every host should have: a node exporter where that is read at all. Which of the others a host has nobody
 * knows; disks, which are asked for by themselves, are expected where there is nothing else.
 */
function expectedOf(presets: ReadonlyMap<PrometheusPreset, unknown>): readonly PrometheusPreset[] {
  if (presets.has('node')) return ['node'];
  const others = [...presets.keys()].filter((preset) => preset !== 'smartctl');
  return others.length > 0 ? others : ['smartctl'];
}

/** The hosts of which there was nothing, though the server answered: that is no zero, and no failure to ask. */
function unseen(looks: readonly HostLook[]): SourceError[] {
  const expected = looks.filter(({ isExpected }) => isExpected);
  return [...Map.groupBy(expected, ({ host }) => host)].flatMap(([host, own]): SourceError[] => {
    if (own.some(({ outcome }) => outcome !== 'nothing')) return [];
    const why = own.find((look) => look.why !== undefined)?.why ?? 'no series is of this host';
    return [{ source: `host:${host}`, message: `no data in prometheus:${own[0]?.source}: ${why}` }];
  });
}

function readOwn(question: QuestionOf<'own'>, { answer, moment, context, keeper }: Reading): void {
  if (answer.failure !== undefined) return;
  const { label, id } = question.source;
  const targets = targetsBy(instancesOf(context.fleet, id));
  const { records, faults } = readOwnQuery(question.own, answer, {
    at: moment.at,
    hostOf: ({ labels }) => targets.find(labels.get(label) ?? ''),
  });
  for (const record of records) keeper.keep(record, sourceOf(question));
  for (const message of faults) keeper.fault({ ...sourceOf(question), message });
}

function readChecks(
  question: QuestionOf<'check'> | QuestionOf<'targets'>,
  { answer, moment, keeper }: Reading,
): void {
  if (question.kind === 'check') {
    keeper.keep(readQueryCheck(question.check, answer, moment.at), sourceOf(question));
    return;
  }
  const { label } = question.source;
  const byTarget = Map.groupBy(answer.samples, ({ labels }) => labels.get(label));
  for (const check of question.checks) {
    const samples = byTarget.get(check.check.target) ?? [];
    keeper.keep(readTargetCheck(check, answer, samples, moment), sourceOf(question));
  }
}
