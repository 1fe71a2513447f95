import { join } from 'node:path';
import type { Workspace } from '../../src/store/workspace.ts';
import { arrive, check, emptyWorkspace, later, putFile, runOf } from '../store/workspaces.ts';

const fleet = 'fleet: { name: Test, timeZone: Europe/Paris, every: 1h }\n';
/** Two days, a look an hour, over the end of a month. */
const good = Array.from({ length: 48 }, (_, hour) => {
  const at = later('2024-04-29T22:00:00Z', hour);
  return runOf(at, [check(at)]);
});

/** A workspace with what is good. */
export function soundWorkspace(): Workspace {
  const workspace = emptyWorkspace();
  putFile(join(workspace.data, 'fleet.yaml'), fleet);
  arrive(workspace, good);
  return workspace;
}

/** Something wrong with a file. */
export interface Fault {
  readonly what: string;
  /** The place of the damaged file below `data/`. */
  readonly path: string;
  plant(path: string, outside: string): void;
  /** What is said of it. */
  readonly told: string;
}
