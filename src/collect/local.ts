import { type ChildProcess, spawn } from 'node:child_process';
import { deadlineOf, type HostAnswer, type HostLimits, readAnswer } from './transport.ts';

/**
 * Runs the host script on this machine. Never rejects.
 *
 * The script is a process group of its own and killed whole at the limits. What `timeout` runs in it is in yet other groups and ends
 * by its own limit, or when it next writes.
 */
export async function runLocal(
  script: string,
  limits: HostLimits,
  signal?: AbortSignal,
): Promise<HostAnswer> {
  // Like an SSH server we pass on no more of our environment than commands need: it may hold secrets.
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  const child = spawn('sh', ['-s'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: { PATH, HOME } });
  // A shell that ends before it has read the script says so by its status.
  child.stdin.on('error', () => undefined);
  child.stdin.end(script);
  const run = { stdout: child.stdout, stderr: child.stderr, ending: endingOf(child) };
  const answer = await readAnswer(run, limits, deadlineOf(limits, signal));
  kill(child);
  return answer;
}

function endingOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('error', (error) => resolve(`could not be started: ${error.message}`));
  child.on('close', (status, signal) =>
    resolve(status === null ? `was killed by ${signal}` : `ended with status ${status}`),
  );
  return promise;
}

function kill(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  // Once it has ended, its number may be another's.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}
