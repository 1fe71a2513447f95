import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availability, outagesIn } from '../../../src/analysis/uptime/availability.ts';
import { mergeChecks, type Step, stateSeconds } from '../../../src/analysis/uptime/timeline.ts';
import { State } from '../../../src/model/state.ts';

const steps = (...pairs: [number, State][]): Step[] => pairs.map(([at, state]) => ({ at, state }));

describe('a service of several checks', () => {
  const merged = (page: Step[], search: Step[], isSearchEssential = true) =>
    mergeChecks([
      { steps: page, isEssential: true },
      { steps: search, isEssential: isSearchEssential },
    ]);

  test('is down while an essential check fails', () => {
    expect(merged(steps([0, 'up']), steps([0, 'up'], [10, 'down'], [20, 'up']))).toEqual(
      steps([0, 'up'], [10, 'down'], [20, 'up']),
    );
  });

  test('is degraded while another check fails or a check is slow', () => {
    expect(merged(steps([0, 'up']), steps([0, 'up'], [10, 'down'], [20, 'up']), false)).toEqual(
      steps([0, 'up'], [10, 'degraded'], [20, 'up']),
    );
    expect(merged(steps([0, 'up'], [5, 'degraded']), steps([0, 'up']))).toEqual(
      steps([0, 'up'], [5, 'degraded']),
    );
  });

  test('is down rather than unknown while one essential check fails and another is unknown', () => {
    expect(merged(steps([0, 'up'], [10, 'unknown']), steps([0, 'up'], [10, 'down']))).toEqual(
      steps([0, 'up'], [10, 'down']),
    );
  });

  test('is in maintenance, not up, while a monitoring system has the downtime of an essential check planned', () => {
    expect(merged(steps([0, 'up'], [10, 'maintenance'], [20, 'up']), steps([0, 'up'], [15, 'down']))).toEqual(
      steps([0, 'up'], [10, 'maintenance'], [15, 'down']),
    );
    expect(merged(steps([0, 'up']), steps([0, 'up'], [10, 'maintenance']), false)).toEqual(steps([0, 'up']));
  });

  test('is judged by the checks that it had: one that was added later does not make the past unknown', () => {
    expect(merged(steps([0, 'up']), steps([20, 'unknown'], [30, 'up'], [40, 'unknown']))).toEqual(
      steps([0, 'up'], [40, 'unknown']),
    );
  });

  test('is unknown before its first result', () => {
    const service = merged(steps([0, 'unknown'], [10, 'up']), []);
    expect(stateSeconds(service, 0, 100)).toMatchObject({ unknown: 10, up: 90 });
  });

  test('overlapping failures of two checks count once', () => {
    const both = merged(
      steps([0, 'up'], [10, 'down'], [30, 'up']),
      steps([0, 'up'], [20, 'down'], [40, 'up']),
    );
    expect(stateSeconds(both, 0, 100)).toMatchObject({ down: 30, up: 70 });
  });
});

describe('availability', () => {
  test('is 1 − down / (window − unknown − maintenance)', () => {
    // Of 1000 s: 100 s unknown, 50 s maintenance, 17 s down; 1 − 17 / 850 = 0.98.
    const timeline = steps(
      [0, 'unknown'],
      [100, 'up'],
      [200, 'maintenance'],
      [250, 'up'],
      [500, 'down'],
      [517, 'degraded'],
    );
    const { ratio, coverage, down_seconds } = availability(timeline, 0, 1000, { down: 1, degraded: 0 });
    expect(ratio).toBeCloseTo(0.98, 12);
    expect(coverage).toBeCloseTo(0.9, 12);
    expect(down_seconds).toBe(17);
  });

  test('counts degraded seconds by their weight', () => {
    // 80 s down and 40 s degraded of 1000: 1 − (80 + 40 / 2) / 1000 = 0.9; with no weight for degraded ones 0.92.
    const timeline = steps([0, 'up'], [100, 'down'], [180, 'degraded'], [220, 'up']);
    expect(availability(timeline, 0, 1000, { down: 1, degraded: 0.5 }).ratio).toBeCloseTo(0.9, 12);
    expect(availability(timeline, 0, 1000, { down: 1, degraded: 0 }).ratio).toBeCloseTo(0.92, 12);
  });

  test('has no ratio when nothing was seen', () => {
    expect(availability([], 0, 1000, { down: 1, degraded: 0 })).toEqual({
      ratio: null,
      coverage: 0,
      down_seconds: 0,
      degraded_seconds: 0,
      maintenance_seconds: 0,
    });
  });

  test('the seconds of all states always add up to the window, however it is cut', () => {
    const timeline = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(...State.options)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(
        timeline,
        fc.integer({ min: -100, max: 1100 }),
        fc.nat(500),
        fc.nat(500),
        (pairs, from, first, second) => {
          const sorted = steps(...pairs.toSorted((a, b) => a[0] - b[0]));
          const [middle, to] = [from + first, from + first + second];
          const whole = stateSeconds(sorted, from, to);
          const parts = [stateSeconds(sorted, from, middle), stateSeconds(sorted, middle, to)];
          expect(Object.values(whole).reduce((a, b) => a + b)).toBe(to - from);
          for (const state of State.options)
            expect((parts[0]?.[state] ?? 0) + (parts[1]?.[state] ?? 0)).toBe(whole[state]);
        },
      ),
    );
  });
});

describe('outages', () => {
  test('run from the first failed check to the first good one', () => {
    expect(outagesIn(steps([0, 'up'], [10, 'down'], [40, 'degraded'], [60, 'up']), 0, 100)).toEqual([
      { from: 10, to: 40 },
    ]);
  });

  test('are not ended by not looking', () => {
    expect(
      outagesIn(steps([0, 'up'], [10, 'down'], [20, 'unknown'], [30, 'down'], [40, 'up']), 0, 100),
    ).toEqual([{ from: 10, to: 40 }]);
  });

  test('have no end while they last', () => {
    expect(outagesIn(steps([0, 'up'], [90, 'down']), 0, 100)).toEqual([{ from: 90, to: null }]);
  });

  test('that ended before the window are not in it, those that reach into it are', () => {
    const timeline = steps([0, 'down'], [10, 'up'], [45, 'down'], [55, 'up']);
    expect(outagesIn(timeline, 50, 100)).toEqual([{ from: 45, to: 55 }]);
  });
});
