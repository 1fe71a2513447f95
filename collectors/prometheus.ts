import type { ApiCollector } from '../src/collect/collector.ts';
import { checkMetrics } from '../src/collect/parse/prometheus-blackbox.ts';
import { lxdPreset } from '../src/collect/parse/prometheus-lxd.ts';
import { nodePreset } from '../src/collect/parse/prometheus-node.ts';
import {
  ownQuestionsOf,
  presetQuestionsOf,
  type Question,
  requestOf,
} from '../src/collect/parse/prometheus-questions.ts';
import { readQuestions } from '../src/collect/parse/prometheus-reading.ts';
import { zfsPreset } from '../src/collect/parse/prometheus-zfs.ts';
import type { Fleet } from '../src/model/fleet.ts';

const presets = { node: nodePreset, zfs: zfsPreset, lxd: lxdPreset };

const questionsOf = (fleet: Fleet): Question[] => [
  ...presetQuestionsOf(fleet, presets),
  ...ownQuestionsOf(fleet),
];

/** Hosts, services and whatever else a Prometheus has watched for us: no SSH, one question for many hosts. */
export default {
  kind: 'api',
  reads:
    'Hosts, file systems, pools, containers and checks that a Prometheus, Thanos, Mimir or VictoriaMetrics watches, through its query API.',
  metrics: { ...lxdPreset.metrics, ...zfsPreset.metrics, ...nodePreset.metrics, ...checkMetrics },
  requests: (fleet) => questionsOf(fleet).map(requestOf),
  parse: (answers, context) => readQuestions(questionsOf(context.fleet), presets, answers, context),
} satisfies ApiCollector;
