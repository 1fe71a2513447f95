import type { Resource } from '../model/reports-file.ts';
import { addToDay, countDays, type Day } from '../model/time.ts';

/** Above this many days with data the table has a row a week. */
const mostDailyRows = 100;

/** The figures behind a chart, as rows. */
export interface ChartTable {
  /** What a row of `measured` stands for: each day, or one day of each week. */
  readonly rows: 'daily' | 'weeklyLast' | 'weeklyHighest';
  readonly measured: readonly Measured[];
  readonly expected: readonly {
    readonly day: Day;
    readonly median: number;
    readonly low: number;
    readonly high: number;
  }[];
}

interface Measured {
  readonly day: Day;
  readonly value: number;
  readonly mean: number | null;
}

/** The rows behind a resource's chart, newest first; a day or week without data has no row. */
export function chartTable(resource: Resource): ChartTable {
  const days = measuredDays(resource);
  const expected = expectedRows(resource);
  if (days.length <= mostDailyRows) return { rows: 'daily', measured: days, expected };
  // The same weekday each week would hide a load's weekly rhythm; what a store holds has none.
  return resource.kind === 'filesystem'
    ? { rows: 'weeklyLast', measured: ofEachWeek(days, resource.first, (week) => week[0]), expected }
    : { rows: 'weeklyHighest', measured: ofEachWeek(days, resource.first, highest), expected };
}

function measuredDays({ values, means, first }: Resource): Measured[] {
  return values
    .flatMap((value, index) =>
      value === null ? [] : [{ day: addToDay(first, index), value, mean: means?.[index] ?? null }],
    )
    .reverse();
}

/** One day of each week; weeks are counted from the newest day back. */
function ofEachWeek(
  days: readonly Measured[],
  first: Day,
  choose: (week: Measured[]) => Measured | undefined,
): Measured[] {
  const newest = days[0]?.day ?? first;
  const weeks = Map.groupBy(days, ({ day }) => Math.floor(countDays(day, newest) / 7));
  return [...weeks.values()].flatMap((week) => choose(week) ?? []);
}

function highest(week: readonly Measured[]): Measured | undefined {
  return week.toSorted((a, b) => b.value - a.value)[0];
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
