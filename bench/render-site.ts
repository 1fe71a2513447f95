import { render, type Site } from '../src/cli/render.ts';
import { workspaceAt } from '../src/store/workspace.ts';

// The rendering half of the build's benches: `render-site.ts ROOT status|reports` renders one site of a workspace that was analysed.

const [, , root = '', site = ''] = process.argv;
await render(workspaceAt(root), site as Site);
