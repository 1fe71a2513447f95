import { z } from 'zod';
import { Slug } from './entity.ts';
import { Duration } from './time.ts';

// What should exist of each service's backups, and where a host can see it. `{service}` stands for the service's name in every path.

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Files by a shell pattern: an absolute path with `*`, `?`, `[0-9]` and `{service}`; everything else stands for itself. */
const FilePattern = z
  .string()
  .max(500)
  .refine(
    (text) => /^\//.test(text) && isPlain(text) && isPath(text) && hasWholeBrackets(text),
    'expected an absolute path with no more than *, ?, [0-9] and {service} in it, such as /backup/{service}/*.sql.gz',
  );

const Path = z
  .string()
  .max(500)
  .refine(
    (text) => /^\//.test(text) && isPlain(text) && isPath(text),
    'expected an absolute path, such as /backup/{service}',
  );

const Repository = z
  .string()
  .min(1)
  .max(500)
  .refine(isPlain, 'expected one line with no braces but {service}')
  .refine((text) => !text.startsWith('-'), 'expected a repository, not an option')
  .refine(
    (text) => !/:\/\/[^/@]*:[^/@]*@/.test(text),
    'expected a repository without its password, which belongs into `environment`',
  );

/** The short form is the repository alone. */
function repository(example: string) {
  const long = z.strictObject({
    /** As the tool itself names it. */
    repository: Repository.meta({ examples: [example] }),
    /** The host that reads it; that of the policy when absent. */
    on: Slug.optional(),
    /** A file on that host with the tool's password and other settings, one NAME=value a line (RESTIC_PASSWORD=…). The password itself never stands here. */
    environment: Path.optional(),
    /** How often the tool's own check of the repository is run; it reads much. */
    checkEvery: Duration.prefault('1w'),
  });
  return z.union([Repository, long]).optional();
}

export const BackupPolicyFile = z.strictObject({
  /** The host on which the backups lie; each service's own host when absent. */
  on: Slug.optional(),
  /** Which files are dumps. */
  dumps: FilePattern.optional(),
  /** How long one run may read dumps on a host that it has not read before. */
  readFor: Duration.refine((seconds) => seconds <= 3600, 'expected at most 1h').prefault('60s'),
  restic: repository('/srv/restic/{service}'),
  borg: repository('ssh://backup.example.org/./{service}'),
  /** A configuration of borgmatic on the host: what it lists of its repositories. */
  borgmatic: z
    .union([Path, z.strictObject({ configuration: Path, on: Slug.optional(), environment: Path.optional() })])
    .optional(),
  /** Proxmox Backup Server. */
  pbs: repository('vigie@pbs@pbs.example.org:store'),
  /** The dataset whose ZFS snapshots count, named as sanoid names them. They are read with all others of the pool. */
  sanoid: z.string().min(1).max(255).refine(isPlain, 'expected a dataset such as tank/{service}').optional(),
  /** How many consecutive days must each have a dump. */
  daily: z.int().min(0).max(366).optional(),
  /** How many consecutive months must each have one. */
  monthly: z.int().min(0).max(120).optional(),
  /** The day of the week on which each container gets a snapshot. */
  containerSnapshot: z.enum(weekdays).optional(),
  /** What was copied once: a folder whose files are compared, a few in each run, with their checksums in a manifest. */
  coldCopy: z
    .strictObject({
      path: Path,
      /** How often each file is to be read again. */
      checkEvery: Duration,
      /** What sha256sum printed of the files, relative to `path`; SHA256SUMS in the folder when absent. */
      manifest: Path.optional(),
      on: Slug.optional(),
    })
    .optional(),
});
export type BackupPolicyFile = z.infer<typeof BackupPolicyFile>;

/** `backup` of a service: the name of a policy; the long form also says what the backups of this service are called. */
export const ServiceBackup = z.union([
  Slug,
  z.strictObject({
    policy: Slug,
    /** What `{service}` stands for, when that is not the service's own name: a Koha instance, say. */
    as: z
      .string()
      .max(63)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'expected a name such as mulhouse_test'),
  }),
]);

/** Where a tool keeps its backups, and the host that reads them. */
export interface BackupRepository {
  readonly repository: string;
  readonly on?: Slug;
  readonly environment?: string;
  readonly checkEverySeconds: number;
}

/** A backup policy with every default written out; in its paths `{service}` still stands for itself. */
export interface BackupPolicy {
  readonly id: Slug;
  readonly on?: Slug;
  readonly dumps?: string;
  readonly readForSeconds: number;
  readonly restic?: BackupRepository;
  readonly borg?: BackupRepository;
  readonly borgmatic?: { readonly configuration: string; readonly on?: Slug; readonly environment?: string };
  readonly pbs?: BackupRepository;
  readonly sanoid?: string;
  readonly daily?: number;
  readonly monthly?: number;
  readonly containerSnapshot?: (typeof weekdays)[number];
  readonly coldCopy?: {
    readonly path: string;
    readonly manifest: string;
    readonly checkEverySeconds: number;
    readonly on?: Slug;
  };
}

/** One line of printable text, in which braces are those of `{service}`. */
function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text) && !/[{}]/.test(text.replaceAll('{service}', ''));
}

/** An absolute path, without an empty step or one that goes up, and not all of the disk. */
function isPath(text: string): boolean {
  return text
    .slice(1)
    .split('/')
    .every((step) => step !== '' && step !== '.' && step !== '..');
}

function hasWholeBrackets(text: string): boolean {
  return !/[[\]\\]/.test(text.replaceAll(/\[!?[A-Za-z0-9_.-]+\]/g, ''));
}
