import type { Column, EntityHistory, History } from '../model/history.ts';
import type { Daily, EntityMonth, Monthly, TimelineStep } from '../model/rollup.ts';
import { addToMonth, type Day, dayBounds, fromSeconds, type Instant, monthOf } from '../model/time.ts';
import { compactMonth } from './compact-month.ts';
import type { BrokenFile } from './documents.ts';
import { joinTimelines } from './join-timelines.ts';
import { listDays, listMonths, readDaily, readMonthly } from './rollups.ts';
import type { Workspace } from './workspace.ts';

/** Reads all rollups: closed months from their files, the others from their days. Broken files are told and read as missing. */
export async function readHistory(
  workspace: Workspace,
  timeZone: string,
  onBroken: (broken: BrokenFile) => void,
): Promise<History> {
  const days = await listDays(workspace);
  const months = await listMonths(workspace);
  const first = [...months, ...days.map(monthOf)].toSorted()[0];
  const last = [...months, ...days.map(monthOf)].toSorted().at(-1);
  if (first === undefined || last === undefined) return { timeZone, days: [], entities: new Map() };
  const monthlies: Monthly[] = [];
  for (let month = first; month <= last; month = addToMonth(month, 1)) {
    const closed = months.includes(month) ? await readMonthly(workspace, month, onBroken) : undefined;
    if (closed !== undefined) {
      monthlies.push(closed);
      continue;
    }
    const dailies: Daily[] = [];
    for (const day of days.filter((candidate) => monthOf(candidate) === month)) {
      const daily = await readDaily(workspace, day, onBroken);
      if (daily !== undefined) dailies.push(daily);
    }
    monthlies.push(compactMonth(month, timeZone, dailies, ''));
  }
  return joinMonths(monthlies, timeZone, days.at(-1));
}

/** Months, without gaps between them, to one history that ends with the day `last`, and begins with the first day that has data. */
export function joinMonths(monthlies: readonly Monthly[], timeZone: string, last: Day | undefined): History {
  const all = monthlies.flatMap(({ days }) => days);
  const hasData = monthlies.flatMap(({ days, entities }) => {
    const columns = Object.values(entities).flatMap(columnsOf);
    return days.map((_, index) => columns.some((column) => column[index] !== null));
  });
  const start = Math.max(0, hasData.indexOf(true));
  const end = last === undefined ? hasData.lastIndexOf(true) + 1 : all.indexOf(last) + 1 || all.length;
  const names = new Set(monthlies.flatMap(({ entities }) => Object.keys(entities)));
  const slice = (column: (number | null)[]) => column.slice(start, end);
  const entities = [...names].toSorted().map((name): [string, EntityHistory] => {
    const parts = monthlies.map(({ entities: month, days }) => ({ part: month[name], days }));
    return [
      name,
      {
        gauges: joinColumns(
          parts,
          (part) => part.gauges,
          ['mean', 'p50', 'p95', 'max', 'last'] as const,
          slice,
        ),
        counters: joinColumns(
          parts,
          (part) => part.counters,
          ['total', 'covered_seconds', 'p95'] as const,
          slice,
        ),
        timeline: timelineOf(parts, timeZone),
        facts: Object.assign({}, ...parts.map(({ part }) => part?.facts ?? {})) as Record<string, string>,
        restarts: parts.flatMap(({ part }): Instant[] => part?.restarts ?? []),
      },
    ];
  });
  return { timeZone, days: all.slice(start, end), entities: new Map(entities) };
}

type Part = { readonly part: EntityMonth | undefined; readonly days: readonly Day[] };

function joinColumns<Stat extends string>(
  parts: readonly Part[],
  metricsOf: (part: EntityMonth) => Readonly<Record<string, Readonly<Record<Stat, Column>>>> | undefined,
  stats: readonly Stat[],
  slice: (column: (number | null)[]) => Column,
): Map<string, Record<Stat, Column>> {
  const names = new Set(parts.flatMap(({ part }) => Object.keys((part && metricsOf(part)) ?? {})));
  return new Map(
    [...names].toSorted().map((name) => {
      const columns = stats.map((stat): [Stat, Column] => {
        const whole = parts.flatMap(
          ({ part, days }) => (part && metricsOf(part))?.[name]?.[stat] ?? days.map(() => null),
        );
        return [stat, slice(whole)];
      });
      return [name, Object.fromEntries(columns) as Record<Stat, Column>];
    }),
  );
}

function timelineOf(parts: readonly Part[], timeZone: string): TimelineStep[] {
  if (!parts.some(({ part }) => part?.timeline !== undefined)) return [];
  return joinTimelines(
    parts.flatMap(({ part, days: [first] }) =>
      first === undefined
        ? []
        : [{ start: fromSeconds(dayBounds(first, timeZone).start), timeline: part?.timeline }],
    ),
  );
}

function columnsOf(entity: EntityMonth): Column[] {
  const gauges = Object.values(entity.gauges ?? {}).map(({ last }) => last);
  const counters = Object.values(entity.counters ?? {}).map(({ total }) => total);
  return [...gauges, ...counters];
}
