import pLimit from 'p-limit';
import type { Fleet } from '../model/fleet.ts';
import { toInstant } from '../model/time.ts';
import type { AskApi } from './ask-api.ts';
import type { ApiAnswer, ApiCollector, ApiRequest, Parsed } from './collector.ts';

/** How many questions of a collector are under way at once: servers that answer to whole teams are shared. */
const concurrency = 4;

/** A collector with what it asks, and the fleet that its questions were made of. */
export interface ApiPlan {
  readonly collector: ApiCollector;
  readonly fleet: Fleet;
  readonly requests: readonly ApiRequest[];
}

/** Asks all that is planned, and gives what the answers mean together. Never rejects for what a server does. */
export async function runApi(
  { collector, fleet, requests }: ApiPlan,
  { askApi, clock, signal }: { askApi: AskApi; clock: () => Date; signal?: AbortSignal | undefined },
): Promise<Parsed> {
  const at = toInstant(clock());
  const limit = pLimit(concurrency);
  const answers = new Map(
    await Promise.all(
      requests.map((request) =>
        limit(
          async (): Promise<[string, ApiAnswer]> => [
            request.name,
            signal?.aborted ? { at, failure: 'stopped' } : await askApi(request, signal),
          ],
        ),
      ),
    ),
  );
  const failures = requests.flatMap(({ name, source }) => {
    const failure = answers.get(name)?.failure;
    return failure === undefined ? [] : [{ source, part: name, message: failure }];
  });
  const parsed = parseSafely(collector, answers, { at, fleet }, requests[0]?.source ?? '');
  return { records: parsed.records, errors: [...failures, ...parsed.errors] };
}

/** A collector that throws on some answer is a bug of ours; it costs what that collector reads and no other's. */
function parseSafely(
  collector: ApiCollector,
  answers: ReadonlyMap<string, ApiAnswer>,
  context: Parameters<ApiCollector['parse']>[1],
  source: string,
): Parsed {
  try {
    return collector.parse(answers, context);
  } catch (cause) {
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return { records: [], errors: [{ source, message: `could not be parsed: ${message}`.slice(0, 1000) }] };
  }
}
