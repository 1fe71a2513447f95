import { ConfigurationError, type Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Instant } from '../model/time.ts';
import type { BrokenFile } from '../store/documents.ts';
import { readFleet } from '../store/fleet.ts';
import { importedMonthPaths, listImports } from '../store/imports.ts';
import { listDays, listMonths, readDaily, readMonthly, readMonthlyFile } from '../store/rollups.ts';
import type { Workspace } from '../store/workspace.ts';
import { clocks } from './clocks.ts';
import { disks } from './disks.ts';
import type { Context, Examination, Finding } from './examination.ts';
import { files } from './files.ts';
import { fleet } from './fleet.ts';
import { gaps } from './gaps.ts';
import { hostKeys } from './host-keys.ts';
import { late } from './late.ts';
import { orphans } from './orphans.ts';
import { readRecent } from './recent.ts';
import { space } from './space.ts';
import { workspace } from './workspace.ts';

/** All examinations, in the order in which they are told. */
export const examinations: readonly Examination[] = [
  fleet,
  hostKeys,
  workspace,
  space,
  files,
  gaps,
  late,
  clocks,
  disks,
  orphans,
];

/** An examination and what it found. */
export interface Examined {
  readonly name: string;
  readonly looksFor: string;
  readonly findings: readonly Finding[];
}

/** Examines a workspace, and changes nothing in it. An examination that fails is a finding itself, and costs no other. */
export async function examine(
  workspace: Workspace,
  now: Instant,
  environment: Context['environment'],
  onProgress: (name: string) => void = () => undefined,
): Promise<Examined[]> {
  onProgress('reading');
  const context = await contextOf(workspace, now, environment);
  const examined: Examined[] = [];
  for (const { name, looksFor, examine } of examinations) {
    onProgress(name);
    examined.push({ name, looksFor, findings: await safely(() => examine(context), name) });
  }
  return examined;
}

async function safely(work: () => Finding[] | Promise<Finding[]>, name: string): Promise<Finding[]> {
  try {
    return await work();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    return [{ severity: 'error', where: name, found, advice: 'mend that, and run vigie doctor again' }];
  }
}

async function contextOf(
  workspace: Workspace,
  now: Instant,
  environment: Context['environment'],
): Promise<Context> {
  const { fleet, faults } = await tryFleet(workspace);
  const broken: BrokenFile[] = [];
  const onBroken = (file: BrokenFile) => broken.push(file);
  const days = await listDays(workspace);
  const months = await listMonths(workspace);
  const daysWithData = new Set(days);
  for (const month of months) {
    const monthly = await readMonthly(workspace, month, onBroken);
    for (const day of monthly?.inputs.days ?? []) daysWithData.add(day);
  }
  let newest: Context['newest'];
  for (const day of days) newest = (await readDaily(workspace, day, onBroken)) ?? newest;
  for (const { id } of await listImports(workspace, onBroken)) {
    for (const { path, month } of await importedMonthPaths(workspace, id))
      await readMonthlyFile(path, month, onBroken);
  }
  return {
    workspace,
    now,
    environment,
    fleet,
    faults,
    everySeconds: fleet?.everySeconds ?? 300,
    retentionSeconds: fleet?.retentionSeconds ?? 14 * 86_400,
    recent: await readRecent(workspace, now),
    daysWithData: [...daysWithData].toSorted(),
    newest,
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
