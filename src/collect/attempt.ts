import type { Socket } from 'node:net';
import type { Answer, Phases } from './collector.ts';
import { explainFailure, isOwnFault } from './failure.ts';

/** How services are asked: who asks, when to stop, whom to trust and what to leave alone. */
export interface AskOptions {
  /** Sent with HTTP requests; see `formatUserAgent`. */
  readonly userAgent: string;
  /** Stops the attempt early. */
  readonly signal?: AbortSignal;
  /** Certificate authorities to trust instead of the machine's own, in PEM. */
  readonly ca?: string;
  /** Why an address (`192.0.2.1:443`) must not be tried now; undefined when it may be. */
  readonly block?: (target: string) => string | undefined;
}

type PhaseName = Exclude<keyof Phases, 'totalSeconds'>;

/** One attempt under way: its clock, its connections, and what it has learned so far, which a failure does not undo. */
export interface Attempt {
  readonly options: AskOptions;
  readonly learned: { -readonly [Field in Exclude<keyof Answer, 'phases'>]?: Answer[Field] };
  /** Waits for one phase and adds its duration; rejects when the attempt's time is up. */
  time<Value>(phase: PhaseName, work: Promise<Value>): Promise<Value>;
  /** Waits for work that is no phase of its own; rejects when the attempt's time is up. */
  within<Value>(doing: string, work: Promise<Value>): Promise<Value>;
  /** Has the socket closed when the attempt ends, however it ends; at once when it has ended. */
  own(socket: Socket): void;
}

const doing: Readonly<Record<PhaseName, string>> = {
  dnsSeconds: 'resolving the name',
  tcpSeconds: 'connecting',
  tlsSeconds: 'in the TLS handshake',
  firstByteSeconds: 'waiting for the answer',
};

/** The longest delay that a Node.js timer takes. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Makes one attempt and gives its answer. What the network does becomes part of the answer;
 * what this machine lacks (file descriptors, ports, memory) is thrown, for it tells nothing of the service.
 */
export async function makeAttempt(
  timeoutSeconds: number,
  options: AskOptions,
  work: (attempt: Attempt) => Promise<void>,
): Promise<Answer> {
  const start = performance.now();
  const phases: { -readonly [Name in PhaseName]?: number } = {};
  const sockets = new Set<Socket>();
  const learned: Attempt['learned'] = {};
  const stop = Promise.withResolvers<never>();
  // Once the work has ended nobody waits for this promise any more; its rejection is then of no interest.
  stop.promise.catch(() => undefined);
  let current = 'starting';
  let isOver = false;

  const within = <Value>(what: string, work: Promise<Value>): Promise<Value> => {
    current = what;
    return Promise.race([work, stop.promise]);
  };
  const attempt: Attempt = {
    options,
    learned,
    within,
    time: async (phase, work) => {
      const begin = performance.now();
      const value = await within(doing[phase], work);
      phases[phase] = (phases[phase] ?? 0) + (performance.now() - begin) / 1000;
      return value;
    },
    own: (socket) => {
      if (isOver) socket.destroy();
      sockets.add(socket);
    },
  };

  const onTimeout = () => stop.reject(new Error(`timeout after ${timeoutSeconds} s, ${current}`));
  const timer = setTimeout(onTimeout, Math.min(timeoutSeconds * 1000, maxDelayMs));
  const onAbort = () => stop.reject(new Error('stopped'));
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) onAbort();
  try {
    await Promise.race([work(attempt), stop.promise]);
  } catch (error) {
    if (isOwnFault(error)) throw error;
    learned.failure = explainFailure(error);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    isOver = true;
    for (const socket of sockets) socket.destroy();
  }
  return { ...learned, phases: { ...phases, totalSeconds: (performance.now() - start) / 1000 } };
}
