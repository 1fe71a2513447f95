import { applications } from './applications.ts';
import { backupOf, reportBackups, resolveBackup } from './backup-resolve.ts';
import type { Check } from './check.ts';
import { Check as CheckSchema } from './check.ts';
import { withSource } from './check-source.ts';
import { resolveRegistries } from './domains.ts';
import type { Fleet, FleetFile, Host, Library, Service, SshAddress } from './fleet.ts';
import { resolveIcingas } from './icinga2.ts';
import { resolveLxdReach } from './lxd.ts';
import { type Problem, show } from './problem.ts';
import { reportSharedInstances, resolvePrometheusReach, resolveSources } from './prometheus-resolve.ts';

type Report = (problem: Problem) => void;

/**
 * Writes out every default and short form of fleet.yaml, and checks every reference in it.
 * All problems come at once; the fleet is complete only when there are none.
 */
export function resolveFleet(file: FleetFile): { fleet: Fleet; problems: Problem[] } {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const { ssh } = file.access;
  const fleet: Fleet = {
    name: file.fleet.name,
    timeZone: file.fleet.timeZone,
    locales: file.fleet.locales,
    everySeconds: file.fleet.every,
    retentionSeconds: file.fleet.retention,
    ...(file.fleet.url === undefined ? {} : { url: file.fleet.url }),
    ...(file.fleet.contact === undefined ? {} : { contact: file.fleet.contact }),
    ssh: { knownHosts: ssh.knownHosts, passphraseEnv: ssh.passphraseEnv },
    controls: file.controls.map(splitControl),
    prometheus: resolveSources(file.prometheus, file.services, report),
    icinga2: resolveIcingas(file.icinga2),
    registries: resolveRegistries(file.domains),
    hosts: mapEntries(file.hosts, (id, host) => resolveHost(id, host, file, report)),
    libraries: mapEntries(
      file.libraries,
      (id, library): Library => ({ id, name: library.name, isListed: library.page === 'listed' }),
    ),
    services: mapEntries(file.services, (id, service) => resolveService(id, service, file, report)),
    backups: mapEntries(file.backups, resolveBackup),
    status: {
      groupBy: file.status.groupBy,
      weights: file.status.weights,
      incidentAfterSeconds: file.status.incidentAfter,
      maintenanceIndicator: file.status.maintenanceIndicator,
    },
    policies: {
      diskFullAtPercent: file.policies.disk.fullAt,
      hostMaxAgeSeconds: file.policies.host.maxAge,
      hostLeadTimeSeconds: file.policies.host.leadTime,
    },
  };
  reportSharedInstances(
    [...fleet.hosts].flatMap(([id, { reach }]) =>
      reach.kind === 'prometheus' ? [[id, reach] as const] : [],
    ),
    report,
  );
  reportBackups(file, report);
  return { fleet, problems };
}

/** `[user@]host[:port]` or `[user@][IPv6]:port`; null when it is not one. */
export function parseSshAddress(text: string): { host: string; port?: number; user?: string } | null {
  const match = /^(?:([^@\s]+)@)?(?:\[([0-9a-fA-F:.%]+)\]|([^@\s:/[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const [, user, bracketed, plain, port] = match;
  const host = bracketed ?? plain ?? '';
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return null;
  return {
    host,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
  };
}

function resolveHost(id: string, host: FleetFile['hosts'][string], file: FleetFile, report: Report): Host {
  if (host.local === true && host.ssh !== undefined) {
    report({
      path: ['hosts', id, 'local'],
      found: 'both',
      expected: '`ssh: address` or `local: true`, not both',
    });
  }
  const others = [host.prometheus, host.lxd, host.ssh ?? host.local].filter((way) => way !== undefined);
  if (others.length > 1) {
    report({
      path: ['hosts', id, host.prometheus === undefined ? 'lxd' : 'prometheus'],
      found: 'both',
      expected:
        '`prometheus` or `lxd` or `ssh` or `local`: a host is read in one way, so that nothing counts twice',
    });
  }
  return {
    id,
    name: host.name ?? id,
    reach: resolveReach(id, host, file, report),
    ...(host.provider === undefined ? {} : { provider: host.provider }),
    ...(host.site === undefined ? {} : { site: host.site }),
    isEntry: host.entry,
    mayBeRoot: host.root,
  };
}

function resolveReach(
  id: string,
  host: FleetFile['hosts'][string],
  file: FleetFile,
  report: Report,
): Host['reach'] {
  if (host.local === true) return { kind: 'local' };
  if (host.prometheus !== undefined)
    return resolvePrometheusReach(id, host.prometheus, file.prometheus, report);
  if (host.lxd !== undefined) return resolveLxdReach(host.lxd);
  return { kind: 'ssh', address: resolveAddress(id, host, file, report) };
}

function resolveAddress(
  id: string,
  host: FleetFile['hosts'][string],
  file: FleetFile,
  report: Report,
): SshAddress {
  const path = ['hosts', id, 'ssh'];
  const { ssh } = file.access;
  if (host.ssh === undefined) {
    report({
      path: ['hosts', id],
      found: 'neither',
      expected: '`ssh: address`, `prometheus: source`, `lxd: …`, or `local: true` for this machine',
    });
  }
  const short = typeof host.ssh === 'string' ? parseSshAddress(host.ssh) : null;
  if (typeof host.ssh === 'string' && short === null) {
    report({ path, found: show(host.ssh), expected: 'host, host:port or user@host:port' });
  }
  const long = typeof host.ssh === 'object' ? host.ssh : short;
  const key = (typeof host.ssh === 'object' ? host.ssh.key : undefined) ?? ssh.key;
  const viaText = (typeof host.ssh === 'object' ? host.ssh.via : undefined) ?? ssh.via;
  const via = viaText === undefined || viaText === 'none' ? undefined : parseSshAddress(viaText);
  if (via === null)
    report({ path, found: show(viaText), expected: 'a bastion as host, host:port or user@host:port' });
  const user = long?.user ?? ssh.user;
  return {
    host: long?.host ?? id,
    port: long?.port ?? ssh.port,
    user,
    ...(key === undefined ? {} : { key }),
    ...(via ? { via: { host: via.host, port: via.port ?? 22, user: via.user ?? ssh.user } } : {}),
  };
}

function resolveService(
  id: string,
  service: FleetFile['services'][string],
  file: FleetFile,
  report: Report,
): Service {
  const at = (...path: string[]) => ['services', id, ...path];
  const oneOf = (what: string, known: object) =>
    `${what} of this file (${Object.keys(known).slice(0, 8).join(', ') || 'there is none'})`;
  if (service.host !== undefined && !Object.hasOwn(file.hosts, service.host)) {
    report({ path: at('host'), found: show(service.host), expected: oneOf('a host', file.hosts) });
  }
  const { backup } = backupOf(service);
  if (backup !== undefined && !Object.hasOwn(file.backups, backup)) {
    report({
      path: at('backup'),
      found: show(backup),
      expected: oneOf('a backup policy', file.backups),
    });
  }
  service.libraries.forEach((library, index) => {
    if (Object.hasOwn(file.libraries, library)) return;
    report({
      path: at('libraries', String(index)),
      found: show(library),
      expected: oneOf('a library', file.libraries),
    });
  });
  const preset = Object.hasOwn(applications, service.application)
    ? applications[service.application]
    : undefined;
  if (preset === undefined && service.checks === undefined) {
    const known = Object.keys(applications).join(', ');
    report({
      path: at('application'),
      found: show(service.application),
      expected: `a known application (${known}), or \`checks\``,
    });
  }
  const presetChecks = mapEntries(preset?.checks ?? {}, (_, check): Check => CheckSchema.parse(check));
  const given = service.checks === undefined ? presetChecks : mapEntries(service.checks, (_, check) => check);
  if (service.checks !== undefined && given.size === 0) {
    report({
      path: at('checks'),
      found: 'none',
      expected: 'one check at least, or no `checks` for those of the application',
    });
  }
  const checks = new Map<string, Check>();
  for (const [name, check] of given) {
    const url = check.kind === 'http' ? absolute(check.url, service.url) : null;
    if (check.kind === 'nagios') reportNagiosHost(check.on, at('checks', name, 'on'), file, report);
    if (check.kind === 'prometheus' || check.kind === 'icinga2') {
      const sources = { section: check.kind, known: file[check.kind] };
      checks.set(name, withSource(check, at('checks', name), sources, report));
    } else if (check.kind !== 'http') checks.set(name, check);
    else if (url !== null) checks.set(name, { ...check, url });
    else {
      const field = service.checks === undefined ? at() : at('checks', name, 'url');
      report({
        path: field,
        found: show(check.url),
        expected: "an absolute URL, or the service's own `url` for it to be below",
      });
    }
  }
  return {
    id,
    name: service.name,
    application: service.application,
    applicationName: preset?.name ?? service.application,
    ...(service.url === undefined ? {} : { url: service.url }),
    libraries: service.libraries,
    ...(service.host === undefined ? {} : { host: service.host }),
    ...(service.container === undefined ? {} : { container: service.container }),
    ...backupOf(service),
    ...(service.sla === undefined ? {} : { slaPercent: service.sla }),
    checks,
  };
}

function isReadByScript(host: FleetFile['hosts'][string] | undefined): boolean {
  return host?.prometheus === undefined && host?.lxd === undefined;
}

/** Nagios is read by our script: on a host that runs it. */
function reportNagiosHost(id: string, path: readonly string[], file: FleetFile, report: Report): void {
  const readable = Object.keys(file.hosts).filter((host) => isReadByScript(file.hosts[host]));
  if (readable.includes(id)) return;
  const known = readable.slice(0, 8).join(', ') || 'there is none';
  report({
    path,
    found: show(id),
    expected: `a host of this file that is read by SSH or locally (${known})`,
  });
}

function absolute(url: string, base: string | undefined): string | null {
  if (!URL.canParse(url, base)) return null;
  const resolved = new URL(url, base);
  return resolved.protocol === 'http:' || resolved.protocol === 'https:' ? resolved.href : null;
}

function splitControl(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

function mapEntries<From, To>(
  entries: Readonly<Record<string, From>>,
  map: (key: string, value: From) => To,
): Map<string, To> {
  return new Map(Object.entries(entries).map(([key, value]) => [key, map(key, value)]));
}
