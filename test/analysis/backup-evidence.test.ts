import { describe, expect, test } from 'vitest';
import {
  copiesOf,
  dailyMarks,
  gravestBackup,
  type Look,
  monthlyMarks,
  type Terms,
} from '../../src/analysis/backup-evidence.ts';
import { addToDay } from '../../src/model/time.ts';

// A Sunday, 10:35 in Paris.
const now = '2026-11-22T09:35:00Z';
const terms: Terms = { timeZone: 'Europe/Paris', now, since: '2025-01-01', wanted: 7 };

/** A look with facts as the collector writes them. */
function look(facts: Readonly<Record<string, string>>, at = now): Look {
  return { at, copies: copiesOf(facts) };
}

/** A dump of so many bytes on each of the days before another. */
function dumps(last: string, days: number, text = 'valid 334001'): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: days }, (_, index) => [`d_${addToDay(last, -index).replaceAll('-', '_')}`, text]),
  );
}

const states = (marks: readonly { on: string; state: string }[]) =>
  marks.map(({ on, state }) => `${on} ${state}`);

describe('what a record tells', () => {
  test('is read as the collector writes it', () => {
    expect(
      copiesOf({
        d_2026_11_22: 'bad 396 its closing line is missing',
        d_2026_11_20: 'valid -',
        d_2026_11_19: 'unverifiable 335000 made without comments (--compact)',
        newest_at: '2026-11-22T02:00:00Z',
        d_2026_02_31: 'valid 1',
      }),
    ).toEqual([
      { day: '2026-11-19', state: 'unverified', bytes: 335_000, why: 'made without comments (--compact)' },
      { day: '2026-11-20', state: 'valid' },
      { day: '2026-11-22', state: 'bad', bytes: 396, why: 'its closing line is missing' },
    ]);
  });
});

describe('seven consecutive days', () => {
  test('are whole when each has a valid dump, today included', () => {
    expect(states(dailyMarks(look(dumps('2026-11-22', 7)), terms))).toEqual([
      '2026-11-16 valid',
      '2026-11-17 valid',
      '2026-11-18 valid',
      '2026-11-19 valid',
      '2026-11-20 valid',
      '2026-11-21 valid',
      '2026-11-22 valid',
    ]);
  });

  test('end yesterday until six in the morning, when the dump of the night is due', () => {
    const early = { ...terms, now: '2026-11-22T04:59:00Z' };
    const seen = look(dumps('2026-11-21', 7), early.now);
    expect(dailyMarks(seen, early).at(-1)).toMatchObject({ on: '2026-11-21', state: 'valid' });
    const due = { ...terms, now: '2026-11-22T05:00:00Z' };
    expect(dailyMarks(look(dumps('2026-11-21', 7), due.now), due).at(-1)).toMatchObject({
      on: '2026-11-22',
      state: 'late',
    });
  });

  test('are due at six on the day on which clocks change, too', () => {
    // 25 October 2026 has 25 hours: six in the morning is 05:00 UTC, not 04:00.
    const before = { ...terms, now: '2026-10-25T04:59:00Z' };
    expect(dailyMarks(look(dumps('2026-10-24', 7), before.now), before).at(-1)?.on).toBe('2026-10-24');
    const after = { ...terms, now: '2026-10-25T05:00:00Z' };
    expect(dailyMarks(look(dumps('2026-10-24', 7), after.now), after).at(-1)?.on).toBe('2026-10-25');
  });

  test('are late today and missing from tomorrow on', () => {
    const seen = look(dumps('2026-11-21', 6));
    expect(dailyMarks(seen, terms).at(-1)?.state).toBe('late');
    const later = { ...terms, now: '2026-11-23T09:00:00Z' };
    expect(states(dailyMarks({ ...seen, at: later.now }, later)).slice(-2)).toEqual([
      '2026-11-22 missing',
      '2026-11-23 late',
    ]);
  });

  test('have a hole where one is gone: the two days that Koha keeps by itself are not seven', () => {
    expect(dailyMarks(look(dumps('2026-11-22', 2)), terms).map(({ state }) => state)).toEqual([
      'missing',
      'missing',
      'missing',
      'missing',
      'missing',
      'valid',
      'valid',
    ]);
  });

  test('tell a dump that is bad, and why; it is not a missing one', () => {
    const marks = dailyMarks(
      look({ ...dumps('2026-11-22', 7), d_2026_11_20: 'bad 396 its closing line is missing' }),
      terms,
    );
    expect(marks[4]).toEqual({
      on: '2026-11-20',
      state: 'bad',
      bytes: 396,
      usual_bytes: null,
      why: 'its closing line is missing',
    });
  });

  test('tell a dump far smaller than its peers, and what they have', () => {
    const marks = dailyMarks(look({ ...dumps('2026-11-22', 12), d_2026_11_22: 'valid 120000' }), terms);
    expect(marks.at(-1)).toMatchObject({ state: 'suspicious', bytes: 120_000, usual_bytes: 334_001 });
    expect(marks.at(-2)?.state).toBe('valid');
  });

  test('call none suspicious before there are peers to compare it with', () => {
    const marks = dailyMarks(
      look({ d_2026_11_20: 'valid 334001', d_2026_11_21: 'valid 334001', d_2026_11_22: 'valid 100' }),
      terms,
    );
    expect(marks.at(-1)?.state).toBe('valid');
  });

  test('are unseen where nobody could look, never missing', () => {
    expect(new Set(dailyMarks(undefined, terms).map(({ state }) => state))).toEqual(new Set(['unseen']));
  });

  test('say nothing of a day that was not over its due hour at the last look', () => {
    const seen = look(dumps('2026-11-21', 7), '2026-11-22T04:00:00Z');
    expect(dailyMarks(seen, terms).at(-1)).toMatchObject({ on: '2026-11-22', state: 'unseen' });
  });

  test('expect nothing beyond what the policy wants, nor of the time before anybody looked', () => {
    const nothing = look({});
    expect(dailyMarks(nothing, { ...terms, wanted: 2 }).map(({ state }) => state)).toEqual([
      ...Array.from({ length: 5 }, () => 'none'),
      'missing',
      'late',
    ]);
    expect(dailyMarks(nothing, { ...terms, since: '2026-11-21' }).map(({ state }) => state)).toEqual([
      ...Array.from({ length: 5 }, () => 'none'),
      'missing',
      'late',
    ]);
    expect(dailyMarks(nothing, { ...terms, wanted: undefined }).every(({ state }) => state === 'none')).toBe(
      true,
    );
  });
});

describe('twelve months', () => {
  const monthly = { ...terms, wanted: 12 };

  test('are the complete ones before this, each with a copy that is kept', () => {
    const first = { d_2025_11_02: 'valid 200000', d_2026_10_01: 'valid 330000' };
    const marks = monthlyMarks(look(first), monthly);
    expect(marks).toHaveLength(12);
    expect(marks[0]).toMatchObject({ on: '2025-11', state: 'valid' });
    expect(marks.at(-1)).toMatchObject({ on: '2026-10', state: 'valid' });
    expect(marks.slice(1, -1).every(({ state }) => state === 'missing')).toBe(true);
  });

  test('take the best of a month: a bad dump beside a good one is no hole', () => {
    const marks = monthlyMarks(look({ d_2026_10_01: 'bad 20 empty', d_2026_10_15: 'valid 330000' }), monthly);
    expect(marks.at(-1)?.state).toBe('valid');
  });

  test('may be held by a daily dump', () => {
    const marks = monthlyMarks(look(dumps('2026-11-01', 3)), { ...monthly, now: '2026-11-02T09:00:00Z' });
    expect(states(marks).slice(-2)).toEqual(['2026-10 valid', '2026-11 valid']);
  });

  test('are this one and the 11 before it once this one has its copy: twelve first days of months are kept, not thirteen', () => {
    const firsts = Object.fromEntries(
      ['2025_12', ...Array.from({ length: 11 }, (_, month) => `2026_${`${month + 1}`.padStart(2, '0')}`)].map(
        (month) => [`d_${month}_01`, 'valid 330000'],
      ),
    );
    const marks = monthlyMarks(look(firsts), monthly);
    expect(marks.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'valid'));
    expect([marks[0]?.on, marks.at(-1)?.on]).toEqual(['2025-12', '2026-11']);
  });

  test('are not expected from before anybody looked', () => {
    const marks = monthlyMarks(look({}), { ...monthly, since: '2026-09-14' });
    expect(states(marks).slice(-3)).toEqual(['2026-08 none', '2026-09 missing', '2026-10 missing']);
  });

  test('are unseen where nobody could look', () => {
    expect(monthlyMarks(undefined, monthly).every(({ state }) => state === 'unseen')).toBe(true);
  });
});

test('what is missing weighs more than what was not seen, and that more than what is valid', () => {
  expect(gravestBackup(['valid', 'unseen', 'missing', 'late'])).toBe('missing');
  expect(gravestBackup(['valid', 'unseen', 'none'])).toBe('unseen');
  expect(gravestBackup(['valid', 'none', 'present'])).toBe('present');
  expect(gravestBackup([])).toBe('none');
});
