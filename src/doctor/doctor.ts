import type { Instant } from '../model/time.ts';
import type { Workspace } from '../store/workspace.ts';
import { announcements } from './announcements.ts';
import { clocks } from './clocks.ts';
import { readContext } from './context.ts';
import { disks } from './disks.ts';
import type { Context, Examination, Finding } from './examination.ts';
import { files } from './files.ts';
import { fleet } from './fleet.ts';
import { gaps } from './gaps.ts';
import { hostKeys } from './host-keys.ts';
import { late } from './late.ts';
import { orphans } from './orphans.ts';
import { space } from './space.ts';
import { workspace } from './workspace.ts';

/** All examinations, in the order in which they are told. */
export const examinations: readonly Examination[] = [
  fleet,
  announcements,
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
  const context = await readContext(workspace, now, environment);
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
