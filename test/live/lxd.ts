import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// Throw-away LXD daemons with containers of one program: busybox.

/** What is missing to run LXD here, in words; absent when all is there. */
export function missingLxd(): string | undefined {
  if (process.getuid?.() !== 0) return 'containers are started by root alone';
  const missing = ['lxd', 'lxc', 'busybox', 'tar', 'ldd'].filter((program) => pathOf(program) === undefined);
  return missing.length === 0 ? undefined : `no ${missing.join(', ')} here (Debian: lxd lxd-client busybox)`;
}

export interface Lxd {
  readonly socket: string;
  /** Runs its client to the end and gives its stdout. Throws when it fails. */
  lxc(...args: string[]): string;
  /** What its API answers. */
  query(path: string): unknown;
  /** Stops it and every container. */
  stop(): Promise<void>;
}

/** Starts LXD with a storage pool on a folder, and an image `tiny`. Throws what it said when it does not come up. */
export async function startLxd(folder: string): Promise<Lxd> {
  // The account that containers run as must be able to pass through.
  await mkdir(join(folder, 'lxd'), { recursive: true, mode: 0o711 });
  const env = { ...process.env, LXD_DIR: join(folder, 'lxd'), LXD_CONF: join(folder, 'client') };
  const child = spawn('lxd', [], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-5000);
  });
  const run = (program: string, args: readonly string[], input = ''): string => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      env,
      encoding: 'utf8',
      input,
      timeout: 40_000,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}\n${log}`);
    return stdout;
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const { status } = spawnSync('lxd', ['shutdown', '--timeout', '20'], { env });
    if (status !== 0) child.kill('SIGKILL');
    await ended;
    leaveNoCgroups();
    for (const mount of ['shmounts', 'devlxd']) spawnSync('umount', ['-l', join(folder, 'lxd', mount)]);
  };
  try {
    run('lxd', ['waitready', '--timeout', '30']);
    run('lxd', ['init', '--preseed'], preseed);
    await makeTinyRoot(join(folder, 'root'));
    await writeFile(join(folder, 'metadata.yaml'), metadata);
    run('tar', ['-C', folder, '-cf', join(folder, 'metadata.tar'), 'metadata.yaml']);
    run('tar', ['-C', join(folder, 'root'), '-czf', join(folder, 'rootfs.tar.gz'), '.']);
    run('lxc', [
      'image',
      'import',
      join(folder, 'metadata.tar'),
      join(folder, 'rootfs.tar.gz'),
      '--alias',
      'tiny',
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socket: join(folder, 'lxd/unix.socket'),
    lxc: (...args) => run('lxc', args),
    query: (path) => JSON.parse(run('lxc', ['query', path])),
    stop,
  };
}

/** A root file system in which init starts one process: busybox and the libraries it needs. */
export async function makeTinyRoot(folder: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'run', 'root', 'var'])
    await mkdir(join(folder, name), { recursive: true });
  const busybox = pathOf('busybox') ?? '';
  const libraries = spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout.match(/\/\S+\.so\S*/g) ?? [];
  for (const library of libraries) {
    await mkdir(join(folder, dirname(library)), { recursive: true });
    await copyFile(library, join(folder, library));
  }
  await copyFile(busybox, join(folder, 'bin/busybox'));
  for (const name of ['bin/sh', 'bin/sleep', 'bin/dd', 'sbin/init'])
    await symlink('/bin/busybox', join(folder, name));
  await writeFile(join(folder, 'etc/inittab'), '::respawn:/bin/sleep 86400\n');
}

/** Removes the empty cgroups that LXC leaves behind. */
export function leaveNoCgroups(): void {
  spawnSync('sh', ['-c', 'rmdir /sys/fs/cgroup/lxc.pivot /sys/fs/cgroup/*/lxc.pivot'], { stdio: 'ignore' });
}

const preseed = `config: { images.auto_update_interval: "0" }
storage_pools: [{ name: default, driver: dir }]
profiles: [{ name: default, devices: { root: { type: disk, path: /, pool: default } } }]
`;

const metadata = `architecture: ${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}
creation_date: 1700000000
properties: { os: busybox, release: "1.35" }
`;

function pathOf(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
