import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

// A throw-away MariaDB that listens on a socket in its own folder and nowhere else.

/** What is missing to run MariaDB here, in words; absent when all is there. */
export function missingMariaDb(): string | undefined {
  const programs = ['mariadbd', 'mariadb-install-db', 'mariadb-dump', 'mariadb'];
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  return missing.length === 0
    ? undefined
    : `no ${missing.join(', ')} here (Debian: mariadb-server-core, mariadb-client)`;
}

export interface MariaDb {
  readonly socket: string;
  /** Runs SQL and gives what it prints. */
  query(sql: string): string;
  stop(): Promise<void>;
}

/** Starts it, and waits until it answers. */
export async function startMariaDb(folder: string): Promise<MariaDb> {
  const data = join(folder, 'data');
  const socket = join(folder, 'mariadb.sock');
  const { username } = userInfo();
  await mkdir(data, { recursive: true });
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--user=${username}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'pipe' },
  );
  const options = [
    '--skip-networking',
    '--innodb-buffer-pool-size=16M',
    '--innodb-flush-log-at-trx-commit=0',
    '--skip-log-bin',
  ];
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--user=${username}`,
      `--pid-file=${join(folder, 'pid')}`,
      ...options,
    ],
    { stdio: 'ignore' },
  );
  const query = (sql: string) =>
    execFileSync('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '-N', '-e', sql], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  };
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    await setTimeout(100);
    if (!existsSync(socket)) continue;
    try {
      query('select 1');
      return { socket, query, stop };
    } catch {
      // Not yet.
    }
  }
  await stop();
  throw new Error('mariadbd does not answer');
}
