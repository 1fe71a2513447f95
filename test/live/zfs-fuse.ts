import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { shellWord } from '../../src/collect/parse/shell-word.ts';

// A throw-away ZFS in a process: zfs-fuse, with pools on files. It mounts in a namespace of its own, so that no other program here finds
// it, and nothing of it is left when it ends.

/** What is missing to run zfs-fuse here, in words; absent when all is there. A ZFS that runs here already is left alone. */
export function missingZfsFuse(): string | undefined {
  if (process.getuid?.() !== 0) return 'pools are made by root alone';
  if (!['/sbin/zfs-fuse', '/usr/sbin/zfs-fuse'].some((path) => existsSync(path)))
    return 'no zfs-fuse here (Debian: zfs-fuse)';
  if (!existsSync('/dev/fuse')) return 'no /dev/fuse here';
  if (existsSync('/dev/zfs') || existsSync('/run/zfs/zfs_socket'))
    return 'a ZFS runs here already, and is left alone';
  if (spawnSync('unshare', ['--mount', 'true'], { env }).status !== 0)
    return 'no mount namespace may be made here';
  return undefined;
}

export interface ZfsFuse {
  /** Where the files are that the mounted datasets hold: what to put before their paths. */
  readonly root: string;
  /** Shell that runs other shell where this ZFS is found. */
  within(script: string): string;
  /** Runs a program of ZFS to the end and gives its stdout. Throws when it fails. */
  run(program: 'zpool' | 'zfs', ...args: string[]): string;
  /** Stops it, by its own process; pools that are left are lost. */
  stop(): Promise<void>;
}

const env = {
  ...process.env,
  PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Starts the daemon and waits until it answers. Throws what it said when it does not. */
export async function startZfsFuse(): Promise<ZfsFuse> {
  const start =
    'mkdir -p /run/zfs && mount -t tmpfs zfs /run/zfs && exec zfs-fuse --no-daemon --no-kstat-mount';
  const child = spawn('unshare', ['--mount', 'sh', '-c', start], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-5000);
    });
  }
  const namespace = `--mount=/proc/${child.pid}/ns/mnt`;
  const tryRun = (program: string, args: readonly string[]) =>
    spawnSync('nsenter', [namespace, program, ...args], { env, encoding: 'utf8', timeout: 30_000 });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  };
  const daemon: ZfsFuse = {
    root: `/proc/${child.pid}/root`,
    within: (script) => `exec nsenter ${namespace} sh -c ${shellWord(script)}\n`,
    run(program, ...args) {
      const { status, stdout, stderr } = tryRun(program, args);
      if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}`);
      return stdout;
    },
    stop,
  };
  for (let wait = 0; wait < 100; wait += 1) {
    // Until it has a namespace of its own, there is none here to ask.
    if (tryRun('test', ['-S', '/run/zfs/zfs_socket']).status === 0 && tryRun('zpool', ['list']).status === 0)
      return daemon;
    if (child.exitCode !== null) break;
    await delay(100);
  }
  await stop();
  throw new Error(`zfs-fuse does not answer: ${log}`);
}
