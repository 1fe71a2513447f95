import { beliefIntervals } from '../model/state.ts';
import { addToDay, countDays, type Day, daysBetween, type Instant, toSeconds } from '../model/time.ts';
import type { Context, Examination, Finding } from './examination.ts';

/** Stretches without data. */
export const gaps: Examination = {
  name: 'gaps',
  looksFor:
    'days without data, collectors that have stopped or paused, hosts and checks that nobody has seen',
  examine(context) {
    return [...missingDays(context.daysWithData), ...pauses(context), ...unseen(context)];
  },
};

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
      findings.push({ severity: 'note', where, found: `${count} days without data`, advice });
      since = undefined;
    }
  }
  return findings;
}

/** Runs of one collector that lie too far apart, in the days whose snapshots are still there; the present counts as a run. */
function pauses({ recent, everySeconds, now }: Context): Finding[] {
  const bySource = Map.groupBy(
    recent.files.filter(({ source, at }) => !source.includes('-only-') && at <= now),
    ({ source }) => source,
  );
  return [...bySource].flatMap(([source, files]): Finding[] => {
    const instants = files.map(({ at }) => at);
    const between = instants.flatMap((at, index): Finding[] => {
      const next = instants[index + 1];
      if (next === undefined || !isLong(at, next, everySeconds)) return [];
      const advice = 'see what cron and the system said then; the time counts as unknown';
      const found = `no run between ${at} and ${next}`;
      return [
        {
          severity: 'note',
          where: `collector ${source}`,
          found,
          expected: `one every ${everySeconds} s`,
          advice,
        },
      ];
    });
    const last = instants.at(-1);
    if (last === undefined || !isLong(last, now, everySeconds)) return between;
    const advice = 'see that cron runs vigie collect, and what it says';
    const found = `the last run was at ${last}`;
    return [
      ...between,
      {
        severity: 'warning',
        where: `collector ${source}`,
        found,
        expected: `one every ${everySeconds} s`,
        advice,
      },
    ];
  });
}

function isLong(from: Instant, to: Instant, everySeconds: number): boolean {
  return toSeconds(to) - toSeconds(from) > beliefIntervals * everySeconds;
}

/** What fleet.yaml names and the newest snapshots do not. */
function unseen({ fleet, recent, newest, everySeconds }: Context): Finding[] {
  const last = recent.files.at(-1)?.at;
  if (fleet === undefined || last === undefined) return [];
  const wanted = [
    ...[...fleet.hosts.keys()].map((id) => ({ entity: `host:${id}`, again: `vigie collect --host ${id}` })),
    ...[...fleet.services.values()].flatMap(({ id, checks }) =>
      [...checks.keys()].map((name) => ({
        entity: `check:${id}:${name}`,
        again: 'vigie collect --only probe',
      })),
    ),
  ];
  return wanted.flatMap(({ entity, again }): Finding[] => {
    const seen = recent.lastSeen.get(entity);
    if (seen !== undefined && !isLong(seen, last, everySeconds)) return [];
    const why = recent.errors.get(entity);
    const known = seen ?? newest?.carry[entity]?.at;
    const found = `${known === undefined ? 'never seen' : `not seen since ${known}`}${why === undefined ? '' : ` (${why})`}`;
    return [{ severity: 'warning', where: entity, found, advice: `try it alone: ${again}` }];
  });
}
