import type { Resource } from '../model/reports-file.ts';
import { addToDay, type Day } from '../model/time.ts';

/** Above this many days the table has a row a week. */
const mostDailyRows = 100;

/** The figures behind a chart, as rows. */
export interface ChartTable {
  readonly isWeekly: boolean;
  readonly measured: readonly { readonly day: Day; readonly value: number; readonly mean: number | null }[];
  readonly expected: readonly {
    readonly day: Day;
    readonly median: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** The rows behind a resource's chart, newest measurement first; a day or week without data has no row. */
export function chartTable(resource: Resource): ChartTable {
  const isWeekly = resource.values.length > mostDailyRows;
  return { isWeekly, measured: measuredRows(resource, isWeekly ? 7 : 1), expected: expectedRows(resource) };
}

/** One row each `stride` days, counted back from the newest: the last value of those days. */
function measuredRows({ values, means, first }: Resource, stride: number): ChartTable['measured'] {
  const rows: { day: Day; value: number; mean: number | null }[] = [];
  for (let end = values.length - 1; end >= 0; end -= stride) {
    for (let index = end; index > end - stride && index >= 0; index -= 1) {
      const value = values[index] ?? null;
      if (value === null) continue;
      rows.push({ day: addToDay(first, index), value, mean: means?.[index] ?? null });
      break;
    }
  }
  return rows;
}

/** A row each week, or each step where steps are longer. */
function expectedRows({ trend }: Resource): ChartTable['expected'] {
  if (trend.kind === 'collecting') return [];
  const { first, step_days, median, low, high } = trend.ahead;
  const stride = Math.max(1, Math.round(7 / step_days));
  return median.flatMap((value, index) =>
    index % stride === 0
      ? [
          {
            day: addToDay(first, index * step_days),
            median: value,
            low: low[index] ?? value,
            high: high[index] ?? value,
          },
        ]
      : [],
  );
}
