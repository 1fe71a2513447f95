import type { BackupPolicy, BackupPolicyFile, BackupRepository } from './backup-policy.ts';
import type { FleetFile } from './fleet.ts';
import { type Problem, show } from './problem.ts';

type Report = (problem: Problem) => void;
type RepositoryFile = BackupPolicyFile['restic'];

/** What each place in a policy says of the host that can see it. */
interface Place {
  readonly path: readonly string[];
  readonly on: string | undefined;
}

/** Writes out a policy's short forms and defaults. */
export function resolveBackup(id: string, policy: BackupPolicyFile): BackupPolicy {
  const { on, dumps, readFor, sanoid, daily, monthly, containerSnapshot, coldCopy } = policy;
  const [restic, borg, pbs] = [policy.restic, policy.borg, policy.pbs].map(resolveRepository);
  const borgmatic =
    typeof policy.borgmatic === 'string' ? { configuration: policy.borgmatic } : policy.borgmatic;
  return {
    id,
    ...(on === undefined ? {} : { on }),
    ...(dumps === undefined ? {} : { dumps }),
    readForSeconds: readFor,
    ...(restic === undefined ? {} : { restic }),
    ...(borg === undefined ? {} : { borg }),
    ...(borgmatic === undefined
      ? {}
      : {
          borgmatic: {
            configuration: borgmatic.configuration,
            ...(borgmatic.on === undefined ? {} : { on: borgmatic.on }),
            ...(borgmatic.environment === undefined ? {} : { environment: borgmatic.environment }),
          },
        }),
    ...(pbs === undefined ? {} : { pbs }),
    ...(sanoid === undefined ? {} : { sanoid }),
    ...(daily === undefined ? {} : { daily }),
    ...(monthly === undefined ? {} : { monthly }),
    ...(containerSnapshot === undefined ? {} : { containerSnapshot }),
    ...(coldCopy === undefined
      ? {}
      : {
          coldCopy: {
            path: coldCopy.path,
            manifest: coldCopy.manifest ?? `${coldCopy.path}/SHA256SUMS`,
            checkEverySeconds: coldCopy.checkEvery,
            ...(coldCopy.on === undefined ? {} : { on: coldCopy.on }),
          },
        }),
  };
}

/** The policy that a service names, and what its backups are called, when that is not the service's own name. */
export function backupOf(service: FleetFile['services'][string]): { backup?: string; backupName?: string } {
  if (service.backup === undefined) return {};
  return typeof service.backup === 'string'
    ? { backup: service.backup }
    : { backup: service.backup.policy, backupName: service.backup.as };
}

/** Hosts that policies name and that do not exist, and services whose backups no host can see. */
export function reportBackups(file: FleetFile, report: Report): void {
  const hosts = Object.keys(file.hosts).slice(0, 8).join(', ') || 'there is none';
  for (const [id, policy] of Object.entries(file.backups)) {
    for (const { path, on } of [...placesOf(policy), { path: [], on: policy.on }]) {
      if (on === undefined || Object.hasOwn(file.hosts, on)) continue;
      report({
        path: ['backups', id, ...path, 'on'],
        found: show(on),
        expected: `a host of this file (${hosts})`,
      });
    }
  }
  for (const [id, service] of Object.entries(file.services)) {
    const { backup = '' } = backupOf(service);
    const policy = Object.hasOwn(file.backups, backup) ? file.backups[backup] : undefined;
    if (policy === undefined || policy.on !== undefined || service.host !== undefined) continue;
    if (placesOf(policy).every(({ on }) => on !== undefined)) continue;
    report({
      path: ['services', id, 'backup'],
      found: show(backup),
      expected: `a policy that says on which host its backups lie (\`on\`), or \`host\` for this service`,
    });
  }
}

function placesOf({ dumps, restic, borg, borgmatic, pbs, coldCopy }: BackupPolicyFile): Place[] {
  const longs = Object.entries({ restic, borg, borgmatic, pbs, coldCopy }).flatMap(
    ([name, place]): Place[] =>
      place === undefined
        ? []
        : [typeof place === 'string' ? { path: [name], on: undefined } : { path: [name], on: place.on }],
  );
  return dumps === undefined ? longs : [{ path: ['dumps'], on: undefined }, ...longs];
}

const weekSeconds = 604_800;

function resolveRepository(place: RepositoryFile): BackupRepository | undefined {
  if (place === undefined) return undefined;
  if (typeof place === 'string') return { repository: place, checkEverySeconds: weekSeconds };
  return {
    repository: place.repository,
    checkEverySeconds: place.checkEvery,
    ...(place.on === undefined ? {} : { on: place.on }),
    ...(place.environment === undefined ? {} : { environment: place.environment }),
  };
}
