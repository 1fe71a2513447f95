import { spawnSync } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import { runLocal } from '../../src/collect/local.ts';
import { hostScript } from '../../src/collect/script.ts';
import { defaultHostLimits } from '../../src/collect/transport.ts';

const limits = defaultHostLimits;
/** A frame as a host script prints it. */
const section = "printf '\\n::vigie/1 first whole 0 5 0\\nfirst\\n'\n";
const first = new Map([['first', { stdout: 'first', stderr: '', status: 0, isTruncated: false }]]);

/** How many processes of a group still run. Those that ended and nobody asked about (state Z) do not. */
function countRunning(group: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=', '-o', 'stat='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => new RegExp(`^ *${group} +[^Z ]`).test(line)).length;
}

describe('a script on this machine', () => {
  test('gives its sections', async () => {
    const script = hostScript(
      new Map([
        ['a', { run: 'echo hello' }],
        ['b', { run: 'echo no >&2; exit 4' }],
      ]),
    );
    expect(await runLocal(script, limits)).toEqual({
      sections: new Map([
        ['a', { stdout: 'hello\n', stderr: '', status: 0, isTruncated: false }],
        ['b', { stdout: '', stderr: 'no\n', status: 4, isTruncated: false }],
      ]),
    });
  });

  test('sees nothing of our environment but the way to programs and home', async () => {
    vi.stubEnv('VIGIE_TEST_SECRET', 'canary');
    const { sections } = await runLocal(hostScript(new Map([['env', { run: 'env' }]])), limits);
    vi.unstubAllEnvs();
    expect(sections.get('env')?.stdout).toContain('PATH=');
    expect(sections.get('env')?.stdout).not.toContain('canary');
  });

  test('that hangs is stopped with its children, and what it said before is kept', async () => {
    const script = `printf '\\n::vigie/1 first whole 0 %s 0\\n%s\\n' "\${#$}" "$$"\nsleep 300\n`;
    const { sections, failure } = await runLocal(script, { ...limits, seconds: 2 });
    expect(failure).toBe('no whole answer within 2 s');
    const group = Number(sections.get('first')?.stdout);
    expect(group).toBeGreaterThan(1);
    await expect.poll(() => countRunning(group), { timeout: 5000 }).toBe(0);
  });

  test('that never stops printing is stopped at the limit', async () => {
    const { sections, failure } = await runLocal(`${section}exec cat /dev/zero\n`, {
      seconds: 60,
      bytes: 100_000,
    });
    expect({ sections, failure }).toEqual({
      sections: first,
      failure: expect.stringMatching(/where one was due|more than 100000 bytes/),
    });
  });

  test('that never stops printing to stderr is stopped at the limit', async () => {
    const { sections, failure } = await runLocal(`${section}exec cat /dev/zero >&2\n`, {
      seconds: 60,
      bytes: 100_000,
    });
    expect({ sections, failure }).toEqual({ sections: first, failure: 'more than 100000 bytes came' });
  });

  test('that ends early is told by its status and its own words', async () => {
    const { sections, failure } = await runLocal(
      `${section}printf 'no\\033[31m\\nway' >&2; exit 7\n`,
      limits,
    );
    expect({ sections, failure }).toEqual({
      sections: first,
      failure: "the host's script ended with status 7 before its answer was whole (no [31m way)",
    });
  });

  test('that is killed is told by its signal', async () => {
    const { failure } = await runLocal('kill -KILL $$\n', limits);
    expect(failure).toBe("the host's script was killed by SIGKILL before its answer was whole");
  });

  test('that is stopped by the user says so', async () => {
    const { failure } = await runLocal('sleep 300\n', limits, AbortSignal.abort());
    expect(failure).toBe('stopped');
  });

  test('is done at its end frame, whatever it leaves behind holding its streams', async () => {
    const { failure } = await runLocal(`sleep 300 &\nprintf '\\n::vigie/1 end\\n'\nsleep 300\n`, limits);
    expect(failure).toBeUndefined();
  });
});
