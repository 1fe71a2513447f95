import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { parsePrometheusAnswer } from '../../../src/collect/parse/prometheus.ts';

// The forms are those of https://prometheus.io/docs/prometheus/latest/querying/api/.

const vector = (result: unknown, more: object = {}) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...more });

describe('an answer of the query API', () => {
  test('gives the samples of a vector', () => {
    const text = vector([
      { metric: { __name__: 'up', job: 'node', instance: 'hv1:9100' }, value: [1795373960.689, '1'] },
      { metric: { __name__: 'up', job: 'node', instance: 'hv2:9100' }, value: [1795373960.689, '0'] },
    ]);
    const { samples, faults, warnings } = parsePrometheusAnswer(text);
    expect(samples.map(({ value, seconds, labels }) => [value, seconds, labels.get('instance')])).toEqual([
      [1, 1795373960.689, 'hv1:9100'],
      [0, 1795373960.689, 'hv2:9100'],
    ]);
    expect([faults, warnings]).toEqual([[], []]);
  });

  test('gives the last sample of a range, with its own time', () => {
    const values = [
      [1795373930, '5.15'],
      [1795373960, '5.6'],
    ];
    const text = JSON.stringify({
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: { __name__: 'node_load1' }, values }] },
    });
    expect(parsePrometheusAnswer(text).samples).toMatchObject([{ seconds: 1795373960, value: 5.6 }]);
  });

  test('gives a scalar as one sample without labels', () => {
    const text = '{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"1.5e3"]}}';
    expect(parsePrometheusAnswer(text).samples).toMatchObject([{ seconds: 1435781451.781, value: 1500 }]);
  });

  test('without series is no data: no sample, and no fault', () => {
    expect(parsePrometheusAnswer(vector([]))).toEqual({
      samples: [],
      withoutNumber: 0,
      warnings: [],
      faults: [],
    });
  });

  test('leaves out what is no number, and counts it', () => {
    const series = (value: string) => ({ metric: {}, value: [1, value] });
    const text = vector([...['NaN', '+Inf', '-Inf', '0'].map(series), { metric: {}, histogram: [1, {}] }]);
    const { samples, withoutNumber } = parsePrometheusAnswer(text);
    expect([samples.map(({ value }) => value), withoutNumber]).toEqual([[0], 4]);
  });

  test('tells the warnings that come with it', () => {
    const { warnings } = parsePrometheusAnswer(vector([], { warnings: ['store\n10.0.0.7 is unavailable'] }));
    expect(warnings).toEqual(['store 10.0.0.7 is unavailable']);
  });

  test('that cannot be read in one series gives the others', () => {
    const good = { metric: { a: 'b' }, value: [1, '2'] };
    const bad = [
      { metric: {}, value: [1, 2] },
      { metric: { a: 1 }, value: [1, '2'] },
      { value: [1, '2'] },
      7,
      null,
    ];
    const { samples, faults } = parsePrometheusAnswer(vector([...bad, good]));
    expect(samples).toHaveLength(1);
    expect(faults).toEqual([
      'series 1: value: found "2", expected a number as text',
      'series 2: a: found "1", expected text of at most 2000 characters',
      'series 3: metric: found nothing, expected an object',
      'and 2 more series that cannot be read',
    ]);
  });

  test.each([
    [
      '{"status":"error","errorType":"bad_data","error":"1:5: parse error"}',
      'the server refused: bad_data: 1:5: parse error',
    ],
    [vector([], { isPartial: true }), 'isPartial: found "true", expected an answer of all storage nodes'],
    [
      '<html>502 Bad Gateway</html>',
      'answer: found "<html>502 Bad Gateway</html>", expected JSON of the Prometheus query API',
    ],
    ['{"status":"success","data":["up"]}', 'data: found "[\\"up\\"]", expected an object'],
    [
      '{"status":"success","data":{"activeTargets":[]}}',
      'data.resultType: found nothing, expected vector, scalar or matrix',
    ],
    [
      '{"status":"success","data":{"resultType":"string","result":[1,"a"]}}',
      'data.resultType: found "string", expected vector, scalar or matrix',
    ],
    ['', 'answer: found "", expected JSON of the Prometheus query API'],
  ])('is refused, and says why: %s', (text, message) => {
    expect(() => parsePrometheusAnswer(text)).toThrow(FormatError);
    expect(() => parsePrometheusAnswer(text)).toThrow(message);
  });

  test('never gives a number that is none, and throws nothing but FormatError', () => {
    const anything = fc.oneof(fc.json(), fc.string());
    const numbers = fc.oneof(fc.double(), fc.constantFrom('NaN', '+Inf', '1', '-1e5', '1e999', '0x10', ' 1'));
    const series = fc.record(
      {
        metric: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()),
        value: fc.oneof(fc.tuple(numbers, numbers.map(String)), fc.anything()),
        values: fc.array(fc.tuple(fc.double(), numbers.map(String))),
      },
      { requiredKeys: [] },
    );
    const answers = fc
      .record({
        status: fc.constantFrom('success', 'error'),
        isPartial: fc.boolean(),
        warnings: fc.anything(),
        data: fc.record({
          resultType: fc.constantFrom('vector', 'matrix', 'scalar', 'string'),
          result: fc.oneof(fc.array(series), fc.anything()),
        }),
      })
      .map((value) =>
        JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)),
      );
    fc.assert(
      fc.property(fc.oneof(anything, answers), (text) => {
        try {
          for (const { value, seconds } of parsePrometheusAnswer(text).samples)
            expect([value, seconds].every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
