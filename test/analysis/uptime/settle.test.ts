import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Confirmation, settle } from '../../../src/analysis/uptime/settle.ts';
import { type Step, stateSeconds } from '../../../src/analysis/uptime/timeline.ts';
import { State } from '../../../src/model/state.ts';

const every = 300;
const steps = (...pairs: [minute: number, State][]): Step[] =>
  pairs.map(([minute, state]) => ({ at: minute * 60, state }));
const settled = (timeline: Step[], rule: Partial<Confirmation>) =>
  settle(timeline, { failures: 1, successes: 1, everySeconds: every, ...rule });

describe('a check that must fail three times, asked every five minutes', () => {
  test('is down from the first of three failures on', () => {
    const timeline = steps([0, 'up'], [10, 'down'], [25, 'up']);
    expect(settled(timeline, { failures: 3 })).toEqual(timeline);
  });

  test('stays as it was when it fails twice', () => {
    expect(settled(steps([0, 'up'], [10, 'down'], [20, 'up']), { failures: 3 })).toEqual(steps([0, 'up']));
    expect(settled(steps([0, 'degraded'], [10, 'down'], [20, 'up']), { failures: 3 })).toEqual(
      steps([0, 'degraded'], [20, 'up']),
    );
  });

  test('that flaps is never down: each success begins the count anew', () => {
    const flapping = Array.from({ length: 20 }, (_, run): [number, State] => [
      run * 5,
      run % 3 === 0 ? 'up' : 'down',
    ]);
    expect(settled(steps(...flapping, [100, 'up']), { failures: 3 })).toEqual(steps([0, 'up']));
  });

  test('counts a run late by some seconds as one', () => {
    const late: Step[] = [
      { at: 0, state: 'up' },
      { at: 600, state: 'down' },
      { at: 1611, state: 'up' },
    ];
    expect(settled(late, { failures: 4 })).toEqual(steps([0, 'up']));
    expect(settled(late, { failures: 3 })).toEqual(late);
  });

  test('is not down yet while only two failures are known: the last one is believed for 12.5 minutes', () => {
    // Failures at 10:10 and 10:15; nobody looked after that.
    const two = steps([0, 'up'], [10, 'down'], [27.5, 'unknown']);
    expect(settled(two, { failures: 3 })).toEqual(steps([0, 'up'], [27.5, 'unknown']));
    const three = steps([0, 'up'], [10, 'down'], [32.5, 'unknown']);
    expect(settled(three, { failures: 3 })).toEqual(three);
  });

  test('goes on counting after a spell in which nobody knew, as if it had not been', () => {
    const failing = steps([0, 'up'], [10, 'down'], [27.5, 'unknown'], [60, 'down'], [65, 'up']);
    expect(settled(failing, { failures: 3 })).toEqual(failing);
    const refuted = steps([0, 'up'], [10, 'unknown'], [20, 'down'], [30, 'up']);
    expect(settled(refuted, { failures: 3 })).toEqual(steps([0, 'up'], [10, 'unknown'], [20, 'up']));
  });

  test('is unknown when it failed once before anything else was known of it', () => {
    expect(settled(steps([0, 'down'], [5, 'up']), { failures: 3 })).toEqual(steps([0, 'unknown'], [5, 'up']));
  });

  test('is down at once when all that is known of it is that it fails', () => {
    expect(settled(steps([0, 'down']), { failures: 3 })).toEqual(steps([0, 'down']));
  });
});

describe('a check that must succeed twice', () => {
  test('is back with the first of two successes', () => {
    const timeline = steps([0, 'down'], [10, 'up'], [20, 'down']);
    expect(settled(timeline, { successes: 2 })).toEqual(timeline);
  });

  test('stays down over one success, be it slow', () => {
    expect(settled(steps([0, 'down'], [10, 'degraded'], [15, 'down']), { successes: 2 })).toEqual(
      steps([0, 'down']),
    );
  });

  test('counts a slow and a quick success as two', () => {
    const timeline = steps([0, 'down'], [10, 'degraded'], [15, 'up'], [20, 'down']);
    expect(settled(timeline, { successes: 2 })).toEqual(timeline);
  });

  test('is up with its first success when nothing was known before', () => {
    const timeline = steps([0, 'unknown'], [10, 'up'], [15, 'down']);
    expect(settled(timeline, { successes: 2 })).toEqual(timeline);
  });
});

test('maintenance is neither a failure nor a success, and stays', () => {
  expect(
    settled(steps([0, 'up'], [10, 'down'], [15, 'maintenance'], [60, 'down'], [65, 'up']), { failures: 2 }),
  ).toEqual(steps([0, 'up'], [10, 'down'], [15, 'maintenance'], [60, 'down'], [65, 'up']));
});

/** What a check found at each run of a time without gaps. */
const arbitraryResults = fc.array(fc.constantFrom(...State.options), { minLength: 1, maxLength: 60 });

function timelineOf(results: readonly State[]): Step[] {
  return results
    .map((state, run) => ({ at: run * every, state }))
    .filter(({ state }, run) => state !== results[run - 1]);
}

test('nothing but up, degraded and down is ever touched, and no second is lost', () => {
  fc.assert(
    fc.property(
      arbitraryResults,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (results, failures, successes) => {
        const timeline = timelineOf(results);
        const end = results.length * every;
        const [before, after] = [timeline, settled(timeline, { failures, successes })].map((known) =>
          stateSeconds(known, 0, end),
        );
        expect(after?.maintenance).toBe(before?.maintenance);
        expect(after?.unknown).toBeGreaterThanOrEqual(before?.unknown ?? 0);
        expect(Object.values(after ?? {}).reduce((sum, seconds) => sum + seconds)).toBe(end);
      },
    ),
  );
});

test('is what a machine says that counts results one by one and looks back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<State>('up', 'degraded', 'down'), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (results, failures, successes) => {
        // Ends with results of both kinds that are sure to count, so that no spell is left open.
        const all = [...results, ...new Array<State>(4).fill('down'), ...new Array<State>(4).fill('up')];
        expect(timelineOf(countedOneByOne(all, failures, successes))).toEqual(
          settled(timelineOf(all), { failures, successes }),
        );
      },
    ),
  );
});

/** Each result as it counts: a turn counts when so many results of its kind follow one another, itself the first of them. */
function countedOneByOne(results: readonly State[], failures: number, successes: number): State[] {
  let believed: State = 'unknown';
  return results.map((state, run) => {
    const isDown = state === 'down';
    let [first, last] = [run, run];
    while (first > 0 && (results[first - 1] === 'down') === isDown) first -= 1;
    while (last + 1 < results.length && (results[last + 1] === 'down') === isDown) last += 1;
    const needed = isDown ? failures : successes;
    if (isDown === (believed === 'down') || last - first + 1 >= needed) believed = state;
    return believed;
  });
}
