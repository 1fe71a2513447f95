import { z } from 'zod';
import { type BackupPolicy, BackupPolicyFile, ServiceBackup } from './backup-policy.ts';
import { Check } from './check.ts';
import { DomainsFile, type Registries } from './domains.ts';
import { Slug } from './entity.ts';
import { IcingaFile, type IcingaSource } from './icinga2.ts';
import { Locale } from './local-text.ts';
import { HostLxd, type LxdReach } from './lxd.ts';
import { HostPrometheus, PrometheusFile, type PrometheusSource } from './prometheus.ts';
import type { PrometheusReach } from './prometheus-resolve.ts';
import { Duration, TimeZone } from './time.ts';

// fleet.yaml: what exists. `FleetFile` is the file as people write it, `Fleet` (fleet-resolve.ts) the same with every default and short form written out.

const name = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}\uFFFE\uFFFF]*$/u, 'expected one line of printable text');
const address = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^\s@/]+$/, 'expected a host name or address without user or port');
const percent = z.number().min(1).max(100);

function isRoot({ pathname, search, hash }: URL): boolean {
  return pathname === '/' && search === '' && hash === '';
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65535;
}

/** How to reach something over SSH; what is absent comes from `access.ssh`. */
const SshLong = z.strictObject({
  host: address,
  port: z.int().min(1).max(65535).optional(),
  user: z.string().min(1).max(64).optional(),
  /** A private key file, relative to fleet.yaml; `~/` is the home folder. */
  key: z.string().min(1).optional(),
  /** The bastion to jump through (OpenSSH's ProxyJump): `host`, `host:port` or `user@host:port`; `none` for no bastion. */
  via: z.string().min(1).max(300).optional(),
});

const HostFile = z.strictObject({
  name: name.optional(),
  /** `host`, `host:port`, or the long form. */
  ssh: z.union([z.string().min(1).max(300), SshLong]).optional(),
  /** The machine that Vigie runs on: no SSH. */
  local: z.literal(true).optional(),
  /** Read from a Prometheus instead: the name of one below `prometheus`, or the long form. */
  prometheus: HostPrometheus.optional(),
  /** Read from the metrics of its LXD or Incus alone, by a certificate. */
  lxd: HostLxd.optional(),
  /** `false`: what only root may read (disks, containers, dumps) is not asked for. */
  root: z.boolean().default(true),
  provider: z.string().max(100).optional(),
  site: z.string().max(100).optional(),
  /** The reverse proxy in front of the services: one cause for many outages. */
  entry: z.boolean().default(false),
});

const LibraryFile = z.strictObject({
  name,
  /** `listed`: named on the public page. `unlisted`: a page of its own at an address that cannot be guessed; so have the services of unlisted libraries alone. */
  page: z.enum(['listed', 'unlisted']).default('listed'),
});

const ServiceFile = z.strictObject({
  name,
  application: Slug.default('web'),
  url: z.url({ protocol: /^https?$/ }).optional(),
  libraries: z.array(Slug).default([]),
  host: Slug.optional(),
  container: z.string().max(63).optional(),
  /** The backup policy, by name. */
  backup: ServiceBackup.optional(),
  /** The availability that was promised, in percent. */
  sla: percent.optional(),
  /** Replaces the application's checks. */
  checks: z.record(Slug, Check).optional(),
});

export const FleetFile = z.strictObject({
  fleet: z.strictObject({
    name,
    timeZone: TimeZone.default('Europe/Paris'),
    locales: z
      .array(Locale)
      .min(1)
      .refine((locales) => new Set(locales).size === locales.length, 'expected each language once')
      .default(['fr', 'en']),
    /** How often the cron job collects. */
    every: Duration.prefault('5m'),
    /** How long a day stays open for snapshots that arrive late; older days stay as they were compacted. */
    retention: Duration.prefault('14d'),
    /** The address of the public site, for canonical links. */
    url: z
      .url({ protocol: /^https?$/ })
      .refine(
        (text) => !URL.canParse(text) || isRoot(new URL(text)),
        'expected an address without path, query and fragment: pages link from its root',
      )
      .optional(),
    /** Sent in the probe's User-Agent, so that those who are probed know whom to ask. */
    contact: z.string().max(200).optional(),
  }),
  access: z
    .strictObject({
      ssh: z.strictObject({
        user: z.string().min(1).max(64).default('vigie'),
        port: z.int().min(1).max(65535).default(22),
        key: z.string().min(1).optional(),
        /** The environment variable that holds the key's passphrase. */
        passphraseEnv: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable')
          .default('VIGIE_SSH_PASSPHRASE'),
        knownHosts: z.string().min(1).default('known_hosts'),
        via: z.string().min(1).max(300).optional(),
      }),
    })
    .prefault({ ssh: {} }),
  /** Addresses that answer whenever we ourselves are online: `host:port` over TCP. When all fail, nobody is called down. */
  controls: z
    .array(
      z
        .string()
        .regex(/^(\[[^\]]+\]|[^\s:]+):\d{1,5}$/, { error: 'expected host:port', abort: true })
        .refine((text) => isPort(text.slice(text.lastIndexOf(':') + 1)), 'expected a port from 1 to 65535'),
    )
    .default([]),
  /** Servers with the query API of Prometheus, from which hosts are read and checks are answered. */
  prometheus: z.record(Slug, PrometheusFile).default({}),
  /** Icinga 2 servers, by whose API checks are answered. */
  icinga2: z.record(Slug, IcingaFile).default({}),
  /** Asks registries once a day when the domain names of the services end; they are not asked without it. */
  domains: DomainsFile.optional(),
  /** The public status page. */
  status: z
    .strictObject({
      /** What services are gathered by on the first page. */
      groupBy: z.enum(['application', 'library']).default('application'),
      /** What a second counts against the availability in this state. */
      weights: z
        .strictObject({
          down: z.number().min(0).max(1).default(1),
          degraded: z.number().min(0).max(1).default(0),
        })
        .prefault({}),
      /** An outage that lasts longer opens an incident by itself. */
      incidentAfter: Duration.prefault('10m'),
      /** What Statuspage's API says of maintenance without trouble: some of its clients do not know `maintenance`. */
      maintenanceIndicator: z.enum(['maintenance', 'none', 'minor']).default('maintenance'),
    })
    .prefault({}),
  hosts: z.record(Slug, HostFile).default({}),
  libraries: z.record(Slug, LibraryFile).default({}),
  services: z.record(Slug, ServiceFile).default({}),
  backups: z.record(Slug, BackupPolicyFile).default({}),
  policies: z
    .strictObject({
      disk: z
        .strictObject({
          fullAt: z
            .tuple([percent, percent])
            .refine(([first, second]) => first < second, 'expected the lower percentage first')
            .default([80, 90]),
        })
        .prefault({}),
      host: z
        .strictObject({ maxAge: Duration.prefault('6y'), leadTime: Duration.prefault('6w') })
        .prefault({}),
    })
    .prefault({}),
});
export type FleetFile = z.infer<typeof FleetFile>;
/** fleet.yaml as it is written, before defaults. */
export type FleetInput = z.input<typeof FleetFile>;

/** Where a host answers over SSH, everything said. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The key file as fleet.yaml names it; absent: the SSH agent's keys. */
  readonly key?: string;
  readonly via?: { readonly host: string; readonly port: number; readonly user: string };
}

export interface Host {
  readonly id: Slug;
  readonly name: string;
  readonly reach:
    | { readonly kind: 'local' }
    | { readonly kind: 'ssh'; readonly address: SshAddress }
    | PrometheusReach
    | LxdReach;
  readonly provider?: string;
  readonly site?: string;
  readonly isEntry: boolean;
  readonly mayBeRoot: boolean;
}

export interface Library {
  readonly id: Slug;
  readonly name: string;
  readonly isListed: boolean;
}

export interface Service {
  readonly id: Slug;
  readonly name: string;
  readonly application: Slug;
  readonly applicationName: string;
  readonly url?: string;
  readonly libraries: readonly Slug[];
  readonly host?: Slug;
  readonly container?: string;
  readonly backup?: Slug;
  /** What its backups are called, when that is not its own name. */
  readonly backupName?: string;
  readonly slaPercent?: number;
  /** By name; URLs are absolute. */
  readonly checks: ReadonlyMap<string, Check>;
}

/** The fleet with every default and short form written out, and every reference checked. */
export interface Fleet {
  readonly name: string;
  readonly timeZone: string;
  readonly locales: readonly Locale[];
  readonly everySeconds: number;
  readonly retentionSeconds: number;
  readonly url?: string;
  readonly contact?: string;
  readonly ssh: { readonly knownHosts: string; readonly passphraseEnv: string };
  readonly controls: readonly { readonly host: string; readonly port: number }[];
  readonly prometheus: ReadonlyMap<Slug, PrometheusSource>;
  readonly icinga2: ReadonlyMap<Slug, IcingaSource>;
  readonly registries: Registries;
  readonly hosts: ReadonlyMap<Slug, Host>;
  readonly libraries: ReadonlyMap<Slug, Library>;
  readonly services: ReadonlyMap<Slug, Service>;
  readonly backups: ReadonlyMap<Slug, BackupPolicy>;
  readonly status: {
    readonly groupBy: 'application' | 'library';
    readonly weights: { readonly down: number; readonly degraded: number };
    readonly incidentAfterSeconds: number;
    readonly maintenanceIndicator: 'maintenance' | 'none' | 'minor';
  };
  readonly policies: {
    readonly diskFullAtPercent: readonly [number, number];
    readonly hostMaxAgeSeconds: number;
    readonly hostLeadTimeSeconds: number;
  };
}
