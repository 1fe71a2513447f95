import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Imported } from '../../src/import/imported.ts';
import { parseRename } from '../../src/import/metric-names.ts';
import { type MetricsOptions, readMetrics } from '../../src/import/metrics.ts';
import type { EntityDay } from '../../src/model/rollup.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { dayOfMonth } from '../../src/store/month-days.ts';
import { sourceOf } from './files.ts';

const options: MetricsOptions = {
  timeZone: 'Europe/Paris',
  dayZone: 'Europe/Paris',
  now: Date.parse('2026-11-23T00:00:00Z') / 1000,
  renames: [],
};

/** What an import says of an entity on a day. */
function dayOf(imported: Imported, day: string, entity: string): EntityDay | undefined {
  const month = [...imported.months].find(({ month }) => month === day.slice(0, 7));
  return month === undefined ? undefined : dayOfMonth(month, day)[entity];
}

const delimiters = [',', ';', '\t', '|'];
const pad = (number: number) => String(number).padStart(2, '0');
interface Written {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}
/** Each writes a time of day in Paris, in winter, that is not near any change of clocks. */
const dateFormats: Readonly<Record<string, (date: Written) => string>> = {
  iso: ({ year, month, day, hour, minute }) =>
    `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}`,
  isoUtc: ({ year, month, day, hour, minute }) =>
    `${year}-${pad(month)}-${pad(day)}T${pad(hour - 1)}:${pad(minute)}:00Z`,
  isoOffset: ({ year, month, day, hour, minute }) =>
    `${year}-${pad(month)}-${pad(day)}T${pad(hour + 2)}:${pad(minute)}:00+03:00`,
  dmy: ({ year, month, day, hour, minute }) =>
    `${pad(day)}/${pad(month)}/${year} ${pad(hour)}:${pad(minute)}:00`,
  mdy: ({ year, month, day, hour, minute }) =>
    `${month}/${day}/${year} ${hour % 12 === 0 ? 12 : hour % 12}:${pad(minute)} ${hour < 12 ? 'AM' : 'PM'}`,
  dots: ({ year, month, day, hour, minute }) => `${day}.${month}.${year} ${hour}:${pad(minute)}`,
  seconds: ({ year, month, day, hour, minute }) =>
    String(Date.UTC(year, month - 1, day, hour - 1, minute) / 1000),
  milliseconds: ({ year, month, day, hour, minute }) =>
    String(Date.UTC(year, month - 1, day, hour - 1, minute)),
};
const headers: readonly (readonly string[] | undefined)[] = [
  undefined,
  ['date', 'host', 'metric', 'value'],
  ['Valeur', 'Métrique', 'Hôte', 'Horodatage'],
  ['entity', 'VALUE', 'comment', 'Timestamp', 'metric'],
];
/** Which of date, host, metric, value stands under each of these names. */
const roles: Readonly<Record<string, number>> = {
  date: 0,
  horodatage: 0,
  timestamp: 0,
  host: 1,
  hôte: 1,
  entity: 1,
  metric: 2,
  métrique: 2,
  value: 3,
  valeur: 3,
};

describe('a file of metrics', () => {
  test('reads back to the same numbers, however it is delimited, dated and headed', async () => {
    const times = fc.uniqueArray(
      fc.record({
        day: fc.integer({ min: 1, max: 28 }),
        hour: fc.integer({ min: 1, max: 20 }),
        minute: fc.integer({ min: 0, max: 59 }),
      }),
      { minLength: 1, maxLength: 20, selector: ({ day, hour, minute }) => `${day} ${hour} ${minute}` },
    );
    const values = fc.array(fc.integer({ min: -99_999, max: 99_999 }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...delimiters),
        fc.constantFrom('.', ','),
        fc.constantFrom(...Object.keys(dateFormats)),
        fc.constantFrom(...headers),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\ufeff'),
        times,
        values,
        async (delimiter, mark, format, header, isQuoted, newline, bom, times, values) => {
          const write = dateFormats[format];
          if (write === undefined) throw new Error(format);
          // One date that tells the day from the month.
          const moments = [{ day: 31, hour: 12, minute: 0 }, ...times].map((time) => ({
            year: 2021,
            month: 1,
            ...time,
          }));
          const rows = moments.map((moment, index) => {
            const hundredths = values[index] ?? 7;
            const text = `${hundredths < 0 ? '-' : ''}${Math.floor(Math.abs(hundredths) / 100)}${mark}${pad(Math.abs(hundredths) % 100)}`;
            return {
              moment,
              value: hundredths / 100,
              cells: [write(moment), 'hv1', 'pool_free_bytes', text],
            };
          });
          const quote = (cell: string) => (isQuoted || cell.includes(delimiter) ? `"${cell}"` : cell);
          const order = header?.map((name) => roles[name.toLowerCase()]);
          const lines = rows.map(({ cells }) =>
            (order ?? [0, 1, 2, 3])
              .map((role) => quote(role === undefined ? 'x' : (cells[role] ?? '')))
              .join(delimiter),
          );
          const text =
            bom + [...(header === undefined ? [] : [header.join(delimiter)]), ...lines, ''].join(newline);
          const imported = await readMetrics([await sourceOf(text)], options);
          expect([imported.rows, imported.refusals.first]).toEqual([rows.length, []]);
          const [month] = imported.months;
          for (let day = 1; day <= 31; day += 1) {
            const own = rows
              .filter(({ moment }) => moment.day === day)
              .toSorted((a, b) => a.moment.hour - b.moment.hour || a.moment.minute - b.moment.minute);
            const found = month && dayOfMonth(month, `2021-01-${pad(day)}`)['host:hv1'];
            expect(found?.samples).toBe(own.length === 0 ? undefined : own.length);
            const gauge = found?.gauges?.pool_free_bytes;
            expect(typeof gauge === 'object' ? gauge.last : gauge).toBe(own.at(-1)?.value);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('becomes the days that a collector would have made of the same readings', async () => {
    const readings = Array.from({ length: 300 }, (_, index) => ({
      at: new Date(Date.parse('2021-03-27T22:00:00Z') + index * 300_000).toISOString().replace('.000', ''),
      used: 1e9 + ((index * 7919) % 1000) * 12_345,
      duration: 0.1 + ((index * 31) % 17) / 100,
      received: index * index * 1000,
    }));
    const text = readings
      .flatMap(({ at, used, duration, received }) => [
        `${at},hv1,memory_used_bytes,${used}`,
        `${at},check:koha:page,check_duration_seconds,${duration}`,
        `${at},hv1,network_received_bytes_total,${received}`,
      ])
      .join('\n');
    const imported = await readMetrics([await sourceOf(text)], options);
    const records = readings.flatMap(({ at, used, duration, received }) => [
      {
        entity: 'host:hv1',
        at,
        gauges: { memory_used_bytes: used },
        counters: { network_received_bytes_total: received },
      },
      { entity: 'check:koha:page', at, gauges: { check_duration_seconds: duration } },
    ]);
    const [at = ''] = readings.map((reading) => reading.at);
    const snapshots = [{ schema: 'vigie/snapshot@1' as const, collector: 'host', at, records, errors: [] }];
    const inputs = { snapshots: 1, digest: '' };
    // The day on which clocks are set forward lies within.
    const first = compactDay({
      day: '2021-03-27',
      timeZone: 'Europe/Paris',
      everySeconds: 300,
      snapshots,
      previous: undefined,
      inputs,
    });
    const second = compactDay({
      day: '2021-03-28',
      timeZone: 'Europe/Paris',
      everySeconds: 300,
      snapshots,
      previous: first,
      inputs,
    });
    const [month] = imported.months;
    if (month === undefined) throw new Error('no month');
    expect(dayOfMonth(month, '2021-03-27')).toEqual(first.entities);
    expect(dayOfMonth(month, '2021-03-28')).toEqual(second.entities);
  });

  test('shares what a daily counter counted among the days that it was counted in', async () => {
    const text =
      '2021-06-01 12:00,hv1,network_sent_bytes_total,1000\n2021-06-02 12:00,hv1,network_sent_bytes_total,87400\n2021-06-03 12:00,hv1,network_sent_bytes_total,260200\n';
    const imported = await readMetrics([await sourceOf(text)], options);
    const [month] = imported.months;
    const totals = ['2021-06-01', '2021-06-02', '2021-06-03'].map(
      (day) => month && dayOfMonth(month, day)['host:hv1']?.counters?.network_sent_bytes_total?.total,
    );
    // 86,400 in the first 24 hours and 172,800 in the next, half of each before midnight.
    expect(totals).toEqual([43_200, 43_200 + 86_400, 86_400]);
  });

  test('is refused when every date can be read both ways, and read as the option says', async () => {
    const source = await sourceOf('01/02/2021,hv1,pool_free_bytes,1\n03/02/2021,hv1,pool_free_bytes,2\n');
    await expect(readMetrics([source], options)).rejects.toThrow(
      'expected --date-format dmy (the day first) or --date-format mdy',
    );
    const days = async (dateFormat: 'dmy' | 'mdy') => {
      const [month] = (await readMetrics([source], { ...options, dateFormat })).months;
      return month?.inputs.days;
    };
    expect(await days('dmy')).toEqual(['2021-02-01', '2021-02-03']);
    expect(await days('mdy')).toEqual(['2021-01-02']);
  });

  test('tells the day from the month by a row far below the first ones', async () => {
    const rows = Array.from(
      { length: 50_000 },
      (_, index) => `0${1 + (index % 9)}/02/2021,hv1,pool_free_bytes,${index}`,
    );
    const imported = await readMetrics(
      [await sourceOf([...rows, '13/02/2021,hv1,pool_free_bytes,5'].join('\n'))],
      options,
    );
    expect(imported.detected[0]?.date_format).toBe('dd/mm/yyyy');
    expect(dayOf(imported, '2021-02-13', 'host:hv1')?.gauges).toEqual({ pool_free_bytes: 5 });
  });

  test('says which times the clocks showed twice or not at all, and how they are taken', async () => {
    const text = '2021-10-31 02:30,hv1,pool_free_bytes,1\n2021-03-28 02:30,hv1,pool_free_bytes,2\n';
    const imported = await readMetrics([await sourceOf(text)], options);
    expect(imported.detected[0]).toMatchObject({
      clocks_set_back: '1 times stand in an hour that clocks showed twice: taken as the first',
      clocks_set_forward: '1 times stand in an hour that clocks skipped: taken as an hour later',
    });
  });

  test('in Latin-1 is read as what Windows writes, and that is said', async () => {
    const text = Buffer.from('date;hôte;métrique;valeur\n2021-01-01;hv1;pool_free_bytes;1,5\n', 'latin1');
    const imported = await readMetrics([await sourceOf(text)], options);
    expect(imported.detected[0]).toMatchObject({
      encoding: 'windows-1252',
      decimal_mark: 'comma',
      delimiter: 'semicolon',
    });
    expect(imported.rows).toBe(1);
  });

  test('in UTF-16, as Excel saves it, is read', async () => {
    const text = Buffer.from(
      '\ufeffdate\thost\tmetric\tvalue\r\n2021-01-01\thv1\tpool_free_bytes\t1,5\r\n',
      'utf16le',
    );
    const imported = await readMetrics([await sourceOf(text)], options);
    expect([imported.rows, imported.detected[0]?.encoding]).toEqual([1, 'utf-16le']);
  });

  test('may call metrics otherwise, and have them in other units', async () => {
    const source = await sourceOf('2021-01-01,hv1,kbmemused,10\n2021-01-01,hv1,cpu,3\n');
    const renames = [parseRename('kbmemused=memory_used_bytes*1024', '--rename')];
    const imported = await readMetrics([source], { ...options, renames });
    expect(dayOf(imported, '2021-01-01', 'host:hv1')?.gauges).toEqual({ memory_used_bytes: 10_240 });
    expect(imported.refusals.first).toMatchObject([{ line: 2, field: 'metric', found: '"cpu"' }]);
  });

  test('may be dated by another clock than the fleet’s, whose days are made all the same', async () => {
    const source = await sourceOf('2021-01-01 23:30,hv1,pool_free_bytes,1\n');
    const imported = await readMetrics([source], { ...options, timeZone: 'UTC' });
    const [month] = imported.months;
    expect([month?.timeZone, month?.inputs.days]).toEqual(['Europe/Paris', ['2021-01-02']]);
  });

  test('gives the last of two readings at one instant, and says how many there were', async () => {
    const text =
      '2021-01-01,hv1,pool_free_bytes,1\n2021-01-02,hv1,pool_free_bytes,9\n2021-01-01,hv1,pool_free_bytes,2\n';
    const imported = await readMetrics([await sourceOf(text)], options);
    expect(dayOf(imported, '2021-01-01', 'host:hv1')?.gauges).toEqual({ pool_free_bytes: 2 });
    expect(imported.notes).toEqual(['1 readings stand a second time: the last one counts']);
  });
});

describe('a hostile file of metrics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-long-line-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const good = '2021-01-01,hv1,pool_free_bytes,1';
  const refusedLines = async (lines: readonly string[]) => {
    const imported = await readMetrics([await sourceOf([good, ...lines, good].join('\n'))], options);
    expect(imported.rows).toBe(2);
    return imported.refusals.first.map(({ line, field }) => [line, field]);
  };

  test('loses no more than the rows that are wrong', async () => {
    expect(
      await refusedLines([
        '2021-01-01,"hv1,pool_free_bytes,1',
        '2021-01-01,__proto__,pool_free_bytes,1',
        '2021-01-01,hv1,__proto__,1',
        '2021-01-01,hv1,pool_free_bytes,=1+1',
        '2021-01-01,hv1,pool_free_bytes,1e999',
        '2021-01-01,hv1,pool_free_bytes,1,5',
        '2021-02-31,hv1,pool_free_bytes,1',
        '1921-01-01,hv1,pool_free_bytes,1',
        '2093-01-01,hv1,pool_free_bytes,1',
        '\0\0\0\0',
        '2021-01-01,hv1\0,pool_free_bytes,1',
        'x'.repeat(100_000),
        '2021-01-01,hv1,net_bytes_total,-1',
      ]),
    ).toEqual([
      [2, 'line'],
      [3, 'host'],
      [4, 'metric'],
      [5, 'value'],
      [6, 'value'],
      [7, 'line'],
      [8, 'date'],
      [9, 'date'],
      [10, 'date'],
      [11, 'line'],
      [12, 'host'],
      [14, 'value'],
      [13, 'line'],
    ]);
  });

  test('keeps entities whose names are those of objects apart from them', async () => {
    const text =
      'date,host,metric,value\n2021-01-01,constructor,pool_free_bytes,1\n2021-01-01,x:__proto__,pool_free_bytes,2\n';
    const imported = await readMetrics([await sourceOf(text)], options);
    const [month] = imported.months;
    expect(Object.keys(month?.entities ?? {})).toEqual(['host:constructor', 'x:__proto__']);
  });

  test('with a line of 200 MB costs that line, and memory that does not grow with it', () => {
    const read = (megabytes: number): { rows: number; refused: number; peakBytes: number } => {
      const program = fileURLToPath(new URL('long-line.ts', import.meta.url));
      const file = join(folder, `${megabytes}.csv`);
      const { stdout, stderr } = spawnSync(process.execPath, [program, file, String(megabytes)], {
        encoding: 'utf8',
      });
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const [short, long] = [read(1), read(200)];
    expect([short, long]).toMatchObject([
      { rows: 2, refused: 1 },
      { rows: 2, refused: 1 },
    ]);
    expect(long.peakBytes - short.peakBytes).toBeLessThan(150_000_000);
  });

  test('that is no table at all is refused as a whole', async () => {
    for (const text of ['', '\n\n', '<html><body>404</body></html>', 'a,b\n1,2\n', '\0\0\0']) {
      await expect(readMetrics([await sourceOf(text)], options)).rejects.toThrow(
        'expected a header with the columns',
      );
    }
  });
});
