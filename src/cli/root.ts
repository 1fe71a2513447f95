import type { Command } from 'commander';
import { type Workspace, workspaceAt } from '../store/workspace.ts';

/** The workspace that `--root` names. */
export function workspaceOf(command: Command): Workspace {
  const { root } = command.optsWithGlobals<{ root?: string }>();
  return workspaceAt(root ?? '.');
}
