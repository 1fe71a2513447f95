import { coldState } from '../analysis/backup-cold.ts';
import { copiesOf, dailyMarks, gravestBackup, type Look, monthlyMarks } from '../analysis/backup-evidence.ts';
import { copiesOfRanges, snapshotsMade, weeklyMarks } from '../analysis/backup-snapshots.ts';
import type { BackupPolicy } from '../model/backup-policy.ts';
import { type EntityId, splitEntity } from '../model/entity.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import { type BackupReport, backupSources } from '../model/reports-file.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import { type Day, dayBounds, fromSeconds, Instant, toSeconds } from '../model/time.ts';
import { gaugesOn, type LastSeen, lastSeen } from './last-seen.ts';
import { type Present, presentSeconds } from './present.ts';

/** What backups are judged by. */
export interface BackupsInput {
  readonly fleet: Fleet;
  readonly history: History;
  readonly present: Present;
  readonly now: Instant;
}

/** A service, what should exist of it, and where evidence is found. */
interface Case extends BackupsInput {
  readonly service: Service;
  readonly policy: BackupPolicy;
  /** The entities of all hosts by what they are called: `backup:koha/dumps`, `container:koha-1`. */
  readonly named: (name: string) => readonly EntityId[];
}

type Source = BackupReport['sources'][number];

/** Policy and evidence of each service that has a policy, in the order of the fleet. */
export function backupReports(input: BackupsInput): BackupReport[] {
  const { fleet, history, present } = input;
  const ids = new Set([...history.entities.keys(), ...present.records.keys()]);
  const byName = Map.groupBy(ids, (id) => {
    const { kind, name } = splitEntity(id);
    return `${kind}:${name}`;
  });
  const named = (name: string) => byName.get(name) ?? [];
  return [...fleet.services.values()].flatMap((service) => {
    const policy = service.backup === undefined ? undefined : fleet.backups.get(service.backup);
    return policy === undefined ? [] : [backupReport({ ...input, service, policy, named })];
  });
}

function backupReport(own: Case): BackupReport {
  const { service, policy } = own;
  const sources = backupSources
    .filter((kind) => policy[kind] !== undefined)
    .map((kind) => (kind === 'sanoid' ? zfsSource(own) : copiesSource(own, kind)));
  const weeks = weeksOf(own);
  const cold = coldOf(own);
  const marks = [...sources.flatMap(({ days, months }) => [...days, ...months]), ...weeks];
  const states = [...marks, ...(cold === null ? [] : [cold])].map(({ state }) => state);
  const newest = sources.flatMap(({ newestValidAt }) => newestValidAt ?? []).toSorted();
  return {
    service: service.id,
    name: service.name,
    policy: {
      name: policy.id,
      daily: policy.daily ?? null,
      monthly: policy.monthly ?? null,
      containerSnapshot: policy.containerSnapshot ?? null,
      coldCheck_seconds: policy.coldCopy?.checkEverySeconds ?? null,
    },
    state: gravestBackup(states),
    newestValidAt: newest.at(-1) ?? null,
    sources,
    weeks,
    cold,
  };
}

/** Dumps, or a repository. */
function copiesSource(own: Case, kind: Exclude<Source['kind'], 'sanoid'>): Source {
  const ids = own.named(`backup:${own.service.id}/${kind}`);
  const record = lastLook(ids, own);
  // Without gauges nobody could look.
  const look = record?.gauges?.backup_count === undefined ? undefined : record;
  const known = look ?? ids.flatMap((id) => own.history.entities.get(id) ?? []).at(-1);
  return {
    kind,
    host: record === undefined ? null : splitEntity(record.entity).owner,
    lookedAt: look?.at ?? null,
    problem: record?.facts?.problem ?? null,
    newestValidAt: instantOf(known?.facts?.newest_valid_at),
    ...marksOf(look && { at: look.at, copies: copiesOf(look.facts ?? {}) }, kind, firstSeen(ids, own), own),
  };
}

/** ZFS snapshots: that they are there is all that can be seen of them. */
function zfsSource(own: Case): Source {
  const { service, policy, fleet, now } = own;
  const dataset = policy.sanoid?.replaceAll('{service}', service.backupName ?? service.id);
  const ids = own.named(`dataset:${dataset}`);
  const seen = currentOf(ids, own);
  const count = seen === undefined ? null : gaugesOn(seen)('snapshots_count');
  // The history knows the day, not the hour: what was seen today was seen just now.
  const end = seen === undefined ? 0 : dayBounds(seen.seenOn, fleet.timeZone).end;
  const at = fromSeconds(Math.min(toSeconds(now), end));
  const look =
    count === null
      ? undefined
      : { at, copies: count === 0 ? [] : copiesOfRanges(seen?.facts.snapshot_dates ?? '') };
  return {
    kind: 'sanoid',
    host: seen === undefined ? null : splitEntity(ids.at(-1) ?? '').owner,
    lookedAt: look?.at ?? null,
    problem: null,
    newestValidAt: null,
    ...marksOf(look, 'sanoid', firstSeen(ids, own), own),
  };
}

/** A policy with dumps means them by `daily` and `monthly`; one without means what it has. */
function marksOf(
  look: Look | undefined,
  kind: Source['kind'],
  since: Day | undefined,
  { fleet: { timeZone }, policy, now }: Case,
): Pick<Source, 'days' | 'months'> {
  const isMeant = kind === 'dumps' || policy.dumps === undefined;
  const terms = { timeZone, now, since };
  return {
    days: dailyMarks(look, { ...terms, wanted: isMeant ? policy.daily : undefined }),
    months: monthlyMarks(look, { ...terms, wanted: isMeant ? policy.monthly : undefined }),
  };
}

function weeksOf(own: Case): BackupReport['weeks'] {
  const { service, policy, fleet, now } = own;
  if (policy.containerSnapshot === undefined || service.container === undefined) return [];
  const seen = currentOf(own.named(`container:${service.container}`), own);
  const count = seen === undefined ? null : gaugesOn(seen)('snapshots_count');
  const container =
    seen === undefined || count === null
      ? undefined
      : {
          createdAt: instantOf(seen.facts.created_at) ?? undefined,
          // The facts outlive the last snapshot.
          made: count === 0 ? [] : snapshotsMade(seen.facts),
        };
  return weeklyMarks(container, policy.containerSnapshot, { timeZone: fleet.timeZone, now });
}

function coldOf(own: Case): BackupReport['cold'] {
  const { service, policy, now } = own;
  if (policy.coldCopy === undefined) return null;
  const record = lastLook(own.named(`backup:${service.id}/cold`), own);
  const { facts, gauges = {} } = record ?? {};
  const { cold_bad_count: bad, cold_missing_count: missing } = gauges;
  return {
    state: coldState(facts, policy.coldCopy.checkEverySeconds, now),
    lookedAt: record?.at ?? null,
    problem: facts?.problem ?? null,
    verifiedAt: instantOf(facts?.cycle_finished_at),
    files_count: gauges.cold_files_count ?? null,
    checked_count: gauges.cold_checked_count ?? null,
    bad_count: bad === undefined || missing === undefined ? null : bad + missing,
  };
}

/** The newest record of the last day. */
function lastLook(ids: readonly EntityId[], { present, now }: BackupsInput): EntityRecord | undefined {
  const since = fromSeconds(toSeconds(now) - presentSeconds);
  return ids
    .flatMap((id) => present.records.get(id) ?? [])
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
}

/** What several hosts may have had, where it was seen last. */
function currentOf(ids: readonly EntityId[], input: BackupsInput): LastSeen | undefined {
  return ids
    .flatMap((id) => lastSeen(id, input) ?? [])
    .filter(({ isCurrent }) => isCurrent)
    .toSorted((a, b) => (a.seenOn < b.seenOn ? -1 : 1))
    .at(-1);
}

/** The first day on which anybody looked. */
function firstSeen(ids: readonly EntityId[], { history }: BackupsInput): Day | undefined {
  const days = ids.flatMap(
    (id) => history.days[history.entities.get(id)?.samples.findIndex((count) => count > 0) ?? -1] ?? [],
  );
  return days.toSorted()[0];
}

function instantOf(text: string | undefined): Instant | null {
  const instant = Instant.safeParse(text);
  return instant.success ? instant.data : null;
}
