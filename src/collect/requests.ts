import pLimit from 'p-limit';
import type { EntityRecord, SourceError } from '../model/snapshot.ts';
import { toInstant } from '../model/time.ts';
import { type Ask, ask as askNetwork } from './ask.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Parsed, Request, RequestCollector } from './collector.ts';
import { type Control, doubt, isObserverOffline } from './controls.ts';

export interface RequestRunOptions {
  readonly userAgent: string;
  readonly clock: () => Date;
  /** What answers whenever we ourselves are online. */
  readonly controls: readonly Control[];
  /** How many requests may be under way at once. */
  readonly concurrency?: number;
  readonly ask?: Ask;
  /** Certificate authorities to trust instead of the machine's own, in PEM. */
  readonly ca?: string;
  /** Told of each record as it comes, before the observer's own state is known. */
  readonly onDone?: (record: EntityRecord) => void;
  /** Stops the run: what was not finished is an error, not a record. */
  readonly signal?: AbortSignal;
}

type Outcome = { readonly record: EntityRecord } | { readonly error: SourceError };

/**
 * Asks all requests, at most `concurrency` at once, and gives what they mean in the order of the requests.
 * A check that fails is asked again, as often as it says; an address that accepts no connection is left alone
 * after three checks; and nobody is called down by an observer who is cut off.
 */
export async function runRequests(
  collector: RequestCollector,
  requests: readonly Request[],
  options: RequestRunOptions,
): Promise<Parsed> {
  const { controls, concurrency = 50, ask = askNetwork } = options;
  const breaker = createBreaker();
  const limit = pLimit(concurrency);
  const isDown = (outcome: Outcome) => 'record' in outcome && outcome.record.state === 'down';
  let firstLook: Promise<boolean> | undefined;

  const outcomes = await Promise.all(
    requests.map((request) =>
      limit(async () => {
        const outcome = await settle(collector, request, breaker, options);
        if (isDown(outcome)) firstLook ??= isObserverOffline(controls, ask);
        if ('record' in outcome) options.onDone?.(outcome.record);
        return outcome;
      }),
    ),
  );
  // Looked at when the first check fails and once more at the end: the line may go down, or come back, during the run.
  const isOffline =
    firstLook !== undefined && ((await firstLook) || (await isObserverOffline(controls, ask)));
  const records = outcomes.flatMap((outcome) => ('record' in outcome ? [outcome.record] : []));
  return {
    records: isOffline ? records.map((record) => doubt(record, controls.length)) : records,
    errors: outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : [])),
  };
}

/** What breaks here, in asking or in parsing, costs this request and no other. */
async function settle(
  collector: RequestCollector,
  request: Request,
  breaker: Breaker,
  options: RequestRunOptions,
): Promise<Outcome> {
  try {
    const record = await askUntilGood(collector, request, breaker, options);
    options.signal?.throwIfAborted();
    return { record };
  } catch (error) {
    const message = options.signal?.aborted ? 'not asked: the run was stopped' : String(error);
    return { error: { source: request.entity, message: message.slice(0, 1000) } };
  }
}

async function askUntilGood(
  collector: RequestCollector,
  request: Request,
  breaker: Breaker,
  { userAgent, ask = askNetwork, clock, ca, signal }: RequestRunOptions,
): Promise<EntityRecord> {
  let failed: EntityRecord | undefined;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const at = toInstant(clock());
    const answer = await ask(request.check, {
      userAgent,
      block: breaker.blocks,
      ...(ca === undefined ? {} : { ca }),
      ...(signal === undefined ? {} : { signal }),
    });
    // The circuit opened between two attempts: what the attempts met says more than that.
    if (answer.isBlocked && failed !== undefined) return failed;
    breaker.learn(request.entity, answer);
    const record = collector.parse(request, answer, { at, attempt });
    if (record.state !== 'down' || answer.isBlocked || attempt > request.check.retries) return record;
    failed = record;
  }
}
