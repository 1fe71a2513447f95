import { RRuleTemporal } from 'rrule-temporal';
import { clockOf, Day, dayBounds, dayOf, fromSeconds } from '../model/time.ts';

/** A rule reaches as far back as accounting does, and as far ahead as anybody plans. */
const years = { back: 5, ahead: 13 / 12 };
const yearSeconds = 366 * 86_400;

/** The parts of a rule (RFC 5545, section 3.3.10) by which it comes at most once a day. */
const knownParts =
  /^(FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST)=[A-Z0-9,+-]+$/;
const knownFrequency = /(^|;)FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)(;|$)/;

/** What is wrong with a rule, as what was expected; undefined when nothing is. */
export function ruleProblem(rule: string): string | undefined {
  const expected = 'a rule of RFC 5545 such as FREQ=MONTHLY;BYDAY=1SU';
  if (!knownFrequency.test(rule)) return `${expected}, of days, weeks, months or years`;
  const strange = rule.split(';').find((part) => !knownParts.test(part));
  if (strange !== undefined) return `${expected}, without ${strange.slice(0, 40)}`;
  try {
    ruleFrom(rule, 0, 'UTC');
    return undefined;
  } catch (cause) {
    return `${expected} (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}

/**
 * When a rule comes, by the clocks of a time zone: from its first instant on, of the five years before `now` and the 13 months after; in
 * seconds since 1970, oldest first. What would fall into an hour that clocks skip does not come (RFC 5545, section 3.3.10).
 */
export function occurrencesOf(rule: string, first: number, timeZone: string, now: number): number[] {
  const start = Math.max(first, now - years.back * yearSeconds);
  const end = now + years.ahead * yearSeconds;
  if (start > end) return [];
  return ruleFrom(rule, first, timeZone)
    .between(new Date(start * 1000), new Date(end * 1000), true)
    .map(({ epochMilliseconds }) => epochMilliseconds / 1000);
}

function ruleFrom(rule: string, first: number, timeZone: string): RRuleTemporal {
  const at = fromSeconds(first);
  const day = dayOf(at, timeZone).replaceAll('-', '');
  const start = `DTSTART;TZID=${timeZone}:${day}T${clockOf(at, timeZone)}${at.slice(17, 19)}`;
  // Strict, or it would leave out what it does not understand.
  return new RRuleTemporal({ rruleString: `${start}\nRRULE:${withEnd(rule, timeZone)}`, strict: true });
}

/** People end a rule with a day, that day included; RFC 5545 wants an instant in UTC. */
function withEnd(rule: string, timeZone: string): string {
  return rule.replace(/(?<=UNTIL=)(\d{4})(\d\d)(\d\d)(?=;|$)/, (written, ...parts: string[]) => {
    const day = Day.safeParse(parts.slice(0, 3).join('-'));
    if (!day.success) return written;
    return fromSeconds(dayBounds(day.data, timeZone).end - 1).replace(/[-:]/g, '');
  });
}
