import type { Answer, AnswerContext, Request, RequestCollector } from '../src/collect/collector.ts';
import { type DnsCheck, type HttpCheck, isProbed, type ProbedCheck } from '../src/model/check.ts';
import type { EntityRecord } from '../src/model/snapshot.ts';
import { toSeconds } from '../src/model/time.ts';

const maxReasonLength = 500;
const maxVersionLength = 100;
/** How much of a page a version pattern is tried on: patterns may be slow, and versions stand in the head. */
const maxVersionText = 64 * 1024;

/** Looks at services from outside, as their readers do. */
export default {
  kind: 'request',
  reads:
    'Whether each service answers over HTTP(S), TCP, DNS or TLS, what it answers, how fast, and until when its certificate is valid.',
  metrics: {
    check_duration_seconds: {
      type: 'gauge',
      meaning: 'The whole time of an attempt that got its answer, redirects included.',
      example: 0.412,
    },
    check_dns_seconds: { type: 'gauge', meaning: 'Resolving the name.', example: 0.0031 },
    check_tcp_seconds: { type: 'gauge', meaning: 'Opening the TCP connection.', example: 0.0118 },
    check_tls_seconds: { type: 'gauge', meaning: 'The TLS handshake.', example: 0.0274 },
    check_first_byte_seconds: {
      type: 'gauge',
      meaning: 'From sending the request until the headers of the answer have come.',
      example: 0.301,
    },
    check_attempts_count: {
      type: 'gauge',
      meaning: 'How many attempts the result took; 0 when the circuit to the address was open.',
      example: 1,
    },
    check_redirects_count: { type: 'gauge', meaning: 'How many redirects were followed.', example: 0 },
    check_status_code: { type: 'gauge', meaning: 'The status of the last HTTP answer.', example: 200 },
    certificate_remaining_seconds: {
      type: 'gauge',
      meaning: "Until the server's certificate ends; negative once it has.",
      example: 5_183_442,
    },
  },

  requests: (fleet) =>
    [...fleet.services.values()].flatMap((service) =>
      [...service.checks].flatMap(([name, check]) =>
        isProbed(check) ? [{ entity: `check:${service.id}:${name}`, check }] : [],
      ),
    ),

  parse(request, answer, context) {
    const { check } = request;
    const fault = findFault(check, answer);
    const weakness = fault === undefined ? findWeakness(check, answer, context) : undefined;
    const reason = fault ?? weakness;
    const version = check.kind === 'http' ? findVersion(check, answer.body) : undefined;
    const record: EntityRecord = {
      entity: request.entity,
      at: context.at,
      state: fault !== undefined ? 'down' : weakness !== undefined ? 'degraded' : 'up',
      gauges: gaugesOf(answer, context),
    };
    if (reason !== undefined) record.reason = printable(reason, maxReasonLength);
    if (version !== undefined) record.facts = { version };
    return record;
  },
} satisfies RequestCollector;

/** Why the answer means that the check fails; undefined when it does not. */
function findFault(check: Request['check'], answer: Answer): string | undefined {
  if (answer.failure !== undefined) return answer.failure;
  if (answer.certificate?.fault !== undefined) return `certificate: ${answer.certificate.fault}`;
  if (check.kind === 'http') return findStatusFault(check, answer) ?? findPageFault(check, answer);
  if (check.kind === 'dns') return findValuesFault(check, answer.values ?? []);
  return undefined;
}

function findStatusFault(check: HttpCheck, { status = 0, location }: Answer): string | undefined {
  const isExpected = check.status === undefined ? status >= 200 && status <= 299 : status === check.status;
  if (isExpected) return undefined;
  if (status >= 300 && status <= 399 && location !== undefined)
    return `redirect to ${location}, expected a page`;
  return `status ${status}, expected ${check.status ?? '2xx'}`;
}

function findPageFault(check: HttpCheck, answer: Answer): string | undefined {
  if (check.method === 'HEAD') return undefined;
  const { body = '', isBodyTruncated = false } = answer;
  const lacking = check.contains.find((text) => !body.includes(text));
  const where = isBodyTruncated ? 'in the first 512 KiB of the page' : 'on the page';
  if (lacking !== undefined) return `${JSON.stringify(lacking)} is not ${where}`;
  const present = check.lacks.find((text) => body.includes(text));
  if (present !== undefined) return `${JSON.stringify(present)} is on the page`;
  return check.json === undefined ? undefined : findJsonFault(check.json, body, isBodyTruncated);
}

function findJsonFault(
  { pointer, equals }: NonNullable<HttpCheck['json']>,
  body: string,
  isBodyTruncated: boolean,
): string | undefined {
  if (isBodyTruncated) return 'the JSON is longer than 512 KiB';
  const document = parseJson(body);
  if (document === undefined) return 'the page is not JSON';
  const found = valueAt(document.value, pointer);
  const isExpected = equals === undefined ? found !== undefined && found !== null : found === equals;
  if (isExpected) return undefined;
  const place = pointer === '' ? 'the document' : pointer;
  return `${place} is ${show(found)}, expected ${equals === undefined ? 'a value' : show(equals)}`;
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The value at a JSON Pointer (RFC 6901); undefined when there is none. */
function valueAt(document: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value: unknown, key): unknown => {
      if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      return Object.getOwnPropertyDescriptor(value, key)?.value;
    }, document);
}

/** A JSON value, short: what is inside arrays and objects is of no interest. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value);
}

function findValuesFault(check: DnsCheck, values: readonly string[]): string | undefined {
  if (values.length === 0) return `${check.name} has no ${check.type} record`;
  if (check.values === undefined) return undefined;
  const normalize = (list: readonly string[]) => list.map((value) => normalizeValue(check, value)).sort();
  const [found, expected] = [normalize(values), normalize(check.values)];
  if (found.length === expected.length && found.every((value, index) => value === expected[index]))
    return undefined;
  return `${check.type} is ${found.join(', ')}, expected ${expected.join(', ')}`;
}

/** Names compare without case and final dot (RFC 4343), IPv6 addresses in their canonical form; text as it is. */
function normalizeValue({ type }: DnsCheck, value: string): string {
  if (type === 'TXT') return value;
  const text = value.trim().toLowerCase().replace(/\.$/, '');
  const url = `http://[${text}]`;
  return type === 'AAAA' && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : text;
}

/** Why a check that holds is degraded all the same; undefined when it is not. */
function findWeakness(check: ProbedCheck, answer: Answer, context: AnswerContext): string | undefined {
  const { totalSeconds } = answer.phases;
  if (check.slowAfter !== undefined && totalSeconds > check.slowAfter) {
    return `answered in ${totalSeconds.toFixed(1)} s, expected within ${check.slowAfter} s`;
  }
  if (answer.certificate === undefined || !('certificateAtLeast' in check)) return undefined;
  const remainingSeconds = remaining(answer.certificate.expiresAt, context.at);
  if (remainingSeconds >= check.certificateAtLeast) return undefined;
  const days = Math.floor(remainingSeconds / 86400);
  return `the certificate ends in ${days} days, at ${answer.certificate.expiresAt}, expected at least ${check.certificateAtLeast / 86400}`;
}

function remaining(expiresAt: string, at: string): number {
  return toSeconds(expiresAt) - toSeconds(at);
}

function gaugesOf(answer: Answer, context: AnswerContext): Record<string, number> {
  const { phases, certificate } = answer;
  const gauges: Record<string, number | undefined> = {
    // The time until we gave up says nothing of how fast a service answers.
    check_duration_seconds: answer.failure === undefined ? phases.totalSeconds : undefined,
    check_dns_seconds: phases.dnsSeconds,
    check_tcp_seconds: phases.tcpSeconds,
    check_tls_seconds: phases.tlsSeconds,
    check_first_byte_seconds: phases.firstByteSeconds,
    check_attempts_count: answer.isBlocked ? context.attempt - 1 : context.attempt,
    check_redirects_count: answer.redirectCount,
    check_status_code: answer.status,
    certificate_remaining_seconds: certificate && remaining(certificate.expiresAt, context.at),
  };
  return Object.fromEntries(
    Object.entries(gauges).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

function findVersion(check: HttpCheck, body: string | undefined): string | undefined {
  if (check.version === undefined || body === undefined) return undefined;
  const found = new RegExp(check.version, 'u').exec(body.slice(0, maxVersionText))?.[1];
  const version = printable(found ?? '', maxVersionLength);
  return version === '' ? undefined : version;
}

/** Text of a server as one line that can be shown: no control, direction or broken characters, and not too long. */
function printable(text: string, maxLength: number): string {
  return text
    .slice(0, maxLength)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
}
