import type { CheckOfService } from '../../model/fleet-checks.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import type { Sample } from './prometheus.ts';
import type { ReadAnswer } from './prometheus-answers.ts';
import { readProbe } from './prometheus-blackbox.ts';
import { hostSeries, type SeriesMoment, seenAt } from './prometheus-series.ts';

const maxReasonLength = 500;

/** What the answer to a check's own query says: one value, 0 for down. Without it the state is unknown. */
export function readQueryCheck(
  { entity }: CheckOfService<'prometheus'>,
  answer: ReadAnswer,
  at: string,
): EntityRecord {
  const { samples, withoutNumber, failure } = answer;
  const [sample, second] = samples;
  const doubt =
    failure ??
    (second !== undefined
      ? `${samples.length} series, expected one`
      : sample === undefined
        ? withoutNumber > 0
          ? 'the value is no number'
          : 'no data'
        : undefined);
  if (doubt !== undefined) return unknown(entity, at, doubt);
  return sample?.value === 0
    ? { entity, at, state: 'down', reason: 'the query gives 0' }
    : { entity, at, state: 'up' };
}

/** What the blackbox exporter says of a target. */
export function readTargetCheck(
  { entity, check }: CheckOfService<'prometheus'>,
  answer: ReadAnswer,
  samples: readonly Sample[],
  moment: SeriesMoment,
): EntityRecord {
  if (answer.failure !== undefined) return unknown(entity, moment.at, answer.failure);
  const series = hostSeries(samples);
  const seen = seenAt(series, moment);
  if (seen?.isStale) return unknown(entity, moment.at, `last probed at ${seen.at}`);
  const [evaluated] = samples;
  const found = evaluated && readProbe(series, check, evaluated.seconds);
  if (found === undefined || seen === undefined) {
    const isSilent = series.rows(['silent'], []).length > 0;
    const why = series.faults[0] ?? (isSilent ? 'its exporter does not answer' : 'no data');
    return unknown(entity, moment.at, why);
  }
  return { entity, at: seen.at, ...found };
}

function unknown(entity: string, at: string, reason: string): EntityRecord {
  return { entity, at, state: 'unknown', reason: reason.slice(0, maxReasonLength) };
}
