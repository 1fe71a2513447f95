import type { ApiCollector } from '../src/collect/collector.ts';
import { presetQuestionsOf, requestOf } from '../src/collect/parse/prometheus-questions.ts';
import { readQuestions } from '../src/collect/parse/prometheus-reading.ts';
import { smartctlPreset } from '../src/collect/parse/prometheus-smartctl.ts';

const presets = { smartctl: smartctlPreset };

/** Disks change slowly, and are many series: they are asked for by themselves, as seldom as disks are on the hosts. */
export default {
  kind: 'api',
  reads:
    'Health, wear, errors and traffic of disks, of which a smartctl exporter tells a Prometheus, Thanos, Mimir or VictoriaMetrics.',
  everySeconds: 3600,
  metrics: smartctlPreset.metrics,
  requests: (fleet) => presetQuestionsOf(fleet, presets).map(requestOf),
  parse: (answers, context) =>
    readQuestions(presetQuestionsOf(context.fleet, presets), presets, answers, context),
} satisfies ApiCollector;
