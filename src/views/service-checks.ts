import type { Check } from '../model/check.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { CheckReport } from '../model/reports-file.ts';
import { beliefIntervals } from '../model/state.ts';
import { type Instant, toSeconds } from '../model/time.ts';
import type { Present } from './present.ts';

/** The checks of a service: who looks at what, and what the last answer was, as long as that is believed. */
export function serviceChecks(
  { id, checks }: Service,
  { fleet, present, now }: { readonly fleet: Fleet; readonly present: Present; readonly now: Instant },
): CheckReport[] {
  return [...checks].map(([name, check]) => {
    const record = present.records.get(`check:${id}:${name}`);
    const isBelieved =
      record !== undefined && toSeconds(now) - toSeconds(record.at) <= beliefIntervals * fleet.everySeconds;
    return {
      name,
      by: whoLooks(check),
      target: targetOf(check),
      isEssential: check.essential,
      state: isBelieved ? (record.state ?? 'unknown') : 'unknown',
      reason: isBelieved ? (record.reason ?? null) : null,
      at: record?.at ?? null,
      answer_seconds: record?.gauges?.check_duration_seconds ?? null,
    };
  });
}

function whoLooks(check: Check): CheckReport['by'] {
  switch (check.kind) {
    case 'nagios':
      return { kind: check.kind, host: check.on };
    case 'icinga2':
    case 'prometheus':
      return { kind: check.kind, source: check.source ?? null };
    default:
      return { kind: check.kind };
  }
}

function targetOf(check: Check): string {
  switch (check.kind) {
    case 'http':
      return check.url;
    case 'tcp':
    case 'tls':
      return `${check.host}:${check.port}`;
    case 'dns':
      return `${check.type} ${check.name}`;
    case 'prometheus':
      return check.query ?? check.target ?? '';
    case 'nagios':
    case 'icinga2':
      return check.service === undefined ? check.host : `${check.host} / ${check.service}`;
  }
}
