import { expect, test } from 'vitest';
import { overlay } from '../../src/store/overlay.ts';
import { partEntity } from '../../src/store/part.ts';

/** What is written into columns of three days. */
function columnOf(write: (into: Float64Array, at: number) => void): (number | null)[] {
  const column = new Float64Array(3).fill(Number.NaN);
  write(column, 0);
  return [...column].map((value) => (Number.isNaN(value) ? null : value));
}

test('a day of a gauge or a counter is wholly of one layer, also what that one does not know of it', () => {
  // As months of version 1 are read: without some statistics, and without sketches.
  const upper = partEntity(
    {
      samples: [1, null, 1],
      gauges: { check_duration_seconds: { last: [1, null, 3], p95: [null, null, 4] } },
      counters: { sent_bytes_total: { total: [5, null, 7], p95: [6, null, 8], max: [null, null, null] } },
    },
    3,
  );
  const lower = partEntity(
    {
      samples: 9,
      gauges: { check_duration_seconds: { last: [10, 20, 30], p95: [11, 21, 31] } },
      sketches: { check_duration_seconds: ['1 1', '2 1', '3 1'] },
      counters: {
        sent_bytes_total: {
          total: [50, 60, 70],
          p95: [51, 61, 71],
          max: [52, 62, 72],
          covered_seconds: 3600,
        },
      },
    },
    3,
  );
  const { samples, gauges, counters, sketches } = overlay(upper, lower);
  const [gauge, counter] = [gauges.get('check_duration_seconds'), counters.get('sent_bytes_total')];
  expect(columnOf(samples)).toEqual([1, 9, 1]);
  expect(columnOf((into, at) => gauge?.('last', into, at))).toEqual([1, 20, 3]);
  expect(columnOf((into, at) => gauge?.('p95', into, at))).toEqual([null, 21, 4]);
  expect(columnOf((into, at) => counter?.('total', into, at))).toEqual([5, 60, 7]);
  expect(columnOf((into, at) => counter?.('max', into, at))).toEqual([null, 62, null]);
  expect(columnOf((into, at) => counter?.('covered_seconds', into, at))).toEqual([null, 3600, null]);
  expect(sketches.get('check_duration_seconds')?.()).toEqual([null, '2 1', null]);
});
