import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The programs that tests talk to, and the Debian packages that have them. */
const packages: Readonly<Record<string, string>> = {
  borg: 'borgbackup',
  busybox: 'busybox',
  chromium: 'chromium',
  curl: 'curl',
  free: 'procps',
  gawk: 'gawk',
  git: 'git',
  icinga2: 'icinga2-bin',
  java: 'default-jre-headless',
  lxc: 'lxd-client',
  'lxc-ls': 'lxc',
  lxd: 'lxd',
  'mariadb-dump': 'mariadb-client',
  mariadbd: 'mariadb-server-core',
  mawk: 'mawk',
  nagios4: 'nagios4',
  nginx: 'nginx-light',
  openssl: 'openssl',
  restic: 'restic',
  prometheus: 'prometheus',
  'prometheus-blackbox-exporter': 'prometheus-blackbox-exporter',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  rrdtool: 'rrdtool',
  python3: 'python3',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  sshd: 'openssh-server',
  smartctl: 'smartmontools',
  sudo: 'sudo',
  'victoria-metrics': 'victoria-metrics',
  // Where there is another ZFS, it stays.
  zpool: 'zfs-fuse',
};

/**
 * Installs what the tests need, where we may (root on Debian); says what to install elsewhere.
 * Tests whose program is missing are skipped with that reason.
 */
export async function installMissingPrograms(): Promise<void> {
  const programs = Object.keys(packages).filter((program) => !isInstalled(program));
  if (programs.length === 0) return;
  const missing = [...new Set(programs.map((program) => packages[program] ?? program))];
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    console.log(`Not installed: ${programs.join(', ')}. On Debian: apt-get install ${missing.join(' ')}`);
    return;
  }
  console.log(`Installing ${missing.join(', ')}`);
  try {
    await withDaemonsKeptDown(async (signal) => {
      const install = (names: readonly string[]) =>
        aptGet(['install', '-q', '-y', '--no-install-recommends', ...names], signal);
      await aptGet(['update', '-q'], signal);
      try {
        await install(missing);
      } catch (error) {
        if (signal.aborted) throw error;
        // A release that lacks one package has the others.
        for (const name of missing)
          await install([name]).catch(() => console.log(`Could not install ${name}`));
      }
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') process.exit(130);
    console.log(`Could not install ${missing.join(', ')}: ${error instanceof Error ? error.message : error}`);
  }
}

function isInstalled(program: string): boolean {
  // sshd lies in /usr/sbin, which is not in everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

async function aptGet(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
    signal,
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')}: exit status ${status}`);
}

/** Debian starts a daemon when it installs one, unless /usr/sbin/policy-rc.d says 101; an existing file is left as it is. */
async function withDaemonsKeptDown(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    if (isOurs) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
    await work(interruption.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    if (isOurs) await rm(policy, { force: true });
  }
}
