import { join, resolve } from 'node:path';

/** Where everything of a fleet lies. */
export interface Workspace {
  readonly root: string;
  /** What people write, and what collectors saw. */
  readonly data: string;
  /** `.vigie/`: what is computed anew when it is missing. */
  readonly cache: string;
  /** What the public site is made from: `.vigie/status.json`. Like all of `.vigie/`, computed anew at each build. */
  readonly statusFile: string;
  /** What outages tell and nobody has written of: `.vigie/untold.json`. */
  readonly untoldFile: string;
  /** What the internal site is made from: `.vigie/reports.json`. */
  readonly reportsFile: string;
  /** The two sites. */
  readonly dist: string;
}

/** The workspace below a folder. Touches no disk. */
export function workspaceAt(root: string): Workspace {
  const absolute = resolve(root);
  return {
    root: absolute,
    data: join(absolute, 'data'),
    cache: join(absolute, '.vigie'),
    statusFile: join(absolute, '.vigie', 'status.json'),
    untoldFile: join(absolute, '.vigie', 'untold.json'),
    reportsFile: join(absolute, '.vigie', 'reports.json'),
    dist: join(absolute, 'dist'),
  };
}
