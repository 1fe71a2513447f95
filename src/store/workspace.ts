import { join, resolve } from 'node:path';

/** Where everything of a fleet lies. */
export interface Workspace {
  readonly root: string;
  /** What people write, and what collectors saw. */
  readonly data: string;
  /** What is computed and can be thrown away. */
  readonly computed: string;
  /** The two sites. */
  readonly dist: string;
}

/** The workspace below a folder. Touches no disk. */
export function workspaceAt(root: string): Workspace {
  const absolute = resolve(root);
  return {
    root: absolute,
    data: join(absolute, 'data'),
    computed: join(absolute, '.vigie'),
    dist: join(absolute, 'dist'),
  };
}
