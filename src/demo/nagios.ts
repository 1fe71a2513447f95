import type { Monitored, MonitoredState } from '../collect/parse/monitored.ts';
import { hostStates, serviceStates, watchedRecord, watchOf } from '../collect/parse/monitored.ts';
import type { NagiosCheck } from '../model/check.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { fromSeconds, type Instant } from '../model/time.ts';
import { seedOf, uniform } from './chance.ts';
import { measured } from './check-records.ts';
import type { ServiceMoment } from './check-truth.ts';
import type { Place } from './place.ts';

// A Nagios of the demo runs on each host that fleet.yaml leaves checks to, and watches what is left to it: what it writes to its
// status.dat, and what the collector makes of that.

const version = '4.4.6';
const everySeconds = 300;
/** How often it writes its states down. */
const writesEverySeconds = 10;

/** What a script that asks for a Nagios prints. */
export function nagiosText(place: Place): string {
  const watching = watchingAt(place);
  if (watching === undefined) return '@ none\n';
  const { rows, seenAt, startedAt } = watching;
  const block = (type: string, values: Readonly<Record<string, string | number | undefined>>) =>
    `${type} {\n${Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `\t${key}=${value}\n`)
      .join('')}\t}\n`;
  return [
    `@ source status.dat\n@ now ${Math.floor(place.moment.seconds)}\n`,
    `@ interval_length 60\n@ status_update_interval ${writesEverySeconds}\n@ status\n`,
    block('info', { created: seenAt, version }),
    block('programstatus', { program_start: startedAt }),
    ...rows.map((row) =>
      block(row.service === undefined ? 'hoststatus' : 'servicestatus', {
        host_name: row.host,
        service_description: row.service,
        check_interval: '5.000000',
        has_been_checked: 1,
        current_state: codeOf(row.state ?? 'unknown'),
        last_hard_state: codeOf(row.hardState),
        state_type: row.isHard ? 1 : 0,
        current_attempt: row.attempt,
        max_attempts: row.maxAttempts,
        last_check: row.checkedAt,
        plugin_output: row.output,
        performance_data: row.perfdata,
        problem_has_been_acknowledged: 0,
        scheduled_downtime_depth: 0,
        is_flapping: 0,
        check_latency: row.latencySeconds?.toFixed(3),
        check_execution_time: row.executionSeconds?.toFixed(3),
      }),
    ),
  ].join('');
}

/** What the Nagios collector would make of it: itself, and the checks that fleet.yaml leaves to it. */
export function nagiosRecords(place: Place, at: Instant): EntityRecord[] {
  const watching = watchingAt(place);
  if (watching === undefined) return [];
  const { watched, rows, seenAt, startedAt } = watching;
  const watch = watchOf('Nagios', seenAt, rows);
  const count = (state: MonitoredState, isService: boolean) =>
    rows.filter((row) => row.state === state && (row.service !== undefined) === isService).length;
  const latencies = rows.flatMap(({ service, latencySeconds = 0 }) =>
    service === undefined ? [] : latencySeconds,
  );
  return [
    {
      entity: `nagios:${place.host}:core`,
      at,
      gauges: {
        running_code: 1,
        status_age_seconds: Math.floor(place.moment.seconds) - seenAt,
        services_ok_count: count('ok', true),
        services_warning_count: count('warning', true),
        services_critical_count: count('critical', true),
        services_unknown_count: 0,
        services_pending_count: 0,
        hosts_up_count: count('up', false),
        hosts_down_count: 0,
        hosts_unreachable_count: 0,
        hosts_pending_count: 0,
        latency_mean_seconds: latencies.reduce((sum, one) => sum + one, 0) / latencies.length,
        latency_max_seconds: Math.max(...latencies),
      },
      facts: { version, read_by: 'status.dat', running: 'yes', started_at: fromSeconds(startedAt) },
    },
    ...watched.map((check) => watchedRecord(check, watch, { at, fleetSeconds: place.fleet.everySeconds })),
  ];
}

/** A check of a service that is left to a Nagios. */
interface Left {
  readonly entity: string;
  readonly service: Service;
  readonly check: NagiosCheck;
}

interface Watching {
  readonly watched: readonly Left[];
  readonly rows: readonly Monitored[];
  /** When it wrote its states down last. */
  readonly seenAt: number;
  readonly startedAt: number;
}

/** What the Nagios of a host knows; undefined where none runs. */
function watchingAt(place: Place): Watching | undefined {
  const watched = checksOn(place);
  if (watched.length === 0) return undefined;
  const { seconds, uptimeSeconds } = place.moment;
  return {
    watched,
    rows: watched.flatMap(({ service, check }) => rowsOf(service, check, place)),
    seenAt: Math.floor(seconds / writesEverySeconds) * writesEverySeconds,
    startedAt: Math.floor(seconds - uptimeSeconds) + 48,
  };
}

function rowsOf(service: Service, check: NagiosCheck, { story, services, moment }: Place): Monitored[] {
  const truth = services.get(service.id);
  if (truth === undefined) return [];
  const seed = seedOf(story.seed, 'nagios', service.id);
  // Its checks are spread over the interval.
  const offset = Math.floor(everySeconds * uniform(seed, 0));
  const checkedAt =
    Math.floor((moment.seconds - writesEverySeconds - offset) / everySeconds) * everySeconds + offset;
  const found = findingOf(truth(checkedAt));
  const isBad = found.state !== 'ok';
  // What is bad is tried again each minute, and believed the third time.
  const wasBad = isBad && findingOf(truth(checkedAt - everySeconds)).state !== 'ok';
  const tried = Math.min(3, 1 + Math.floor((moment.seconds - checkedAt) / 60));
  const attempt = wasBad ? 3 : isBad ? tried : 1;
  const isHard = !isBad || attempt === 3;
  const common = {
    host: check.host,
    maxAttempts: 3,
    checkedAt,
    everySeconds,
    isAcknowledged: false,
    isInDowntime: false,
    isFlapping: false,
    latencySeconds: Math.round(2 + 40 * uniform(seed, checkedAt)) / 1000,
  };
  return [
    {
      ...common,
      service: undefined,
      state: 'up',
      isHard: true,
      hardState: 'up',
      attempt: 1,
      output: 'PING OK - Packet loss = 0%, RTA = 0.06 ms',
      perfdata: 'rta=0.061000ms;3000.000000;5000.000000;0.000000 pl=0%;80;100;0',
      executionSeconds: 4.031,
    },
    {
      ...common,
      service: check.service,
      state: found.state,
      isHard,
      hardState: isHard ? found.state : 'ok',
      attempt,
      output: found.output,
      perfdata: found.perfdata,
      executionSeconds: found.executionSeconds,
    },
  ];
}

interface Finding {
  readonly state: 'ok' | 'warning' | 'critical';
  readonly output: string;
  readonly perfdata: string;
  readonly executionSeconds: number;
}

/** What check_http says of an answer. */
function findingOf(moment: ServiceMoment): Finding {
  if (moment.condition === 'refused') {
    return {
      state: 'critical',
      output: 'connect to address 10.0.4.17 and port 80: Connection refused',
      perfdata: '',
      executionSeconds: 0.004,
    };
  }
  const { durationSeconds } = measured(moment);
  const time = durationSeconds.toFixed(3);
  const [state, status] = (
    {
      well: ['ok', '200 OK'],
      slow: ['warning', '200 OK'],
      maintenance: ['warning', '302 Found'],
      error: ['critical', '503 Service Unavailable'],
    } as const
  )[moment.condition];
  return {
    state,
    output: `HTTP ${state.toUpperCase()}: HTTP/1.1 ${status} - 4183 bytes in ${time} second response time`,
    perfdata: `time=${time}000s;;;0.000000;10.000000 size=4183B;;;0`,
    executionSeconds: Number((durationSeconds + 0.004).toFixed(3)),
  };
}

/** Asked for each host at each run, hence kept. */
const leftByFleet = new WeakMap<Fleet, ReadonlyMap<string, readonly Left[]>>();

function checksOn({ fleet, host }: Place): readonly Left[] {
  const byHost = leftByFleet.get(fleet) ?? Map.groupBy(checksLeft(fleet), ({ check }) => check.on);
  leftByFleet.set(fleet, byHost);
  return byHost.get(host) ?? [];
}

function checksLeft(fleet: Fleet): Left[] {
  return [...fleet.services.values()].flatMap((service) =>
    [...service.checks].flatMap(([name, check]) =>
      check.kind === 'nagios' ? [{ entity: `check:${service.id}:${name}`, service, check }] : [],
    ),
  );
}

function codeOf(state: MonitoredState): number {
  const states: readonly MonitoredState[] = state === 'up' ? hostStates : serviceStates;
  return states.indexOf(state);
}
