/** What each way to load a history adds up: were anything left out or read twice, the sums would differ. */
export interface Sums {
  /** Days of gauges and counters. */
  rows: number;
  last: number;
  p95: number;
  total: number;
  /** Of all timelines. */
  steps: number;
  /** Of the steps to another state than `up`, in seconds since 1970. */
  instants: number;
}

/** Nothing added up yet. */
export function emptySums(): Sums {
  return { rows: 0, last: 0, p95: 0, total: 0, steps: 0, instants: 0 };
}

/** Throws unless two ways to load the same history read the same: numbers are added in another order, hence not to the last digit. */
export function expectSame(ours: Sums, theirs: Sums): void {
  for (const name of ['rows', 'last', 'p95', 'total', 'steps', 'instants'] as const) {
    const difference = Math.abs(ours[name] - theirs[name]);
    if (difference > 1e-9 * Math.abs(ours[name]))
      throw new Error(`the sums of ${name} differ: ${ours[name]} from JSON, ${theirs[name]} from SQLite`);
  }
}
