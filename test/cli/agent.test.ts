import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openFrameReader } from '../../src/collect/frames.ts';
import { loadCollectors } from '../../src/collect/registry.ts';

const vigie = fileURLToPath(new URL('../../src/cli/vigie.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'vigie-agent-'));
mkdirSync(join(root, 'data'));
writeFileSync(
  join(root, 'data/fleet.yaml'),
  `fleet: { name: Test }
access: { ssh: { user: vigie, key: key } }
hosts:
  hv1: { ssh: hv1.example.org }
  small: { ssh: small.example.org, root: false }
`,
);
afterAll(() => rmSync(root, { recursive: true }));

const hostCollectors = [...(await loadCollectors())].flatMap(([name, collector]) =>
  collector.kind === 'host' ? [{ name, commands: Object.entries(collector.commands) }] : [],
);
const sectionsOf = (isRoot: boolean) =>
  hostCollectors.flatMap(({ name, commands }) =>
    commands.filter(([, { asRoot = false }]) => asRoot === isRoot).map(([command]) => `${name}.${command}`),
  );

function agent(...words: string[]) {
  return spawnSync(process.execPath, [vigie, '--root', root, 'agent', ...words], { encoding: 'utf8' });
}

/** The sections that a script prints, as a forced command runs: with no argument that counts. */
function answer(script: string, { env = {}, input = 'echo ignored\n' } = {}): string[] {
  const { stdout, status } = spawnSync('sh', ['-c', script, 'agent', 'ignored'], {
    input,
    env: { PATH: process.env.PATH, ...env },
  });
  const frames = openFrameReader(1e8);
  frames.push(stdout);
  expect([status, frames.isWhole]).toEqual([0, true]);
  return [...frames.sections.keys()];
}

test('vigie agent prints a script that answers every command of every host collector', () => {
  const { stdout: script } = agent('small');
  expect(answer(script)).toEqual(sectionsOf(false));
});

test('of which the asker can name some collectors', () => {
  const { stdout: script } = agent('small');
  const host = sectionsOf(false).filter((name) => name.startsWith('host.'));
  expect(host.length).toBeGreaterThan(0);
  const ask = (words: string) => answer(script, { env: { SSH_ORIGINAL_COMMAND: words } });
  expect(ask('sh -s -- host')).toEqual(host);
  expect(ask('sh -s -- $(touch /tmp/no) hos host2')).toEqual([]);
  // Whoever asks something else gets what there is, and nothing else.
  expect(ask('rm -rf /')).toEqual(sectionsOf(false));
});

test('vigie agent --wrapper prints a script that answers what only root may read, for the collectors named in its input', () => {
  const { stdout: script } = agent('hv1', '--wrapper');
  const names = hostCollectors.map(({ name }) => name);
  expect(answer(script, { input: `${names.join(' ')}\n` })).toEqual(sectionsOf(true));
  expect(answer(script, { input: 'host $(id) *\n' })).toEqual([]);
  expect(answer(script, { input: '' })).toEqual([]);
});

test('vigie agent --install prints a script of shell with all four files', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE vigie';
  writeFileSync(join(root, 'data/key.pub'), `${key}\n`);
  const { stdout, status } = agent('hv1', '--install');
  expect(status).toBe(0);
  expect(stdout).toContain(`restrict,command="/usr/local/lib/vigie/agent" ${key}`);
  expect(stdout).toContain('vigie ALL=(root) NOPASSWD: /usr/local/lib/vigie/root ""');
  expect(stdout).toContain(agent('hv1').stdout);
  expect(stdout).toContain(agent('hv1', '--wrapper').stdout);
  expect(spawnSync('sh', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('vigie agent refuses a host that it does not know, and a key that is none', () => {
  const unknown = agent('hv9');
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('expected one of hv1, small'),
  ]);
  const evil = agent('hv1', '--install', '--key', `ssh-ed25519 A'; id #`);
  expect([evil.status, evil.stdout]).toEqual([2, '']);
});
