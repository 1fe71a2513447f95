import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));
const suite = pathToFileURL(join(project, 'test/setup/suite.ts')).href;

let folder: string;
beforeEach(() => {
  const cache = join(project, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the project, so that its packages are found.
  folder = mkdtempSync(join(cache, 'suite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the suite over test files of our own, in a process of its own. */
function run(
  files: Readonly<Record<string, string>>,
  ...args: string[]
): { status: number | null; lines: string[] } {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const script = `import { runSuite } from ${JSON.stringify(suite)}; process.exit(await runSuite(process.argv.slice(1)));`;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, '--', '--root', folder, '--globals', ...args],
    { encoding: 'utf8', env },
  );
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('the last line counts what passed, failed and was skipped; a broken file and a broken hook are failures', () => {
  const { status, lines } = run({
    'a.test.ts': `
      test('holds', () => {});
      test('does not hold', () => { expect(1).toBe(2); });
      test('cannot run here', ({ skip }) => skip('needs a moon'));
      test.todo('comes later');
      describe('after a broken hook', () => { beforeAll(() => { throw new Error('hook'); }); test('is not run', () => {}); });`,
    'b.test.ts': `throw new Error('does not load');`,
  });
  expect(lines.at(-1)).toBe('1 passed, 3 failed, 3 skipped');
  expect(lines).toContain('skipped: a.test.ts > cannot run here: needs a moon');
  expect(lines).toContain('skipped: a.test.ts > comes later: to be written');
  expect(status).toBe(1);
});

test('a promise that nobody awaits and that fails is a failure', () => {
  const { status, lines } = run({
    'a.test.ts': `test('holds', () => { Promise.reject(new Error('stray')); });`,
  });
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  expect(status).toBe(1);
});

test('all is well when every test passed', () => {
  const { status, lines } = run({ 'a.test.ts': `test('holds', () => {}); test('holds too', () => {});` });
  expect(lines.at(-1)).toBe('2 passed, 0 failed, 0 skipped');
  expect(status).toBe(0);
});

test('a run without a test is no success', () => {
  const { status, lines } = run({ 'a.test.ts': `test.skip('holds', () => {});` });
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 1 skipped');
  expect(status).toBe(1);
});

test('files that are named leave out the others', () => {
  const files = {
    'a.test.ts': `test('holds', () => {});`,
    'b.test.ts': `test('fails', () => { throw new Error(); });`,
  };
  const { status, lines } = run(files, 'a.test');
  expect(lines.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
  expect(status).toBe(0);
});

test('no file of the name that was given is a failure', () => {
  const { status, lines } = run({ 'a.test.ts': `test('holds', () => {});` }, 'nowhere');
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 0 skipped');
  expect(status).toBe(1);
});
