import { ConfigurationError, type Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Daily } from '../model/rollup.ts';
import type { Day, Instant } from '../model/time.ts';
import type { BrokenFile } from '../store/documents.ts';
import { readFleet } from '../store/fleet.ts';
import { importedMonthPaths, listImports } from '../store/imports.ts';
import {
  dailyPath,
  listDays,
  listMonths,
  monthlyPath,
  readDaily,
  readMonthly,
  readMonthlyFile,
} from '../store/rollups.ts';
import type { Workspace } from '../store/workspace.ts';
import type { Context } from './examination.ts';
import { nothingRecent, readRecent } from './recent.ts';

/** Reads all that examinations look at. What cannot be read is among the broken, and costs nothing else. */
export async function readContext(
  workspace: Workspace,
  now: Instant,
  environment: Context['environment'],
): Promise<Context> {
  const { data } = workspace;
  const broken: BrokenFile[] = [];
  const onBroken = (file: BrokenFile) => broken.push(file);
  const tryTo = async <Value>(folder: string, read: () => Promise<Value>, otherwise: Value) => {
    try {
      return await read();
    } catch (cause) {
      onBroken({ file: folder, message: cause instanceof Error ? cause.message : String(cause) });
      return otherwise;
    }
  };
  const { fleet, faults } = await tryFleet(workspace);
  const months = await tryTo(`${data}/monthly`, () => readMonths(workspace, onBroken), []);
  const daily = await tryTo(`${data}/daily`, () => readDays(workspace, onBroken), {
    days: [],
    newest: undefined,
  });
  const imported = await tryTo(`${data}/imports`, () => readImports(workspace, onBroken), []);
  return {
    workspace,
    now,
    environment,
    fleet,
    faults,
    retentionSeconds: fleet?.retentionSeconds ?? 14 * 86_400,
    recent: await tryTo(`${data}/snapshots`, () => readRecent(workspace, now), nothingRecent),
    daysWithData: [...new Set([...months.flatMap(({ days }) => days), ...daily.days])].toSorted(),
    newest: daily.newest,
    rollups: [
      ...months.map(({ path }) => path),
      ...daily.days.map((day) => dailyPath(workspace, day)),
      ...imported,
    ],
    broken,
  };
}

async function tryFleet(
  workspace: Workspace,
): Promise<{ fleet: Fleet | undefined; faults: readonly Fault[] }> {
  try {
    return { fleet: await readFleet(workspace.data), faults: [] };
  } catch (cause) {
    if (cause instanceof ConfigurationError) return { fleet: undefined, faults: cause.faults };
    throw cause;
  }
}

/** Where each month lies, and the days that it holds. */
async function readMonths(
  workspace: Workspace,
  onBroken: (file: BrokenFile) => void,
): Promise<{ path: string; days: readonly Day[] }[]> {
  const months: { path: string; days: readonly Day[] }[] = [];
  for (const month of await listMonths(workspace)) {
    const monthly = await readMonthly(workspace, month, onBroken);
    months.push({ path: monthlyPath(workspace, month), days: monthly?.inputs.days ?? [] });
  }
  return months;
}

async function readDays(
  workspace: Workspace,
  onBroken: (file: BrokenFile) => void,
): Promise<{ days: Day[]; newest: Daily | undefined }> {
  const days = await listDays(workspace);
  let newest: Daily | undefined;
  for (const day of days) newest = (await readDaily(workspace, day, onBroken)) ?? newest;
  return { days, newest };
}

/** Where the months of imports lie. */
async function readImports(workspace: Workspace, onBroken: (file: BrokenFile) => void): Promise<string[]> {
  const paths: string[] = [];
  for (const { id } of await listImports(workspace, onBroken)) {
    for (const { path, month } of await importedMonthPaths(workspace, id)) {
      await readMonthlyFile(path, month, onBroken);
      paths.push(path);
    }
  }
  return paths;
}
