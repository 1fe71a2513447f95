import type { Check } from '../model/check.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import type { ServiceMoment } from './check-truth.ts';

/** What the probe would make of a service's answer to one of its checks. */
export function checkRecord(entity: string, check: Check, moment: ServiceMoment, at: Instant): EntityRecord {
  const finding = findings[moment.condition](check, moment);
  const isDown = finding.state === 'down';
  const isAnswered = moment.condition !== 'refused';
  const tcpSeconds = toTenthOfMillisecond(0.0004 + 0.002 * moment.bodySeconds);
  const answer = {
    check_first_byte_seconds: toTenthOfMillisecond(
      moment.condition === 'slow' || !isDown ? moment.firstByteSeconds : quickSeconds,
    ),
    check_tcp_seconds: tcpSeconds,
    ...(finding.status === undefined ? {} : { check_status_code: finding.status }),
  };
  const duration = isAnswered
    ? answer.check_first_byte_seconds + tcpSeconds + moment.bodySeconds
    : tcpSeconds;
  const hasVersion = check.kind === 'http' && check.version !== undefined && !isDown && moment.version !== '';
  return {
    entity,
    at,
    state: finding.state,
    ...(finding.reason === undefined ? {} : { reason: finding.reason }),
    gauges: {
      check_duration_seconds: toTenthOfMillisecond(duration),
      ...(isAnswered ? answer : {}),
      check_attempts_count: isDown ? check.retries + 1 : 1,
      check_redirects_count: 0,
    },
    ...(hasVersion ? { facts: { version: moment.version } } : {}),
  };
}

/** What the probe writes when its own control targets fail as well. */
export function blindRecord(entity: string, at: Instant): EntityRecord {
  return { entity, at, state: 'unknown', reason: 'the observer is offline: no control target answers' };
}

interface Finding {
  readonly state: 'up' | 'degraded' | 'down';
  readonly status?: number;
  readonly reason?: string;
}

/** An error page and a redirect come at once. */
const quickSeconds = 0.012;

const findings: Readonly<
  Record<ServiceMoment['condition'], (check: Check, moment: ServiceMoment) => Finding>
> = {
  well: () => ({ state: 'up', status: 200 }),
  slow: ({ slowAfter }, { firstByteSeconds }) =>
    slowAfter !== undefined && firstByteSeconds > slowAfter
      ? {
          state: 'degraded',
          status: 200,
          reason: `answered after ${firstByteSeconds.toFixed(1)} s, expected at most ${slowAfter} s`,
        }
      : { state: 'up', status: 200 },
  error: () => ({ state: 'down', status: 503, reason: 'status 503, expected 2xx' }),
  maintenance: () => ({
    state: 'down',
    status: 302,
    reason: 'status 302, expected 2xx: redirects to /cgi-bin/koha/maintenance.pl',
  }),
  refused: () => ({ state: 'down', reason: 'ECONNREFUSED' }),
};

function toTenthOfMillisecond(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}
