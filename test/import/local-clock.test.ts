import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDate } from '../../src/import/dates.ts';
import { localClock } from '../../src/import/local-clock.ts';

/** What a clock on the wall of that zone shows, as people write it. */
function wall(seconds: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return parts.format(seconds * 1000);
}

function read(text: string, timeZone: string) {
  const clock = localClock(timeZone);
  const date = readDate(text, 'iso');
  if (date === undefined) throw new Error(text);
  return { seconds: clock.secondsOf(date), ambiguous: clock.ambiguous, skipped: clock.skipped };
}

const zones = [
  'Europe/Paris',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'UTC',
];

test('a time that a clock showed once is the instant at which it did', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 946_684_800, max: 1_795_000_000 }),
      (timeZone, seconds) => {
        const found = read(wall(seconds, timeZone), timeZone);
        if (found.ambiguous > 0) expect(wall(found.seconds, timeZone)).toBe(wall(seconds, timeZone));
        else expect(found.seconds).toBe(seconds);
      },
    ),
    { numRuns: 500 },
  );
});

test('the days on which clocks change, hour by hour', () => {
  for (const [timeZone, from] of [
    ['Europe/Paris', '2021-03-27T22:00:00Z'],
    ['Europe/Paris', '2021-10-30T21:00:00Z'],
    ['America/Sao_Paulo', '2018-11-03T12:00:00Z'],
    ['Australia/Lord_Howe', '2021-04-03T12:00:00Z'],
  ] as const) {
    for (let quarter = 0; quarter < 120; quarter += 1) {
      const seconds = Date.parse(from) / 1000 + quarter * 900;
      const shown = wall(seconds, timeZone);
      const found = read(shown, timeZone);
      expect(wall(found.seconds, timeZone)).toBe(shown);
      expect(found.skipped).toBe(0);
    }
  }
});

test('of an hour that clocks show twice the first one is taken, and an hour that they skip is an hour later', () => {
  expect(read('2021-10-31 02:30:00', 'Europe/Paris')).toEqual({
    seconds: Date.parse('2021-10-31T00:30:00Z') / 1000,
    ambiguous: 1,
    skipped: 0,
  });
  expect(read('2021-03-28 02:30:00', 'Europe/Paris')).toEqual({
    seconds: Date.parse('2021-03-28T01:30:00Z') / 1000,
    ambiguous: 0,
    skipped: 1,
  });
});

test('a date that names its zone is read by that', () => {
  for (const text of [
    '2021-03-28T02:30:00+05:30',
    '2021-03-27 21:00Z',
    '2021-03-27 16:00:00.123-0500',
    '2021-03-27T21:00 UTC',
  ]) {
    expect(read(text, 'Europe/Paris').seconds).toBe(Date.parse('2021-03-27T21:00:00Z') / 1000);
  }
});

test('days that no calendar has are no dates', () => {
  for (const text of [
    '2021-02-29',
    '2021-13-01',
    '2021-00-10',
    '2021-01-01 24:00',
    '2021-01-01 10:60',
    '20210101',
    'today',
  ]) {
    expect(readDate(text, 'iso')).toBeUndefined();
  }
});
