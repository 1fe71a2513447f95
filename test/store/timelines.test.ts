import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimelineStep } from '../../src/model/rollup.ts';
import { State } from '../../src/model/state.ts';
import { joinTimelines } from '../../src/store/join-timelines.ts';
import { overlayTimelines } from '../../src/store/overlay.ts';

// Timelines of seconds against a model that holds a state for each second of a short time.

const length = 60;

/** Steps in order, as rollups have them: each from a second of its own, in another state than the one before. */
function arbitraryTimeline(from: number, until: number): fc.Arbitrary<[number, State][]> {
  return fc
    .dictionary(fc.integer({ min: from, max: until }).map(String), fc.constantFrom(...State.options), {
      maxKeys: 8,
    })
    .map((byLine) =>
      Object.entries(byLine)
        .map(([at, state]): [number, State] => [Number(at), state])
        .toSorted(([a], [b]) => a - b)
        .filter(([, state], index, all) => state !== all[index - 1]?.[1]),
    );
}

/** The state of each second; what no step tells is unknown. */
function secondsOf(steps: readonly (readonly [number, State, ...unknown[]])[]): State[] {
  return Array.from(
    { length },
    (_, second) => steps.findLast(([at]) => at <= second)?.[1] ?? ('unknown' as const),
  );
}

function toStep([at, state]: readonly [number, State]): TimelineStep {
  return [instant(at), state];
}

function instant(second: number): string {
  return `2026-11-22T00:00:${String(second).padStart(2, '0')}Z`;
}

function isWithoutRepetition(steps: readonly (readonly [unknown, State, ...unknown[]])[]): boolean {
  return steps.every(([, state], index) => state !== steps[index - 1]?.[1]);
}

describe('a timeline over another', () => {
  test('tells each second by the upper one, and by the lower one where the upper one is unknown', () => {
    const timeline = arbitraryTimeline(0, length - 1);
    fc.assert(
      fc.property(timeline, timeline, (upper, lower) => {
        const below = secondsOf(lower);
        const expected = secondsOf(upper).map((state, second) =>
          state === 'unknown' ? (below[second] ?? 'unknown') : state,
        );
        const steps = overlayTimelines(upper, lower);
        expect(secondsOf(steps)).toEqual(expected);
        expect(isWithoutRepetition(steps)).toBe(true);
        // Of instants as text the same.
        const texts = overlayTimelines(upper.map(toStep), lower.map(toStep));
        expect(texts).toEqual(steps.map(([at, state]) => [instant(at), state]));
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the reason of the one that it tells', () => {
    expect(
      overlayTimelines(
        [
          [0, 'unknown'],
          [10, 'down', 'refused'],
          [20, 'unknown'],
        ],
        [[5, 'down', 'status 503']],
      ),
    ).toEqual([
      [0, 'unknown'],
      [5, 'down', 'status 503'],
    ]);
  });
});

describe('timelines that follow each other', () => {
  /** A part holds from its start, also past the start of the next one. */
  const parts = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 0, max: length - 2 }), { minLength: 1, maxLength: 4 }), fc.nat())
    .chain(([starts, silent]) => {
      const sorted = starts.toSorted((a, b) => a - b);
      return fc.tuple(
        ...sorted.map((start, index) =>
          // Parts are complete from their start on; some know nothing.
          fc
            .tuple(fc.constantFrom(...State.options), arbitraryTimeline(start + 1, length - 1))
            .map(([first, others]) => ({
              start,
              timeline:
                (silent >> index) % 2 === 1
                  ? undefined
                  : ([[start, first], ...others] as [number, State][]).filter(
                      ([, state], at, all) => state !== all[at - 1]?.[1],
                    ),
            })),
        ),
      );
    });

  test('tell each second by the last part that began before it and knows anything', () => {
    fc.assert(
      fc.property(parts, (parts) => {
        const seconds = Array.from({ length }, (_, second): State => {
          const part = parts.findLast(({ start, timeline }) => timeline !== undefined && start <= second);
          return part?.timeline?.findLast(([at]) => at <= second)?.[1] ?? 'unknown';
        });
        const joined = joinTimelines(
          parts.map(({ timeline }, index) => ({
            timeline: timeline?.map(toStep),
            // As neighbours end and begin.
            end: instant(parts[index + 1]?.start ?? length - 1),
          })),
        );
        expect(secondsOf(joined.map(([at, state]) => [Number(at.slice(17, 19)), state]))).toEqual(seconds);
        expect(isWithoutRepetition(joined)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  /** Days of two time zones, or days within a month: each known from a second of its own to another, and believed past that. */
  const overlapping = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: length - 2 }), fc.integer({ min: 1, max: length }))
      .chain(([start, seconds]) =>
        fc
          .tuple(fc.constantFrom(...State.options), arbitraryTimeline(start + 1, length - 1))
          .map(([first, others]) => ({
            start,
            end: Math.min(start + seconds, length - 1),
            timeline: [[start, first], ...others] as [number, State][],
          })),
      ),
    { maxLength: 5 },
  );

  test('that overlap tell what any of them knows of its own time, the last one of those that do', () => {
    fc.assert(
      fc.property(overlapping, (parts) => {
        const joined = joinTimelines(
          parts.map(({ end, timeline }) => ({ timeline: timeline.map(toStep), end: instant(end) })),
        );
        const told = secondsOf(joined.map(([at, state]) => [Number(at.slice(17, 19)), state]));
        const known = parts.map(({ start, end, timeline }) =>
          secondsOf(timeline).map((state, second) => (second >= start && second < end ? state : 'unknown')),
        );
        told.forEach((state, second) => {
          const last = known.findLast((seconds) => seconds[second] !== 'unknown')?.[second];
          if (last !== undefined) expect(state).toBe(last);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('keep the first reason of a state that goes on from one to the next', () => {
    const [first, second] = [instant(0), instant(30)];
    expect(
      joinTimelines([
        { timeline: [[first, 'down', 'refused']], end: second },
        { timeline: [[second, 'down', 'timed out']], end: instant(59) },
      ]),
    ).toEqual([[first, 'down', 'refused']]);
  });
});
