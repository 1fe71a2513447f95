import type { Readable } from 'node:stream';
import type { Section } from './collector.ts';
import { openFrameReader } from './frames.ts';

/** What a host answered to the script: all of it, or as much as came. */
export interface HostAnswer {
  readonly sections: ReadonlyMap<string, Section>;
  /** Why the host's answer is missing or incomplete; absent when it is whole. */
  readonly failure?: string;
}

/** How much of our time and memory one host may take. */
export interface HostLimits {
  /** From the first attempt to connect to the last byte. */
  readonly seconds: number;
  readonly bytes: number;
}

export const defaultHostLimits: HostLimits = { seconds: 60, bytes: 16 * 1024 * 1024 };

/** What a host is asked. */
export interface HostQuestion {
  /** Shell, as script.ts makes it. */
  readonly script: string;
  /** Whose commands it carries: what a forced command of all collectors' commands is to run of them. */
  readonly collectors: readonly string[];
  /** How long its answer may take. */
  readonly seconds: number;
}

/** A running host script, wherever it runs. */
export interface ScriptRun {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when both streams have ended: says how, e.g. `ended with status 1`. Never rejects. */
  readonly ending: Promise<string>;
}

/** When a host's time is up or the user stops the run, whichever comes first. */
export function deadlineOf(limits: HostLimits, signal?: AbortSignal): AbortSignal {
  const deadline = AbortSignal.timeout(limits.seconds * 1000);
  return signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
}

/** Why a deadline passed, in words. */
export function describeAbort(deadline: AbortSignal, limits: HostLimits): string {
  const isLate = deadline.reason instanceof DOMException && deadline.reason.name === 'TimeoutError';
  return isLate ? `no whole answer within ${limits.seconds} s` : 'stopped';
}

/** Reads what a host script prints, within the limits. What arrived before a failure is kept. Never rejects; the caller ends what still runs. */
export async function readAnswer(
  run: ScriptRun,
  limits: HostLimits,
  deadline: AbortSignal,
): Promise<HostAnswer> {
  const frames = openFrameReader(limits.bytes);
  let receivedBytes = 0;
  let complaint = '';
  const { promise: verdict, resolve: conclude } = Promise.withResolvers<string>();

  const onAbort = () => conclude(describeAbort(deadline, limits));
  const count = (chunk: Buffer) => {
    receivedBytes += chunk.length;
    if (receivedBytes > limits.bytes) conclude(`more than ${limits.bytes} bytes came`);
    return receivedBytes <= limits.bytes;
  };
  run.stdout.on('data', (chunk: Buffer) => {
    if (!count(chunk)) return;
    frames.push(chunk);
    if (frames.fault !== undefined) conclude(frames.fault);
    // The end frame is the end: a process that the host left behind may hold the streams open for long.
    if (frames.isWhole) conclude('');
  });
  run.stderr.on('data', (chunk: Buffer) => {
    if (count(chunk) && complaint.length < 1000) complaint += chunk.toString('utf8');
  });
  deadline.addEventListener('abort', onAbort);
  if (deadline.aborted) onAbort();

  const failure = await Promise.race([
    verdict,
    run.ending.then((ending) => describeEnding(ending, complaint)),
  ]);
  deadline.removeEventListener('abort', onAbort);
  return frames.isWhole ? { sections: frames.sections } : { sections: frames.sections, failure };
}

/** What the host said of itself is hostile: one line of printable text, no more. */
function describeEnding(ending: string, complaint: string): string {
  const said = complaint
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
  return `the host's script ${ending} before its answer was whole${said === '' ? '' : ` (${said})`}`;
}
