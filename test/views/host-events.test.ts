import { describe, expect, test } from 'vitest';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { containerMoves } from '../../src/views/container-moves.ts';
import { hostEvents } from '../../src/views/host-events.ts';
import { ownedEntities } from '../../src/views/last-seen.ts';
import { historyOf } from './fleet-days.ts';

function eventsOf(host: string, ...records: readonly EntityRecord[]): string[] {
  const history = historyOf(records);
  const input = { history, owned: ownedEntities(history), now: '2026-11-22T09:35:00Z' };
  return hostEvents(host, input, containerMoves(history)).map(({ at, ...event }) =>
    [at, ...Object.values(event)].join(' '),
  );
}

const seen = (entity: string, ...days: readonly number[]): EntityRecord[] =>
  days.map((day) => ({ entity, at: `2026-11-${`${day}`.padStart(2, '0')}T09:00:00Z`, state: 'up' }));

describe('what happened to a host', () => {
  test('is that a container went to another, and there that it came', () => {
    const records = [...seen('container:hv1:koha', 10, 11), ...seen('container:hv2:koha', 12, 13)];
    // The twelfth begins at 23:00 UTC in Paris.
    expect(eventsOf('hv1', ...records)).toEqual(['2026-11-11T23:00:00Z false departure koha hv2']);
    expect(eventsOf('hv2', ...records)).toEqual(['2026-11-11T23:00:00Z false arrival koha hv1']);
    expect(eventsOf('hv3', ...records)).toEqual([]);
  });

  test('is that a disk came and another one went, but not which ones were there from the first look on', () => {
    const records = [...seen('disk:hv1:A', 10, 11, 12, 13, 14), ...seen('disk:hv1:B', 10, 11)];
    expect(eventsOf('hv1', ...records, ...seen('disk:hv1:C', 12, 13, 14))).toEqual([
      '2026-11-10T23:00:00Z false diskRemoved B ',
      '2026-11-11T23:00:00Z false diskAdded C ',
    ]);
  });

  test('is not that one look missed a disk', () => {
    expect(eventsOf('hv1', ...seen('disk:hv1:A', 10, 11, 12), ...seen('disk:hv1:B', 10, 11))).toEqual([]);
  });

  test('is that a pool was degraded and well again, once each, though its state is unknown between two looks', () => {
    const pool = (time: string, state: 'up' | 'degraded'): EntityRecord => ({
      entity: 'pool:hv1:tank',
      at: `2026-11-${time}:00Z`,
      state,
      ...(state === 'degraded' && { reason: 'DEGRADED' }),
    });
    expect(
      eventsOf(
        'hv1',
        pool('10T08:00', 'up'),
        pool('10T09:00', 'degraded'),
        pool('11T09:00', 'degraded'),
        pool('12T07:30', 'up'),
      ),
    ).toEqual(['2026-11-10T09:00:00Z true pool tank degraded', '2026-11-12T07:30:00Z true pool tank up']);
  });

  test('is that a device of a pool failed and came back, but not that it counts errors', () => {
    const device = (time: string, state: 'up' | 'degraded' | 'down'): EntityRecord => ({
      entity: 'vdev:hv1:tank/sdb',
      at: `2026-11-${time}:00Z`,
      state,
      ...(state !== 'up' && { reason: 'errors' }),
    });
    expect(
      eventsOf(
        'hv1',
        device('10T08:00', 'up'),
        device('10T09:00', 'degraded'),
        device('11T09:00', 'down'),
        device('12T07:30', 'up'),
      ),
    ).toEqual(['2026-11-11T09:00:00Z true vdev tank/sdb down', '2026-11-12T07:30:00Z true vdev tank/sdb up']);
  });

  test('is that nothing was heard of it, for how long, and still when that lasts', () => {
    const on = (day: number, name = 'hv1'): EntityRecord => ({
      entity: `host:${name}`,
      at: `2026-11-${day}T09:00:00Z`,
      gauges: { uptime_seconds: 1 },
    });
    const other = [10, 11, 12, 13, 14, 15].map((day) => on(day, 'hv2'));
    expect(eventsOf('hv1', ...other, on(10), on(13))).toEqual([
      '2026-11-10T23:00:00Z false silence 172800',
      '2026-11-13T23:00:00Z false silence ',
    ]);
  });
});
