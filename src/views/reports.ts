import { availability } from '../analysis/uptime/availability.ts';
import { stepAt } from '../analysis/uptime/timeline.ts';
import type { Announcements } from '../model/announcement.ts';
import type { Fleet, Host, Service } from '../model/fleet.ts';
import type { HardwareRow } from '../model/hardware.ts';
import type { History } from '../model/history.ts';
import type { HostReport, ReportsFile, ServiceReport } from '../model/reports-file.ts';
import { beliefIntervals } from '../model/state.ts';
import {
  addToDay,
  countDays,
  dayBounds,
  dayOf,
  fromSeconds,
  type Instant,
  toSeconds,
} from '../model/time.ts';
import { backupReports } from './backups.ts';
import { type ContainerMoves, containerMoves } from './container-moves.ts';
import { hostContainers } from './host-containers.ts';
import { hostDisks } from './host-disks.ts';
import { hostEvents } from './host-events.ts';
import { hostMonitor } from './host-monitor.ts';
import { hostPlatform } from './host-platform.ts';
import { hostPools } from './host-pools.ts';
import { hostResources } from './host-resources.ts';
import { ownedEntities, type PartsInput } from './last-seen.ts';
import type { Present } from './present.ts';
import { serviceChecks } from './service-checks.ts';
import { type Accounting, overridesOf, recentLatency, serviceSteps } from './service-history.ts';
import { softwareReport } from './software.ts';

/** What the internal file is made from. */
export interface ReportsInput {
  readonly fleet: Fleet;
  readonly hardware: readonly HardwareRow[];
  readonly history: History;
  readonly announcements: Announcements;
  readonly present: Present;
  readonly now: Instant;
  /** Files that could not be read and were set aside. */
  readonly broken: readonly { readonly file: string; readonly message: string }[];
}

const secondsPerDay = 86_400;
/** The days over which the answers of a service are told in one number. */
const recentDays = 7;

/** All that the team may know. */
export function reportsFile(input: ReportsInput): ReportsFile {
  const { fleet, history, present, now } = input;
  const parts = { history, owned: ownedEntities(history), now };
  const moves = containerMoves(history);
  const accounted = { ...input, overrides: overridesOf(input.announcements) };
  return {
    schema: 'vigie/reports@1',
    fleet: { name: fleet.name, timeZone: fleet.timeZone, locale: fleet.locales[0] ?? 'fr' },
    builtAt: now,
    dataUntil:
      [...present.records.values()]
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? null,
    every_seconds: fleet.everySeconds,
    firstDay: history.days[0] ?? null,
    policies: {
      hostMaxAge_days: Math.round(fleet.policies.hostMaxAgeSeconds / secondsPerDay),
      hostLeadTime_days: Math.round(fleet.policies.hostLeadTimeSeconds / secondsPerDay),
    },
    hosts: [...fleet.hosts.values()].map((host) => hostReport(host, input, parts, moves)),
    services: [...fleet.services.values()].map((service) => serviceReport(service, accounted, moves)),
    backups: backupReports(input),
    withoutBackup: [...fleet.services.values()]
      .filter(({ backup }) => backup === undefined)
      .map(({ name }) => name),
    errors: present.errors.map(({ collector, at, source, part, message }) => ({
      collector,
      at,
      source,
      part: part ?? null,
      message,
    })),
    broken: input.broken.map(({ file, message }) => ({ file, message })),
  };
}

function hostReport(
  host: Host,
  { fleet, hardware, history, present, now }: ReportsInput,
  parts: PartsInput,
  moves: ContainerMoves,
): HostReport {
  const record = present.records.get(`host:${host.id}`);
  const facts = record?.facts ?? history.entities.get(`host:${host.id}`)?.facts ?? {};
  const isFresh =
    record !== undefined && toSeconds(now) - toSeconds(record.at) <= beliefIntervals * fleet.everySeconds;
  const fault = present.errors.find(({ source, part }) => source === `host:${host.id}` && part === undefined);
  const today = dayOf(now, fleet.timeZone);
  const gauge = (name: string) => record?.gauges?.[name] ?? null;
  const [load5, cpuCount] = [gauge('load5_count'), gauge('cpu_count')];
  const os = [facts.os_name, facts.os_version].filter((part) => part !== undefined).join(' ');
  return {
    id: host.id,
    name: host.name,
    provider: host.provider ?? null,
    site: host.site ?? null,
    isEntry: host.isEntry,
    state: isFresh ? 'up' : 'unknown',
    readAt: record?.at ?? null,
    fault: fault?.message ?? null,
    os: os === '' ? null : os,
    kernel: facts.kernel ?? null,
    bootedAt:
      record?.clock_seconds === undefined ? null : fromSeconds(toSeconds(record.at) - record.clock_seconds),
    cpu_count: cpuCount,
    memory_bytes: gauge('memory_total_bytes'),
    load5_per_cpu_ratio: load5 === null || !cpuCount ? null : Number((load5 / cpuCount).toFixed(3)),
    hardware: hardware
      .filter((row) => row.host === host.id)
      .map((row) => ({
        part: row.part,
        description: row.description,
        acquisition: row.acquisition,
        contract: row.contract ?? null,
        from: row.from,
        until: row.until ?? null,
        price_eur: row.price_eur ?? null,
        monthly_eur: row.monthly_eur ?? null,
        age_days: Math.max(0, countDays(row.from, today)),
      })),
    resources: hostResources(host, history, fleet.policies.diskFullAtPercent),
    events: hostEvents(host.id, parts, moves),
    services: [...fleet.services.values()].filter((service) => service.host === host.id).map(({ id }) => id),
    disks: hostDisks(host.id, parts),
    pools: hostPools(host.id, parts),
    containers: hostContainers(host.id, parts),
    platform: hostPlatform(host.id, parts),
    monitor: hostMonitor(host.id, fleet, parts),
  };
}

function serviceReport(
  service: Service,
  input: ReportsInput & Accounting,
  moves: ContainerMoves,
): ServiceReport {
  const { fleet, history, present, now } = input;
  const steps = serviceSteps(service, input);
  const seconds = toSeconds(now);
  const today = dayOf(now, fleet.timeZone);
  const records = [...service.checks.keys()].flatMap(
    (name) => present.records.get(`check:${service.id}:${name}`) ?? [],
  );
  const version = records.find(({ facts }) => facts?.version !== undefined)?.facts?.version;
  const worst = records.find(({ reason, state }) => reason !== undefined && state !== 'up');
  return {
    id: service.id,
    name: service.name,
    application: service.applicationName,
    libraries: service.libraries.flatMap((id) => fleet.libraries.get(id)?.name ?? []),
    url: service.url ?? null,
    sla_ratio: service.slaPercent === undefined ? null : service.slaPercent / 100,
    software:
      version === undefined ? null : softwareReport(service.applicationName, service.application, version),
    host: service.host ?? null,
    container: service.container ?? null,
    state: stepAt(steps, seconds)?.state ?? 'unknown',
    reason: worst?.reason ?? null,
    last90Days: availability(
      steps,
      dayBounds(addToDay(today, -89), fleet.timeZone).start,
      seconds,
      fleet.status.weights,
    ),
    p95_seconds: recentLatency(service, history, recentDays),
    checks: serviceChecks(service, { fleet, present, now }),
    moves: (moves.get(service.container ?? '') ?? []).map(({ at, hasHour, from, to }) => ({
      at,
      hasHour,
      from,
      to,
    })),
  };
}
