import { expect, test } from 'vitest';
import { type OutagesOptions, readOutages } from '../../src/import/outages.ts';
import { joinMonths } from '../../src/store/history.ts';
import { sourceOf } from './files.ts';

const options: OutagesOptions = {
  timeZone: 'Europe/Paris',
  dayZone: 'Europe/Paris',
  now: Date.parse('2026-11-23T00:00:00Z') / 1000,
  services: new Set(['koha', 'omeka']),
};

async function timelines(text: string, more: Partial<OutagesOptions> = {}) {
  const imported = await readOutages([await sourceOf(text)], { ...options, ...more });
  const history = joinMonths([...imported.months], options.timeZone);
  const of = (service: string) => history.entities.get(`service:${service}`)?.timeline;
  return { koha: of('koha'), omeka: of('omeka'), refused: imported.refusals.first, notes: imported.notes };
}

test('outages that overlap or touch are one, with the reasons of all; outside nothing is known', async () => {
  const { koha, notes } = await timelines(
    'service,from,to,reason\nkoha,2021-03-31 23:30,2021-04-01 00:30,disk full\nkoha,2021-04-01 00:10,2021-04-01 02:00,move\nkoha,2021-04-01 02:00,2021-04-01 03:00,move\n',
  );
  expect(koha).toEqual([
    // The day of the first outage begins there.
    ['2021-03-30T22:00:00Z', 'unknown'],
    ['2021-03-31T21:30:00Z', 'down', 'disk full; move'],
    // Seen up when it came back, so that the outage ends there and not when somebody looks the next time.
    ['2021-04-01T01:00:00Z', 'up'],
    ['2021-04-01T01:00:01Z', 'unknown'],
  ]);
  expect(notes[0]).toBe('2 outages overlap or touch others of their service: they are one');
});

test('a list that is complete says that services were up in between, those without any outage too', async () => {
  const window = {
    from: Date.parse('2021-02-28T23:00:00Z') / 1000,
    to: Date.parse('2021-03-31T22:00:00Z') / 1000,
  };
  const { koha, omeka } = await timelines(
    'service;du;au;motif\nkoha;30/03/2021 10:00;30/03/2021 11:00;=cmd\n',
    { complete: window },
  );
  expect(koha).toEqual([
    ['2021-02-28T23:00:00Z', 'up'],
    ['2021-03-30T08:00:00Z', 'down', '=cmd'],
    ['2021-03-30T09:00:00Z', 'up'],
    ['2021-03-31T22:00:00Z', 'unknown'],
  ]);
  expect(omeka).toEqual([
    ['2021-02-28T23:00:00Z', 'up'],
    ['2021-03-31T22:00:00Z', 'unknown'],
  ]);
});

test('a day without a time as an end is the end of that day', async () => {
  const { omeka } = await timelines('omeka,2021-05-01,2021-05-02,\n');
  expect(omeka?.slice(0, 2)).toEqual([
    ['2021-04-30T22:00:00Z', 'down'],
    ['2021-05-02T22:00:00Z', 'up'],
  ]);
});

test('outages of unknown services, that never end, or end before they begin, are refused with their lines', async () => {
  const { refused } = await timelines(
    'service,from,to\nkoha,2021-03-30 10:00,2021-03-30 11:00\nnope,2021-03-30,2021-03-31\nkoha,2021-03-30,\nkoha,2021-03-30 10:00,2021-03-30 09:00\n__proto__,2021-03-30,2021-03-31\n',
  );
  expect(refused.map(({ line, field, found }) => [line, field, found])).toEqual([
    [3, 'service', '"nope"'],
    [4, 'to', '""'],
    [5, 'to', '"2021-03-30 09:00"'],
    [6, 'service', '"__proto__"'],
  ]);
});
