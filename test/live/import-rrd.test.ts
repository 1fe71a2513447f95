import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkspace, vigie } from './command.ts';

const isMissing = spawnSync('rrdtool', ['--version']).error !== undefined;
if (isMissing) test('vigie import rrd', (context) => context.skip('no rrdtool here (Debian: rrdtool)'));

/** 2021-03-20T00:00:00Z, a multiple of all steps. */
const start = 1_616_198_400;
const step = 300;
/** Eight days in Paris, the day of 23 hours among them. */
const count = 8 * 288;
const load = (index: number) => 1 + (index % 12) / 4 + (index % 288 === 100 ? 40 : 0);
const rate = (index: number) => 1000 + Math.floor(index / 288) * 500;

let root: string;
let folder: string;

function rrdtool(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('rrdtool', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** An RRD of a gauge and a counter, one value each five minutes; its fine archive reaches back two days, its coarse ones all of them. */
function makeRrd(path: string, gauge: string, counter?: string): void {
  const sources = [
    `DS:${gauge}:GAUGE:600:U:U`,
    ...(counter === undefined ? [] : [`DS:${counter}:COUNTER:600:0:U`]),
  ];
  const archives = ['AVERAGE:0.5:1:576', 'AVERAGE:0.5:12:300', 'MIN:0.5:12:300', 'MAX:0.5:12:300'];
  rrdtool(
    'create',
    path,
    '--start',
    String(start),
    '--step',
    String(step),
    ...sources,
    ...archives.map((archive) => `RRA:${archive}`),
  );
  let counted = 0;
  const updates: string[] = [];
  for (let index = 0; index < count; index += 1) {
    counted += rate(index) * step;
    const values = [load(index), ...(counter === undefined ? [] : [counted])];
    updates.push(`${start + (index + 1) * step}:${values.join(':')}`);
  }
  for (let index = 0; index < updates.length; index += 500)
    rrdtool('update', path, ...updates.slice(index, index + 500));
}

/** The values of the five minutes whose middle lies in a stretch of time. */
function loadsBetween(from: string, to: string): number[] {
  const [first, last] = [Date.parse(from) / 1000, Date.parse(to) / 1000];
  return Array.from({ length: count }, (_, index) => index)
    .filter((index) => start + (index + 0.5) * step >= first && start + (index + 0.5) * step < last)
    .map(load);
}

const threeDigits = (value: number) => Number(value.toPrecision(3));

interface Row {
  readonly date: string;
  readonly [column: string]: number | string | null;
}

async function series(entity: string, metric: string): Promise<Map<string, Row>> {
  const { stdout } = await vigie(root, ['export', 'series', entity, metric, '--json']);
  const rows: Row[] = JSON.parse(stdout);
  return new Map(rows.map((row) => [row.date, row]));
}

describe.skipIf(isMissing)('vigie import rrd', () => {
  beforeAll(() => {
    root = makeWorkspace(
      'fleet: { name: Test, timeZone: Europe/Paris }\nhosts: { hv1: { ssh: hv1.example.org } }\n',
    );
    folder = mkdtempSync(join(tmpdir(), 'vigie-rrd-'));
  });
  afterAll(() => {
    for (const path of [root, folder]) rmSync(path, { recursive: true, force: true });
  });

  test('makes days of what was put in: the finest archive of each time, minima and maxima, rates', async () => {
    const path = join(folder, 'odd: name.rrd');
    makeRrd(path, 'load', 'in');
    const words = [
      '--entity',
      'hv1',
      '--metric',
      'load=run_queue_count',
      '--metric',
      'in=network_received_bytes_total',
    ];
    const imported = await vigie(root, ['import', 'rrd', path, ...words, '--json']);
    expect([imported.status, JSON.parse(imported.stdout)]).toMatchObject([
      0,
      { counts: { refused: 0, entities: 1, metrics: 2 } },
    ]);
    const loads = await series('host:hv1', 'run_queue_count');
    // From the fine archive: its last two days.
    const fine = loadsBetween('2021-03-26T23:00:00Z', '2021-03-27T23:00:00Z');
    expect(loads.get('2021-03-27')).toMatchObject({
      count: 288,
      min: Math.min(...fine),
      max: Math.max(...fine),
      mean: threeDigits(fine.reduce((sum, value) => sum + value, 0) / fine.length),
      last: fine.at(-1),
      p50: fine.toSorted((a, b) => a - b)[143],
    });
    // From the coarse ones: averages of an hour, and the least and the greatest value within.
    const coarse = loadsBetween('2021-03-21T23:00:00Z', '2021-03-22T23:00:00Z');
    expect(loads.get('2021-03-22')).toMatchObject({
      count: 24,
      min: Math.min(...coarse),
      max: Math.max(...coarse),
      mean: threeDigits(coarse.reduce((sum, value) => sum + value, 0) / coarse.length),
    });
    const received = await series('host:hv1', 'network_received_bytes_total');
    const counted = (from: string, to: string) => {
      let total = 0;
      for (let at = Date.parse(from) / 1000; at < Date.parse(to) / 1000; at += step)
        total += rate((at - start) / step) * step;
      return total;
    };
    expect(received.get('2021-03-22')).toMatchObject({
      total: counted('2021-03-21T23:00:00Z', '2021-03-22T23:00:00Z'),
      covered_seconds: 86_400,
      max: rate(2 * 288),
    });
    expect(received.get('2021-03-27')).toMatchObject({
      total: counted('2021-03-26T23:00:00Z', '2021-03-27T23:00:00Z'),
    });
  });

  test('understands what pnp4nagios and Munin write, and asks where nobody tells the unit', async () => {
    mkdirSync(join(folder, 'hv1'));
    const pnp = join(folder, 'hv1/Check_Load.rrd');
    makeRrd(pnp, '1');
    writeFileSync(
      join(folder, 'hv1/Check_Load.xml'),
      '<?xml version="1.0"?><NAGIOS><DATASOURCE><RRDFILE>x</RRDFILE><DS>1</DS><NAME>load1</NAME><LABEL>load1 &amp; more</LABEL><UNIT>ms</UNIT></DATASOURCE><NAGIOS_HOSTNAME>HV1.example.org</NAGIOS_HOSTNAME><NAGIOS_SERVICEDESC>Check Load</NAGIOS_SERVICEDESC></NAGIOS>',
    );
    const munin = join(folder, 'hv1.example.org-df-_dev_sda1-g.rrd');
    const other = join(folder, 'hv1.example.org-strange-thing-g.rrd');
    for (const path of [munin, other]) makeRrd(path, '42');
    const damaged = join(folder, 'damaged.rrd');
    writeFileSync(damaged, 'RRD\0damaged');
    const imported = await vigie(root, ['import', 'rrd', pnp, munin, other, damaged]);
    expect(imported.status).toBe(1);
    expect(imported.stdout).toContain('Check Load.load1 & more: host:hv1 check_load_load1_more_seconds');
    expect(imported.stdout).toContain('df._dev_sda1: host:hv1 munin_df_dev_sda1_ratio');
    expect(imported.stderr).toContain(
      'source 42: found no unit, expected --metric "strange.thing=metric_name*factor"',
    );
    expect(imported.stderr).toContain('damaged.rrd: found ERROR:');
    const delays = await series('host:hv1', 'check_load_load1_more_seconds');
    expect(delays.get('2021-03-27')?.last).toBeCloseTo(
      (loadsBetween('2021-03-26T23:00:00Z', '2021-03-27T23:00:00Z').at(-1) ?? 0) / 1000,
      9,
    );
  });

  test('says what to install where there is no rrdtool', async () => {
    const path = join(folder, 'some.rrd');
    writeFileSync(path, 'x');
    const { status, stderr } = await vigie(root, ['import', 'rrd', path], { PATH: '/nowhere' });
    expect([status, stderr]).toEqual([
      2,
      'vigie import rrd: found no rrdtool on this machine, expected rrdtool (Debian: apt-get install rrdtool), or this command where the files and rrdtool are\n',
    ]);
  });
});
