import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NagiosOptions, readNagios } from '../../src/import/nagios.ts';
import type { Source } from '../../src/import/source.ts';
import type { TimelineStep } from '../../src/model/rollup.ts';
import { joinMonths } from '../../src/store/history.ts';
import { sourceOf } from './files.ts';

const start = Date.parse('2024-01-10T00:00:00Z') / 1000;
const at = (seconds: number, text: string) => `[${start + seconds}] ${text}`;
const instant = (seconds: number) => new Date((start + seconds) * 1000).toISOString().replace('.000', '');

const options: NagiosOptions = {
  services: [{ id: 'koha' }, { id: 'omeka', container: 'ct-omeka' }],
  timeZone: 'Europe/Paris',
  onProgress: () => undefined,
};

async function importOf(sources: readonly Source[], more: Partial<NagiosOptions> = {}) {
  const imported = await readNagios(sources, { ...options, ...more });
  const history = joinMonths([...imported.months], options.timeZone);
  const of = (service: string): readonly TimelineStep[] =>
    (history.entities.get(`service:${service}`)?.timeline ?? []).filter(([when]) => when >= instant(0));
  return { koha: of('koha'), omeka: of('omeka'), imported };
}

async function timelines(lines: readonly string[], more: Partial<NagiosOptions> = {}) {
  return importOf([await sourceOf(`${lines.join('\n')}\n`)], more);
}

describe('the log of Nagios', () => {
  test('tells hard states alone, and why', async () => {
    const { koha } = await timelines([
      at(0, 'CURRENT HOST STATE: koha;UP;HARD;1;PING OK'),
      at(0, 'CURRENT SERVICE STATE: koha;HTTP;OK;HARD;1;(null)'),
      at(60, 'SERVICE ALERT: koha;HTTP;CRITICAL;SOFT;1;refused'),
      at(180, 'SERVICE ALERT: koha;HTTP;CRITICAL;HARD;3;connect: Connection refused; twice'),
      at(300, 'SERVICE ALERT: koha;HTTP;OK;HARD;3;HTTP OK'),
      at(400, 'SERVICE ALERT: koha;HTTP;WARNING;HARD;3;slow'),
      at(500, 'SERVICE ALERT: koha;HTTP;UNKNOWN;HARD;3;plugin timed out'),
      at(600, 'SERVICE ALERT: koha;HTTP;OK;HARD;3;HTTP OK'),
      at(700, 'SERVICE NOTIFICATION: ops;koha;HTTP;OK;notify;HTTP OK'),
    ]);
    expect(koha).toEqual([
      [instant(0), 'up'],
      [instant(180), 'down', 'koha/HTTP: connect: Connection refused; twice'],
      [instant(300), 'up'],
      [instant(400), 'degraded', 'koha/HTTP: slow'],
      [instant(500), 'unknown', 'koha/HTTP: plugin timed out'],
      [instant(600), 'up'],
      [instant(701), 'unknown'],
    ]);
  });

  test('of several objects of a service, the worst wins; a container counts for its service', async () => {
    const { omeka } = await timelines([
      at(0, 'CURRENT HOST STATE: CT-omeka;UP;HARD;1;'),
      at(0, 'CURRENT SERVICE STATE: CT-omeka;HTTP;OK;HARD;1;'),
      at(0, 'CURRENT SERVICE STATE: other;omeka;OK;HARD;1;'),
      at(10, 'SERVICE ALERT: CT-omeka;HTTP;WARNING;HARD;3;slow'),
      at(20, 'SERVICE ALERT: other;omeka;CRITICAL;HARD;3;gone'),
      at(30, 'HOST ALERT: CT-omeka;DOWN;HARD;3;no ping'),
      at(40, 'SERVICE ALERT: other;omeka;OK;HARD;3;back'),
      at(50, 'HOST ALERT: CT-omeka;UP;HARD;3;ping'),
      at(60, 'SERVICE ALERT: CT-omeka;HTTP;OK;HARD;3;fast'),
    ]);
    expect(omeka.map(([when, state]) => [when, state])).toEqual([
      [instant(0), 'up'],
      [instant(10), 'degraded'],
      [instant(20), 'down'],
      [instant(50), 'degraded'],
      [instant(60), 'up'],
      [instant(61), 'unknown'],
    ]);
  });

  test('knows nothing while Nagios was stopped, or was killed, and goes on where it was', async () => {
    const { koha } = await timelines([
      at(0, 'CURRENT HOST STATE: koha;UP;HARD;1;'),
      at(100, 'Caught SIGTERM, shutting down...'),
      at(101, 'Successfully shutdown... (PID=4711)'),
      at(900, 'Nagios 4.4.6 starting... (PID=4712)'),
      at(1000, 'HOST ALERT: koha;DOWN;HARD;3;no ping'),
      at(1100, 'Warning: nothing else was written before it was killed'),
      at(5000, 'Nagios 4.4.6 starting... (PID=4713)'),
      at(5100, 'HOST ALERT: koha;UP;HARD;1;ping'),
    ]);
    expect(koha).toEqual([
      [instant(0), 'up'],
      [instant(100), 'unknown'],
      [instant(900), 'up'],
      [instant(1000), 'down', 'koha: no ping'],
      [instant(1101), 'unknown'],
      [instant(5000), 'down', 'koha: no ping'],
      [instant(5100), 'up'],
      [instant(5101), 'unknown'],
    ]);
  });

  const day = 86_400;
  const archives = [
    [
      at(0, 'LOG ROTATION: DAILY'),
      at(0, 'LOG VERSION: 2.0'),
      at(0, 'CURRENT HOST STATE: koha;UP;HARD;1;'),
      at(0, 'CURRENT SERVICE STATE: koha;HTTP;OK;HARD;1;'),
      at(0, 'CURRENT HOST STATE: ct-omeka;UP;HARD;1;'),
      at(3600, 'SERVICE ALERT: koha;HTTP;CRITICAL;HARD;3;gone'),
    ],
    [
      at(day, 'LOG ROTATION: DAILY'),
      at(day, 'CURRENT HOST STATE: koha;UP;HARD;1;'),
      at(day, 'CURRENT SERVICE STATE: koha;HTTP;CRITICAL;HARD;3;gone'),
      at(day + 60, 'SERVICE ALERT: koha;HTTP;OK;HARD;3;back'),
    ],
    // The archive of the third day is missing.
    [
      at(3 * day, 'LOG ROTATION: DAILY'),
      at(3 * day, 'CURRENT HOST STATE: koha;UP;HARD;1;'),
      at(3 * day, 'CURRENT SERVICE STATE: koha;HTTP;OK;HARD;1;'),
      at(3 * day + 60, 'HOST ALERT: koha;DOWN;HARD;3;no ping'),
    ],
  ].map((lines) => `${lines.join('\n')}\n`);
  const expected = [
    [instant(0), 'up'],
    [instant(3600), 'down', 'koha/HTTP: gone'],
    [instant(day + 60), 'up'],
    [instant(2 * day), 'unknown'],
    [instant(3 * day), 'up'],
    [instant(3 * day + 60), 'down', 'koha: no ping'],
    [instant(3 * day + 61), 'unknown'],
  ];

  test('reads archives in any order, twice, compressed or not; knows nothing where one is missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          [0, 1, 2, 0, 1, 2].map((archive, index) => ({ archive, isTwice: index > 2 })),
          { minLength: 6 },
        ),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        async (order, compressed) => {
          const sources = await Promise.all(
            order.map(({ archive }, index) => {
              const text = archives[archive] ?? '';
              return sourceOf(compressed[index] ? gzipSync(text) : text);
            }),
          );
          const { koha, imported } = await importOf(sources);
          expect(koha).toEqual(expected);
          expect(imported.rows).toBe(14);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('what no archive lists any more is known no more', async () => {
    const { omeka } = await importOf(await Promise.all(archives.map((text) => sourceOf(text))));
    expect(omeka.map(([, state]) => state)).toEqual(['up', 'unknown']);
    expect(omeka[1]?.[0]).toBe(instant(day));
  });

  test('a planned downtime is maintenance, as long as the object is not up', async () => {
    const { koha } = await timelines([
      at(0, 'CURRENT HOST STATE: koha;UP;HARD;1;'),
      at(50, 'HOST DOWNTIME ALERT: koha;STARTED; Host has entered a period of scheduled downtime'),
      at(60, 'HOST ALERT: koha;DOWN;HARD;3;no ping'),
      at(90, 'HOST ALERT: koha;UP;HARD;1;ping'),
      at(99, 'HOST DOWNTIME ALERT: koha;STOPPED; Host has exited from a period of scheduled downtime'),
    ]);
    expect(koha.map(([when, state]) => [when, state])).toEqual([
      [instant(0), 'up'],
      [instant(60), 'maintenance'],
      [instant(90), 'up'],
      [instant(100), 'unknown'],
    ]);
  });

  test('a planned downtime of a host is that of its services, whether or not the host is of concern', async () => {
    const map = await sourceOf('host;nagios_service;service\nkoha;HTTP;koha\n');
    const { koha } = await timelines(
      [
        at(0, 'CURRENT SERVICE STATE: koha;HTTP;CRITICAL;HARD;3;refused'),
        at(50, 'HOST DOWNTIME ALERT: koha;STARTED; Host has entered a period of scheduled downtime'),
        at(90, 'HOST DOWNTIME ALERT: koha;CANCELLED; Scheduled downtime for host has been cancelled.'),
      ],
      { map },
    );
    expect(koha.map(([when, state]) => [when, state])).toEqual([
      [instant(0), 'down'],
      [instant(50), 'maintenance'],
      [instant(90), 'down'],
      [instant(91), 'unknown'],
    ]);
  });

  test('a map says which objects are part of which service; the others are named', async () => {
    const map = await sourceOf('host;nagios_service;service\nfront;HTTP koha;koha\nback;;koha\nback;;nope\n');
    const { koha, imported } = await timelines(
      [
        at(0, 'CURRENT SERVICE STATE: front;HTTP koha;OK;HARD;1;'),
        at(0, 'CURRENT SERVICE STATE: front;HTTP other;CRITICAL;HARD;1;'),
        at(10, 'SERVICE ALERT: back;MySQL;CRITICAL;HARD;1;gone'),
      ],
      { map },
    );
    expect(koha.map(([, state]) => state)).toEqual(['up', 'down', 'unknown']);
    expect(imported.notes[0]).toContain('passed over: front/HTTP other.');
    expect(imported.refusals.first).toMatchObject([{ line: 4, field: 'service', found: '"nope"' }]);
  });

  test('names lines that are none and reads the others', async () => {
    const { koha, imported } = await timelines([
      'not a line',
      at(0, 'HOST ALERT: koha;DOWN;HARD;1;x'),
      at(1, 'HOST ALERT: koha'),
      at(2, 'SERVICE ALERT: ;;OK;HARD;1;'),
      '[99999999999999] x',
      '\0\0\0',
    ]);
    expect(koha.map(([, state]) => state)).toEqual(['down', 'unknown']);
    expect(imported.refusals.first.map(({ line }) => line)).toEqual(
      [1, 3, 4, 5, 6].map(() => expect.any(Number)),
    );
  });

  test('never fails on lines of any kind', async () => {
    const words = fc.constantFrom(
      'HOST ALERT: ',
      'SERVICE ALERT: ',
      'CURRENT HOST STATE: ',
      'koha',
      ';',
      'HARD',
      'DOWN',
      'OK',
      ' ',
      '[',
      ']',
      '__proto__',
      'LOG ROTATION: DAILY',
    );
    const line = fc.tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: 10 * day }),
      fc.array(fc.oneof(words, fc.string()), { maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const text = lines.map(([isStamped, seconds, parts]) =>
          isStamped ? at(seconds, parts.join('')) : parts.join(''),
        );
        const { koha } = await timelines(text);
        const instants = koha.map(([when]) => when);
        expect(instants).toEqual([...new Set(instants)].toSorted());
      }),
      { numRuns: 100 },
    );
  });
});
