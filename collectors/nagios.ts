import type { Command, HostCollector, HostContext } from '../src/collect/collector.ts';
import { known } from '../src/collect/parse/known.ts';
import {
  checkMetrics,
  type Monitored,
  unknownRecord,
  type WatchedCheck,
  watchedRecord,
  watchOf,
} from '../src/collect/parse/monitored.ts';
import { type NagiosAnswer, type NagiosTold, parseNagiosAnswer } from '../src/collect/parse/nagios-answer.ts';
import { nagiosCommand, nagiosRootCommand } from '../src/collect/parse/nagios-command.ts';
import { sectionReader } from '../src/collect/parse/sections.ts';
import { checksOfKind } from '../src/model/fleet-checks.ts';
import type { Metric } from '../src/model/metric.ts';
import type { EntityRecord } from '../src/model/snapshot.ts';
import { beliefIntervals } from '../src/model/state.ts';
import { fromSeconds } from '../src/model/time.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

const metrics = {
  ...checkMetrics,
  services_ok_count: gauge('Services whose last check was OK.', 412),
  services_warning_count: gauge('Services whose last check was WARNING.', 3),
  services_critical_count: gauge('Services whose last check was CRITICAL, soft states among them.', 1),
  services_unknown_count: gauge('Services whose last check was UNKNOWN.', 0),
  services_pending_count: gauge('Services that were not checked yet.', 0),
  hosts_up_count: gauge('Hosts whose last check was UP.', 61),
  hosts_down_count: gauge('Hosts whose last check was DOWN.', 0),
  hosts_unreachable_count: gauge('Hosts behind another one that is down.', 0),
  hosts_pending_count: gauge('Hosts that were not checked yet.', 2),
  latency_mean_seconds: gauge('How late checks began, the mean of all services.', 0.021),
  latency_max_seconds: gauge('How late the latest of them began.', 1.4),
  status_age_seconds: gauge('How long ago the states were written down when they were read.', 7),
  running_code: gauge('Is 1 while Nagios runs; 0 when there are no states, or old ones only.', 1),
} satisfies Record<string, Metric>;

const commands = {
  state: { run: nagiosCommand, timeoutSeconds: 30, maxBytes: 8 * 1024 * 1024 },
  'root-state': {
    run: nagiosRootCommand,
    timeoutSeconds: 20,
    maxBytes: 8 * 1024 * 1024,
    asRoot: true,
    isOptional: true,
  },
} satisfies Record<string, Command>;

/** However often it writes, it may be busy for so long. */
const leastWriteSeconds = 30;

export default {
  kind: 'host',
  reads:
    'The states of hosts and services as a Nagios, Naemon or Checkmk on this host knows them, as answers to the checks that fleet.yaml leaves to it.',
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(commands, sections, context);
    const own = checksOn(context);
    const read = (section: keyof typeof commands): NagiosAnswer | undefined => {
      const answers: NagiosAnswer[] = [];
      reader.readRows(section, (text) => {
        const answer = parseNagiosAnswer(text);
        answers.push(answer);
        if (answer.kind === 'told') return answer;
        return { rows: [], faults: answer.kind === 'failed' && own.length > 0 ? [answer.why] : [] };
      });
      return answers[0];
    };
    // Root reads only what the account may not.
    const root = read('root-state');
    const answer = root ?? read('state');
    const section = root === undefined ? 'state' : 'root-state';
    const failure = failureOf(answer);
    const core = coreOf(answer, failure, context);
    if (core !== undefined) reader.keep(section, core);
    const watch = answer?.kind === 'told' ? watchOf('Nagios', answer.seenAt, answer.rows) : undefined;
    const moment = { at: context.at, fleetSeconds: context.fleet.everySeconds };
    for (const check of own) {
      const isBelieved = watch !== undefined && failure === undefined;
      const record = isBelieved
        ? watchedRecord(check, watch, moment)
        : unknownRecord(check.entity, context.at, failure ?? 'no answer');
      reader.keep(section, record);
    }
    return reader.parsed;
  },
} satisfies HostCollector;

/** Why nothing of an answer is to be believed; undefined when it is. */
function failureOf(answer: NagiosAnswer | undefined): string | undefined {
  if (answer === undefined) return 'what the host answered could not be read';
  if (answer.kind === 'none') return 'no Nagios was found on the host';
  if (answer.kind !== 'told') return answer.why;
  const { askedAt, seenAt, writesEverySeconds } = answer;
  if (writesEverySeconds === undefined) return undefined;
  const age = askedAt - seenAt;
  const limit = beliefIntervals * Math.max(writesEverySeconds, leastWriteSeconds);
  if (age <= limit) return undefined;
  return `Nagios does not run: it wrote its states ${age} s ago, expected at most ${limit} s`;
}

/** What is known of the Nagios itself; nothing where there is none, or where nobody could look. */
function coreOf(
  answer: NagiosAnswer | undefined,
  failure: string | undefined,
  { host, at }: HostContext,
): EntityRecord | undefined {
  const entity = `nagios:${host}:core`;
  if (answer?.kind === 'stopped')
    return { entity, at, gauges: { running_code: 0 }, facts: { running: 'no' } };
  if (answer?.kind !== 'told') return undefined;
  const { version, startedAt, way, askedAt, seenAt } = answer;
  const isRunning = failure === undefined;
  return {
    entity,
    at,
    gauges: {
      running_code: isRunning ? 1 : 0,
      status_age_seconds: Math.max(0, askedAt - seenAt),
      ...(isRunning ? countsOf(answer) : {}),
    },
    facts: known({
      version,
      read_by: way,
      running: isRunning ? 'yes' : 'no',
      started_at: startedAt === undefined || startedAt > askedAt ? undefined : fromSeconds(startedAt),
    }),
  };
}

function countsOf({ rows: objects }: NagiosTold): Record<string, number> {
  const services = objects.filter(({ service }) => service !== undefined);
  const hosts = objects.filter(({ service }) => service === undefined);
  const count = (own: readonly Monitored[], wanted: Monitored['state']) =>
    own.filter(({ state }) => state === wanted).length;
  const latencies = services.flatMap(({ latencySeconds }) =>
    latencySeconds === undefined ? [] : [latencySeconds],
  );
  const sum = latencies.reduce((total, one) => total + one, 0);
  return {
    services_ok_count: count(services, 'ok'),
    services_warning_count: count(services, 'warning'),
    services_critical_count: count(services, 'critical'),
    services_unknown_count: count(services, 'unknown'),
    services_pending_count: count(services, undefined),
    hosts_up_count: count(hosts, 'up'),
    hosts_down_count: count(hosts, 'down'),
    hosts_unreachable_count: count(hosts, 'unreachable'),
    hosts_pending_count: count(hosts, undefined),
    ...(latencies.length === 0
      ? {}
      : {
          latency_mean_seconds: sum / latencies.length,
          latency_max_seconds: latencies.reduce((most, one) => Math.max(most, one), 0),
        }),
  };
}

/** The checks that fleet.yaml leaves to the Nagios of this host. */
function checksOn({ host, fleet }: HostContext): WatchedCheck[] {
  return checksOfKind(fleet, 'nagios').filter(({ check }) => check.on === host);
}
