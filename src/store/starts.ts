import { type Day, dayBounds, fromSeconds, type Instant } from '../model/time.ts';

/** When the days of a time zone begin; asked again, it answers from memory: what clocks showed is slow to find out. */
export function startsOf(timeZone: string): (day: Day) => Instant {
  const known = new Map<Day, Instant>();
  return (day) => {
    const start = known.get(day) ?? fromSeconds(dayBounds(day, timeZone).start);
    known.set(day, start);
    return start;
  };
}
