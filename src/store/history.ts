import { join } from 'node:path';
import type { EntityId } from '../model/entity.ts';
import type { Column, CounterHistory, EntityHistory, GaugeHistory, History } from '../model/history.ts';
import type { CounterStat, GaugeStat, Monthly } from '../model/rollup.ts';
import { type Day, dayBounds, daysBetween, fromSeconds, type Instant } from '../model/time.ts';
import { compactColumns } from './compact-month.ts';
import { credibleDays } from './day-files.ts';
import type { BrokenFile } from './documents.ts';
import { importedMonthPaths, listImports } from './imports.ts';
import { joinEntity, type Layout, layOut } from './join-parts.ts';
import { completeFrom } from './join-timelines.ts';
import { credibleMonths, type MonthRun, partFilesOf, runsOf } from './month-files.ts';
import { overlay } from './overlay.ts';
import { type Part, type PartEntity, partOf } from './part.ts';
import { dailyPath, listMonths, monthlyPath, readDaily } from './rollups.ts';
import { openSegmentCache, type PartFile, type ReadCounts, type SegmentCache } from './segments.ts';
import type { Workspace } from './workspace.ts';

/** What to read, and when. */
export interface HistoryOptions {
  readonly workspace: Workspace;
  readonly timeZone: string;
  /** Only to know which rollups are dated in the future: they are told, and left out. */
  readonly now: Instant;
  readonly onBroken: (broken: BrokenFile) => void;
}

/** The history of a workspace. */
export interface StoredHistory extends History {
  /** How many files of rollups were parsed, and how many were not, since the cache holds what they say. */
  readonly rollups: ReadCounts;
}

/**
 * Opens all rollups, closed months and the days after them, and below them what was imported, the newest import first. Columns are read when they are asked for, by way of a cache below `.vigie/`.
 * Broken files are told and read as missing; where a month is broken, or was made without some of its days, these count if they are there.
 */
export async function readHistory(options: HistoryOptions): Promise<StoredHistory> {
  const { workspace, timeZone, onBroken } = options;
  const cache = await openSegmentCache(join(workspace.cache, 'cache'));
  const months = (await listMonths(workspace)).map((month) => ({
    month,
    path: monthlyPath(workspace, month),
  }));
  const parts = await readMonths(cache, runsOf('', credibleMonths(months, options)), options);
  const inMonths = new Set(parts.flatMap((part) => part.days));
  const seen = new Set(parts.flatMap((part) => part.seen));
  const days = (await credibleDays(options, onBroken)).filter((day) => !seen.has(day));
  // The newest day changes at each run, and one that its month was made without waits for the month to be made anew.
  const isCached = (day: Day) => day !== days.at(-1) && !inMonths.has(day);
  const read = (day: Day) => readDay(day, options);
  const files = days.filter(isCached).map((day): PartFile => {
    return { path: dailyPath(workspace, day), read: () => read(day) };
  });
  parts.push(...(await cache.readGroup('days', files)));
  const others = await Promise.all(days.filter((day) => !isCached(day)).map(read));
  parts.push(...others.filter((part) => part !== undefined));
  const layers = [parts.toSorted(byFirstDay)];
  for (const { id } of (await listImports(workspace, onBroken)).toReversed()) {
    const imported = credibleMonths(await importedMonthPaths(workspace, id), options);
    layers.push(await readMonths(cache, runsOf(`${id}-`, imported), options));
  }
  const history = historyOf(layers, timeZone);
  const { cached, parsed } = cache.counts;
  return {
    ...history,
    rollups: { cached, parsed: parsed + others.length },
    async close() {
      await cache.save();
      await history.close();
    },
  };
}

/** Months, in memory, as a history. */
export function joinMonths(monthlies: readonly Monthly[], timeZone: string): History {
  return historyOf([monthlies.map((monthly) => partOf(monthly, monthly.entities))], timeZone);
}

/** Reads months as parts, one a run. */
async function readMonths(
  cache: SegmentCache,
  runs: readonly MonthRun[],
  { onBroken }: HistoryOptions,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const run of runs) parts.push(...(await cache.readGroup(run.group, partFilesOf(run, onBroken))));
  return parts;
}

async function readDay(day: Day, { workspace, onBroken }: HistoryOptions): Promise<Part | undefined> {
  const daily = await readDaily(workspace, day, onBroken);
  if (daily === undefined) return undefined;
  const days = [day];
  const { timeZone } = daily;
  return partOf({ days, timeZone, inputs: { days } }, compactColumns(days, timeZone, [daily]));
}

/** Layers of parts, the first one above the others, as a history from the first day that has data to the last. */
function historyOf(layers: readonly (readonly Part[])[], timeZone: string): History {
  const parts = layers.flat();
  const seen = parts.flatMap((part) => part.seen).toSorted();
  const [first, last] = [seen[0], seen.at(-1)];
  const days = first === undefined || last === undefined ? [] : daysBetween(first, last);
  const layouts = layers.map((layer) => layOut(days, layer));
  const start = first === undefined ? '' : fromSeconds(dayBounds(first, timeZone).start);
  // Analysis asks one entity after the other: the last one is kept, so that memory holds what is asked and not what exists.
  let kept: { name: string; entity: PartEntity | undefined } | undefined;
  const entityOf = (name: string) => {
    if (kept?.name !== name) kept = { name, entity: joinLayers(layouts, name) };
    if (kept.entity === undefined) throw new RangeError(`found no entity ${name}`);
    return kept.entity;
  };
  const names = [...new Set(parts.flatMap((part) => part.names))].toSorted();
  return {
    timeZone,
    days,
    entities: new Map(
      names.map((name): [EntityId, EntityHistory] => [
        name,
        lazily(() => entityOf(name), days.length, start),
      ]),
    ),
    async close() {
      for (const part of parts) part.close();
    },
  };
}

function joinLayers(layouts: readonly Layout[], name: string): PartEntity | undefined {
  return layouts
    .map((layout) => joinEntity(layout, name))
    .filter((entity) => entity !== undefined)
    .reduce<PartEntity | undefined>(
      (upper, lower) => (upper === undefined ? lower : overlay(upper, lower)),
      undefined,
    );
}

function lazily(entity: () => PartEntity, length: number, start: Instant): EntityHistory {
  const columnOf = (write: (into: Float64Array) => void): Column => {
    const column = new Float64Array(length).fill(Number.NaN);
    write(column);
    return column;
  };
  return {
    get samples() {
      return columnOf((into) => entity().samples(into, 0));
    },
    get gauges() {
      return mapValues(entity().gauges, (write) =>
        gaugeHistory((stat) => columnOf((into) => write(stat, into, 0))),
      );
    },
    get sketches() {
      return entity().sketches;
    },
    get counters() {
      return mapValues(entity().counters, (write) =>
        counterHistory((stat) => columnOf((into) => write(stat, into, 0))),
      );
    },
    get timeline() {
      return completeFrom(entity().timeline ?? [], start);
    },
    get facts() {
      return Object.fromEntries(mapValues(entity().facts, (values) => values.at(-1)?.[1] ?? ''));
    },
    get factChanges() {
      return entity().facts;
    },
    get restarts() {
      return entity().restarts;
    },
  };
}

function gaugeHistory(read: (stat: GaugeStat | 'count') => Column): GaugeHistory {
  return {
    get count() {
      return read('count');
    },
    get min() {
      return read('min');
    },
    get mean() {
      return read('mean');
    },
    get p50() {
      return read('p50');
    },
    get p95() {
      return read('p95');
    },
    get max() {
      return read('max');
    },
    get last() {
      return read('last');
    },
  };
}

function counterHistory(read: (stat: CounterStat) => Column): CounterHistory {
  return {
    get total() {
      return read('total');
    },
    get covered_seconds() {
      return read('covered_seconds');
    },
    get p95() {
      return read('p95');
    },
    get max() {
      return read('max');
    },
  };
}

function byFirstDay(a: Part, b: Part): number {
  const [first = '', other = ''] = [a.days[0], b.days[0]];
  return first < other ? -1 : Number(first > other);
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([name, value]) => [name, to(value)]));
}
