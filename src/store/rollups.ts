import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Daily, Monthly } from '../model/rollup.ts';
import type { Day, Month } from '../model/time.ts';
import { type BrokenFile, formatDocument, isAbsence, readDocument, writeDocument } from './documents.ts';
import type { Workspace } from './workspace.ts';

type OnBroken = (broken: BrokenFile) => void;

/** Writes a day, one entity a line. */
export async function writeDaily(workspace: Workspace, daily: Daily): Promise<void> {
  await writeDocument(dailyPath(workspace, daily.day), formatDocument(daily, ['entities']));
}

/** Reads a day; undefined when there is none, or a broken one, which is told. */
export async function readDaily(
  workspace: Workspace,
  day: Day,
  onBroken: OnBroken,
): Promise<Daily | undefined> {
  return readDocument(dailyPath(workspace, day), 'vigie/daily@1', Daily, onBroken);
}

/** The days that have a rollup, oldest first. */
export async function listDays(workspace: Workspace): Promise<Day[]> {
  const years = await namesIn(join(workspace.data, 'daily'));
  const names = await Promise.all(
    years.filter((year) => /^\d{4}$/.test(year)).map((year) => namesIn(join(workspace.data, 'daily', year))),
  );
  return names
    .flat()
    .flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? [])
    .toSorted();
}

/** Writes a month, one entity a line. */
export async function writeMonthly(workspace: Workspace, monthly: Monthly): Promise<void> {
  await writeDocument(monthlyPath(workspace, monthly.month), formatDocument(monthly, ['entities']));
}

/** Reads a month; undefined when there is none, or a broken one, which is told. */
export async function readMonthly(
  workspace: Workspace,
  month: Month,
  onBroken: OnBroken,
): Promise<Monthly | undefined> {
  return readDocument(monthlyPath(workspace, month), 'vigie/monthly@1', Monthly, onBroken);
}

/** The months that have a rollup, oldest first. */
export async function listMonths(workspace: Workspace): Promise<Month[]> {
  const names = await namesIn(join(workspace.data, 'monthly'));
  return names.flatMap((name) => /^(\d{4}-\d\d)\.json$/.exec(name)?.[1] ?? []).toSorted();
}

function dailyPath(workspace: Workspace, day: Day): string {
  return join(workspace.data, 'daily', day.slice(0, 4), `${day}.json`);
}

function monthlyPath(workspace: Workspace, month: Month): string {
  return join(workspace.data, 'monthly', `${month}.json`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}
