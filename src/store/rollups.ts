import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { DocumentKind } from '../model/json-document.ts';
import { Daily, type EntityMonth, Monthly } from '../model/rollup.ts';
import { Day, daysOfMonth, Month } from '../model/time.ts';
import {
  type BrokenFile,
  formatDocument,
  isAbsence,
  readDocument,
  readHead,
  writeDocument,
} from './documents.ts';
import { DailyV1, MonthlyV1 } from './rollup-v1.ts';
import type { Workspace } from './workspace.ts';

type OnBroken = (broken: BrokenFile) => void;

/** A day's rollup, in any version that we read. */
export const dailyKind: DocumentKind<typeof Daily> = {
  name: 'vigie/daily@2',
  schema: Daily,
  older: { 'vigie/daily@1': DailyV1 },
};

/** A month's rollup, in any version that we read. */
export const monthlyKind: DocumentKind<typeof Monthly> = {
  name: 'vigie/monthly@2',
  schema: Monthly,
  older: { 'vigie/monthly@1': MonthlyV1 },
};

/** What a daily rollup says of itself before its entities. */
const DailyHead = Daily.pick({ timeZone: true, inputs: true, carry_digest: true });
export type DailyHead = z.infer<typeof DailyHead>;

/** What a monthly rollup says of itself before its entities. */
const MonthlyHead = Monthly.pick({ inputs: true });
export type MonthlyHead = z.infer<typeof MonthlyHead>;

/** The text of a day: an entity a line. */
export function formatDaily(daily: Daily): string {
  return formatDocument(daily, ['entities', 'carry']);
}

/** The text of a month: an entity a line. */
export function formatMonthly(monthly: Monthly): string {
  return formatDocument(monthly, ['entities']);
}

/** Writes a day. */
export async function writeDaily(workspace: Workspace, daily: Daily): Promise<void> {
  await writeDocument(dailyPath(workspace, daily.day), formatDaily(daily));
}

/** Reads a day; undefined when there is none, or a broken one, which is told. */
export async function readDaily(
  workspace: Workspace,
  day: Day,
  onBroken: OnBroken,
): Promise<Daily | undefined> {
  const path = dailyPath(workspace, day);
  const daily = await readDocument(path, dailyKind, onBroken);
  if (daily === undefined || daily.day === day) return daily;
  onBroken({ file: path, message: `day: found "${daily.day}", expected "${day}" as its name says` });
  return undefined;
}

/** The first lines of a day, without the cost of the rest; undefined when there is no day of the present version. */
export async function readDailyHead(workspace: Workspace, day: Day): Promise<DailyHead | undefined> {
  return DailyHead.safeParse(pick(dailyKind.name, await readHead(dailyPath(workspace, day), 'entities')))
    .data;
}

/** Removes a day whose month says all that it says. */
export async function dropDaily(workspace: Workspace, day: Day): Promise<void> {
  await rm(dailyPath(workspace, day), { force: true });
}

/** The days that have a rollup of their own, oldest first. Names of days that the calendar does not have are passed over. */
export async function listDays(workspace: Workspace): Promise<Day[]> {
  const years = await namesIn(join(workspace.data, 'daily'));
  const names = await Promise.all(
    years.filter((year) => /^\d{4}$/.test(year)).map((year) => namesIn(join(workspace.data, 'daily', year))),
  );
  return names
    .flat()
    .flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? [])
    .filter((day) => Day.safeParse(day).success)
    .toSorted();
}

/** Writes a month. */
export async function writeMonthly(workspace: Workspace, monthly: Monthly): Promise<void> {
  await writeDocument(monthlyPath(workspace, monthly.month), formatMonthly(monthly));
}

/** Reads a month; undefined when there is none, or a broken one, which is told. */
export async function readMonthly(
  workspace: Workspace,
  month: Month,
  onBroken: OnBroken,
): Promise<Monthly | undefined> {
  return readMonthlyFile(monthlyPath(workspace, month), month, onBroken);
}

/** The same from any file. */
export async function readMonthlyFile(
  path: string,
  month: Month,
  onBroken: OnBroken,
): Promise<Monthly | undefined> {
  const monthly = await readDocument(path, monthlyKind, onBroken);
  const fault = monthly && (faultOfMonth(monthly, month) ?? faultOfEntities(monthly));
  if (fault === undefined) return monthly;
  onBroken({ file: path, message: fault });
  return undefined;
}

/** What is wrong with the head of a month that is called so; undefined when nothing. */
export function faultOfMonth(
  { month, days, inputs }: Pick<Monthly, 'month' | 'days' | 'inputs'>,
  named: Month,
): string | undefined {
  if (month !== named) return `month: found "${month}", expected "${named}" as its name says`;
  const expected = daysOfMonth(month);
  if (days.join() !== expected.join()) return `days: found others than those of ${month}`;
  const known = days.filter((day) => inputs.days.includes(day));
  const stray = inputs.days.find((day, index) => day !== known[index]);
  if (stray === undefined) return undefined;
  return `inputs.days: found "${stray}", expected days of ${month}${days.includes(stray) ? ' in their order' : ''}`;
}

/** What is wrong with what a month of so many days says of an entity; undefined when nothing. Columns are cut as they are read. */
export function faultOfEntity({ sketches = {} }: EntityMonth, length: number): string | undefined {
  const [name, items] = Object.entries(sketches).find(([, items]) => items.length > length) ?? [];
  return name && `sketches.${name}: found ${items?.length} items, expected at most ${length}`;
}

function faultOfEntities({ entities, days }: Monthly): string | undefined {
  for (const [name, entity] of Object.entries(entities)) {
    const fault = faultOfEntity(entity, days.length);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}

/** The first lines of a month, without the cost of the rest. */
export async function readMonthlyHead(workspace: Workspace, month: Month): Promise<MonthlyHead | undefined> {
  return MonthlyHead.safeParse(
    pick(monthlyKind.name, await readHead(monthlyPath(workspace, month), 'entities')),
  ).data;
}

/** The months that have a rollup, oldest first. */
export async function listMonths(workspace: Workspace): Promise<Month[]> {
  return monthsIn(join(workspace.data, 'monthly'));
}

/** The months that a folder has files of, oldest first. */
export async function monthsIn(folder: string): Promise<Month[]> {
  const names = await namesIn(folder);
  const months = names.flatMap((name) => /^(\d{4}-\d\d)\.json$/.exec(name)?.[1] ?? []);
  return months.filter((month) => Month.safeParse(month).success).toSorted();
}

/** Where a day lies. */
export function dailyPath(workspace: Workspace, day: Day): string {
  return join(workspace.data, 'daily', day.slice(0, 4), `${day}.json`);
}

/** Where a month lies. */
export function monthlyPath(workspace: Workspace, month: Month): string {
  return join(workspace.data, 'monthly', `${month}.json`);
}

/** What we look at in a head of the present version. */
function pick(schema: string, head: unknown): unknown {
  if (typeof head !== 'object' || head === null) return undefined;
  const { inputs, carry_digest, timeZone, ...others } = head as Record<string, unknown>;
  if (others.schema !== schema) return undefined;
  return carry_digest === undefined ? { inputs } : { timeZone, inputs, carry_digest };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}
