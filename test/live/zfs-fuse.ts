import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

// A throw-away ZFS in a process: zfs-fuse, with pools on files.

/** What is missing to run zfs-fuse here, in words; absent when all is there. A ZFS that runs here already is left alone. */
export function missingZfsFuse(): string | undefined {
  if (process.getuid?.() !== 0) return 'pools are made by root alone';
  if (!['/sbin/zfs-fuse', '/usr/sbin/zfs-fuse'].some((path) => existsSync(path)))
    return 'no zfs-fuse here (Debian: zfs-fuse)';
  if (!existsSync('/dev/fuse')) return 'no /dev/fuse here';
  if (existsSync('/dev/zfs') || spawnSync('zpool', ['list'], { env }).status === 0)
    return 'a ZFS runs here already, and is left alone';
  return undefined;
}

export interface ZfsFuse {
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
  const child = spawn('zfs-fuse', ['--no-daemon', '--no-kstat-mount'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-5000);
    });
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  };
  for (let wait = 0; wait < 100; wait += 1) {
    if (spawnSync('zpool', ['list'], { env }).status === 0) return { run, stop };
    if (child.exitCode !== null) break;
    await delay(100);
  }
  await stop();
  throw new Error(`zfs-fuse does not answer: ${log}`);
}

function run(program: 'zpool' | 'zfs', ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}`);
  return stdout;
}
