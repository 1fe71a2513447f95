import type { PublicService } from '../model/status-file.ts';
import { type Day, dayOf, type Instant, type Month, toSeconds } from '../model/time.ts';

/** What of a service ends at some time: the support of its version, its certificate, the registration of its domain name. */
export interface End {
  readonly of: 'support' | 'certificate' | 'domain';
  /** As exactly as it is known. */
  readonly at: Instant | Day | Month;
  readonly isOver: boolean;
  /** Whole days, where they are few. */
  readonly daysLeft?: number;
}

/** Fewer days than this are few: time enough to renew what people renew by hand. */
const soonDays = 30;

/** What of a service ends, as of an instant. */
export function endsOf(service: PublicService, now: Instant, timeZone: string): End[] {
  const support = service.support?.longTermUntil ?? service.support?.until;
  const { certificateExpiresAt: certificate, domainExpiresAt: domain } = service;
  return [
    ...(support === undefined
      ? []
      : [{ of: 'support', at: support, isOver: support < now.slice(0, support.length) } as const]),
    ...(certificate === null
      ? []
      : [{ of: 'certificate', at: certificate, ...leftOf(certificate, now) } as const]),
    ...(domain === null
      ? []
      : [{ of: 'domain', at: dayOf(domain, timeZone), ...leftOf(domain, now) } as const]),
  ];
}

function leftOf(end: Instant, now: Instant): Pick<End, 'isOver' | 'daysLeft'> {
  const daysLeft = Math.floor((toSeconds(end) - toSeconds(now)) / 86_400);
  return { isOver: daysLeft < 0, ...(daysLeft >= 0 && daysLeft < soonDays && { daysLeft }) };
}
