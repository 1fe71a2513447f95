import { describe, expect, it } from 'vitest';
import { latencyLine } from '../../src/status/latency-line.ts';

describe('the line of answer times', () => {
  it('starts at zero and ends at a round value above the slowest', () => {
    const line = latencyLine({ p50_seconds: [0.2, 0.3], p95_seconds: [0.9, 1.7] });
    expect(line?.ticks.map(({ seconds }) => seconds)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(line?.ticks.map(({ y }) => y)).toEqual([100, 75, 50, 25, 0]);
    expect(line?.p50).toBe('M0 90h0L1 85');
  });

  it('breaks where a day has no data, and a lone day is a dot', () => {
    const line = latencyLine({ p50_seconds: [1, null, 0.5], p95_seconds: [null, null, null] });
    expect(line?.p50).toBe('M0 0h0M2 50h0');
    expect(line?.p95).toBe('');
  });

  it('is absent without data', () => {
    expect(latencyLine({ p50_seconds: [null, null], p95_seconds: [null, null] })).toBeUndefined();
    expect(latencyLine({ p50_seconds: [], p95_seconds: [] })).toBeUndefined();
  });
});
