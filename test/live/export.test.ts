import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Daily } from '../../src/model/rollup.ts';
import { writeDaily } from '../../src/store/rollups.ts';
import { workspaceAt } from '../../src/store/workspace.ts';
import { filesBelow, makeWorkspace, vigie } from './command.ts';

const fleet = `fleet: { name: Test, timeZone: Europe/Paris }
hosts: { hv1: { ssh: hv1.example.org } }
libraries: { town: { name: Town } }
services:
  koha: { name: Koha, url: 'https://koha.example.org', libraries: [town], host: hv1, checks: { page: { kind: http, url: / } } }
`;
const header =
  'host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw';
const attacks = ['=cmd|calc!A1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '"=1', "'=1", '＝1'];

let root: string;

function daily(day: string, entities: Daily['entities']): Daily {
  const inputs = { snapshots: 1, digest: '' };
  return {
    schema: 'vigie/daily@2',
    day,
    timeZone: 'Europe/Paris',
    inputs,
    carry_digest: '',
    entities,
    carry: {},
  };
}

beforeAll(async () => {
  root = makeWorkspace(fleet);
  const workspace = workspaceAt(root);
  writeFileSync(
    join(root, 'data/hardware.csv'),
    `${header}\nhv1,disk,"=HYPERLINK(""http://x"")",-1,bought,,,2021-01-01,,12.50,,\n`,
  );
  const gauges = {
    pool_free_bytes: -5,
    memory_used_bytes: { count: 2, min: 1.5, mean: 2, p50: 1.5, p95: 2.5, max: 2.5, last: 2.5 },
  };
  const counters = { network_sent_bytes_total: { total: 86_400, covered_seconds: 86_100, p95: 1.5, max: 2 } };
  const facts = Object.fromEntries(attacks.map((text, index) => [`fact_${index}`, text]));
  await writeDaily(workspace, daily('2026-03-01', { 'host:hv1': { samples: 3, gauges, counters, facts } }));
  await writeDaily(
    workspace,
    daily('2026-03-03', {
      'host:hv1': { samples: 4, gauges: { pool_free_bytes: 7 } },
      'check:koha:page': {
        samples: 288,
        timeline: [
          ['2026-03-02T23:00:00Z', 'up'],
          ['2026-03-03T10:00:00Z', 'down', 'HTTP 502, "bad"'],
          ['2026-03-03T10:30:00Z', 'up'],
          ['2026-03-03T22:00:00Z', 'unknown'],
        ],
      },
    }),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function exported(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await vigie(root, ['export', ...words]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe('vigie export', () => {
  test('gives a row a day of a series, days without data too', async () => {
    expect(await exported('series', 'host:hv1', 'pool_free_bytes')).toBe(
      [
        'date,entity,metric,samples,count,min,mean,p50,p95,max,last,total,covered_seconds',
        '2026-03-01,host:hv1,pool_free_bytes,3,3,-5,-5,-5,-5,-5,-5,,',
        '2026-03-02,host:hv1,pool_free_bytes,,,,,,,,,,',
        '2026-03-03,host:hv1,pool_free_bytes,4,4,7,7,7,7,7,7,,',
        '',
      ].join('\r\n'),
    );
    const json = JSON.parse(await exported('series', 'host:*', '*_total', '--to', '2026-03-02', '--json'));
    expect(json).toMatchObject([
      {
        date: '2026-03-01',
        samples: 3,
        total: 86_400,
        covered_seconds: 86_100,
        p95: 1.5,
        max: 2,
        last: null,
      },
      { date: '2026-03-02', samples: null, total: null, count: null },
    ]);
  });

  test('can be imported again: series and days to the same statistics, outages to the same outages', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-export-'));
    const other = makeWorkspace(fleet);
    const [series, outages] = [join(folder, 'series.csv'), join(folder, 'outages.csv')];
    await exported('series', '*', '*', '--out', series);
    await exported('outages', '--out', outages);
    expect(filesBelow(folder)).toEqual(['outages.csv', 'series.csv']);
    expect((await vigie(other, ['import', 'metrics', series])).status).toBe(0);
    expect((await vigie(other, ['import', 'outages', outages])).status).toBe(0);
    expect((await vigie(other, ['export', 'series', '*', '*'])).stdout).toBe(readFileSync(series, 'utf8'));
    expect((await vigie(other, ['export', 'outages'])).stdout).toBe(readFileSync(outages, 'utf8'));
    for (const path of [folder, other]) rmSync(path, { recursive: true, force: true });
  });

  test('gives how long each state held, and the outages with their reasons', async () => {
    const states = JSON.parse(await exported('states', '--json'));
    expect(states.map((row: { down_seconds: number | null }) => row.down_seconds)).toEqual([
      null,
      null,
      1800,
    ]);
    // Up from 0 h to 11 h and from 11.30 h to 23 h.
    expect(states[2]).toMatchObject({
      up_seconds: 81_000,
      unknown_seconds: 3600,
      availability_ratio: 0.97826,
      coverage_ratio: 0.958333,
    });
    expect(await exported('outages', 'koha')).toBe(
      'service,from,to,duration_seconds,reason\r\nkoha,2026-03-03T10:00:00Z,2026-03-03T10:30:00Z,1800,"HTTP 502, ""bad"""\r\n',
    );
  });

  test('gives a spreadsheet no formula to run, and leaves numbers numbers', async () => {
    const facts = Papa.parse<{ value: string }>(await exported('facts'), {
      header: true,
      skipEmptyLines: true,
    });
    expect(facts.data.map(({ value }) => value)).toEqual(attacks.map((text) => `'${text}`));
    const hardware = Papa.parse<Record<string, string>>(await exported('hardware'), { header: true });
    expect(hardware.data[0]).toMatchObject({
      description: '\'=HYPERLINK("http://x")',
      serial: "'-1",
      price_eur: '12.5',
    });
    // Programs that read JSON run nothing.
    expect(JSON.parse(await exported('facts', '--json'))[0].value).toBe(attacks[0]);
  });

  test('lists what there is', async () => {
    expect(JSON.parse(await exported('entities', '--json'))).toMatchObject([
      { entity: 'check:koha:page', kind: 'check', owner: 'koha', days_count: 1, samples_count: 288 },
      {
        entity: 'host:hv1',
        first_day: '2026-03-01',
        last_day: '2026-03-03',
        days_count: 2,
        samples_count: 7,
      },
    ]);
    const day = JSON.parse(await exported('day', '2026-03-01', '--json'));
    expect(day.map((row: { metric: string }) => row.metric)).toEqual([
      'memory_used_bytes',
      'network_sent_bytes_total',
      'pool_free_bytes',
    ]);
  });

  test('says what there is when it is asked for something else', async () => {
    const told = async (...words: readonly string[]) => {
      const { status, stdout, stderr } = await vigie(root, ['export', ...words]);
      expect([status, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await told('series', 'host:hv9', 'x')).toContain('expected an entity that has data');
    expect(await told('series', 'host:hv1', 'x')).toContain(
      'expected a metric of host:hv1 (memory_used_bytes,',
    );
    expect(await told('series', 'host:hv1')).toContain(
      'found "series host:hv1", expected series ENTITY METRIC',
    );
    expect(await told('states', 'nope')).toContain('expected a service of fleet.yaml (koha)');
    expect(await told('day', '2026-02-30')).toContain('expected a day such as 2026-11-22');
    expect(await told('constructor')).toContain('expected series ENTITY METRIC, or states [SERVICE]');
    expect(await told('facts', '--csv', '--json')).toContain('--json');
    expect(await told('facts', '--out', '/nowhere/x.csv')).toContain('ENOENT');
  });
});
