import { join } from 'node:path';
import type { EntityId } from '../model/entity.ts';
import type { Column, CounterHistory, EntityHistory, GaugeHistory, History } from '../model/history.ts';
import type { CounterStat, GaugeStat, Monthly, TimelineStep } from '../model/rollup.ts';
import {
  addToMonth,
  type Day,
  dayBounds,
  daysBetween,
  fromSeconds,
  type Instant,
  type Month,
  monthOf,
} from '../model/time.ts';
import { compactColumns } from './compact-month.ts';
import type { BrokenFile } from './documents.ts';
import { joinEntity, type Layout, layOut } from './join-parts.ts';
import { overlay } from './overlay.ts';
import { type Part, type PartEntity, partOf } from './part.ts';
import { dailyPath, listDays, listMonths, monthlyPath, readDaily, readMonthlyFile } from './rollups.ts';
import { openSegmentCache, type PartFile, type SegmentCache } from './segments.ts';
import type { Workspace } from './workspace.ts';

type OnBroken = (broken: BrokenFile) => void;

/**
 * Opens all rollups: closed months, and the days after them. Columns are read when they are asked for, by way of a cache below `.vigie/`.
 * Broken files are told and read as missing; where a month is broken, its days count if they are still there.
 */
export async function readHistory(
  workspace: Workspace,
  timeZone: string,
  onBroken: OnBroken,
): Promise<History> {
  const startOf = startsOf(timeZone);
  const cache = await openSegmentCache(join(workspace.cache, 'cache'), startOf);
  const months = (await listMonths(workspace)).map((month) => ({
    month,
    path: monthlyPath(workspace, month),
  }));
  const { parts, read } = await readMonths(cache, '', months, onBroken);
  const days = (await listDays(workspace)).filter((day) => !read.has(monthOf(day)));
  const files = days.map((day): PartFile => {
    const read = () => readDay(workspace, day, timeZone, onBroken);
    return { path: dailyPath(workspace, day), read };
  });
  // The newest day changes at each run.
  parts.push(...(await cache.readGroup('days', files.slice(0, -1))));
  const newest = await files.at(-1)?.read();
  if (newest !== undefined) parts.push(newest);
  await cache.save();
  return historyOf([parts.toSorted(byFirstDay)], timeZone);
}

/** Months, in memory, as a history. */
export function joinMonths(monthlies: readonly Monthly[], timeZone: string): History {
  return historyOf([monthlies.map(({ days, entities }) => partOf(days, entities))], timeZone);
}

interface MonthFile {
  readonly month: Month;
  readonly path: string;
}

/** Reads months as parts of a year each, months that do not follow each other apart. */
async function readMonths(
  cache: SegmentCache,
  layer: string,
  files: readonly MonthFile[],
  onBroken: OnBroken,
): Promise<{ parts: Part[]; read: ReadonlySet<Month> }> {
  const parts: Part[] = [];
  const read = new Set<Month>();
  for (const run of runsOf(files)) {
    const own = run.map(
      ({ month, path }): PartFile => ({
        path,
        async read() {
          const monthly = await readMonthlyFile(path, month, onBroken);
          return monthly === undefined ? undefined : partOf(monthly.days, monthly.entities);
        },
      }),
    );
    const found = await cache.readGroup(`${layer}${run[0]?.month}`, own);
    const days = new Set(found.flatMap((part) => part.days));
    for (const { month } of run) if (days.has(`${month}-01`)) read.add(month);
    parts.push(...found);
  }
  return { parts, read };
}

/** Months in runs that follow each other within a year. */
function runsOf(files: readonly MonthFile[]): MonthFile[][] {
  const runs: MonthFile[][] = [];
  for (const file of files) {
    const before = runs.at(-1)?.at(-1)?.month;
    const follows =
      before !== undefined && addToMonth(before, 1) === file.month && !file.month.endsWith('-01');
    if (follows) runs.at(-1)?.push(file);
    else runs.push([file]);
  }
  return runs;
}

async function readDay(
  workspace: Workspace,
  day: Day,
  timeZone: string,
  onBroken: OnBroken,
): Promise<Part | undefined> {
  const daily = await readDaily(workspace, day, onBroken);
  return daily === undefined ? undefined : partOf([day], compactColumns([day], timeZone, [daily]));
}

/** Layers of parts, the first one above the others, as a history from the first day that has data to the last. */
function historyOf(layers: readonly (readonly Part[])[], timeZone: string): History {
  const parts = layers.flat();
  const withData = parts.flatMap(({ data }) => data ?? []).toSorted();
  const [first, last] = [withData[0], withData.at(-1)];
  const days = first === undefined || last === undefined ? [] : daysBetween(first, last);
  const startOf = startsOf(timeZone);
  const layouts = layers.map((layer) => layOut(days, layer, startOf));
  const start = first === undefined ? '' : startOf(first);
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
      names.map((name): [EntityId, EntityHistory] => [name, lazily(() => entityOf(name), start)]),
    ),
    close() {
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

function lazily(entity: () => PartEntity, start: Instant): EntityHistory {
  return {
    get samples() {
      return entity().samples;
    },
    get gauges() {
      return mapValues(entity().gauges, gaugeHistory);
    },
    get sketches() {
      return entity().sketches;
    },
    get counters() {
      return mapValues(entity().counters, counterHistory);
    },
    get timeline() {
      return since(entity().timeline ?? [], start);
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

/** A timeline from an instant on. */
function since(timeline: readonly TimelineStep[], start: Instant): readonly TimelineStep[] {
  const holding = timeline.findLastIndex(([at]) => at <= start);
  const [, state, reason] = timeline[holding] ?? [];
  if (state === undefined) return timeline;
  return [reason === undefined ? [start, state] : [start, state, reason], ...timeline.slice(holding + 1)];
}

/** When days begin; what the clocks of a time zone showed is slow to find out. */
function startsOf(timeZone: string): (day: Day) => Instant {
  const known = new Map<Day, Instant>();
  return (day) => {
    const start = known.get(day) ?? fromSeconds(dayBounds(day, timeZone).start);
    known.set(day, start);
    return start;
  };
}

function byFirstDay(a: Part, b: Part): number {
  return (a.days[0] ?? '') < (b.days[0] ?? '') ? -1 : 1;
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([name, value]) => [name, to(value)]));
}
