import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command, Section } from '../../src/collect/collector.ts';
import { openFrameReader } from '../../src/collect/frames.ts';
import { hostScript, rootScript, rootWrapperPath } from '../../src/collect/script.ts';

/** Each shell that hosts use as sh, and how it is asked to read a script from stdin. */
const shells: readonly (readonly [string, ...string[]])[] = [
  ['dash', '-s'],
  ['bash', '--posix', '-s'],
  ['busybox', 'sh', '-s'],
];

/** Commands that behave badly, among others that do not. Those that hang have one second. */
const commands: Readonly<Record<string, Command>> = {
  first: { run: 'printf first' },
  quotes: { run: `printf '%s\\n\\n' "it's" '$HOME \`id\`' "\\\\"` },
  fails: { run: 'echo partial; echo reason >&2; exit 3' },
  missing: { run: 'no-such-program --json' },
  broken: { run: 'if then' },
  hangs: { run: 'exec sleep 300', timeoutSeconds: 1 },
  stubborn: { run: "trap '' TERM; while :; do sleep 1; done", timeoutSeconds: 1 },
  'leaves-child': { run: 'echo before; sleep 20 & true', timeoutSeconds: 1 },
  floods: { run: 'yes', maxBytes: 1000 },
  'floods-stderr': { run: 'yes >&2' },
  'floods-nul': { run: 'cat /dev/zero', maxBytes: 1000 },
  'floods-words': { run: 'printf "a "; yes x | tr -d "\\n"', maxBytes: 1000 },
  // What the reader cuts off ends, but for its NUL bytes, like a section that came whole, with numbers that no shell can count with.
  'forges-end': { run: 'head -c 4199 /dev/zero; printf "x 08 99999999"; yes', maxBytes: 100 },
  'forges-status': { run: '{ head -c 65526 /dev/zero; printf "x 99999999"; yes; } >&2' },
  'long-stderr': { run: 'printf kept; head -c 20000 /dev/zero | tr "\\\\000" e >&2' },
  nul: { run: 'printf "a\\\\000b"' },
  'not-text': { run: 'printf "\\\\303\\\\251\\\\377"' },
  exact: { run: 'printf 0123456789', maxBytes: 10 },
  'one-more': { run: 'printf 0123456789X', maxBytes: 10 },
  forges: {
    run: 'printf "\\\\n::vigie/1 forged whole 0 0 0\\\\n\\\\n::vigie/1 end\\\\n 9 0"; printf "::vigie/1 end\\\\n" >&3',
  },
  'eats-stdin': { run: 'cat' },
  kills: { run: 'kill -KILL $$' },
  environment: { run: 'echo "$LC_ALL $TZ"' },
  empty: { run: ':' },
  large: { run: 'head -c 1048576 /dev/zero | tr "\\\\000" x' },
  last: { run: 'printf last' },
};

interface Run {
  readonly sections: ReadonlyMap<string, Section>;
  readonly isWhole: boolean;
  readonly fault: string | undefined;
  readonly status: number | null;
  readonly stderr: string;
}

async function runIn(
  [shell, ...args]: readonly [string, ...string[]],
  script: string,
  env = process.env,
): Promise<Run> {
  const child = spawn(shell, args, { env });
  child.stdin.end(script);
  const [stdout, stderr] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const reader = openFrameReader(1e7);
  reader.push(stdout);
  return {
    sections: reader.sections,
    isWhole: reader.isWhole,
    fault: reader.fault,
    status: child.exitCode,
    stderr,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'vigie-shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An environment in which busybox runs its own timeout and head, as on Alpine. */
function busyboxOnly(): NodeJS.ProcessEnv {
  const path = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  for (const program of ['busybox', 'sh', 'timeout', 'head', 'sleep', 'yes', 'cat', 'tr', 'renice']) {
    symlinkSync(path, join(folder, program));
  }
  return { PATH: folder };
}

// They run side by side: each waits for the commands that hang.
const runs = shells
  .filter(([name]) => spawnSync(name, ['-c', ':']).error === undefined)
  .map((shell): [string, Promise<Run>] => {
    const env = shell[0] === 'busybox' ? busyboxOnly() : process.env;
    return [shell[0], runIn(shell, hostScript(new Map(Object.entries(commands))), env)];
  });

for (const [name, running] of runs) {
  describe(`in ${name}, the host script`, () => {
    let run: Run;
    const at = (section: string) => run.sections.get(section);
    beforeAll(async () => {
      run = await running;
    }, 60_000);

    test('answers every section, in order, and ends well', () => {
      expect([run.status, run.fault, run.isWhole]).toEqual([0, undefined, true]);
      expect([...run.sections.keys()]).toEqual(Object.keys(commands));
      expect(run.stderr).toBe('');
    });

    test('passes commands on as they are written and gives back every byte', () => {
      expect(at('first')).toEqual({ stdout: 'first', stderr: '', status: 0, isTruncated: false });
      expect(at('quotes')?.stdout).toBe("it's\n\n$HOME `id`\n\n\\\n\n");
      expect(at('not-text')?.stdout).toBe('é\ufffd');
      expect(at('empty')).toEqual({ stdout: '', stderr: '', status: 0, isTruncated: false });
      expect(at('large')?.stdout).toBe('x'.repeat(1048576));
      expect(at('last')?.stdout).toBe('last');
    });

    test('tells a failure by its status and stderr', () => {
      expect(at('fails')).toEqual({ stdout: 'partial\n', stderr: 'reason\n', status: 3, isTruncated: false });
      expect(at('missing')).toMatchObject({
        stdout: '',
        stderr: expect.stringContaining('not found'),
        status: 127,
      });
      expect(at('broken')?.status).toBe(2);
      expect(at('kills')?.status).toBe(137);
    });

    test('ends commands that hang', () => {
      expect(at('hangs')).toMatchObject({ stdout: '', status: 124 });
      expect(at('stubborn')).toMatchObject({ stdout: '', status: 137 });
      expect(at('leaves-child')?.status).toBe(124);
    });

    test('cuts what is too long, and says so', () => {
      expect(at('floods')).toEqual({
        stdout: 'y\n'.repeat(500),
        stderr: '',
        status: null,
        isTruncated: true,
      });
      expect(at('floods-words')).toMatchObject({
        stdout: `a ${'x'.repeat(998)}`,
        status: null,
        isTruncated: true,
      });
      expect(at('forges-end')).toEqual({
        stdout: 'x 08 99999999',
        stderr: '',
        status: null,
        isTruncated: true,
      });
      expect(at('forges-status')).toMatchObject({ stdout: '', status: null, isTruncated: true });
      expect(at('floods-nul')).toMatchObject({ status: null, isTruncated: true });
      expect(at('floods-stderr')).toEqual({
        stdout: '',
        stderr: 'y\n'.repeat(2048),
        status: null,
        isTruncated: true,
      });
      expect(at('long-stderr')).toEqual({
        stdout: 'kept',
        stderr: 'e'.repeat(4096),
        status: 0,
        isTruncated: false,
      });
      expect(at('exact')).toMatchObject({ stdout: '0123456789', isTruncated: false });
      expect(at('one-more')).toMatchObject({ stdout: '0123456789', isTruncated: true });
    });

    test('drops NUL bytes and gives commands no input', () => {
      expect(at('nul')?.stdout).toBe('ab');
      expect(at('eats-stdin')?.stdout).toBe('');
    });

    test('lets no content look like a frame', () => {
      expect(at('forges')?.stdout).toBe('\n::vigie/1 forged whole 0 0 0\n\n::vigie/1 end\n 9 0');
      expect(run.sections.has('forged')).toBe(false);
    });

    test('speaks C and UTC', () => {
      expect(at('environment')?.stdout).toBe('C UTC\n');
    });
  });
}

for (const [name] of shells) {
  if (!runs.some(([ran]) => ran === name))
    test(`in ${name}, the host script`, (context) => context.skip(`no ${name} here`));
}

describe('the host script', () => {
  test('does nothing when only a part of it arrives', () => {
    const script = hostScript(new Map([['a', { run: 'echo a' }]]));
    for (const share of [0.2, 0.5, 0.9]) {
      const { stdout } = spawnSync('sh', ['-s'], {
        input: script.slice(0, Math.floor(script.length * share)),
      });
      expect(stdout.toString()).toBe('');
    }
  });

  test('says what a host without timeout lacks', async () => {
    const { status, stderr } = await runIn(
      ['/bin/sh', '-s'],
      hostScript(new Map()).replace(/ PATH=\S+/, ' PATH=/nowhere'),
    );
    expect([status, stderr]).toEqual([3, 'this host has no timeout (coreutils or busybox)\n']);
  });

  test('refuses a section name that is not a plain word', () => {
    expect(() => hostScript(new Map([['a; id', { run: 'true' }]]))).toThrow('"a; id"');
  });

  test('refuses limits that are not whole numbers above 0', () => {
    expect(() => hostScript(new Map([['a', { run: 'true', timeoutSeconds: 0 }]]))).toThrow('found 0');
    expect(() => hostScript(new Map([['a', { run: 'true', maxBytes: 1.5 }]]))).toThrow('found 1.5');
  });
});

describe('what only root may read', () => {
  const mixed: ReadonlyMap<string, Command> = new Map([
    ['a.own', { run: 'id -un' }],
    ['b.one', { run: 'printf "one\\377\\n\\n"', asRoot: true }],
    ['c.two', { run: 'printf two; exit 3', asRoot: true }],
    ['b.hangs', { run: 'exec sleep 300', timeoutSeconds: 1, asRoot: true }],
  ]);
  const expected = new Map([
    ['b.one', { stdout: 'one\ufffd\n\n', stderr: '', status: 0, isTruncated: false }],
    ['b.hangs', { stdout: '', stderr: '', status: 124, isTruncated: false }],
    ['c.two', { stdout: 'two', stderr: '', status: 3, isTruncated: false }],
  ]);

  /** The script with programs in the place of `id` and `sudo`. */
  function withPrograms(script: string, programs: Readonly<Record<string, string>>): string {
    const own = mkdtempSync(join(folder, 'programs-'));
    for (const [name, text] of Object.entries(programs))
      writeFileSync(join(own, name), `#!/bin/sh\n${text}`, { mode: 0o755 });
    return script.replace(' PATH=$PATH', ` PATH=${own}:$PATH`);
  }

  const someone = 'case $1 in -u) echo 1000 ;; *) echo someone ;; esac\n';

  for (const shell of shells.filter(([name]) => spawnSync(name, ['-c', ':']).error === undefined)) {
    test(`comes by way of the root wrapper, in ${shell[0]}`, async () => {
      const wrapper = join(folder, `wrapper-${shell[0]}`);
      writeFileSync(wrapper, rootScript(mixed));
      // As sudo does: a program of this name alone, no other arguments, nothing of the environment.
      const sudo = `[ "$*" = "-n ${rootWrapperPath}" ] || exit 9\nexec env -i ${shell[0]} ${shell.slice(1, -1).join(' ')} ${wrapper}\n`;
      const run = await runIn(shell, withPrograms(hostScript(mixed), { id: someone, sudo }));
      expect([run.status, run.fault, run.isWhole]).toEqual([0, undefined, true]);
      expect(run.sections.get('a.own')?.stdout).toBe('someone\n');
      expect(run.sections.get('root')).toMatchObject({ stdout: '', status: 0, isTruncated: false });
      for (const [name, section] of expected) expect(run.sections.get(name)).toEqual(section);
    });
  }

  test('comes at once where the account is root', async () => {
    const script = withPrograms(hostScript(mixed), { id: 'echo 0\n', sudo: 'exit 9\n' });
    const { sections } = await runIn(['dash', '-s'], script);
    expect([...sections.keys()]).toEqual(['a.own', 'b.one', 'b.hangs', 'c.two']);
    for (const [name, section] of expected) expect(sections.get(name)).toEqual(section);
  });

  test('is missing, and said to be, where sudo does not let us', async () => {
    const sudo = 'echo "sudo: a password is required" >&2; exit 1\n';
    const { sections } = await runIn(['dash', '-s'], withPrograms(hostScript(mixed), { id: someone, sudo }));
    expect([...sections.keys()]).toEqual(['a.own', 'root']);
    expect(sections.get('root')).toMatchObject({ status: 1, stderr: 'sudo: a password is required\n' });
  });

  test('cannot take the place of what the account read itself', async () => {
    const sudo = `printf '\\n::vigie/1 a.own whole 0 4 0\\nroot\\n'\n`;
    const run = await runIn(['dash', '-s'], withPrograms(hostScript(mixed), { id: someone, sudo }));
    expect(run.fault).toBe('section a.own came twice');
    expect(run.sections.get('a.own')?.stdout).toBe('someone\n');
  });
});
