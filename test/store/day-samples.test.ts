import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { DaySamples } from '../../src/store/day-samples.ts';

const day = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'] as const;

/** An instant of the day. */
function atMinute(minute: number): string {
  return new Date(Date.parse(day[0]) + minute * 60_000).toISOString().replace('.000', '');
}

describe('the values of a metric', () => {
  test('are those of the samples that told it, whichever these are and in whatever order they came', () => {
    const value = fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined });
    const runs = fc.uniqueArray(fc.record({ minute: fc.nat({ max: 99 }), load: value, sent: value }), {
      selector: ({ minute }) => minute,
    });
    fc.assert(
      fc.property(runs, (told) => {
        const samples = DaySamples.empty();
        for (const { minute, load, sent } of told) {
          const record: EntityRecord = {
            entity: 'host:hv1',
            at: atMinute(minute),
            ...(load === undefined ? {} : { gauges: { load_ratio: load } }),
            ...(sent === undefined ? {} : { counters: { sent_bytes_total: sent } }),
          };
          samples.add(`${minute}`, [record], day);
        }
        const inOrder = told.toSorted((a, b) => a.minute - b.minute);
        const resumed = DaySamples.resume(samples.keep('key'), 'key') ?? expect.fail();
        for (const { gauges, samples: own } of [samples.entity('host:hv1'), resumed.entity('host:hv1')]) {
          expect(gauges.get('load_ratio') ?? []).toEqual(inOrder.flatMap(({ load }) => load ?? []));
          expect(own.map(({ record }) => record.counters?.sent_bytes_total)).toEqual(
            inOrder.map(({ sent }) => sent),
          );
        }
      }),
    );
  });
});

describe('of an owner that names others at each run', () => {
  const runs = Array.from({ length: 40 }, (_, run) => ({
    file: `run-${run}`,
    records: Array.from({ length: 3000 }, (_, index): EntityRecord => {
      // The first names in the alphabet come neither first nor last.
      const entity = `dataset:hv1:${(run * 17) % 40}-${index}`;
      return { entity, at: atMinute(run), gauges: { used_bytes: index } };
    }),
  }));
  const honest = { file: 'honest', records: [{ entity: 'host:hv2', at: atMinute(50) }] };

  test('no more is held than a day may have, and what a run may add', () => {
    const samples = DaySamples.empty();
    for (const { file, records } of [honest, ...runs]) {
      samples.add(file, records, day);
      // Two series each, of 50,000 and as many again before they are counted.
      expect(samples.names.length).toBeLessThan(60_000);
    }
    expect(samples.names).toContain('host:hv2');
  });

  test('the same ones are left out in whatever order they came, and whether kept in between or not', () => {
    const orders = [runs, runs.toReversed(), runs.toSorted((a, b) => (a.file < b.file ? -1 : 1))];
    const left = orders.map((order, index) => {
      let samples = DaySamples.empty();
      for (const { file, records } of [...order, honest]) {
        samples.add(file, records, day);
        if (index === 1 && file === 'run-20')
          samples = DaySamples.resume(samples.keep('key'), 'key') ?? expect.fail();
      }
      expect(samples.limit()).toEqual(['hv1']);
      return samples.names;
    });
    const all = runs.flatMap(({ records }) => records.map(({ entity }) => entity)).toSorted();
    // Each takes a little more than two series: it has a name.
    expect(left[0]?.length).toBeGreaterThan(23_000);
    expect(left[0]).toEqual([...all.slice(0, (left[0]?.length ?? 0) - 1), 'host:hv2']);
    for (const names of left) expect(names).toEqual(left[0]);
  });
});
