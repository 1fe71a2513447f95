import type { BackupPolicy, BackupRepository } from '../../model/backup-policy.ts';
import type { Fleet, Host, Service } from '../../model/fleet.ts';
import type { Command } from '../collector.ts';
import { type ColdCopy, coldScript } from './cold-copy.ts';
import { cacheFolder, type DumpFiles, dumpScript } from './dump-script.ts';
import { type RepositoryQuestion, type RepositoryTool, repositoryScript } from './repository-script.ts';

/** What one host is asked of backups, and for which services. */
export interface BackupPlan {
  readonly dumps: readonly DumpFiles[];
  readonly readForSeconds: number;
  readonly repositories: ReadonlyMap<RepositoryTool, readonly RepositoryTarget[]>;
  readonly coldCopies: readonly ColdTarget[];
}

/** A repository, asked once for all services that keep their backups in it. */
export interface RepositoryTarget extends RepositoryQuestion {
  readonly owners: readonly Owner[];
}

export interface ColdTarget extends ColdCopy {
  readonly services: readonly string[];
}

/** A service with backups in a repository. */
export interface Owner {
  readonly service: string;
  /** What its backups may be called; absent where all of the repository is the service's. */
  readonly names?: readonly string[];
}

const repositoryTools = ['restic', 'borg', 'borgmatic', 'pbs'] as const;

/** What of the fleet's backups lies on a host. */
export function planOf(host: string, fleet: Fleet): BackupPlan {
  const dumps: DumpFiles[] = [];
  const repositories = new Map<RepositoryTool, Map<string, RepositoryTarget>>();
  const coldCopies = new Map<string, ColdTarget>();
  let readForSeconds = 0;
  for (const service of fleet.services.values()) {
    const policy = service.backup === undefined ? undefined : fleet.backups.get(service.backup);
    if (policy === undefined) continue;
    const isHere = (on: string | undefined): boolean => (on ?? policy.on ?? service.host) === host;
    const named = (text: string): string => text.replaceAll('{service}', service.backupName ?? service.id);
    if (policy.dumps !== undefined && isHere(undefined)) {
      dumps.push({ service: service.id, pattern: named(policy.dumps) });
      readForSeconds = Math.max(readForSeconds, policy.readForSeconds);
    }
    for (const tool of repositoryTools) {
      const place = placeOf(policy, tool);
      if (place === undefined || !isHere(place.on)) continue;
      const target: RepositoryTarget = {
        repository: named(place.repository),
        ...(place.environment === undefined ? {} : { environment: named(place.environment) }),
        checkEverySeconds: place.checkEverySeconds,
        owners: [ownerOf(service, place.repository)],
      };
      const own = repositories.get(tool) ?? new Map<string, RepositoryTarget>();
      const key = `${target.repository}\n${target.environment ?? ''}`;
      const known = own.get(key);
      own.set(key, known === undefined ? target : { ...known, owners: [...known.owners, ...target.owners] });
      repositories.set(tool, own);
    }
    if (policy.coldCopy !== undefined && isHere(policy.coldCopy.on)) {
      const { path, manifest, checkEverySeconds } = policy.coldCopy;
      const copy = { path: named(path), manifest: named(manifest), checkEverySeconds };
      const key = `${copy.path}\n${copy.manifest}`;
      const services = [...(coldCopies.get(key)?.services ?? []), service.id];
      coldCopies.set(key, { ...copy, services });
    }
  }
  return {
    dumps,
    readForSeconds,
    repositories: new Map([...repositories].map(([tool, own]) => [tool, [...own.values()]])),
    coldCopies: [...coldCopies.values()],
  };
}

/** The commands that a plan needs: as root where we may be it, since dumps are for root alone, and their passwords in root's files. */
export function backupCommands(plan: BackupPlan, host: Host): Record<string, Command> {
  const folder = cacheFolder(host.mayBeRoot);
  const command = (run: string, seconds: number): Command => ({
    run,
    // A reader that has run out of time still prints what it found.
    timeoutSeconds: seconds + 30,
    maxBytes: 6 * 1024 * 1024,
    ...(host.mayBeRoot ? { asRoot: true } : {}),
  });
  const { dumps, readForSeconds, repositories, coldCopies } = plan;
  return {
    ...(dumps.length === 0
      ? {}
      : { dumps: command(dumpScript(dumps, readForSeconds, folder), readForSeconds) }),
    ...Object.fromEntries(
      [...repositories].map(([tool, targets]) => [
        tool,
        command(repositoryScript(tool, targets, { seconds: repositorySeconds, folder }), repositorySeconds),
      ]),
    ),
    ...(coldCopies.length === 0
      ? {}
      : { cold: command(coldScript(coldCopies, coldSeconds, folder), coldSeconds) }),
  };
}

/** How long one run may list and check the repositories of a tool. */
const repositorySeconds = 60;
/** How long one run may compare cold copies: at 100 MB/s and every hour, 8 TB in less than half a year. */
const coldSeconds = 20;

function placeOf(policy: BackupPolicy, tool: RepositoryTool): BackupRepository | undefined {
  if (tool !== 'borgmatic') return policy[tool];
  const { borgmatic } = policy;
  if (borgmatic === undefined) return undefined;
  const { configuration, ...place } = borgmatic;
  return { ...place, repository: configuration, checkEverySeconds: 0 };
}

/** In a repository of the service's own everything is of the service; in one for all, what bears its name. */
function ownerOf({ id, backupName, container }: Service, repository: string): Owner {
  if (repository.includes('{service}')) return { service: id };
  return {
    service: id,
    names: [...new Set([backupName ?? id, ...(container === undefined ? [] : [container])])],
  };
}

/** Which of a repository's owners an archive belongs to: the one whose name it bears, the longest when several fit. */
export function ownersOf(owners: readonly Owner[], names: readonly string[]): readonly Owner[] {
  const lengths = owners.map((owner) =>
    owner.names === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(
          0,
          ...owner.names.filter((own) => names.some((name) => bears(name, own))).map(({ length }) => length),
        ),
  );
  const longest = Math.max(...lengths);
  return longest === 0 ? [] : owners.filter((_, index) => lengths[index] === longest);
}

/** `koha1-2026-11-22` and `koha1.example.org` bear the name `koha1`; `koha10` does not. */
function bears(name: string, own: string): boolean {
  return name === own || (name.startsWith(own) && /[^A-Za-z0-9]/.test(name.charAt(own.length)));
}
