import type { State } from '../model/state.ts';
import type { PublicService } from '../model/status-file.ts';

/** Seconds of each day in each state, in columns. */
export type Days = PublicService['days'];

/** One day of the columns, with the states as keys. */
export type DaySeconds = Readonly<Record<State, number>>;

/** The drawing's measures, in its own units. */
export interface BarSize {
  /** From one bar's left edge to the next one's. */
  readonly step: number;
  /** Of a bar; the rest of the step is the gap. */
  readonly width: number;
  readonly height: number;
}

/** Stroked paths, one a kind, so that 90 bars cost a handful of elements. */
export interface BarPaths {
  /** Whole bars: horizontal lines, one a run of days, dashed into bars. */
  readonly up: string;
  readonly noData: string;
  /** Parts of bars: vertical lines. `unmeasured` hangs from the top, the others stand on the ground. */
  readonly unmeasured: string;
  readonly degraded: string;
  readonly down: string;
  readonly maintenance: string;
}

/** A trouble of two minutes must be seen all the same: the least height of its mark, as a share of the bar. */
const leastShare = 0.2;

/** Gaps shorter than this share of a day are left to the figures. */
const leastUnmeasuredShare = 0.1;

/** The days as records, oldest first. */
export function listDays(days: Days): DaySeconds[] {
  return days.up_seconds.map((up, index) => ({
    up,
    degraded: days.degraded_seconds[index] ?? 0,
    down: days.down_seconds[index] ?? 0,
    maintenance: days.maintenance_seconds[index] ?? 0,
    unknown: days.unknown_seconds[index] ?? 0,
  }));
}

/** What a day's bar says first: trouble before maintenance, and `unknown` only when nothing at all was seen. */
export function dayState(day: DaySeconds): State {
  if (day.down > 0) return 'down';
  if (day.degraded > 0) return 'degraded';
  if (day.maintenance > 0) return 'maintenance';
  return day.up > 0 ? 'up' : 'unknown';
}

/** The bars' paths, in a drawing of `days.length * size.step` by `size.height`. */
export function barPaths(days: readonly DaySeconds[], size: BarSize): BarPaths {
  const states = days.map(dayState);
  const vertical = (from: number, index: number, share: number, state: State): string =>
    `M${index * size.step + size.width / 2} ${from}v${from === 0 ? '' : '-'}${barHeight(share, state, size)}`;
  const standing = (state: State): string =>
    days
      .map((day, index) =>
        states[index] === state ? vertical(size.height, index, shareOf(day, state), state) : '',
      )
      .join('');
  return {
    up: runs(states, (state) => state !== 'unknown', size),
    noData: runs(states, (state) => state === 'unknown', size),
    unmeasured: days
      .map((day, index) => {
        const share = shareOf(day, 'unknown');
        return states[index] === 'unknown' || share < leastUnmeasuredShare
          ? ''
          : vertical(0, index, share, 'unknown');
      })
      .join(''),
    degraded: standing('degraded'),
    down: standing('down'),
    maintenance: standing('maintenance'),
  };
}

/** The share of what the day has had so far: today is not over. */
function shareOf(day: DaySeconds, state: State): number {
  const total = day.up + day.degraded + day.down + day.maintenance + day.unknown;
  return total > 0 ? day[state] / total : 0;
}

function barHeight(share: number, state: State, size: BarSize): number {
  const visible = state === 'unknown' ? share : leastShare + share * (1 - leastShare);
  return Math.round(visible * size.height * 10) / 10;
}

function runs(states: readonly State[], belongs: (state: State) => boolean, size: BarSize): string {
  let path = '';
  for (let start = 0; start < states.length; ) {
    const here = belongs(states[start] ?? 'unknown');
    let end = start;
    while (end < states.length && belongs(states[end] ?? 'unknown') === here) end += 1;
    // The dashes begin anew with each part of a path, so that bars stay on the grid.
    if (here)
      path += `M${start * size.step} ${size.height / 2}h${(end - start) * size.step - (size.step - size.width)}`;
    start = end;
  }
  return path;
}
