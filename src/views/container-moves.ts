import { type Move, movesOf } from '../analysis/container-moves.ts';
import { splitEntity } from '../model/entity.ts';
import type { History } from '../model/history.ts';

/** The moves of containers from host to host, in order of time, by the container's name. Those that never moved are left out. */
export type ContainerMoves = ReadonlyMap<string, readonly Move[]>;

/** Finds the moves of all containers, once for the whole fleet. */
export function containerMoves(history: History): ContainerMoves {
  const { days, timeZone, entities } = history;
  const ids = [...entities.keys()].filter((id) => id.startsWith('container:'));
  const byName = Map.groupBy(ids, (id) => splitEntity(id).name);
  return new Map(
    [...byName].flatMap(([name, own]): [string, readonly Move[]][] => {
      if (own.length < 2) return [];
      const sightings = own.flatMap((id) => {
        const entity = entities.get(id);
        if (entity === undefined) return [];
        const { samples, factChanges } = entity;
        return [{ host: splitEntity(id).owner, samples, starts: factChanges.get('started_at') ?? [] }];
      });
      const moves = movesOf(sightings, days, timeZone);
      return moves.length === 0 ? [] : [[name, moves]];
    }),
  );
}
