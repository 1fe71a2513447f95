import type { PrometheusCheck } from '../../model/check.ts';
import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { fromSeconds } from '../../model/time.ts';
import { known } from './known.ts';
import type { HostSeries, PresetSeries } from './prometheus-series.ts';

// The blackbox exporter (https://github.com/prometheus/blackbox_exporter): what it probes answers the checks of services.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

/** The metrics of checks. */
export const checkMetrics = {
  check_duration_seconds: gauge('How long the probe took (probe_duration_seconds).', 0.412),
  check_dns_seconds: gauge('Resolving the name (probe_dns_lookup_time_seconds).', 0.0031),
  check_tcp_seconds: gauge('Opening the connection (probe_http_duration_seconds, phase connect).', 0.0118),
  check_tls_seconds: gauge('The TLS handshake (phase tls).', 0.0274),
  check_first_byte_seconds: gauge('Until the first byte of the answer (phase processing).', 0.301),
  check_redirects_count: gauge('How many redirects were followed (probe_http_redirects).', 0),
  check_status_code: gauge('The status of the last HTTP answer (probe_http_status_code).', 200),
  certificate_remaining_seconds: gauge(
    'Until the first certificate of the chain ends (probe_ssl_earliest_cert_expiry).',
    5_183_442,
  ),
} satisfies Record<string, Metric>;

const names = [
  'probe_success',
  'probe_duration_seconds',
  'probe_dns_lookup_time_seconds',
  'probe_http_status_code',
  'probe_http_redirects',
  'probe_ssl_earliest_cert_expiry',
  'probe_failed_due_to_regex',
];

/** What is read of the blackbox exporter. */
export const blackboxSeries: PresetSeries = {
  names: [...names, 'probe_http_duration_seconds'],
  parts: {},
  anchor: 'probe_success',
};

/** What its series say of a check; undefined when they do not say whether the probe succeeded. */
export function readProbe(
  series: HostSeries,
  check: PrometheusCheck,
  evaluatedSeconds: number,
): Omit<EntityRecord, 'entity' | 'at'> | undefined {
  const [row] = series.rows(names, []);
  const success = row?.value('probe_success');
  if (row === undefined || success === undefined) return undefined;
  const phases = new Map(
    series
      .rows(['probe_http_duration_seconds'], ['phase'])
      .map((phase) => [phase.label('phase'), phase.value('probe_http_duration_seconds')]),
  );
  const status = row.value('probe_http_status_code');
  const expiry = row.value('probe_ssl_earliest_cert_expiry');
  const duration = row.value('probe_duration_seconds');
  // The exporter writes 0 where there was no answer, and for a moment before 1970 where there is no certificate.
  const statusCode = status === undefined || status === 0 ? undefined : status;
  const remaining = expiry === undefined || expiry <= 0 ? undefined : Math.round(expiry - evaluatedSeconds);
  const gauges = known({
    check_duration_seconds: success === 0 ? undefined : duration,
    check_dns_seconds: row.value('probe_dns_lookup_time_seconds'),
    check_tcp_seconds: phases.get('connect'),
    check_tls_seconds: phases.get('tls'),
    check_first_byte_seconds: phases.get('processing'),
    check_redirects_count: row.value('probe_http_redirects'),
    check_status_code: statusCode,
    certificate_remaining_seconds: remaining,
  });
  const finding =
    success === 0
      ? { state: 'down' as const, reason: failureOf(statusCode, row.value('probe_failed_due_to_regex')) }
      : weaknessOf(check, duration, remaining, evaluatedSeconds);
  return { ...finding, gauges };
}

function failureOf(status: number | undefined, isWrongText: number | undefined): string {
  if (isWrongText === 1)
    return 'the probe failed: the page holds what it must not, or lacks what it must hold';
  return status === undefined ? 'the probe failed' : `the probe failed: status ${status}`;
}

function weaknessOf(
  { slowAfter, certificateAtLeast }: PrometheusCheck,
  duration: number | undefined,
  remaining: number | undefined,
  evaluatedSeconds: number,
): Pick<EntityRecord, 'state' | 'reason'> {
  if (slowAfter !== undefined && duration !== undefined && duration > slowAfter) {
    const reason = `answered in ${duration.toFixed(1)} s, expected within ${slowAfter} s`;
    return { state: 'degraded', reason };
  }
  if (remaining === undefined || remaining >= certificateAtLeast) return { state: 'up' };
  const days = Math.floor(remaining / 86_400);
  const end = fromSeconds(evaluatedSeconds + remaining);
  return {
    state: 'degraded',
    reason: `the certificate ends in ${days} days, at ${end}, expected at least ${certificateAtLeast / 86_400}`,
  };
}
