import { FormatError } from './field.ts';
import { shownJson } from './json-fields.ts';

// The answer of the query API that Prometheus, Thanos, Mimir and VictoriaMetrics share
// (https://prometheus.io/docs/prometheus/latest/querying/api/).

/** The value of a series at an instant. */
export interface Sample {
  /** Among them `__name__`, where a function has not dropped it; none for a scalar. */
  readonly labels: ReadonlyMap<string, string>;
  /** When the server says it held, in seconds since 1970: the time of the evaluation, or for a range the time of its last sample. */
  readonly seconds: number;
  readonly value: number;
}

export interface PrometheusAnswer {
  readonly samples: readonly Sample[];
  /** Series whose value is no number: NaN, an infinity, a histogram. They are left out. */
  readonly withoutNumber: number;
  /** What the server says of its own answer, e.g. that a store did not answer. */
  readonly warnings: readonly string[];
  /** One sentence for each series that could not be read; past three, how many more there were. */
  readonly faults: readonly string[];
}

/** The server's own refusal. */
export class PrometheusRefusal extends FormatError {
  constructor(type: unknown, message: unknown) {
    super('status', 'error', '"success"');
    this.name = 'PrometheusRefusal';
    this.message = `the server refused: ${printable(type, 60)}: ${printable(message, 400)}`;
  }
}

const maxSeries = 200_000;
const maxLabels = 100;
const maxLabelLength = 2000;
const maxFaults = 3;
const maxWarnings = 5;

/**
 * Reads the answer to an instant query. Of a range, the last sample counts.
 * @throws FormatError when it is none, when the server refused, and when the answer says of itself that parts are missing: sums
 * over it would be too small, and what is not in it would look like nothing.
 */
export function parsePrometheusAnswer(text: string): PrometheusAnswer {
  const answer = objectOf(parseJson(text), 'answer', text);
  const status = answer.get('status');
  if (status === 'error') throw new PrometheusRefusal(answer.get('errorType'), answer.get('error'));
  if (status !== 'success') throw new FormatError('status', shown(status), '"success" or "error"');
  // VictoriaMetrics: some of its storage nodes did not answer.
  if (answer.get('isPartial') === true)
    throw new FormatError('isPartial', 'true', 'an answer of all storage nodes');
  const data = objectOf(answer.get('data'), 'data');
  const warnings = answer.get('warnings');
  return {
    ...readResult(data.get('resultType'), data.get('result')),
    warnings: Array.isArray(warnings)
      ? warnings.slice(0, maxWarnings).map((warning) => printable(warning, 300))
      : [],
  };
}

function readResult(type: unknown, result: unknown): Omit<PrometheusAnswer, 'warnings'> {
  if (type !== 'vector' && type !== 'matrix' && type !== 'scalar')
    throw new FormatError('data.resultType', shown(type), 'vector, scalar or matrix');
  if (!Array.isArray(result)) throw new FormatError('data.result', shown(result), 'a list');
  if (type === 'scalar') {
    const sample = readPoint(new Map(), result);
    return { samples: sample === undefined ? [] : [sample], withoutNumber: sample ? 0 : 1, faults: [] };
  }
  if (result.length > maxSeries)
    throw new FormatError('data.result', `${result.length} series`, `at most ${maxSeries}`);
  const samples: Sample[] = [];
  const faults: string[] = [];
  let withoutNumber = 0;
  let faultCount = 0;
  for (const [index, entry] of result.entries()) {
    try {
      const sample = readSeries(entry, type);
      if (sample === undefined) withoutNumber += 1;
      else samples.push(sample);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faultCount += 1;
      if (faultCount <= maxFaults) faults.push(`series ${index + 1}: ${error.message}`);
    }
  }
  if (faultCount > maxFaults) faults.push(`and ${faultCount - maxFaults} more series that cannot be read`);
  return { samples, withoutNumber, faults };
}

function readSeries(entry: unknown, type: 'vector' | 'matrix'): Sample | undefined {
  const series = objectOf(entry, 'series');
  const labels = readLabels(series.get('metric'));
  if (type === 'vector') {
    if (series.has('histogram')) return undefined;
    return readPoint(labels, series.get('value'));
  }
  const values = series.get('values');
  if (values === undefined && series.has('histograms')) return undefined;
  if (!Array.isArray(values) || values.length === 0)
    throw new FormatError('values', shown(values), 'samples');
  return readPoint(labels, values.at(-1));
}

function readLabels(metric: unknown): Map<string, string> {
  const labels = objectOf(metric, 'metric');
  if (labels.size > maxLabels)
    throw new FormatError('metric', `${labels.size} labels`, `at most ${maxLabels}`);
  return new Map(
    [...labels].map(([name, value]): [string, string] => {
      if (typeof value !== 'string' || value.length > maxLabelLength || name.length > maxLabelLength)
        throw new FormatError(
          printable(name, 100),
          shown(value),
          `text of at most ${maxLabelLength} characters`,
        );
      return [name, value];
    }),
  );
}

/** `[1795373960.707, "100"]`; undefined where the value is no number. */
function readPoint(labels: ReadonlyMap<string, string>, point: unknown): Sample | undefined {
  const [seconds, text]: unknown[] = Array.isArray(point) && point.length === 2 ? point : [];
  // The last second of the year 9999 is the last of which our instants can tell.
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < 253_402_300_800))
    throw new FormatError('time', shown(seconds), 'seconds since 1970');
  if (typeof text !== 'string') throw new FormatError('value', shown(text), 'a number as text');
  if (/^(NaN|[+-]?Inf)$/.test(text)) return undefined;
  const value = Number(text);
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(value))
    throw new FormatError('value', text, 'a number');
  return { labels, seconds, value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError('answer', text, 'JSON of the Prometheus query API');
  }
}

function objectOf(value: unknown, field: string, text?: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError(field, text ?? shown(value), 'an object');
  return new Map(Object.entries(value));
}

function shown(value: unknown): string | undefined {
  return value === undefined ? undefined : typeof value === 'string' ? value : shownJson(value, 100);
}

/** One line of text, whatever the server made of it. */
function printable(value: unknown, maxLength: number): string {
  const text = typeof value === 'string' ? value : shownJson(value, maxLength);
  return text
    .slice(0, maxLength)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
}
