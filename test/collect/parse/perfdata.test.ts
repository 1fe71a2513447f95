import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerSeconds, parsePerfdata, perfMetrics } from '../../../src/collect/parse/perfdata.ts';
import { isMetricName } from '../../../src/model/metric.ts';

const first = (text: string) => parsePerfdata(text).rows[0];
const metrics = (text: string) => perfMetrics(parsePerfdata(text).rows);

describe('performance data', () => {
  // The examples of the guidelines and of the plugins' own pages.
  test.each([
    ['/=2643MB;5948;5958;0;5968', { label: '/', value: 2643, unit: 'MB', max: 5968 }],
    ['load1=0.260;5.000;10.000;0; ', { label: 'load1', value: 0.26, unit: '', max: undefined }],
    [
      'rta=0.051000ms;3000.000000;5000.000000;0.000000',
      { label: 'rta', value: 0.051, unit: 'ms', max: undefined },
    ],
    ['pl=0%;80;100;0;100', { label: 'pl', value: 0, unit: '%', max: 100 }],
    ["'disk /var'=95GB;30;60;0;100", { label: 'disk /var', value: 95, unit: 'GB', max: 100 }],
    ["'l''eau = 1'=3;;", { label: "l'eau = 1", value: 3, unit: '', max: undefined }],
    ['temp=-4.5;@10:20;~:10', { label: 'temp', value: -4.5, unit: '', max: undefined }],
    ['users=U', { label: 'users', value: undefined, unit: '', max: undefined }],
    ['time=0,065s;;;0,000000;10,000000', { label: 'time', value: 0.065, unit: 's', max: 10 }],
    ['in=1.5e3B', { label: 'in', value: 1500, unit: 'B', max: undefined }],
    ['x=nan', { label: 'x', value: undefined, unit: '', max: undefined }],
  ])('%j is read as it was meant', (text, expected) => {
    expect(parsePerfdata(text)).toEqual({ rows: [expected], faults: [] });
  });

  test('of several values are apart by blanks, however many', () => {
    const { rows, faults } = parsePerfdata(" rta=0.1ms;;;  pl=0%;20;60\t'a b'=1c \n more=1B;;;; ");
    expect(rows.map(({ label, value }) => [label, value])).toEqual([
      ['rta', 0.1],
      ['pl', 0],
      ['a b', 1],
      ['more', 1],
    ]);
    expect(faults).toEqual([]);
  });

  test('that are none cost themselves alone, and say what was expected', () => {
    const { rows, faults } = parsePerfdata("OK =3 a=b c=1.2.3 d=7 'open=4");
    expect(rows).toEqual([{ label: 'd', value: 7, unit: '', max: undefined }]);
    expect(faults[0]).toBe('performance data: found "OK", expected \'label\'=value');
    expect(faults.slice(1)).toEqual([
      'performance data: found "=3", expected \'label\'=value',
      'value of a: found "b", expected a number and its unit',
      'and 2 more',
    ]);
  });

  test('are read back as they were written', () => {
    const label = fc
      .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
      .filter((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text));
    const value = fc
      .double({ noNaN: true, min: -1e15, max: 1e15 })
      .map((number) => Number(number.toFixed(6)));
    const unit = fc.constantFrom('', 's', 'ms', 'us', '%', 'B', 'KB', 'MB', 'GB', 'TB', 'c');
    const values = fc.array(fc.record({ label, value, unit }), { maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        const text = all
          .map((one) => `'${one.label.replaceAll("'", "''")}'=${one.value.toFixed(6)}${one.unit};1;~:2;0;9`)
          .join(' ');
        expect(parsePerfdata(text)).toEqual({
          rows: all.map((one) => ({ ...one, value: Number(one.value.toFixed(6)), max: 9 })),
          faults: [],
        });
      }),
    );
  });

  test('of thousands of values, or of megabytes of blanks and quotes, are read in a moment and bounded', () => {
    const start = performance.now();
    for (const text of [
      'a=1 '.repeat(50_000),
      "'".repeat(500_000),
      ' '.repeat(500_000),
      "'a''".repeat(200_000),
    ])
      expect(parsePerfdata(text).rows.length).toBeLessThanOrEqual(100);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('metrics', () => {
  test('have our units, and how much there can be of what is measured in bytes', () => {
    expect(metrics("/var=2GB;3;4;0;8 time=65ms pl=5% procs=7 'in total'=9c")).toEqual({
      gauges: {
        perf_var_bytes: 2 * 1024 ** 3,
        perf_var_max_bytes: 8 * 1024 ** 3,
        perf_time_seconds: 0.065,
        perf_pl_ratio: 0.05,
        perf_procs_count: 7,
      },
      counters: { perf_in_total_count_total: 9 },
      leftOut: [],
    });
  });

  test('are left out, and told, where we have no such unit or two labels give one name', () => {
    expect(metrics('humidity=3lux a-b=1 a_b=2 down=-1c')).toEqual({
      gauges: { perf_a_b_count: 1 },
      counters: {},
      leftOut: ['humidity (lux)', 'a_b (twice)', 'down (c)'],
    });
  });

  test('of a value that a plugin could not tell are not there', () => {
    expect(metrics('users=U').gauges).toEqual({});
  });

  test('always have names and values that a record takes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.string(), fc.double(), fc.constantFrom('', 'PB', 's', 'c', '%'))
        .map(([label, value, unit]) => `'${label.replaceAll("'", "''")}'=${value}${unit};;;;${value}`),
    );
    fc.assert(
      fc.property(fc.array(text), (all) => {
        const { gauges, counters } = metrics(all.join(' '));
        for (const [name, value] of Object.entries({ ...gauges, ...counters }))
          expect([name, isMetricName(name), Number.isFinite(value)]).toEqual([name, true, true]);
      }),
      { numRuns: 500 },
    );
  });
});

test('how long a service took is what its plugin calls time, in seconds', () => {
  expect(answerSeconds([first('time=0.026942s;;;0.000000;10.000000')].flatMap((one) => one ?? []))).toBe(
    0.026942,
  );
  expect(answerSeconds(parsePerfdata('size=3B time=65ms').rows)).toBe(0.065);
  expect(answerSeconds(parsePerfdata('time=3').rows)).toBeUndefined();
  expect(answerSeconds(parsePerfdata('rta=3ms').rows)).toBeUndefined();
});
