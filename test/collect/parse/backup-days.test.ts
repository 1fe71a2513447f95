import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Copy,
  dayFacts,
  dayOfCopy,
  secondsOfCopy,
  seriesOf,
  verdicts,
} from '../../../src/collect/parse/backup-days.ts';

const at = '2026-11-22T09:35:00Z';
const seconds = (instant: string) => Date.parse(instant) / 1000;

function copy(name: string, made: Partial<Copy> = {}): Copy {
  return {
    name,
    series: seriesOf(name),
    verdict: 'valid',
    seconds: seconds(at),
    bytes: 1000,
    ...made,
  };
}

test.each([
  ['koha-2026-11-20.sql.gz', '2026-11-20'],
  ['dump_20261120.sql', '2026-11-20'],
  ['dump_20261120T030000.sql', '2026-11-20'],
  ['dump-20261120030000.sql', '2026-11-20'],
  ['2026.11.20-03h00.sql', '2026-11-20'],
  ['nodate.sql', '2026-11-22'],
  ['koha-2026-02-31.sql.gz', '2026-11-22'],
  ['id-120261120.sql', '2026-11-22'],
  ['until-2031-01-01.sql', '2026-11-22'],
])('%s, written on the 22nd, is of %s', (name, day) => {
  expect(dayOfCopy(copy(name), 'Europe/Paris')).toBe(day);
});

test('a file without a date in its name is of the day on which it was written, where the fleet is', () => {
  const late = copy('nodate.sql', { seconds: seconds('2026-11-21T23:30:00Z') });
  expect(dayOfCopy(late, 'Europe/Paris')).toBe('2026-11-22');
  expect(dayOfCopy(late, 'UTC')).toBe('2026-11-21');
});

test('a dump that was copied without its time is as old as the day in its name', () => {
  expect(secondsOfCopy(copy('koha-2026-10-01.sql.gz'), 'Europe/Paris')).toBe(seconds('2026-10-01T22:00:00Z'));
  expect(secondsOfCopy(copy('koha-2026-11-21.sql.gz'), 'Europe/Paris')).toBe(seconds(at));
});

test('two databases of one folder are told apart by their names without dates', () => {
  expect(seriesOf('koha1-2026-11-20.sql.gz')).toBe(seriesOf('koha1-2026-11-21T03:15:00.sql.gz'));
  expect(seriesOf('koha1-2026-11-20.sql.gz')).not.toBe(seriesOf('koha2-2026-11-20.sql.gz'));
});

test('of several copies of one day the best counts: a failed dump that was made again is no hole', () => {
  const copies = [
    copy('koha-2026-11-20.sql.gz', { verdict: 'bad', why: 'empty' }),
    copy('koha-2026-11-20_031500.sql.gz'),
  ];
  expect(dayFacts(copies, at, 'Europe/Paris')).toEqual({ d_2026_11_20: 'valid 1000' });
});

test('of a database and an archive the worse counts: one does not stand for the other', () => {
  const copies = [
    copy('koha-2026-11-20.sql.gz', { verdict: 'bad', why: 'empty', bytes: 20 }),
    copy('koha-2026-11-20.tar.gz'),
  ];
  expect(dayFacts(copies, at, 'Europe/Paris')).toEqual({ d_2026_11_20: 'bad 1020 empty' });
});

test('a schema alone, as Koha writes beside its dumps, takes nothing from them and is no dump itself', () => {
  const schema = copy('koha-schema-2026-11-20.sql', {
    verdict: 'unverifiable',
    why: 'no row',
    bytes: 10,
    isAside: true,
  });
  expect(dayFacts([copy('koha-2026-11-20.sql.gz'), schema], at, 'Europe/Paris')).toEqual({
    d_2026_11_20: 'valid 1000',
  });
  expect(dayFacts([schema], at, 'Europe/Paris')).toEqual({ d_2026_11_20: 'unverifiable 10 no row' });
});

test('forty days are told, and of each month before the first day of the best verdict, for thirteen months', () => {
  const days = Array.from({ length: 800 }, (_, index) => new Date(Date.parse(at) - index * 86_400_000));
  const copies = days.map((day) =>
    copy(`koha-${day.toISOString().slice(0, 10)}.sql`, { verdict: day.getUTCDate() < 3 ? 'bad' : 'valid' }),
  );
  const facts = Object.keys(dayFacts(copies, at, 'Europe/Paris'));
  expect(facts).toContain('d_2026_11_22');
  expect(facts).toContain('d_2026_10_14');
  expect(facts).not.toContain('d_2026_10_13');
  expect(facts.filter((fact) => fact < 'd_2026_10_14')).toEqual(
    [
      ...Array.from({ length: 2 }, (_, index) => `d_2025_${11 + index}_03`),
      ...Array.from({ length: 10 }, (_, index) => `d_2026_${String(1 + index).padStart(2, '0')}_03`),
    ].toSorted(),
  );
});

test('whatever the copies, facts are few, short and named as facts are', () => {
  const one = fc.record({
    name: fc.oneof(
      fc.string(),
      fc
        .date({ noInvalidDate: true, min: new Date(0) })
        .map((date) => `a-${date.toISOString().slice(0, 10)}.sql`),
    ),
    series: fc.constantFrom('a', 'b'),
    verdict: fc.constantFrom(...verdicts),
    why: fc.string({ maxLength: 1000 }),
    seconds: fc.integer({ min: 631_152_000, max: 7_258_118_399 }),
    bytes: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(one), (copies) => {
      const facts = dayFacts(copies, at, 'Europe/Paris');
      expect(Object.keys(facts).length).toBeLessThanOrEqual(54);
      for (const [fact, text] of Object.entries(facts)) {
        expect(fact).toMatch(/^d_\d{4}_\d\d_\d\d$/);
        expect(text.length).toBeLessThan(300);
      }
    }),
  );
});
