// What goes on day and night, more by day and in the middle of the week: for what is counted over months or years, so that no count
// has to be added up from its beginning.

const day = 86_400;
const week = 7 * day;
/** Half past two in the afternoon, UTC. */
const dayPeak = 52_200;
/** Wednesday noon; 1970 began on a Thursday. */
const weekPeak = 6.5 * day;
const dayShare = 0.45;
const weekShare = 0.2;

/** How much goes on at an instant, as a multiple of the mean: 0.35 to 1.65. */
export function tideAt(seconds: number): number {
  return (
    1 + dayShare * wave(Math.cos, seconds, dayPeak, day) + weekShare * wave(Math.cos, seconds, weekPeak, week)
  );
}

/** How much went on between two instants, in seconds of the mean: the integral of the above. */
export function tideBetween(from: number, to: number): number {
  const grown = (peak: number, period: number) =>
    (period / (2 * Math.PI)) * (wave(Math.sin, to, peak, period) - wave(Math.sin, from, peak, period));
  return to <= from ? 0 : to - from + dayShare * grown(dayPeak, day) + weekShare * grown(weekPeak, week);
}

function wave(shape: (angle: number) => number, seconds: number, peak: number, period: number): number {
  return shape((2 * Math.PI * (seconds - peak)) / period);
}
