import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { footprintOf } from '../../src/demo/containers.ts';
import { intervalOn, snapshotsOfDay } from '../../src/demo/history.ts';
import { slowCollectors } from '../../src/demo/told-by-collectors.ts';
import { createWorld } from '../../src/demo/world.ts';
import type { Daily, EntityDay } from '../../src/model/rollup.ts';
import type { State } from '../../src/model/state.ts';
import { addToDay, type Day, dayBounds, dayOf, fromSeconds, toSeconds } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const fleet = parseFleet(
  readFileSync(new URL('../../data/fleet.yaml', import.meta.url), 'utf8'),
  'fleet.yaml',
);
const world = createWorld({ fleet, seed: 1, now: '2026-11-22T09:32:10Z' });
const collectors = await slowCollectors();
const { story } = world;
const { timeZone } = fleet;

/** A day as compaction makes it of what the collectors would have seen, the day before included. */
function dayAt(day: Day): Daily {
  const roll = (which: Day, previous: Daily | undefined) => {
    const snapshots = snapshotsOfDay(world, collectors, which);
    return compactDay({
      day: which,
      timeZone,
      everySeconds: intervalOn(world, which),
      snapshots,
      previous,
      inputs: { snapshots: snapshots.length, digest: '' },
    });
  };
  return roll(day, roll(addToDay(day, -1), undefined));
}

/** Seconds of a state in a day's timeline. */
function secondsOf(entity: EntityDay | undefined, state: State, day: Day): number {
  const { end } = dayBounds(day, timeZone);
  // A last step after the day's end tells until when its last result is believed.
  const steps = (entity?.timeline ?? []).filter(([at]) => toSeconds(at) < end);
  const ends = [...steps.slice(1).map(([at]) => toSeconds(at)), end];
  return steps.reduce(
    (sum, [at, present], index) => (present === state ? sum + (ends[index] ?? 0) - toSeconds(at) : sum),
    0,
  );
}

/** The first run at or after an instant. */
const runAfter = (seconds: number) => Math.ceil(seconds / 300) * 300;
const dayWith = (seconds: number) => dayOf(fromSeconds(seconds), timeZone);
const busyShare = (entity: EntityDay | undefined, counter: string, parts = 1) => {
  const { total = Number.NaN, covered_seconds = Number.NaN } = entity?.counters?.[counter] ?? {};
  return total / covered_seconds / parts;
};

describe('the story of the demo', () => {
  test('lasts thirteen months, and two weeks at most besides', () => {
    expect(dayWith(story.begin)).toBe('2025-10-01');
  });

  test('takes every service down with the entry proxy, from the first failed run to the first good one', () => {
    const outage = [...story.spells.values()].map((spells) =>
      spells.filter(({ kind }) => kind === 'refused'),
    );
    const [common] = (outage[0] ?? []).filter(({ from }) =>
      outage.every((list) => list.some((spell) => spell.from === from)),
    );
    const { from, to } = common ?? { from: 0, to: 0 };
    const day = dayWith(from);
    const entities = Object.entries(dayAt(day).entities).filter(([id]) => id.startsWith('check:'));
    const expected = runAfter(to) - runAfter(from);
    expect(expected).toBeGreaterThan(20 * 60);
    expect(entities).toHaveLength(61);
    // Nagios looks when its turn comes, and thrice before it calls anything down.
    const late = (id: string) => (id === 'check:coral-soins-valombre:page' ? 600 : 0);
    for (const [id, entity] of entities)
      expect(secondsOf(entity, 'down', day), id).toBeGreaterThanOrEqual(expected - late(id));
    expect(secondsOf(dayAt(day).entities['check:koha-aubrelles:search'], 'down', day)).toBe(expected);
  });

  test('moves a container: what its old host loses in disk and memory, its new one gains', () => {
    const move = story.moves.find(({ service }) => service === 'bokeh-valombre');
    const service = fleet.services.get('bokeh-valombre');
    if (move === undefined || service === undefined) throw new Error('the move is not in the story');
    const { diskBytes, diskDailyBytes, memoryBytes } = footprintOf(story.seed, service);
    const [before, after] = [dayAt(addToDay(dayWith(move.at), -1)), dayAt(addToDay(dayWith(move.at), 1))];
    const statOf = ({ entities }: Daily, entity: string, gauge: string, stat: 'last' | 'mean') => {
      const values = entities[entity]?.gauges?.[gauge];
      return typeof values === 'object' ? values[stat] : (values ?? 0);
    };
    const step = (entity: string, gauge: string, stat: 'last' | 'mean') =>
      statOf(after, entity, gauge, stat) - statOf(before, entity, gauge, stat);
    const atMove = diskBytes + ((move.at - story.told) / 86_400) * diskDailyBytes;
    // Two days of the other containers' growth and of the noise: under 6 GB.
    expect(Math.abs(step('filesystem:hv1:/tank', 'filesystem_used_bytes', 'last') + atMove)).toBeLessThan(
      6e9,
    );
    expect(Math.abs(step('filesystem:hv2:/tank', 'filesystem_used_bytes', 'last') - atMove)).toBeLessThan(
      6e9,
    );
    expect(step('host:hv1', 'memory_used_bytes', 'mean')).toBeLessThan(-0.5 * memoryBytes);
    expect(step('host:hv2', 'memory_used_bytes', 'mean')).toBeGreaterThan(0.5 * memoryBytes);
  });

  test('wears a disk out until it is replaced', () => {
    const [disk] = story.failing;
    if (disk === undefined) throw new Error('no disk fails in the story');
    const entity = `block:${disk.host}:${disk.device}`;
    const shareOn = (seconds: number) =>
      busyShare(dayAt(dayWith(seconds)).entities[entity], 'disk_busy_seconds_total');
    const sound = shareOn(disk.from - 3 * 86_400);
    expect(sound).toBeLessThan(0.15);
    expect(shareOn((disk.from + disk.replaced) / 2)).toBeGreaterThan(2 * sound);
    expect(shareOn(disk.replaced - 86_400)).toBeGreaterThan(0.6);
    expect(shareOn(disk.replaced + 86_400)).toBeLessThan(0.15);
  });

  test('restarts a host with another boot id, and leaves its services down meanwhile', () => {
    const cut = story.reboots.get('hv2')?.find(({ down, up }) => up - down === 47 * 60);
    if (cut === undefined) throw new Error('no power cut in the story');
    const day = dayWith(cut.up);
    const { entities } = dayAt(day);
    expect(entities['host:hv2']?.restarts).toEqual([fromSeconds(cut.up)]);
    expect(secondsOf(entities['check:koha-aubrelles:search'], 'down', day)).toBe(
      runAfter(cut.up) - runAfter(cut.down),
    );
    expect(secondsOf(entities['check:koha-montaubrac:search'], 'down', day)).toBe(0);
  });

  test('knows nothing of the hours in which nobody collected', () => {
    const [silence] = story.silences;
    if (silence === undefined) throw new Error('no silence in the story');
    const day = dayWith(silence.from);
    const entity = dayAt(day).entities['check:koha-aubrelles:search'];
    // The last result before it is believed for 2.5 intervals.
    const lastRun = runAfter(silence.from) - 300;
    expect(secondsOf(entity, 'unknown', day)).toBe(runAfter(silence.to) - (lastRun + 750));
  });

  test.each([
    ['every five minutes for eighteen weeks', '2026-07-19', 300],
    ['every quarter of an hour before', '2026-07-10', 900],
  ])('is seen %s, without a gap', (_, day, interval) => {
    const { entities } = dayAt(day);
    expect(entities['host:hv1']?.samples).toBe(86_400 / interval);
    expect(entities['check:koha-aubrelles:search']?.timeline).toEqual([
      [fromSeconds(dayBounds(day, timeZone).start), 'up'],
      // The last run, believed for 2.5 intervals.
      [fromSeconds(dayBounds(day, timeZone).end - interval + 2.5 * interval), 'unknown'],
    ]);
    const { covered_seconds: coveredSeconds } = entities['host:hv1']?.counters?.cpu_busy_seconds_total ?? {};
    // What lies between the day's first run, at midnight, and its last.
    expect(coveredSeconds).toBe(86_400 - interval);
  });

  test('is busy on Wednesdays and calm on Sundays, by day and not by night', () => {
    const [wednesday, sunday] = [dayAt('2026-11-18'), dayAt('2026-11-15')];
    const busy = ({ entities }: Daily) => busyShare(entities['host:hv1'], 'cpu_busy_seconds_total', 32);
    expect(busy(wednesday)).toBeGreaterThan(1.3 * busy(sunday));
    const at = (instant: string) => world.hosts.get('hv1')?.(toSeconds(instant))?.loads[2] ?? Number.NaN;
    expect(at('2026-11-18T14:00:00Z')).toBeGreaterThan(2 * at('2026-11-18T22:45:00Z'));
  });

  test('ends with a service in every bad way', () => {
    const conditions = Map.groupBy([...world.services], ([, truth]) => truth(story.told).condition);
    expect(Object.fromEntries([...conditions].map(([condition, list]) => [condition, list.length]))).toEqual({
      well: 57,
      error: 1,
      slow: 1,
      maintenance: 1,
    });
  });
});
