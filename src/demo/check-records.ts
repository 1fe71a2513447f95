import type { Check } from '../model/check.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import type { ServiceMoment } from './check-truth.ts';

/** What the probe would make of a service's answer to one of its checks. */
export function checkRecord(entity: string, check: Check, moment: ServiceMoment, at: Instant): EntityRecord {
  const { condition, version } = moment;
  const { tcpSeconds, firstByteSeconds, durationSeconds } = measured(moment);
  const isSlow = check.slowAfter !== undefined && durationSeconds > check.slowAfter;
  const finding =
    findings[condition] ??
    (isSlow ? slowFinding(durationSeconds, check.slowAfter ?? 0) : { state: 'up', status: 200 });
  const isGood = finding.state !== 'down';
  const hasVersion = check.kind === 'http' && check.version !== undefined && isGood && version !== '';
  return {
    entity,
    at,
    state: finding.state,
    ...(finding.reason === undefined ? {} : { reason: finding.reason }),
    gauges: {
      ...(finding.status === undefined
        ? {}
        : {
            check_duration_seconds: durationSeconds,
            check_tcp_seconds: tcpSeconds,
            check_first_byte_seconds: firstByteSeconds,
            check_status_code: finding.status,
          }),
      check_attempts_count: isGood ? 1 : check.retries + 1,
      check_redirects_count: 0,
    },
    ...(hasVersion ? { facts: { version } } : {}),
  };
}

/** What the probe writes while none of its control targets answers. */
export function blindRecord(entity: string, controlCount: number, at: Instant): EntityRecord {
  return {
    entity,
    at,
    state: 'unknown',
    reason: `observer offline: none of ${controlCount} control targets answered`,
  };
}

/** What the probe would measure of an answer, in seconds. */
export function measured({
  firstByteSeconds,
  bodySeconds,
}: Pick<ServiceMoment, 'firstByteSeconds' | 'bodySeconds'>): {
  tcpSeconds: number;
  firstByteSeconds: number;
  durationSeconds: number;
} {
  const tcpSeconds = round(0.0004 + 0.002 * bodySeconds);
  return {
    tcpSeconds,
    firstByteSeconds: round(firstByteSeconds),
    durationSeconds: round(firstByteSeconds + tcpSeconds + bodySeconds),
  };
}

interface Finding {
  readonly state: 'up' | 'degraded' | 'down';
  /** Absent when no answer came. */
  readonly status?: number;
  readonly reason?: string;
}

const findings: Partial<Record<ServiceMoment['condition'], Finding>> = {
  error: { state: 'down', status: 503, reason: 'status 503, expected 2xx' },
  maintenance: {
    state: 'down',
    status: 302,
    reason: 'redirect to /cgi-bin/koha/maintenance.pl, expected a page',
  },
  refused: { state: 'down', reason: 'connection refused (ECONNREFUSED)' },
};

function slowFinding(durationSeconds: number, slowAfter: number): Finding {
  return {
    state: 'degraded',
    status: 200,
    reason: `answered in ${durationSeconds.toFixed(1)} s, expected within ${slowAfter} s`,
  };
}

/** To a tenth of a millisecond. */
function round(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}
