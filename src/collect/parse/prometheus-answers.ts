import { fromSeconds, toSeconds } from '../../model/time.ts';
import type { ApiAnswer } from '../collector.ts';
import { FormatError } from './field.ts';
import { PrometheusRefusal, parsePrometheusAnswer, type Sample } from './prometheus.ts';

/** An answer as far as it can be believed. */
export interface ReadAnswer {
  readonly samples: readonly Sample[];
  /** Series whose value is no number. */
  readonly withoutNumber: number;
  /** Why there is none at all: then nothing is known, which is not the same as no series. */
  readonly failure?: string;
  /** What else is wrong with it, one sentence each; a failure to ask is told by who asked. */
  readonly faults: readonly string[];
}

/** Reads an answer, without series that are of another time than ours. */
export function readAnswer(answer: ApiAnswer, maxAgeSeconds: number): ReadAnswer {
  if (answer.failure !== undefined)
    return { samples: [], withoutNumber: 0, failure: answer.failure, faults: [] };
  try {
    const { samples, withoutNumber, warnings, faults } = parsePrometheusAnswer(bodyOf(answer));
    const now = toSeconds(answer.at);
    const [fresh, stale] = [
      samples.filter(({ seconds }) => Math.abs(now - seconds) <= maxAgeSeconds),
      samples.filter(({ seconds }) => Math.abs(now - seconds) > maxAgeSeconds),
    ];
    const newest = stale.reduce((latest, { seconds }) => Math.max(latest, seconds), 0);
    return {
      samples: fresh,
      withoutNumber,
      faults: [
        ...warnings.map((warning) => `the server warns: ${warning}`),
        ...faults,
        ...(stale.length === 0
          ? []
          : [
              `${stale.length} series left out: the newest is of ${fromSeconds(newest)}, more than ${maxAgeSeconds} s from our clock`,
            ]),
      ],
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { samples: [], withoutNumber: 0, failure: error.message, faults: [error.message] };
  }
}

/** The text of an answer that is one. A refusal comes with a status of its own, and says more than that. */
function bodyOf({ status = 0, body = '' }: ApiAnswer): string {
  if (status >= 200 && status <= 299) return body;
  try {
    parsePrometheusAnswer(body);
  } catch (error) {
    if (error instanceof PrometheusRefusal) throw error;
  }
  throw new FormatError('status', String(status), '200');
}
