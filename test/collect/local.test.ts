import { describe, expect, test } from 'vitest';
import { runLocal } from '../../src/collect/local.ts';
import { hostScript } from '../../src/collect/script.ts';
import { defaultHostLimits } from '../../src/collect/transport.ts';

const limits = defaultHostLimits;
/** A frame as a host script prints it. */
const section = "printf '\\n::vigie/1 first whole 0 5 0\\nfirst\\n'\n";
const first = new Map([['first', { stdout: 'first', stderr: '', status: 0, isTruncated: false }]]);

/** Whether a process with this number runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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

  test('that hangs is stopped with its children, and what it said before is kept', async () => {
    const script = `printf '\\n::vigie/1 first whole 0 %s 0\\n%s\\n' "\${#$}" "$$"\nsleep 300\n`;
    const { sections, failure } = await runLocal(script, { ...limits, seconds: 1 });
    expect(failure).toBe('no whole answer within 1 s');
    const pid = Number(sections.get('first')?.stdout);
    expect(pid).toBeGreaterThan(1);
    // A negative number means the process group.
    await expect.poll(() => isRunning(-pid)).toBe(false);
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
