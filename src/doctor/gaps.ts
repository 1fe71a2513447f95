import type { Collector } from '../collect/collector.ts';
import { loadCollectors } from '../collect/registry.ts';
import { beliefIntervals } from '../model/state.ts';
import { addToDay, countDays, type Day, daysBetween, type Instant, toSeconds } from '../model/time.ts';
import type { Context, Examination, Finding } from './examination.ts';

/** Stretches without data. */
export const gaps: Examination = {
  name: 'gaps',
  looksFor:
    'days without data, collectors that have stopped or paused, hosts and checks that nobody has seen',
  async examine(context) {
    const sources = sourcesOf(context, await loadCollectors());
    return [
      ...missingDays(context.daysWithData),
      ...sources.flatMap((source) => pauses(source, context.now)),
      ...unseen(context, sources),
    ];
  },
};

/** The runs of one collector, from one vantage. */
interface Source {
  /** `<collector>[-<vantage>]` */
  readonly name: string;
  /** Undefined for a collector that this Vigie has not. */
  readonly kind: Collector['kind'] | undefined;
  readonly everySeconds: number;
  /** When they began, oldest first. */
  readonly runs: readonly Instant[];
}

/** Who collected in the days whose snapshots are kept; runs for one host alone are none of a collector. */
function sourcesOf(
  { fleet, recent, retentionSeconds, now }: Context,
  collectors: ReadonlyMap<string, Collector>,
): Source[] {
  const past = recent.files.filter(({ source, at }) => !source.includes('-only-') && at <= now);
  const since = toSeconds(past.at(-1)?.at ?? now) - retentionSeconds;
  const kept = past.filter(({ at }) => toSeconds(at) >= since);
  return [...Map.groupBy(kept, ({ source }) => source)].map(([name, own]) => {
    const runs = own.map(({ at }) => at);
    const [known] = [...collectors]
      .filter(([collector]) => name === collector || name.startsWith(`${collector}-`))
      .toSorted(([a], [b]) => b.length - a.length);
    const collector = known?.[1];
    const wanted = collector === undefined ? undefined : (collector.everySeconds ?? fleet?.everySeconds);
    return { name, kind: collector?.kind, everySeconds: wanted ?? usualSeconds(runs), runs };
  });
}

/** How far apart runs usually lie, in seconds; one alone says nothing. */
function usualSeconds(runs: readonly Instant[]): number {
  const spans = runs.slice(1).map((at, index) => toSeconds(at) - toSeconds(runs[index] ?? at));
  return spans.toSorted((a, b) => a - b)[Math.floor(spans.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function missingDays(days: readonly Day[]): Finding[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const known = new Set(days);
  const findings: Finding[] = [];
  let since: Day | undefined;
  for (const day of [...daysBetween(first, last), addToDay(last, 1)]) {
    if (!known.has(day) && day <= last) since ??= day;
    else if (since !== undefined) {
      const count = countDays(since, day);
      const where = count === 1 ? since : `${since} to ${addToDay(day, -1)}`;
      const advice =
        'nothing, if nobody collected; else look for snapshots on other machines, or for history to import';
      findings.push({
        severity: 'note',
        where,
        found: `${count} ${count === 1 ? 'day' : 'days'} without data`,
        advice,
      });
      since = undefined;
    }
  }
  return findings;
}

/** Runs that lie too far apart; the present counts as one. */
function pauses({ name, everySeconds, runs }: Source, now: Instant): Finding[] {
  const where = `collector ${name}`;
  const expected = `one every ${everySeconds} s`;
  return runs.flatMap((at, index): Finding[] => {
    const next = runs[index + 1];
    if (!isLong(at, next ?? now, everySeconds)) return [];
    if (next === undefined) {
      const advice = 'see that cron runs vigie collect, and what it says';
      return [{ severity: 'warning', where, found: `the last run was at ${at}`, expected, advice }];
    }
    const advice = 'see what cron and the system said then; the time counts as unknown';
    return [{ severity: 'note', where, found: `no run between ${at} and ${next}`, expected, advice }];
  });
}

function isLong(from: Instant, to: Instant, everySeconds: number): boolean {
  return toSeconds(to) - toSeconds(from) > beliefIntervals * everySeconds;
}

/** What fleet.yaml names and the newest runs did not see. */
function unseen({ fleet, recent, newest }: Context, sources: readonly Source[]): Finding[] {
  if (fleet === undefined || sources.length === 0) return [];
  const hosts = [...fleet.hosts].map(([id, { reach }]) => ({
    entity: reach.kind === 'lxd' ? `manager:${id}:lxd` : `host:${id}`,
    kind: reach.kind === 'prometheus' || reach.kind === 'lxd' ? 'api' : 'host',
    again: `vigie collect --host ${id}`,
  }));
  const checks = [...fleet.services.values()].flatMap(({ id, checks }) =>
    [...checks].map(([name, check]) => ({
      entity: `check:${id}:${name}`,
      ...(check.kind === 'prometheus' || check.kind === 'icinga2'
        ? { kind: 'api', again: `vigie collect --only ${check.kind}` }
        : check.kind === 'nagios'
          ? { kind: 'host', again: `vigie collect --host ${check.on}` }
          : { kind: 'request', again: 'vigie collect --only probe' }),
    })),
  );
  return [...hosts, ...checks].flatMap(({ entity, kind, again }): Finding[] => {
    // A collector that has stopped is told by itself, not by all that it would have seen.
    const [last] = sources
      .filter((source) => source.kind === kind)
      .map(({ runs, everySeconds }) => ({ at: runs.at(-1) ?? '', everySeconds }))
      .toSorted((a, b) => (a.at > b.at ? -1 : 1));
    const seen = recent.lastSeen.get(entity);
    if (seen !== undefined && (last === undefined || !isLong(seen, last.at, last.everySeconds))) return [];
    const why = recent.errors.get(entity);
    const known = seen ?? newest?.carry[entity]?.at;
    const found = `${known === undefined ? 'never seen' : `not seen since ${known}`}${why === undefined ? '' : ` (${why})`}`;
    return [{ severity: 'warning', where: entity, found, advice: `try it alone: ${again}` }];
  });
}
