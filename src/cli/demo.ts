import { createHmac } from 'node:crypto';
import events from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type Served, serveFolder } from '../demo/serve.ts';
import { type Demo, startDemo } from '../demo/start.ts';
import { toInstant } from '../model/time.ts';
import { shownPath } from '../store/fleet.ts';
import { type Workspace, workspaceAt } from '../store/workspace.ts';
import { build } from './build.ts';
import { collect } from './collect.ts';
import { type Progress, paint, progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';

const ports = { status: 4280, reports: 4281 };

/** How old the pages are that nobody renews. */
const staleSeconds = 3600;

interface Flags {
  readonly once?: true;
  readonly stale?: true;
  readonly seed: number;
  readonly days?: number;
}

/** `vigie demo`, which `npm start` runs */
export const command = new Command('demo')
  .description(
    'show an invented fleet alive in .demo/: thirteen months of history, real collectors, both sites',
  )
  .option('--once', 'stop after the build')
  .option('--stale', 'history and pages that end an hour ago, and that nobody renews: they warn of it')
  .option('--seed <number>', 'another history: the same seed gives the same one', wholeNumber, 1)
  .option('--days <number>', 'a shorter history', wholeNumber)
  .addHelpText(
    'after',
    `
The fleet is the one of data/fleet.yaml, imitated on this machine alone: its hosts are real SSH servers, its services real HTTP
servers, all on loopback. This machine is read as one more host. The history is told once and kept until the next day.

Examples:
  npm start                     both sites at two addresses, renewed every five minutes until Ctrl-C
  npm start -- --once           the same without serving: pages in .demo/dist/
  npm start -- --stale          what a visitor sees when collecting and building have stopped
  vigie demo --seed 7 --days 90`,
  )
  .action(async (flags: Flags, self: Command) => {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    try {
      await run(flags, workspaceOf(self), progressOn(), stop.signal);
    } catch (cause) {
      if (!stop.signal.aborted) throw cause;
    }
    if (!stop.signal.aborted) return;
    console.error('stopped');
    // To stop what serves is how it ends; to stop what was asked to finish is a failure.
    if (flags.once) process.exitCode = 1;
  });

async function run(
  { once, stale, seed, days }: Flags,
  own: Workspace,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const workspace = workspaceAt(join(own.root, '.demo'));
  // History and pages end an hour ago as one: a page has no data that are newer than itself.
  const clock = () => new Date(Date.now() - (stale ? staleSeconds * 1000 : 0));
  const demo = await timed(progress, 'hosts and services answer', () =>
    startDemo({
      source: own.data,
      workspace,
      seed,
      ...(days === undefined ? {} : { days }),
      clock,
      signal,
      onHistory: (done, total) => {
        if (done === 0)
          progress.line(`telling ${total} days of history, once: under a minute on most machines`);
        progress.state(`day ${done} of ${total}`);
      },
    }),
  );
  const served: Served[] = [];
  try {
    if (stale) await rebuild(demo, workspace, seed, progress, clock());
    else await renew(demo, workspace, seed, progress, signal);
    if (once) {
      progress.line(
        `pages: ${shownPath(join(workspace.dist, 'status'))}, ${shownPath(join(workspace.dist, 'reports'))}`,
      );
      return;
    }
    for (const site of ['status', 'reports'] as const)
      served.push(await serveFolder(join(workspace.dist, site), ports[site]));
    const [status, reports] = served;
    progress.line(
      `\n  public status page   ${paint('cyan', status?.url ?? '')}\n  internal reports     ${paint('cyan', reports?.url ?? '')}\n`,
    );
    if (stale) {
      progress.line('nothing is renewed; Ctrl-C stops');
      await events.once(signal, 'abort');
      return;
    }
    for (;;) {
      progress.line(
        `next run at ${new Date(clock().getTime() + demo.fleet.everySeconds * 1000).toLocaleTimeString('fr-FR')}; Ctrl-C stops`,
      );
      await setTimeout(demo.fleet.everySeconds * 1000, undefined, { signal });
      try {
        await renew(demo, workspace, seed, progress, signal);
      } catch (cause) {
        // As with cron: a run that fails is told, the pages stay as they are, and the next run tries again.
        signal.throwIfAborted();
        console.error(cause);
      }
    }
  } finally {
    progress.end();
    await Promise.all([demo, ...served].map((part) => part.close()));
  }
}

/** Collects by the real collectors over real protocols, and builds both sites. */
async function renew(
  demo: Demo,
  workspace: Workspace,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const clock = () => new Date();
  // The history may end a minute ago: whether due or not, a demo shows the present.
  // Whether due or not; what the demo's hosts have no answers for is not asked.
  const only = ['host', 'probe'];
  await timed(progress, 'collected', async () => {
    const { outcomes } = await collect({ workspace, fleet: demo.fleet, clock, only, progress, signal });
    return `${outcomes.filter(({ errors }) => errors.length === 0).length} of ${outcomes.length} sources`;
  });
  await rebuild(demo, workspace, seed, progress, clock());
  signal.throwIfAborted();
}

/** Builds both sites as of an instant. */
async function rebuild(
  { fleet }: Demo,
  workspace: Workspace,
  seed: number,
  progress: Progress,
  now: Date,
): Promise<void> {
  await timed(progress, 'built', async () => {
    const pageSecret =
      process.env.VIGIE_PAGE_SECRET ?? createHmac('sha256', 'vigie demo').update(String(seed)).digest('hex');
    const built = await build({ workspace, fleet, now: toInstant(now), pageSecret, progress });
    return `compacted ${built.compactSeconds} s, analysed ${built.analyseSeconds} s, rendered ${built.renderSeconds.status} s and ${built.renderSeconds.reports} s`;
  });
}

/** Does something and says, in a line, what and how long it took; a text that it gives is added. */
async function timed<Result>(progress: Progress, what: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const detail = typeof result === 'string' ? `: ${result}` : '';
  progress.end();
  progress.line(`${paint('green', '✓')} ${what} (${seconds} s)${detail}`);
  return result;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}
