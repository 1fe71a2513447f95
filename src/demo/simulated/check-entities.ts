import type { Check } from '../../model/check.ts';
import type { Service } from '../../model/fleet.ts';
import type { EntityDay } from '../../model/rollup.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { beliefIntervals } from '../../model/state.ts';
import { fromSeconds } from '../../model/time.ts';
import { gaugeDay } from '../../store/gauges.ts';
import { sketchOf } from '../../store/sketch.ts';
import { seedOf, uniform } from '../chance.ts';
import { blindRecord, checkRecord, measured } from '../check-records.ts';
import { type ServiceMoment, usualSeconds } from '../check-truth.ts';
import type { Interval } from '../story.ts';
import { awayOf, whileThere } from './container-entities.ts';
import { intervalAt, isUntouched, type SimulatedEntity } from './entity.ts';
import type { FleetEvents } from './events.ts';
import { type Change, type Line, lineOf, valueAt } from './line.ts';
import type { Setting } from './metered-plan.ts';
import { everySeconds, runAt, type SimulatedDay } from './moments.ts';
import type { FleetPlan, ServicePlan } from './plan.ts';
import { noiseAt, offsetOf } from './series.ts';

const day = 86_400;
/** How much an answer slows down when the public is twice as busy as usual. */
const visitsRatio = 0.17;
/** Standard deviation of the logarithm of an answer's time. */
const speedNoise = 0.2;

/** A time in which a service was not well, and what it was. */
export interface Bad extends Interval {
  readonly kind: 'refused' | 'error' | 'slow';
  readonly cause: string;
}

/** Everything bad that a service met, in order of time; nothing overlaps. */
export function badTimesOf(plan: FleetPlan, events: FleetEvents, service: ServicePlan): Bad[] {
  const entries = plan.hosts.filter(({ isEntry }) => isEntry).map(({ id }) => id);
  const { container, host } = service;
  const hosts = plan.hosts.map(({ id }) => id);
  const stops = [
    ...whileThere(events, { name: container ?? '', host }, hosts, (id) =>
      entries.includes(id) ? [] : (events.stops.get(id) ?? []),
    ),
    ...entries.flatMap((id) => events.stops.get(id) ?? []),
  ];
  return [
    ...stops.map(
      ({ from, to, host: stopped, cause }): Bad => ({
        from,
        to,
        kind: 'refused',
        cause: `host:${stopped} ${cause}`,
      }),
    ),
    ...awayOf(events, container ?? '').map(
      (away): Bad => ({ ...away, kind: 'refused', cause: `container:${container} moved` }),
    ),
    ...(events.troubles.get(service.id) ?? []).map(
      (trouble): Bad => ({ ...trouble, cause: `service:${service.id}` }),
    ),
  ]
    .filter(({ to }) => to > plan.begin)
    .toSorted((a, b) => a.from - b.from);
}

/** The usual time to the first byte: it creeps up now and then, until somebody mends it. */
export function latencyOf({ seed, begin, now }: FleetPlan, { id, application }: ServicePlan): Line {
  const chance = seedOf(seed, 'latency', id);
  const usual = (usualSeconds[application] ?? 0.2) * (0.6 + 0.6 * uniform(chance, 0));
  const changes: Change[] = [];
  for (let at = begin + 900 * day * uniform(chance, 1), index = 2; at < now - 20 * day; index += 3) {
    const length = (60 + 120 * uniform(chance, index)) * day;
    const perDay = (usual * (0.5 + uniform(chance, index + 1))) / (length / day);
    changes.push({ at: Math.round(at), perDay, cause: 'slows down' });
    if (at + length > now - day) break;
    changes.push({
      at: Math.round(at + length),
      by: (-perDay * Math.round(length)) / day,
      perDay: 0,
      cause: 'mended',
    });
    at += length + (300 + 1200 * uniform(chance, index + 2)) * day;
  }
  return lineOf(begin, usual, 0, changes);
}

/** One check of a service, as the probe tells of it. */
export function checkEntity(
  plan: FleetPlan,
  events: FleetEvents,
  service: Service,
  [name, check]: readonly [string, Check],
  { bad, latency }: { bad: readonly Bad[]; latency: Line },
  { seed }: Setting,
  controlCount: number,
): SimulatedEntity {
  const entity = `check:${service.id}:${name}`;
  const chance = seedOf(seed, 'check', entity);
  const answers = answersOf(chance, latency, check.slowAfter ?? 5);
  const changes = [...bad, ...events.silences, ...events.blindness];
  const versionAt = versionsOf(service.application, chance, plan);
  const hasVersion = check.kind === 'http' && check.version !== undefined;
  return {
    entity,
    collector: 'probe',
    everyRuns: 1,
    planted: [
      {
        metric: 'check_first_byte_seconds',
        kind: 'gauge',
        line: latency,
        visitsRatio,
        noise: speedNoise * (latency[0]?.value ?? 0),
        wander: 0,
        dayNoiseRatio: 0,
      },
    ],
    absences: events.silences,
    isRegular: (moment) => isUntouched(moment, changes),
    regularDay(moment): EntityDay {
      const { runs, start } = moment;
      const { firstByte, body } = answers(moment);
      const durations = new Float64Array(runs);
      const tcp = new Float64Array(runs);
      const first = new Float64Array(runs);
      for (let run = 0; run < runs; run += 1) {
        const times = measured({ firstByteSeconds: firstByte[run] ?? 0, bodySeconds: body[run] ?? 0 });
        durations[run] = times.durationSeconds;
        tcp[run] = times.tcpSeconds;
        first[run] = times.firstByteSeconds;
      }
      const version = versionAt(runAt(start, runs - 1));
      return {
        samples: runs,
        gauges: {
          check_attempts_count: 1,
          check_duration_seconds: gaugeDay(durations, runs),
          check_first_byte_seconds: gaugeDay(first, runs),
          check_redirects_count: 0,
          check_status_code: 200,
          check_tcp_seconds: gaugeDay(tcp, runs),
        },
        sketches: { check_duration_seconds: sketchOf(Array.from(durations)) },
        timeline: [
          [fromSeconds(start), 'up'],
          [fromSeconds(runAt(start, runs - 1) + beliefIntervals * everySeconds), 'unknown'],
        ],
        ...(hasVersion && version !== '' ? { facts: { version } } : {}),
      };
    },
    record(moment, run): EntityRecord | null {
      const seconds = runAt(moment.start, run);
      const at = fromSeconds(seconds);
      if (intervalAt(events.silences, seconds) !== undefined) return null;
      if (intervalAt(events.blindness, seconds) !== undefined) return blindRecord(entity, controlCount, at);
      const { firstByte, body } = answers(moment);
      const condition = intervalAt(bad, seconds)?.kind ?? 'well';
      const slow = (check.slowAfter ?? 5) + 0.2 + 1.3 * uniform(chance, seconds);
      const answer: ServiceMoment = {
        condition,
        firstByteSeconds: condition === 'error' ? 0.012 : condition === 'slow' ? slow : (firstByte[run] ?? 0),
        bodySeconds: condition === 'error' ? 0.001 : (body[run] ?? 0),
        version: versionAt(seconds),
      };
      return checkRecord(entity, check, answer, at);
    },
  };
}

/** How a service answers at each run of a day while it is well: far faster than what counts as slow. */
function answersOf(
  chance: number,
  latency: Line,
  slowAfter: number,
): (moment: SimulatedDay) => { firstByte: Float64Array; body: Float64Array } {
  const most = 0.55 * slowAfter;
  const usual = latency[0]?.value ?? 0;
  const room = (25 * 3600) / everySeconds;
  const filled = { index: Number.NaN, firstByte: new Float64Array(room), body: new Float64Array(room) };
  return (moment) => {
    if (filled.index === moment.index) return filled;
    const [speed, size] = [offsetOf(chance, moment.index), offsetOf(chance + 1, moment.index)];
    for (let run = 0; run < moment.runs; run += 1) {
      const level = valueAt(latency, runAt(moment.start, run));
      const crowded = 1 + visitsRatio * ((moment.visits[run] ?? 1) - 1) + 0.3 * (moment.dumps[run] ?? 0);
      const draw = uniform(chance + moment.index, run);
      const spike = draw < 0.008 ? 1.8 + 250 * draw : 1;
      filled.firstByte[run] = Math.min(
        level * crowded * spike * Math.exp(speedNoise * noiseAt(speed, run)),
        most,
      );
      filled.body[run] = 0.03 * usual * crowded * Math.exp(0.3 * noiseAt(size, run));
    }
    filled.index = moment.index;
    return filled;
  };
}

/** Koha's release of the last half-year, and a patch a month; none of the others. */
function versionsOf(application: string, chance: number, { begin }: FleetPlan): (seconds: number) => string {
  if (application !== 'koha') return () => '';
  const lag = (60 + 60 * uniform(chance, 1)) * day;
  const upgrades = Math.floor(30 * day);
  return (seconds) => {
    const known = new Date((begin + Math.floor((seconds - begin) / upgrades) * upgrades - lag) * 1000);
    const half = known.getUTCMonth() >= 5 && known.getUTCMonth() < 11 ? '05' : '11';
    const year = known.getUTCFullYear() - (known.getUTCMonth() < 5 ? 1 : 0);
    const patch = (known.getUTCMonth() + (half === '05' ? -5 : 1) + 12) % 12;
    return `${String(year).slice(2)}.${half}${String(patch).padStart(2, '0')}000`;
  };
}
