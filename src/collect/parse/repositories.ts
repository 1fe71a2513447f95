import { z } from 'zod';
import { FormatError } from './field.ts';
import { shownJson } from './json-fields.ts';

/** One snapshot of restic, archive of borg, or snapshot of Proxmox Backup Server. */
export interface Archive {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** What it says of whose backup it is: host names, tags, paths, the archive's or the group's name. */
  readonly names: readonly string[];
  /** What was backed up, where the tool tells. */
  readonly bytes?: number;
  /** How the server's own verification of it ended; absent when there was none. */
  readonly verified?: 'valid' | 'bad';
}

const maxArchives = 100_000;
const text = z.string().max(4096);
const bytes = z.number().int().nonnegative();

const ResticSnapshot = z.object({
  time: text,
  hostname: text.optional(),
  tags: z.array(text).max(1000).nullish(),
  paths: z.array(text).max(10_000).nullable(),
  id: z.string().regex(/^[0-9a-f]{8,64}$/, 'expected an id'),
  summary: z.object({ total_bytes_processed: bytes }).nullish().catch(undefined),
});

/** Reads `restic snapshots --json`: a list, or `null` of older versions when there is none. */
export function parseResticSnapshots(json: string): Archive[] {
  const snapshots = read(z.array(ResticSnapshot).max(maxArchives).nullable(), json) ?? [];
  return snapshots.map(({ time, hostname, tags, paths, summary }) => ({
    seconds: readTime(time),
    names: [hostname ?? '', ...(tags ?? []), ...(paths ?? []).flatMap((path) => path.split('/'))],
    ...(summary ? { bytes: summary.total_bytes_processed } : {}),
  }));
}

const BorgArchive = z
  .object({
    name: text.optional(),
    archive: text.optional(),
    start: text.optional(),
    time: text.optional(),
    hostname: text.optional(),
    stats: z.object({ original_size: bytes }).nullish().catch(undefined),
  })
  .refine(({ name, archive }) => (name ?? archive) !== undefined, 'expected a name')
  .refine(({ start, time }) => (start ?? time) !== undefined, 'expected a time');
const BorgList = z.object({
  archives: z.array(BorgArchive).max(maxArchives),
  repository: z.object({ location: text }),
});

/** Reads `borg list --json` and `borg info --json`, of borg run with TZ=UTC: its times name no zone and are those of where it runs. */
export function parseBorgArchives(json: string): Archive[] {
  return archivesOf(read(BorgList, json));
}

/** Reads `borgmatic list --json`: a list of what borg says of each repository. */
export function parseBorgmatic(json: string): Archive[] {
  return read(z.array(BorgList).max(1000), json).flatMap(archivesOf);
}

function archivesOf({ archives }: z.infer<typeof BorgList>): Archive[] {
  return archives.map(({ name, archive, start, time, hostname, stats }) => ({
    seconds: readTime(start ?? time ?? ''),
    names: [name ?? archive ?? '', ...(hostname === undefined ? [] : [hostname])],
    ...(stats ? { bytes: stats.original_size } : {}),
  }));
}

const PbsSnapshot = z.object({
  'backup-type': z.enum(['vm', 'ct', 'host']),
  'backup-id': text,
  'backup-time': z.int().min(631_152_000).max(7_258_118_399),
  size: bytes.nullish(),
  comment: text.nullish(),
  verification: z.object({ state: z.enum(['ok', 'failed']) }).nullish(),
});

/** Reads `proxmox-backup-client snapshot list --output-format json`, or the same of the server's API below `data`. */
export function parsePbsSnapshots(json: string): Archive[] {
  const list = z.array(PbsSnapshot).max(maxArchives);
  const snapshots = read(z.union([list, z.object({ data: list }).transform(({ data }) => data)]), json);
  return snapshots.map((snapshot) => {
    const { 'backup-id': id, 'backup-time': seconds, size, comment, verification } = snapshot;
    return {
      seconds,
      names: [id, `${snapshot['backup-type']}/${id}`, ...(comment ? comment.split(/\s+/) : [])],
      ...(typeof size === 'number' ? { bytes: size } : {}),
      ...(verification
        ? { verified: verification.state === 'ok' ? ('valid' as const) : ('bad' as const) }
        : {}),
    };
  });
}

function read<Value>(schema: z.ZodType<Value>, json: string): Value {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw new FormatError('answer', json.slice(0, 60), 'JSON');
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const found = issue?.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );
  throw new FormatError(
    issue?.path.join('.') || 'answer',
    found === undefined ? undefined : shownJson(found),
    (issue?.message ?? 'another form').replace(/^.*expected |, received .*$/g, ''),
  );
}

/** RFC 3339 with any number of decimals; without a zone it is UTC. */
function readTime(time: string): number {
  const fields = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/.exec(time);
  const [, day, clock, zone = 'Z'] = fields ?? [];
  const seconds = Date.parse(`${day}T${clock}${zone.replace(/(\d\d):?(\d\d)$/, '$1:$2')}`) / 1000;
  if (!(seconds >= 631_152_000 && seconds < 7_258_118_400))
    throw new FormatError('time', time, 'an instant between 1990 and 2199');
  return seconds;
}
