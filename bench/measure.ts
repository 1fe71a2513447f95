import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a program cost, its children included. */
export interface Cost {
  /** From its start to its end. */
  readonly seconds: number;
  /** Processor time, user and system. */
  readonly cpu_seconds: number;
  /** The most that its largest process held: read every 20 ms, from the kernel's own high-water mark. */
  readonly peak_rss_bytes: number;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end and gives its stdout and its cost. Throws when it fails. One at a time: processor time is told of all children that ended. */
export async function measure({
  command,
  args,
  cwd,
  env,
  input = '',
}: Program): Promise<{ stdout: string; cost: Cost }> {
  const cpuBefore = cpuSecondsOfEndedChildren();
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stdin.end(input);
  let peakBytes = 0;
  const watch = setInterval(() => {
    if (child.pid !== undefined) peakBytes = Math.max(peakBytes, ...familyOf(child.pid).map(peakRssBytes));
  }, 20);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  try {
    const status = await promise;
    const seconds = (performance.now() - started) / 1000;
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}`);
    const cpu = cpuSecondsOfEndedChildren() - cpuBefore;
    return { stdout, cost: { seconds, cpu_seconds: cpu, peak_rss_bytes: peakBytes } };
  } finally {
    clearInterval(watch);
  }
}

/** A process and all below it. */
function familyOf(pid: number): number[] {
  const children = readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

function peakRssBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`))?.[1] ?? 0) * 1024;
}

/** proc_pid_stat(5): cutime and cstime, the 16th and 17th fields, in hundredths of a second. */
function cpuSecondsOfEndedChildren(): number {
  const fields = readProc('self/stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Empty when the process has just ended. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

/** The middle one by a value; of an even number the lower of the two. */
export function medianBy<Item>(items: readonly Item[], value: (item: Item) => number): Item {
  const middle = items.toSorted((a, b) => value(a) - value(b))[(items.length - 1) >> 1];
  if (middle === undefined) throw new RangeError('the median of nothing');
  return middle;
}
