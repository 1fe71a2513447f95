import { z } from 'zod';
import { Slug } from './entity.ts';
import { PromQuery } from './prometheus.ts';
import { Duration } from './time.ts';

// The checks that fleet.yaml can ask for. An application preset (applications.ts) is a set of them.

/** How many runs one after another must say so. An outage begins with the first of them all the same. */
const confirmed = {
  /** Before it is down. */
  failures: z.int().min(1).max(10).default(1),
  /** Before it is back. */
  successes: z.int().min(1).max(10).default(1),
};

const common = {
  /** The service is down while an essential check fails; while another one fails, it is degraded. */
  essential: z.boolean().default(true),
  /** How long an attempt may take, whole. */
  timeout: Duration.prefault('10s'),
  /** An answer slower than this is `degraded`. */
  slowAfter: Duration.optional(),
  /** How often a failing check is tried again at once, on a new connection, before it counts. */
  retries: z.int().min(0).max(5).default(2),
  ...confirmed,
};

const port = z.int().min(1).max(65535);
const hostName = z.string().min(1).max(253);

/** A regular expression, checked when fleet.yaml is read. */
const Pattern = z.string().max(500).refine(isPattern, 'expected a regular expression');

/** One HTTP(S) request: redirects are findings, not successes, unless `follow` says how many are fine. */
export const HttpCheck = z.strictObject({
  kind: z.literal('http'),
  /** Absolute, or a path below the service's own `url`. */
  url: z.string().max(2000).default('/'),
  method: z.enum(['GET', 'HEAD']).default('GET'),
  /** The status that is expected; any 2xx when absent. */
  status: z.int().min(100).max(599).optional(),
  /** Text that the page must hold. */
  contains: z.array(z.string().min(1).max(200)).default([]),
  /** Text that it must not hold: error pages that come with status 200. */
  lacks: z.array(z.string().min(1).max(200)).default([]),
  /** A value in a JSON answer: a JSON Pointer (RFC 6901), and what must stand there; without `equals`, that something does. */
  json: z
    .strictObject({
      pointer: z
        .string()
        .max(200)
        .regex(/^(\/([^~/]|~[01])*)*$/, 'expected a JSON Pointer such as /data/0/name'),
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    })
    .optional(),
  follow: z.int().min(0).max(10).default(0),
  /** The software version as the page shows it: the pattern's first group. */
  version: Pattern.optional(),
  /** A certificate that ends sooner than this is `degraded`. */
  certificateAtLeast: Duration.prefault('14d'),
  ...common,
});
export type HttpCheck = z.infer<typeof HttpCheck>;

/** A TCP connection that opens. */
export const TcpCheck = z.strictObject({ kind: z.literal('tcp'), host: hostName, port, ...common });
export type TcpCheck = z.infer<typeof TcpCheck>;

/** A name that resolves, to these values when `values` is given, in any order. */
export const DnsCheck = z.strictObject({
  kind: z.literal('dns'),
  name: hostName,
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT']).default('A'),
  values: z.array(z.string().max(500)).optional(),
  /** The name server to ask, an IP address, with a port when it is not 53; the machine's own when absent. */
  server: z
    .string()
    .max(100)
    .regex(
      /^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|\[[0-9a-fA-F:.]+\]:\d{1,5})$/,
      'expected an IP address such as 192.0.2.53 or 192.0.2.53:5353',
    )
    .optional(),
  ...common,
});
export type DnsCheck = z.infer<typeof DnsCheck>;

/** A TLS handshake with a certificate that is valid for this name. */
export const TlsCheck = z.strictObject({
  kind: z.literal('tls'),
  host: hostName,
  port: port.default(443),
  /** The name asked for and checked, when it differs from `host`. */
  serverName: hostName.optional(),
  certificateAtLeast: Duration.prefault('14d'),
  ...common,
});
export type TlsCheck = z.infer<typeof TlsCheck>;

/** What a Prometheus knows: its prober has looked, and tried again where it saw fit. Without data the state is unknown. */
export const PrometheusCheck = z
  .strictObject({
    kind: z.literal('prometheus'),
    /** A name below `prometheus`; may be absent where there is one alone. */
    source: Slug.optional(),
    /** Gives one value: 0 is down, any other is up. */
    query: PromQuery.optional(),
    /** What the blackbox exporter probes, as its label names it: gives speed, status and certificate besides. */
    target: z
      .string()
      .min(1)
      .max(300)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected printable text')
      .optional(),
    essential: common.essential,
    slowAfter: common.slowAfter,
    certificateAtLeast: Duration.prefault('14d'),
    retries: z.literal(0).default(0),
    ...confirmed,
  })
  .refine(({ query, target }) => (query === undefined) !== (target === undefined), {
    error: 'expected `query` or `target`, one of them',
    path: ['query'],
  });
export type PrometheusCheck = z.infer<typeof PrometheusCheck>;

const objectName = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected printable text');

/** What Nagios and Icinga call what they watch; their retries are done, and their hard states alone count. */
const watched = {
  /** The host, as they name it. */
  host: objectName,
  /** The service's description; the host's own check when absent. */
  service: objectName.optional(),
  /** How old a result may be before it is `unknown`; 2.5 of the check's own intervals when absent. For passive checks that come seldom. */
  maxAge: Duration.optional(),
  essential: common.essential,
  /** Slower than this is `degraded`, where the plugin tells its `time`. */
  slowAfter: common.slowAfter,
  retries: z.literal(0).default(0),
  ...confirmed,
};

/** What a Nagios knows that runs on one of our hosts. */
export const NagiosCheck = z.strictObject({
  kind: z.literal('nagios'),
  /** Our host that Nagios runs on. */
  on: Slug,
  ...watched,
});
export type NagiosCheck = z.infer<typeof NagiosCheck>;

/** What an Icinga 2 knows, by its API. */
export const IcingaCheck = z.strictObject({
  kind: z.literal('icinga2'),
  /** A name below `icinga2`; may be absent where there is one alone. */
  source: Slug.optional(),
  ...watched,
});
export type IcingaCheck = z.infer<typeof IcingaCheck>;

/** What we ask the service itself. */
export const ProbedCheck = z.discriminatedUnion('kind', [HttpCheck, TcpCheck, DnsCheck, TlsCheck]);
export type ProbedCheck = z.infer<typeof ProbedCheck>;

export const Check = z.discriminatedUnion('kind', [
  HttpCheck,
  TcpCheck,
  DnsCheck,
  TlsCheck,
  PrometheusCheck,
  NagiosCheck,
  IcingaCheck,
]);
export type Check = z.infer<typeof Check>;

/** Whether we ask the service itself. */
export function isProbed(check: Check): check is ProbedCheck {
  return check.kind === 'http' || check.kind === 'tcp' || check.kind === 'dns' || check.kind === 'tls';
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
