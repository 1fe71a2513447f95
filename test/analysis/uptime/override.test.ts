import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availability } from '../../../src/analysis/uptime/availability.ts';
import { type Override, override } from '../../../src/analysis/uptime/override.ts';
import { type Step, stateSeconds } from '../../../src/analysis/uptime/timeline.ts';
import { State } from '../../../src/model/state.ts';
import { dayBounds, toSeconds } from '../../../src/model/time.ts';

const steps = (...pairs: [number, State][]): Step[] => pairs.map(([at, state]) => ({ at, state }));
const over = (from: number, to: number, state: State): Override => ({ from, to, state });

describe('what people know better', () => {
  const seen = steps([0, 'up'], [100, 'down'], [200, 'up']);

  test('planned maintenance is not down, and what comes back is what was seen', () => {
    expect(override(seen, [over(50, 150, 'maintenance')])).toEqual(
      steps([0, 'up'], [50, 'maintenance'], [150, 'down'], [200, 'up']),
    );
  });

  test('a correction turns down into up, and up into down', () => {
    expect(override(seen, [over(100, 200, 'up')])).toEqual(steps([0, 'up']));
    expect(override(seen, [over(250, 300, 'down')])).toEqual(
      steps([0, 'up'], [100, 'down'], [200, 'up'], [250, 'down'], [300, 'up']),
    );
  });

  test('a correction made of a maintenance holds: the last that is told counts', () => {
    expect(override(seen, [over(50, 150, 'maintenance'), over(120, 140, 'down')])).toEqual(
      steps([0, 'up'], [50, 'maintenance'], [120, 'down'], [140, 'maintenance'], [150, 'down'], [200, 'up']),
    );
  });

  test('holds before anything was seen, and after it is unknown again', () => {
    expect(override(steps([100, 'up']), [over(10, 20, 'down')])).toEqual(
      steps([10, 'down'], [20, 'unknown'], [100, 'up']),
    );
  });

  test('holds nowhere when it ends before it begins', () => {
    expect(override(seen, [over(150, 50, 'maintenance'), over(70, 70, 'down')])).toEqual(seen);
  });

  test('two maintenances that overlap are counted once', () => {
    const timeline = override(steps([0, 'up']), [
      over(100, 300, 'maintenance'),
      over(200, 400, 'maintenance'),
    ]);
    expect(timeline).toEqual(steps([0, 'up'], [100, 'maintenance'], [400, 'up']));
  });
});

test('maintenance across midnight is counted on both days, and shortens what is judged of each', () => {
  const timeZone = 'Europe/Paris';
  const [first, second] = ['2026-11-21', '2026-11-22'].map((day) => dayBounds(day, timeZone));
  // 23:30 to 01:00 in Paris; seen down from 23:00 to 00:15 and from 01:00 to 01:06.
  const at = (instant: string) => toSeconds(instant);
  const seen = steps(
    [at('2026-11-20T23:00:00Z'), 'up'],
    [at('2026-11-21T22:00:00Z'), 'down'],
    [at('2026-11-21T23:15:00Z'), 'up'],
    [at('2026-11-22T00:00:00Z'), 'down'],
    [at('2026-11-22T00:06:00Z'), 'up'],
  );
  const counted = override(seen, [
    over(at('2026-11-21T22:30:00Z'), at('2026-11-22T00:00:00Z'), 'maintenance'),
  ]);
  const weights = { down: 1, degraded: 0 };
  const [saturday, sunday] = [first, second].map((day) =>
    availability(counted, day?.start ?? 0, day?.end ?? 0, weights),
  );
  expect(saturday).toMatchObject({ down_seconds: 1800, maintenance_seconds: 1800, coverage: 1 });
  expect(saturday?.ratio).toBeCloseTo(1 - 1800 / (86_400 - 1800), 12);
  expect(sunday).toMatchObject({ down_seconds: 360, maintenance_seconds: 3600, coverage: 1 });
  expect(sunday?.ratio).toBeCloseTo(1 - 360 / (86_400 - 3600), 12);
});

describe('overrides against a model that holds a state for each second', () => {
  const length = 60;
  const state = fc.constantFrom(...State.options);
  const second = fc.integer({ min: 0, max: length });
  const overrides = fc.array(fc.record({ from: second, to: second, state }), { maxLength: 12 });
  const timeline = fc
    .dictionary(fc.integer({ min: 0, max: length - 1 }).map(String), state, { maxKeys: 8 })
    .map((byAt) => steps(...Object.entries(byAt).map(([at, own]): [number, State] => [Number(at), own])))
    .map((all) => all.toSorted((a, b) => a.at - b.at));

  function secondsOf(known: readonly Step[]): State[] {
    return Array.from(
      { length },
      (_, at) => known.findLast((step) => step.at <= at)?.state ?? ('unknown' as const),
    );
  }

  test('each second is as the last of those says that hold in it', () => {
    fc.assert(
      fc.property(timeline, overrides, (seen, told) => {
        const expected = secondsOf(seen);
        for (const { from, to, state: own } of told)
          for (let at = from; at < Math.min(to, length); at += 1) expected[at] = own;
        expect(secondsOf(override(seen, told))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('told twice they say no more than told once, and the seconds of all states are the window', () => {
    fc.assert(
      fc.property(timeline, overrides, (seen, told) => {
        const once = override(seen, told);
        expect(secondsOf(override(once, told))).toEqual(secondsOf(once));
        const seconds = Object.values(stateSeconds(once, 0, length));
        expect(seconds.reduce((sum, own) => sum + own)).toBe(length);
      }),
    );
  });
});

test('five years of maintenance each night, a whole day long, cost no more than as many steps', () => {
  const nights = Array.from({ length: 100_000 }, (_, night) =>
    over(night * 86_400, night * 86_400 + 40 * 86_400, 'maintenance'),
  );
  // Each overlaps the forty that follow it.
  expect(override(steps([0, 'up']), nights)).toEqual(steps([0, 'maintenance'], [100_039 * 86_400, 'up']));
});
