import { fromSeconds, type Instant } from '../../model/time.ts';
import type { PlantedSeries } from './entity.ts';
import { intervalAt } from './entity.ts';
import { horizonSeconds } from './growth.ts';
import type { Simulation } from './history.ts';
import { crossing, type Line, valueAt } from './line.ts';
import { everySeconds, runAfter } from './moments.ts';
import type { SimulationOptions } from './plan.ts';
import type { OutageTruth, SeriesTruth, Truth } from './truth.ts';

/** The shares of a capacity whose crossing is told. */
const thresholds = [0.8, 0.9, 1];

/** All that is planted in a simulation. */
export function tellTruth(simulation: Simulation, options: SimulationOptions): Truth {
  const { plan, events, entities } = simulation;
  const { hosts, services, containers, days, seed, now } = options;
  const stops = [...events.stops.values()].flat().filter(({ to }) => to > plan.begin);
  return {
    schema: 'vigie/truth@1',
    options: { hosts, services, containers, days, seed },
    now: fromSeconds(now),
    timeZone: plan.timeZone,
    first_day: plan.days[0] ?? '',
    last_day: plan.days.at(-1) ?? '',
    every_seconds: everySeconds,
    outages: outagesOf(simulation).toSorted(
      (a, b) => compare(a.from, b.from) || compare(a.service, b.service),
    ),
    stops: stops
      .map(({ host, from, to, cause }) => ({ host, ...instants({ from, to }), cause }))
      .toSorted(byFrom),
    moves: [...events.moves.values()]
      .flat()
      .map(({ container, from, to, at }) => ({ container, from, to, at: fromSeconds(at) }))
      .toSorted((a, b) => compare(a.at, b.at)),
    disk_deaths: deathsOf(simulation),
    missing: [
      ...events.silences.map((interval) => ({ kind: 'silence' as const, ...instants(interval) })),
      ...events.blindness.map((interval) => ({ kind: 'blindness' as const, ...instants(interval) })),
      ...[...events.unreadable].flatMap(([host, intervals]) =>
        intervals.map((interval) => ({ kind: 'unreadable' as const, host, ...instants(interval) })),
      ),
    ].toSorted(byFrom),
    series: Object.fromEntries(
      entities
        .filter(({ planted }) => planted.length > 0)
        .map(({ entity, planted }) => [
          entity,
          Object.fromEntries(planted.map((series) => [series.metric, seriesTruth(series, now)])),
        ]),
    ),
  };
}

function seriesTruth(series: PlantedSeries, now: number): SeriesTruth {
  const { kind, line, visitsRatio, noise, wander, dayNoiseRatio, capacity } = series;
  return {
    kind,
    start: line[0]?.value ?? 0,
    ...changesOf(line),
    visits_ratio: visitsRatio,
    noise,
    wander,
    day_noise_ratio: dayNoiseRatio,
    ...(capacity === undefined
      ? {}
      : {
          capacity,
          crossings: thresholds.map((ratio) => ({
            ratio,
            at: crossing(line, ratio * capacity, now, now + horizonSeconds),
          })),
        }),
  };
}

function changesOf(line: Line): Pick<SeriesTruth, 'trends' | 'shifts'> {
  const trends: SeriesTruth['trends'] = [];
  const shifts: SeriesTruth['shifts'] = [];
  line.forEach(({ from, value, perDay, cause }, index) => {
    const before = line.slice(0, index);
    if (trends.at(-1)?.per_day !== perDay)
      trends.push({ from: fromSeconds(from), per_day: perDay, ...(cause === undefined ? {} : { cause }) });
    const by = index === 0 ? 0 : value - valueAt(before, from);
    if (Math.abs(by) > 1e-9 * Math.abs(value)) shifts.push({ at: fromSeconds(from), by, cause: cause ?? '' });
  });
  return { trends, shifts };
}

function outagesOf({ services, events, plan }: Simulation): OutageTruth[] {
  const unseen = [...events.silences, ...events.blindness];
  return [...services].flatMap(([service, { bad }]) =>
    bad.map(({ from, to, kind, cause }): OutageTruth => {
      const first = runAfter(from);
      const isSeen = first < to && first <= plan.now - 60 && intervalAt(unseen, first) === undefined;
      return {
        service,
        state: kind === 'slow' ? 'degraded' : 'down',
        ...instants({ from, to }),
        cause,
        seen: isSeen ? instants({ from: first, to: runAfter(to) }) : null,
      };
    }),
  );
}

function deathsOf({ events: { disks } }: Simulation): Truth['disk_deaths'] {
  return disks
    .flatMap(({ bay, serial, tiresFrom, to }, index) => {
      const next = disks[index + 1];
      return tiresFrom === undefined || next === undefined
        ? []
        : [
            {
              disk: `disk:${bay.host}:${serial}`,
              host: bay.host,
              device: bay.device,
              tires_from: fromSeconds(tiresFrom),
              died: fromSeconds(to),
              replaced: fromSeconds(next.from),
              replaced_by: `disk:${next.bay.host}:${next.serial}`,
            },
          ];
    })
    .toSorted((a, b) => compare(a.died, b.died));
}

function instants({ from, to }: { from: number; to: number }): { from: Instant; to: Instant } {
  return { from: fromSeconds(from), to: fromSeconds(to) };
}

function byFrom(a: { from: string }, b: { from: string }): number {
  return compare(a.from, b.from);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
