import type { Fleet } from '../model/fleet.ts';
import { checksOfKind } from '../model/fleet-checks.ts';
import type { MonitorReport } from '../model/reports-file.ts';
import { gaugesOn, type PartsInput, partsOf } from './last-seen.ts';

/** The Nagios of a host, and what it has to do with our checks; null where none was seen today or yesterday. */
export function hostMonitor(host: string, fleet: Fleet, input: PartsInput): MonitorReport | null {
  const seen = partsOf(host, 'nagios', input).find(({ isCurrent }) => isCurrent);
  if (seen === undefined) return null;
  const gauge = gaugesOn(seen);
  return {
    version: seen.facts.version ?? null,
    isRunning: gauge('running_code') === 1,
    ok_count: gauge('services_ok_count'),
    warning_count: gauge('services_warning_count'),
    critical_count: gauge('services_critical_count'),
    left_count: checksOfKind(fleet, 'nagios').filter(({ check }) => check.on === host).length,
  };
}
