import { describe, expect, test } from 'vitest';
import { movesOf, type Sightings } from '../../src/analysis/container-moves.ts';
import { addToDay } from '../../src/model/time.ts';

// 40 days from 1 October 2026; a word of `seen` tells, day by day, who saw the container: a, b, both (x), nobody (.).
const days = Array.from({ length: 40 }, (_, index) => addToDay('2026-10-01', index));

function movesIn(seen: string, starts: Sightings['starts'] = []): string[] {
  const samples = (host: string) => [...seen].map((by) => (by === host || by === 'x' ? 3 : Number.NaN));
  const sightings = ['a', 'b'].map((host) => ({ host, samples: samples(host), starts }));
  return movesOf(sightings, days, 'Europe/Paris').map(
    ({ from, to, at, hasHour }) => `${from}>${to} ${at}${hasHour ? '' : ' (day)'}`,
  );
}

describe('a container has moved', () => {
  test('on the first day on which it is seen elsewhere; the day begins at 22:00 UTC in a French October', () => {
    expect(movesIn('aaabbb')).toEqual(['a>b 2026-10-03T22:00:00Z (day)']);
  });

  test('on the day on which both hosts saw it, once the first one sees it no more', () => {
    expect(movesIn('aaxbb')).toEqual(['a>b 2026-10-02T22:00:00Z (day)']);
    expect(movesIn('aaxx')).toEqual([]);
  });

  test('at the hour at which it was started there, when that was on the day', () => {
    expect(movesIn('aaxbb', [['2026-10-03', '2026-10-03T04:31:10Z']])).toEqual(['a>b 2026-10-03T04:31:10Z']);
    // Moved alive, it tells when it was started long ago.
    expect(movesIn('aaxbb', [['2026-10-03', '2026-08-19T04:11:00Z']])).toEqual([
      'a>b 2026-10-02T22:00:00Z (day)',
    ]);
  });

  test('and back', () => {
    expect(movesIn('aabba')).toEqual(['a>b 2026-10-02T22:00:00Z (day)', 'b>a 2026-10-04T22:00:00Z (day)']);
  });

  test('also when nobody looked on the way, for two weeks at most', () => {
    expect(movesIn(`a${'.'.repeat(13)}b`)).toHaveLength(1);
    expect(movesIn(`a${'.'.repeat(14)}b`)).toEqual([]);
  });
});

describe('a container has not moved', () => {
  test('that a copy of it came and went', () => {
    expect(movesIn('aaxxxaaa')).toEqual([]);
  });

  test('that was not seen for a day', () => {
    expect(movesIn('aa.aa')).toEqual([]);
  });

  test('that only one host ever had', () => {
    expect(movesIn('aaaa')).toEqual([]);
  });
});
