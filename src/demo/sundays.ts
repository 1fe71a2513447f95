// What machines do on Sundays, by UTC as their cron does.

const week = 7 * 86_400;
/** The first Sunday of 1970. */
const firstSunday = 3 * 86_400;

/** The first second of the last Sunday before an instant, of each one or of each fourth one alone. */
export function lastSunday(seconds: number, everyWeeks: 1 | 4): number {
  return firstSunday + Math.floor((seconds - firstSunday) / (everyWeeks * week)) * everyWeeks * week;
}

/** The first seconds of the last Sundays before an instant, the oldest first. */
export function sundaysBefore(seconds: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => lastSunday(seconds, 1) - (count - 1 - index) * week);
}
