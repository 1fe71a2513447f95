import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulate } from '../../src/demo/simulate.ts';
import { type SeriesTruth, Truth } from '../../src/demo/simulated/truth.ts';
import { splitEntity } from '../../src/model/entity.ts';
import { Daily, Monthly, type TimelineStep } from '../../src/model/rollup.ts';
import { Snapshot } from '../../src/model/snapshot.ts';
import { toSeconds } from '../../src/model/time.ts';
import { expandColumn } from '../../src/store/columns.ts';
import { readFleet } from '../../src/store/fleet.ts';
import { readHardware } from '../../src/store/hardware.ts';
import { snapshotPath } from '../../src/store/snapshots.ts';
import { workspaceAt } from '../../src/store/workspace.ts';
import { filesBelow, fingerprint, vigie } from './command.ts';

const now = '2024-11-22T09:30:00Z';
const day = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'vigie-simulate-'));
const root = join(folder, 'fleet');
const fleetWords = ['--hosts', '4', '--services', '8', '--days', '300', '--seed', '5', '--now', now];

afterAll(() => rmSync(folder, { recursive: true }));

const run = (words: readonly string[]) => vigie(folder, ['simulate', ...words]);
const parse = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A value without noise at an instant, added up from what truth.json says. */
function planted({ start, trends, shifts }: SeriesTruth, seconds: number): number {
  const grown = trends.map(({ from, per_day }, index) => {
    const end = Math.min(toSeconds(trends[index + 1]?.from ?? '9999-12-31T00:00:00Z'), seconds);
    return Math.max(0, (end - toSeconds(from)) / day) * per_day;
  });
  const jumped = shifts.filter(({ at }) => toSeconds(at) <= seconds).map(({ by }) => by);
  return [start, ...grown, ...jumped].reduce((sum, part) => sum + part, 0);
}

/** The last value of a gauge on each day, from months and days as they lie on the disk. */
function lastValues(entity: string, metric: string): { seconds: number; value: number }[] {
  const months = readdirSync(join(root, 'data/monthly')).map((file) =>
    Monthly.parse(parse(join(root, 'data/monthly', file))),
  );
  const monthly = months.flatMap(({ days, entities }) => {
    const own = entities[entity];
    const column = own?.gauges?.[metric]?.last;
    if (own === undefined || column === undefined) return [];
    return expandColumn(column, own.samples, days.length).map((value, index) => ({
      date: days[index] ?? '',
      value,
    }));
  });
  const daily = readdirSync(join(root, 'data/daily/2024')).map((file) => {
    const { day: date, entities } = Daily.parse(parse(join(root, 'data/daily/2024', file)));
    const gauge = entities[entity]?.gauges?.[metric];
    return { date, value: typeof gauge === 'object' ? gauge.last : (gauge ?? null) };
  });
  return [...monthly, ...daily]
    .filter((item): item is { date: string; value: number } => item.value !== null)
    .map(({ date, value }) => ({ seconds: toSeconds(`${date}T22:55:00Z`), value }))
    .toSorted((a, b) => a.seconds - b.seconds);
}

/** Ordinary least squares: the slope a day. */
function slopeOf(points: readonly { seconds: number; value: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ seconds }) => seconds)), mean(points.map(({ value }) => value))];
  const along = points.reduce((sum, point) => sum + (point.seconds - x) * (point.value - y), 0);
  return (day * along) / points.reduce((sum, { seconds }) => sum + (seconds - x) ** 2, 0);
}

describe('vigie simulate', () => {
  let truth: Truth;

  beforeAll(async () => {
    const { status, stderr } = await run([...fleetWords, root]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    truth = Truth.parse(parse(join(root, 'truth.json')));
  }, 120_000);

  test('writes the same bytes from the same arguments, however many threads write them', async () => {
    const again = join(folder, 'again');
    await simulate({
      workspace: workspaceAt(again),
      ...{ hosts: 4, services: 8, containers: 8, days: 300, seed: 5, now: toSeconds(now), rawDays: 2 },
      threads: 3,
    });
    expect(fingerprint(again)).toEqual(fingerprint(root));
  }, 120_000);

  test('writes another fleet from another seed', async () => {
    const other = join(folder, 'other');
    await run(['--days', '3', '--seed', '6', '--services', '3', '--now', now, other]);
    const own = join(folder, 'own');
    await run(['--days', '3', '--seed', '7', '--services', '3', '--now', now, own]);
    const prints = (of: string) => new Set(fingerprint(join(of, 'data/daily')));
    expect(prints(other).intersection(prints(own)).size).toBe(0);
  });

  test('writes a fleet and its hardware as people would', async () => {
    const fleet = await readFleet(join(root, 'data'));
    expect(fleet.hosts.size).toBe(4);
    expect(fleet.services.size).toBe(8);
    const hardware = await readHardware(join(root, 'data'), fleet);
    expect(hardware.filter(({ part }) => part === 'server')).toHaveLength(4);
    const disks = new Set(hardware.filter(({ part }) => part === 'disk').map(({ serial }) => serial));
    for (const { disk, replaced_by } of truth.disk_deaths) {
      expect(disks).toContain(splitEntity(disk).name);
      expect(disks).toContain(splitEntity(replaced_by).name);
    }
  });

  test('writes no file that its schema refuses, and none in a wrong place', () => {
    const data = join(root, 'data');
    for (const path of filesBelow(data).filter((file) => file.endsWith('.json'))) {
      const document = parse(join(data, path));
      if (path.startsWith('daily/')) expect(path).toBe(`daily/2024/${Daily.parse(document).day}.json`);
      else if (path.startsWith('monthly/'))
        expect(path).toBe(`monthly/${Monthly.parse(document).month}.json`);
      else expect(path).toBe(snapshotPath(Snapshot.parse(document)));
    }
  });

  test('plants trends that a straight line finds again in the rollups', () => {
    let found = 0;
    for (const entity of Object.keys(truth.series).filter((name) => name.startsWith('container:'))) {
      const series = truth.series[entity]?.disk_used_bytes;
      if (series === undefined) throw new Error(`no disk of ${entity} in truth.json`);
      const changes = [...series.trends, ...series.shifts.map(({ at }) => ({ from: at }))]
        .map(({ from }) => toSeconds(from))
        .filter((at) => at < toSeconds(now))
        .toSorted((a, b) => a - b);
      const since = Math.max(...changes);
      const points = lastValues(entity, 'disk_used_bytes').filter(({ seconds }) => seconds > since);
      if (points.length < 60) continue;
      found += 1;
      // Weekly waves are told apart from a trend as well as one point in seven would be.
      const mean = points.reduce((sum, { seconds }) => sum + seconds, 0) / points.length;
      const spread = Math.sqrt(points.reduce((sum, { seconds }) => sum + ((seconds - mean) / day) ** 2, 0));
      const error = (series.noise + series.wander * Math.sqrt(7)) / spread;
      expect(Math.abs(slopeOf(points) - (series.trends.at(-1)?.per_day ?? 0))).toBeLessThan(4 * error);
    }
    expect(found).toBeGreaterThanOrEqual(5);
  });

  test('plants every level: file systems are within their noise of what truth.json adds up to', () => {
    const [entity = '', metrics] =
      Object.entries(truth.series).find(([name]) => name === 'filesystem:hv1:/tank') ?? [];
    const series = metrics?.filesystem_used_bytes;
    if (series === undefined) throw new Error('no pool in truth.json');
    const points = lastValues(entity, 'filesystem_used_bytes');
    expect(points.length).toBeGreaterThan(280);
    for (const { seconds, value } of points)
      expect(Math.abs(value - planted(series, seconds))).toBeLessThan(6 * (series.noise + series.wander));
  });

  test('tells when a capacity will be exceeded', () => {
    let crossed = 0;
    for (const metrics of Object.values(truth.series)) {
      for (const series of Object.values(metrics)) {
        for (const { ratio, at } of series.crossings ?? []) {
          const limit = ratio * (series.capacity ?? Number.NaN);
          const end = toSeconds(now) + 10 * 365.25 * day;
          // A quarter of a day after the other, and the last second before each clean-up, where it is fullest.
          const peaks = series.shifts.map(({ at: cleaned }) => toSeconds(cleaned) - 1);
          const grid = Array.from(
            { length: 10 * 365.25 * 4 },
            (_, index) => toSeconds(now) + (index * day) / 4,
          );
          const moments = [...grid, ...peaks.filter((peak) => peak > toSeconds(now))].toSorted(
            (a, b) => a - b,
          );
          const first = moments.find((seconds) => planted(series, seconds) >= limit * (1 - 1e-9)) ?? end;
          if (at === null) expect(first).toBeGreaterThanOrEqual(end);
          else {
            crossed += 1;
            expect(Math.abs(toSeconds(at) - first)).toBeLessThanOrEqual(day / 4 + 1);
          }
        }
      }
    }
    expect(crossed).toBeGreaterThan(10);
  });

  test('plants every outage in the timelines, to the second, and none besides', () => {
    const steps = new Map<string, string[]>();
    const files = [
      ...readdirSync(join(root, 'data/monthly')).map((file) =>
        Monthly.parse(parse(join(root, 'data/monthly', file))),
      ),
      ...readdirSync(join(root, 'data/daily/2024')).map((file) =>
        Daily.parse(parse(join(root, 'data/daily/2024', file))),
      ),
    ];
    for (const { entities } of files)
      for (const [entity, { timeline = [] }] of Object.entries<{ timeline?: TimelineStep[] | undefined }>(
        entities,
      )) {
        const service = entity.split(':')[1] ?? '';
        const known = steps.get(service) ?? [];
        timeline.forEach(([at, state], index) => {
          if (state === 'down' || state === 'degraded')
            known.push(`${state} ${at} ${timeline[index + 1]?.[0] ?? ''}`);
        });
        steps.set(service, known);
      }
    const firstRaw = '2024-11-20T23:00:00Z';
    const seen = truth.outages.filter(({ from, seen: met }) => met !== null && from < firstRaw);
    expect(seen.length).toBeGreaterThan(20);
    for (const service of new Set(truth.outages.map((outage) => outage.service))) {
      const expected = seen
        .filter((outage) => outage.service === service)
        .map(({ state, seen: met }) => `${state} ${met?.from} ${met?.to}`);
      // Of those in daily files, which would tell the parts of one that goes on past midnight, none does.
      expect(steps.get(service)?.toSorted()).toEqual(expected.toSorted());
    }
  });

  test('leaves a disk that died silent from then on, and the next one in its bay', () => {
    const [death] = truth.disk_deaths;
    if (death === undefined) throw new Error('no disk died');
    const temperatures = lastValues(death.disk, 'power_on_seconds');
    const last = temperatures.at(-1)?.seconds ?? 0;
    expect(Math.abs(last - toSeconds(death.died))).toBeLessThan(1.1 * day);
    const next = lastValues(death.replaced_by, 'power_on_seconds');
    expect(Math.abs((next[0]?.seconds ?? 0) - toSeconds(death.replaced))).toBeLessThan(1.1 * day);
    expect(next[0]?.value).toBeLessThan(day);
  });

  test('leaves what compaction would have left: only the raw days are new to it', async () => {
    const before = fingerprint(join(root, 'data'));
    const { status, stdout } = await vigie(root, ['compact', '--json'], {
      SOURCE_DATE_EPOCH: String(toSeconds(now)),
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      daysWritten: ['2024-11-21', '2024-11-22'],
      monthsWritten: [],
      snapshotsDropped: 0,
      daysDropped: 0,
    });
    const after = new Set(fingerprint(join(root, 'data')));
    expect(before.filter((file) => !after.has(file))).toEqual([]);
  });

  test('of raw snapshots alone compacts to the days that it writes otherwise', async () => {
    const words = ['--hosts', '3', '--services', '4', '--days', '8', '--seed', '2', '--now', now];
    const [raw, rolled] = [join(folder, 'raw'), join(folder, 'rolled')];
    await run([...words, '--raw-days', 'all', raw]);
    await run([...words, rolled]);
    expect(filesBelow(join(raw, 'data')).filter((file) => file.startsWith('daily'))).toEqual([]);
    for (const of of [raw, rolled]) expect((await vigie(of, ['compact'])).status).toBe(0);
    const days = filesBelow(join(rolled, 'data/daily'));
    expect(days).toHaveLength(9);
    for (const path of days) {
      const [own, other] = [raw, rolled].map((of) => Daily.parse(parse(join(of, 'data/daily', path))));
      expect({ ...own, inputs: null }).toEqual({ ...other, inputs: null });
    }
  }, 60_000);

  test('writes a workspace that builds', async () => {
    const { status, stderr } = await vigie(root, ['build'], { SOURCE_DATE_EPOCH: String(toSeconds(now)) });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(join(root, 'dist/status/index.html'), 'utf8')).toContain('Koha 001');
  }, 120_000);

  test('explains itself', async () => {
    const { status, stdout } = await run(['--help']);
    expect(status).toBe(0);
    for (const word of ['--hosts', '--raw-days', 'truth.json', 'Examples:', 'Exit codes:'])
      expect(stdout).toContain(word);
  });

  test.each([
    [['--hosts', '0'], 'a whole number from 1 to 500'],
    [['--days', '1.5'], 'a whole number from 1 to 7320'],
    [['--services', 'many'], 'a whole number from 0 to 5000'],
    [['--now', 'yesterday'], 'a UTC instant such as'],
    [['--raw-days', '0'], 'a whole number from 1 to 9999, or `all`'],
    [['--now', '1999-01-01T00:00:00Z', '--days', '7300'], '7300 days after 1980-01-01'],
  ])('refuses %j, and says what it expected', async (words, expected) => {
    const { status, stderr } = await run([...words, join(folder, 'never')]);
    expect(status).toBe(2);
    expect(stderr).toContain(expected);
    expect(readdirSync(folder)).not.toContain('never');
  });

  test('overwrites nothing', async () => {
    const mine = mkdtempSync(join(folder, 'mine-'));
    writeFileSync(join(mine, 'notes.txt'), 'mine');
    const { status, stderr } = await run([mine]);
    expect(status).toBe(2);
    expect(stderr).toContain('found notes.txt, expected an empty folder');
    expect(filesBelow(mine)).toEqual(['notes.txt']);
  });
});
