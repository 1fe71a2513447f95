import type { PlatformReport, SoftwareReport } from '../model/reports-file.ts';
import { gaugesOn, lastSeen, type PartsInput, partsOf } from './last-seen.ts';
import { softwareReport } from './software.ts';

/** What a host runs on, and until when that is supported; null when it was never read. */
export function hostPlatform(host: string, input: PartsInput): PlatformReport | null {
  const seen = lastSeen(`platform:${host}`, input);
  if (seen === undefined) return null;
  const gauge = gaugesOn(seen);
  const { facts } = seen;
  const reboot = gauge('reboot_required_code');
  return {
    seenOn: seen.seenOn,
    isCurrent: seen.isCurrent,
    software: [
      ...software(facts.os_name, facts.os_version),
      ...managersOf(host, input),
      ...software('OpenZFS', facts.zfs_version),
    ],
    kernel: facts.kernel ?? null,
    kernelNewest: facts.kernel_newest ?? null,
    isRebootDue: reboot === null ? null : reboot > 0,
    updates_count: gauge('updates_pending_count'),
    securityUpdates_count: gauge('updates_security_count'),
    lists_seconds: gauge('package_lists_age_seconds'),
  };
}

const managerNames: Readonly<Record<string, string>> = { lxd: 'LXD', incus: 'Incus' };

function managersOf(host: string, input: PartsInput): SoftwareReport[] {
  return partsOf(host, 'manager', input)
    .filter(({ isCurrent }) => isCurrent)
    .flatMap(({ facts }) => {
      const { manager = '', manager_version: version } = facts;
      return software(managerNames[manager] ?? manager, version);
    });
}

function software(name: string | undefined, version: string | undefined): SoftwareReport[] {
  if (name === undefined || version === undefined) return [];
  // `Debian GNU/Linux` in /etc/os-release.
  return [softwareReport(name, name.split(' ', 1)[0]?.toLowerCase() ?? '', version)];
}
