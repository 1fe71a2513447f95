import { isBuiltin } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Folders whose files may become part of the public site. */
const publicFolders = ['src/status', 'src/ui', 'src/model'];

/** The one file that may read from the disk. */
const reader = 'src/status/read.ts';

/**
 * Fails the build of the public site when it loads a file from elsewhere than its own folders and packages, or when our code
 * imports something of Node: what cannot be read cannot leak.
 */
export function leakGuard(root: string): Plugin {
  return {
    name: 'vigie-leak-guard',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !isBuiltin(source)) return;
      const file = ownFile(root, importer);
      if (file === undefined || file === reader) return;
      this.error(`${file} imports "${source}"; in the public site only ${reader} may import from Node`);
    },
    load(id) {
      const file = ownFile(root, id);
      if (file === undefined || publicFolders.some((folder) => file.startsWith(`${folder}/`))) return;
      this.error(`${file} is not public; the public site is made of ${publicFolders.join(', ')} alone`);
    },
  };
}

/** A file that belongs to no package, relative to the project, `/` between its parts; undefined for packages and for what is no file. */
function ownFile(root: string, id: string): string | undefined {
  const path = id.split('?', 1)[0] ?? '';
  if (!path.startsWith(sep) || path.includes(`${sep}node_modules${sep}`)) return undefined;
  return relative(resolve(root), path).split(sep).join('/');
}
