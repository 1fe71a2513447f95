import { describe, expect, test } from 'vitest';
import {
  createSimulation,
  rollUpDay,
  type Simulation,
  snapshotsOfDay,
} from '../../../src/demo/simulated/history.ts';
import type { Daily } from '../../../src/model/rollup.ts';
import { Snapshot } from '../../../src/model/snapshot.ts';
import { toSeconds } from '../../../src/model/time.ts';
import { compactDay } from '../../../src/store/compact-day.ts';
import { formatDaily } from '../../../src/store/rollups.ts';

/** Compaction, day after day, of the snapshots of so many days. */
function* compacted(simulation: Simulation, count: number): Generator<Daily> {
  let previous: Daily | undefined;
  for (let index = 0; index < count; index += 1) {
    const { inputs, day } = rollUpDay(simulation, index, 'entities');
    const snapshots = [...snapshotsOfDay(simulation, index)];
    previous = compactDay({
      day,
      timeZone: 'Europe/Paris',
      everySeconds: 300,
      snapshots,
      previous,
      inputs,
    });
    yield previous;
  }
}

describe('a simulated day', () => {
  // Clocks go forward on 29 March, back on 25 October.
  test.each([
    ['spring', 4, '2026-04-06T10:00:00Z'],
    ['autumn', 9, '2026-11-01T10:00:00Z'],
  ])(
    'is, byte for byte, what compaction makes of its snapshots, in %s',
    (_, seed, now) => {
      const options = { hosts: 4, services: 5, containers: 6, days: 40, seed, now: toSeconds(now) };
      const simulation = createSimulation(options);
      expect(simulation.events.silences.length).toBeGreaterThan(0);
      expect(simulation.events.blindness.length).toBeGreaterThan(0);
      let index = 0;
      for (const daily of compacted(simulation, options.days)) {
        expect(formatDaily(rollUpDay(simulation, index, 'whole'))).toBe(formatDaily(daily));
        index += 1;
      }
    },
    60_000,
  );

  test('of the last one ends a minute before now, and all its snapshots are as the schema wants them', () => {
    const now = toSeconds('2026-11-22T09:30:30Z');
    const simulation = createSimulation({
      hosts: 3,
      services: 4,
      containers: 0,
      days: 1,
      seed: 1,
      now,
    });
    const snapshots = [...snapshotsOfDay(simulation, 1)];
    for (const snapshot of snapshots) expect(Snapshot.parse(snapshot)).toEqual(snapshot);
    const probes = snapshots.filter(({ collector }) => collector === 'probe').map(({ at }) => at);
    expect(probes.at(0)).toBe('2026-11-21T23:00:05Z');
    expect(probes.at(-1)).toBe('2026-11-22T09:25:05Z');
    expect(snapshots.filter(({ collector }) => collector === 'disk')).toHaveLength(11);
    expect(snapshots.filter(({ collector }) => collector === 'container')).toEqual([]);
  });
});
