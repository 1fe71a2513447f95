import { splitEntity } from '../model/entity.ts';
import { listOf } from '../model/history.ts';
import type { HostEvent } from '../model/reports-file.ts';
import type { State } from '../model/state.ts';
import { type Day, dayBounds, fromSeconds } from '../model/time.ts';
import type { ContainerMoves } from './container-moves.ts';
import { entitiesOf, type PartsInput } from './last-seen.ts';

/** What happened to a host, in order of time. */
export function hostEvents(host: string, input: PartsInput, moves: ContainerMoves): HostEvent[] {
  return [
    ...reboots(host, input),
    ...silences(host, input),
    ...movesOf(host, moves),
    ...diskChanges(host, input),
    ...poolChanges(host, input),
  ].toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

function reboots(host: string, { history }: PartsInput): HostEvent[] {
  const { restarts = [] } = history.entities.get(`host:${host}`) ?? {};
  return restarts.map((at) => ({ at, hasHour: true, kind: 'reboot' }));
}

/** The days in which nothing was heard of it. */
function silences(host: string, { history }: PartsInput): HostEvent[] {
  const { days, timeZone } = history;
  const uptime = listOf(history.entities.get(`host:${host}`)?.gauges.get('uptime_seconds')?.last);
  const found: HostEvent[] = [];
  let since = -1;
  for (const [index, value] of [...uptime, 0].entries()) {
    if (value === null) {
      since = since === -1 ? index : since;
      continue;
    }
    const [from, to] = [days[since], days[index]];
    // Silence before the first word of a host is not an event.
    if (since > 0 && from !== undefined) {
      const start = dayBounds(from, timeZone).start;
      const seconds = to === undefined ? null : dayBounds(to, timeZone).start - start;
      found.push({ at: fromSeconds(start), hasHour: false, kind: 'silence', seconds });
    }
    since = -1;
  }
  return found;
}

function movesOf(host: string, moves: ContainerMoves): HostEvent[] {
  return [...moves].flatMap(([container, own]) =>
    own.flatMap(({ at, hasHour, from, to }): HostEvent[] => {
      if (to === host) return [{ at, hasHour, kind: 'arrival', container, otherHost: from }];
      return from === host ? [{ at, hasHour, kind: 'departure', container, otherHost: to }] : [];
    }),
  );
}

/** Disks that came after the first look, and such as later looks did not find. */
function diskChanges(host: string, input: PartsInput): HostEvent[] {
  const { days, timeZone, entities } = input.history;
  const disks = entitiesOf(host, 'disk', input).flatMap((id) => {
    const entity = entities.get(id);
    const isSeen = (count: number) => count > 0;
    const first = entity?.samples.findIndex(isSeen) ?? -1;
    const last = entity?.samples.findLastIndex(isSeen) ?? -1;
    return entity === undefined || first === -1
      ? []
      : [{ disk: splitEntity(id).name, model: entity.facts.model ?? null, first, last }];
  });
  const begun = Math.min(...disks.map(({ first }) => first));
  const ended = Math.max(...disks.map(({ last }) => last));
  return disks.flatMap(({ disk, model, first, last }): HostEvent[] => {
    const [added, removed] = [days[first], days[last]];
    const on = (day: Day) => ({ at: fromSeconds(dayBounds(day, timeZone).start), hasHour: false });
    return [
      ...(first > begun && added ? [{ ...on(added), kind: 'diskAdded' as const, disk, model }] : []),
      // One that one look has missed may be there at the next.
      ...(last < ended - 1 && removed ? [{ ...on(removed), kind: 'diskRemoved' as const, disk, model }] : []),
    ];
  });
}

/** Where the state of a pool changed, or one of its devices failed or came back; between looks it is unknown, which says nothing. */
function poolChanges(host: string, input: PartsInput): HostEvent[] {
  return (['pool', 'vdev'] as const).flatMap((kind) =>
    entitiesOf(host, kind, input).flatMap((id) => {
      const changes: HostEvent[] = [];
      let before: State = 'up';
      for (const [at, state] of input.history.entities.get(id)?.timeline ?? []) {
        if (state === 'unknown' || state === before) continue;
        // What errors of a device come to, its pool tells.
        if (kind === 'pool' || state === 'down' || before === 'down')
          changes.push({ at, hasHour: true, kind, name: splitEntity(id).name, state });
        before = state;
      }
      return changes;
    }),
  );
}
