import {
  addToDay,
  addToMonth,
  type Day,
  dayBounds,
  dayOf,
  daysBetween,
  type Instant,
  type Month,
  monthOf,
  toSeconds,
} from '../model/time.ts';

const shownDays = 90;
const shownMonths = 13;

/** The days, months and windows that every service is shown by, as far as they have come; in seconds since 1970. */
export interface Calendar {
  readonly now: number;
  /** The last 90, oldest first, today last. */
  readonly days: readonly (Span & { readonly day: Day })[];
  /** The last 13, oldest first, this one last. */
  readonly months: readonly (Span & { readonly month: Month })[];
  /** When the windows begin that end now; all but the first begin with a day. */
  readonly startOf: {
    readonly last24Hours: number;
    readonly last7Days: number;
    readonly last30Days: number;
    readonly last90Days: number;
    readonly last365Days: number;
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Made once for all services: what the clocks of a time zone showed is slow to find out. */
export function calendarOf(instant: Instant, timeZone: string): Calendar {
  const now = toSeconds(instant);
  const today = dayOf(instant, timeZone);
  const startOf = (day: Day) => dayBounds(day, timeZone).start;
  const startOfLast = (days: number) => startOf(addToDay(today, 1 - days));
  return {
    now,
    days: daysBetween(addToDay(today, 1 - shownDays), today).map((day) => {
      const { start, end } = dayBounds(day, timeZone);
      return { day, from: start, to: Math.min(end, now) };
    }),
    months: Array.from({ length: shownMonths }, (_, index) => {
      const month = addToMonth(monthOf(today), index - shownMonths + 1);
      const to = startOf(`${addToMonth(month, 1)}-01`);
      return { month, from: startOf(`${month}-01`), to: Math.min(to, now) };
    }),
    startOf: {
      last24Hours: now - 86_400,
      last7Days: startOfLast(7),
      last30Days: startOfLast(30),
      last90Days: startOfLast(90),
      last365Days: startOfLast(365),
    },
  };
}
