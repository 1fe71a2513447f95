import type { ApiCollector, ApiContext } from '../src/collect/collector.ts';
import { type ReadAnswer, readAnswer } from '../src/collect/parse/prometheus-answers.ts';
import { checkMetrics } from '../src/collect/parse/prometheus-blackbox.ts';
import { readQueryCheck, readTargetCheck } from '../src/collect/parse/prometheus-checks.ts';
import { lxdPreset } from '../src/collect/parse/prometheus-lxd.ts';
import { nodePreset } from '../src/collect/parse/prometheus-node.ts';
import { readOwnQuery } from '../src/collect/parse/prometheus-own.ts';
import {
  instancesOf,
  type Question,
  questionsOf,
  requestOf,
} from '../src/collect/parse/prometheus-questions.ts';
import {
  hostSeries,
  type Preset,
  type SeriesMoment,
  seenAt,
} from '../src/collect/parse/prometheus-series.ts';
import { smartctlPreset } from '../src/collect/parse/prometheus-smartctl.ts';
import { targetsBy } from '../src/collect/parse/prometheus-targets.ts';
import { zfsPreset } from '../src/collect/parse/prometheus-zfs.ts';
import { createRecordKeeper, type RecordKeeper } from '../src/collect/parse/record-keeper.ts';
import type { PrometheusPreset } from '../src/model/prometheus.ts';
import type { SourceError } from '../src/model/snapshot.ts';
import { beliefIntervals } from '../src/model/state.ts';

const presets: Readonly<Record<PrometheusPreset, Preset>> = {
  node: nodePreset,
  smartctl: smartctlPreset,
  zfs: zfsPreset,
  lxd: lxdPreset,
};

/** Hosts, services and whatever else a Prometheus has watched for us: no SSH, one question for many hosts. */
export default {
  kind: 'api',
  reads:
    'Hosts, file systems, disks, containers and checks that a Prometheus, Thanos, Mimir or VictoriaMetrics watches, through its query API.',
  metrics: {
    ...lxdPreset.metrics,
    ...smartctlPreset.metrics,
    ...zfsPreset.metrics,
    ...nodePreset.metrics,
    ...checkMetrics,
  },

  requests: (fleet) => questionsOf(fleet, presets).map(requestOf),

  parse(answers, context) {
    const keeper = createRecordKeeper();
    const maxAgeSeconds = beliefIntervals * context.fleet.everySeconds;
    const looks: HostLook[] = [];
    for (const question of questionsOf(context.fleet, presets)) {
      const from = answers.get(question.name) ?? { at: context.at, failure: 'not asked' };
      const answer = readAnswer(from, maxAgeSeconds);
      for (const message of answer.faults) keeper.fault({ ...sourceOf(question), message });
      const reading = { answer, moment: { at: from.at, maxAgeSeconds }, context, keeper };
      if (question.kind === 'preset') looks.push(...readHosts(question, reading));
      else if (question.kind === 'own') readOwn(question, reading);
      else readChecks(question, reading);
    }
    for (const error of unseen(looks)) keeper.fault(error);
    return keeper.parsed;
  },
} satisfies ApiCollector;

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
  readonly preset: PrometheusPreset;
  readonly outcome: 'seen' | 'nothing' | 'no answer';
  /** Why there was nothing, where more is known than that. */
  readonly why?: string;
}

type QuestionOf<Kind extends Question['kind']> = Extract<Question, { readonly kind: Kind }>;

function sourceOf({ source, name }: Question): Omit<SourceError, 'message'> {
  return { source: `prometheus:${source.id}`, part: name };
}

function readHosts(question: QuestionOf<'preset'>, { answer, moment, context, keeper }: Reading): HostLook[] {
  const { preset } = question;
  const source = question.source.id;
  if (answer.failure !== undefined)
    return question.hosts.map((host): HostLook => ({ host, source, preset, outcome: 'no answer' }));
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
      return { host, source, preset, outcome: 'nothing', ...why };
    }
    if (seen.isStale) return { host, source, preset, outcome: 'nothing', why: `last scraped at ${seen.at}` };
    for (const record of presets[preset].records(series, { host, at: seen.at })) keeper.keep(record, from);
    for (const message of series.faults) keeper.fault({ ...from, message });
    return { host, source, preset, outcome: 'seen' };
  });
}

/**
 * The hosts of which there was nothing, though the server answered: that is no zero, and no failure to ask. Every host has a node
 * exporter where that is read at all; which of the others it has nobody knows, so they are missed only when there is nothing else.
 */
function unseen(looks: readonly HostLook[]): SourceError[] {
  return [...Map.groupBy(looks, ({ host }) => host)].flatMap(([host, own]): SourceError[] => {
    const node = own.find(({ preset }) => preset === 'node');
    const needed = node === undefined ? own : [node];
    if (needed.some(({ outcome }) => outcome !== 'nothing')) return [];
    const why = needed.find((look) => look.why !== undefined)?.why ?? 'no series is of this host';
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
