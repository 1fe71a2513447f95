import type { TimelineStep } from '../model/rollup.ts';
import type { State } from '../model/state.ts';

/** From where a snapshot was seen, by the name of its file: `20261122T093500Z-probe-lyon.json` from `lyon`; empty where no vantage is named. */
export function vantageOf(file: string): string {
  const [, , ...vantage] = file.replace(/(-only-.*)?\.json$/, '').split('-');
  return vantage.join('-');
}

/**
 * The timelines of one check seen from several vantages, as one: at each instant those that know something have a vote. It is down when
 * more than half of them say so, and degraded when fewer do, or fewer than half have it up; unknown only when nobody knows. The reason is
 * that of the first who says so, in the order of `timelines`.
 */
export function mergeVantages(timelines: readonly (readonly TimelineStep[])[]): TimelineStep[] {
  const instants = [...new Set(timelines.flatMap((timeline) => timeline.map(([at]) => at)))].toSorted();
  const next = timelines.map(() => 0);
  const current: TimelineStep[] = [];
  const merged: TimelineStep[] = [];
  for (const at of instants) {
    timelines.forEach((timeline, vantage) => {
      const step = timeline[next[vantage] ?? 0];
      if (step?.[0] !== at) return;
      current[vantage] = step;
      next[vantage] = (next[vantage] ?? 0) + 1;
    });
    const votes = Object.values(current);
    const state = elected(votes.map(([, own]) => own));
    if (merged.at(-1)?.[1] === state) continue;
    const reason = reasonOf(state, votes);
    merged.push(reason === undefined ? [at, state] : [at, state, reason]);
  }
  return merged;
}

function elected(all: readonly State[]): State {
  const known = all.filter((state) => state !== 'unknown');
  const count = (state: State) => known.filter((own) => own === state).length;
  const isMajority = (votes: number) => votes > known.length / 2;
  if (known.length === 0) return 'unknown';
  if (isMajority(count('down'))) return 'down';
  if (isMajority(count('maintenance'))) return 'maintenance';
  return count('down') > 0 || count('up') < known.length / 2 ? 'degraded' : 'up';
}

function reasonOf(state: State, votes: readonly TimelineStep[]): string | undefined {
  const saying = (said: State) => votes.find(([, own, reason]) => own === said && reason !== undefined)?.[2];
  return saying(state) ?? (state === 'degraded' ? saying('down') : undefined);
}
