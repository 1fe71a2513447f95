import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSnapshot } from '../../src/store/snapshots.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';
import {
  check,
  compactAll,
  emptyWorkspace,
  later,
  removeWorkspace,
  runOf,
  tellHistory,
  textsBelow,
} from '../store/workspaces.ts';

const missing =
  spawnSync('git', ['--version']).status === 0 ? undefined : 'git is not installed: apt-get install git';
if (missing !== undefined) test('machines that share data through git', ({ skip }) => skip(missing));

/** A clone of the shared repository. */
interface Machine {
  readonly workspace: Workspace;
  git(...words: readonly string[]): string;
}

describe.skipIf(missing !== undefined)('machines that share data through git', () => {
  let base: Workspace;
  /** Two that collect, and one that builds. */
  let lyon: Machine;
  let paris: Machine;
  let builder: Machine;

  beforeEach(setUp);

  afterEach(() => removeWorkspace(base));

  function setUp(): void {
    base = emptyWorkspace();
    runGit(base.root, ['init', '-q', '--bare', '--initial-branch=data', 'shared.git']);
    builder = clone('builder');
    builder.git('commit', '-q', '--allow-empty', '-m', 'Begin');
    builder.git('push', '-q', 'origin', 'HEAD:data');
    [lyon, paris] = [clone('lyon'), clone('paris')];
  }

  function clone(name: string): Machine {
    const root = join(base.root, name);
    runGit(base.root, ['clone', '-q', join(base.root, 'shared.git'), name]);
    runGit(root, ['symbolic-ref', 'HEAD', 'refs/heads/data']);
    runGit(root, ['config', 'user.name', name]);
    runGit(root, ['config', 'user.email', `${name}@example.org`]);
    return { workspace: workspaceAt(root), git: (...words) => runGit(root, words) };
  }

  /** Looks once an hour, at the same seconds as the other one, and commits. */
  async function collect(machine: Machine, vantage: string, from: string, hours: number): Promise<void> {
    for (let hour = 0; hour < hours; hour += 1) {
      const at = later(from, hour);
      const records = [check(at, 'up', 'shared'), check(at, 'up', vantage)];
      await writeSnapshot(machine.workspace, runOf(at, records, { vantage }));
    }
    machine.git('add', 'data/snapshots');
    machine.git('commit', '-q', '-m', `Seen from ${vantage}`);
  }

  /** Brings what the others pushed, by the way of joining that is named, and pushes its own. */
  function share({ git }: Machine, way: '--rebase' | '--no-rebase'): void {
    git('pull', '-q', way, '--no-edit', 'origin', 'data');
    git('push', '-q', 'origin', 'HEAD:data');
  }

  /** Compacts what all have pushed, and pushes the rollups. */
  async function build(): Promise<void> {
    builder.git('pull', '-q', '--rebase', 'origin', 'data');
    const { broken } = await compactAll(builder.workspace);
    expect(broken).toEqual([]);
    builder.git('add', 'data/daily', ...(hasMonths() ? ['data/monthly'] : []));
    builder.git('commit', '-q', '-m', 'Rollups');
    builder.git('push', '-q', 'origin', 'HEAD:data');
  }

  const hasMonths = () => Object.keys(textsBelow(builder.workspace, 'monthly')).length > 0;
  const samplesOf = async (service: string) =>
    (await tellHistory(builder.workspace)).entities[`check:${service}:page`]?.samples;

  const start = '2026-10-30T23:00:00Z';

  for (const way of ['--rebase', '--no-rebase'] as const) {
    for (const order of ['lyon first', 'paris first'] as const) {
      test(`join without conflict by pull ${way}, ${order}, and the builder has what both saw`, async () => {
        await collect(lyon, 'lyon', start, 30);
        await collect(paris, 'paris', start, 30);
        const [first, second] = order === 'lyon first' ? [lyon, paris] : [paris, lyon];
        share(first, way);
        share(second, way);
        await build();
        // From midnight of Paris: a day of 24 hours, and six more of the next, each seen by both.
        expect(await samplesOf('lyon')).toEqual([24, 6]);
        expect(await samplesOf('paris')).toEqual([24, 6]);
        expect(await samplesOf('shared')).toEqual([48, 12]);
        expect(Object.keys(textsBelow(builder.workspace, 'monthly'))).toEqual(['monthly/2026-10.json']);
      });
    }
  }

  test('write the same rollups whichever of them pushed first, and whether they merged or rebased', async () => {
    const rollups: Record<string, string>[] = [];
    for (const way of ['--rebase', '--no-rebase'] as const) {
      removeWorkspace(base);
      setUp();
      await collect(lyon, 'lyon', start, 30);
      await collect(paris, 'paris', start, 30);
      share(way === '--rebase' ? lyon : paris, way);
      // On one of the ways the builder compacts what is there before the other one pushes.
      if (way === '--rebase') await build();
      share(way === '--rebase' ? paris : lyon, way);
      await build();
      rollups.push(textsBelow(builder.workspace, 'daily', 'monthly'));
    }
    expect(rollups[0]).toEqual(rollups[1]);
  });

  test('of which one pushes days later: its day is opened again, and its month', async () => {
    await collect(paris, 'paris', start, 2);
    await collect(lyon, 'lyon', start, 60);
    share(lyon, '--rebase');
    await build();
    expect(await samplesOf('paris')).toBeUndefined();
    share(paris, '--rebase');
    await build();
    expect(await samplesOf('paris')).toEqual([2, null, null]);
    expect(await samplesOf('shared')).toEqual([26, 24, 12]);
    // What was last seen of a check is handed on from day to day.
    expect(builder.git('show', '--name-only', '--format=', 'HEAD').trim().split('\n')).toEqual([
      'data/daily/2026/2026-10-31.json',
      'data/daily/2026/2026-11-01.json',
      'data/daily/2026/2026-11-02.json',
      'data/monthly/2026-10.json',
    ]);
  });

  test('go on beside the builder: rollups are touched by its commits alone', async () => {
    for (let day = 0; day < 3; day += 1) {
      await collect(lyon, 'lyon', later(start, day * 24), 24);
      // The builder is at work while the others collect; on the first day there is nothing yet.
      if (day > 0) await build();
      await collect(paris, 'paris', later(start, day * 24), 24);
      share(paris, day % 2 === 0 ? '--rebase' : '--no-rebase');
      share(lyon, '--rebase');
    }
    await build();
    expect(await samplesOf('shared')).toEqual([48, 48, 48]);
    const authors = builder.git('log', '--format=%an', '--', 'data/daily', 'data/monthly');
    expect(new Set(authors.trim().split('\n'))).toEqual(new Set(['builder']));
  });
});

/** Runs git without the settings of whoever runs the tests; throws with its own words when it refuses. */
function runGit(folder: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', words, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  });
  if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  return stdout;
}
