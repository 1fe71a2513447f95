import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './openssh.ts';

const programs = [
  'prometheus',
  'prometheus-node-exporter',
  'prometheus-blackbox-exporter',
  'victoria-metrics',
  'openssl',
];

/** Why Prometheus and its exporters cannot be started here; undefined when they can. */
export function missingPrometheus(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  const missing = programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** A program that listens on a port of this machine alone. */
export interface Listener {
  readonly port: number;
  /** Ends it, by its own process, and waits for that. */
  stop(): Promise<void>;
}

/** Starts a program on a free port; the arguments are made of `127.0.0.1:PORT`. Resolves when `path` answers. */
export async function startListener(
  program: string,
  args: (address: string) => readonly string[],
  { path, ca }: { readonly path: string; readonly ca?: string },
): Promise<Listener> {
  const port = await freePort();
  const child = spawn(program, args(`127.0.0.1:${port}`), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const stop = () => end(child);
  const deadline = Date.now() + 30_000;
  while (!(await answers(port, path, ca))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`${program} did not answer: ${said}`);
    }
    await pause(100);
  }
  return { port, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  const timer = globalThis.setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}

/** Whether anything answers, whatever it says: a server that asks for a password is ready, too. */
async function answers(port: number, path: string, ca: string | undefined): Promise<boolean> {
  try {
    if (ca === undefined) return (await fetch(`http://127.0.0.1:${port}${path}`)).status < 500;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const sent = request({ host: '127.0.0.1', port, path, ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
    return (await promise) < 500;
  } catch {
    return false;
  }
}
