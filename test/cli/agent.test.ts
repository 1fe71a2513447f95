import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openFrameReader } from '../../src/collect/frames.ts';
import { loadCollectors } from '../../src/collect/registry.ts';

const vigie = fileURLToPath(new URL('../../src/cli/vigie.ts', import.meta.url));

test('vigie agent prints a script that answers every command of every host collector', async () => {
  const { stdout: script } = spawnSync(process.execPath, [vigie, 'agent'], { encoding: 'utf8' });
  const expected = [...(await loadCollectors())].flatMap(([collector, { kind, ...rest }]) =>
    kind === 'host' && 'commands' in rest
      ? Object.keys(rest.commands).map((name) => `${collector}.${name}`)
      : [],
  );
  expect(expected.length).toBeGreaterThan(0);
  // As a forced command runs: with no argument that counts, and something else on stdin.
  const { stdout, status } = spawnSync('sh', ['-c', script, 'agent', 'ignored'], { input: 'echo ignored\n' });
  const frames = openFrameReader(1e8);
  frames.push(stdout);
  expect([status, frames.isWhole, [...frames.sections.keys()]]).toEqual([0, true, expected]);
});

test('vigie agent says how to install it', () => {
  const { stdout } = spawnSync(process.execPath, [vigie, 'agent'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^#!\/bin\/sh\n/);
  expect(stdout).toContain('restrict,command="/usr/local/lib/vigie/agent"');
});
