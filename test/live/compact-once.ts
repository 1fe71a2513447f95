import { once } from 'node:events';
import { compact } from '../../src/store/compact.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

// One compaction in a process of its own, to be killed. It says `ready` when all is loaded, begins at a line on its input, and says
// `waiting` when another one holds the lock, and at the end what it did.

const [, , root = '', retentionDays = ''] = process.argv;
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
const broken: unknown[] = [];
const summary = await compact({
  workspace: workspaceAt(root),
  timeZone: 'Europe/Paris',
  everySeconds: 3600,
  retentionSeconds: Number(retentionDays) * 86_400,
  now: '2027-06-01T00:00:00Z',
  onBroken: (file) => broken.push(file),
  onProgress: (text) => process.stdout.write(text.startsWith('waiting') ? 'waiting\n' : ''),
});
process.stdout.write(`${JSON.stringify({ summary, broken })}\n`);
