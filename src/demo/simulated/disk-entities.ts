import { seedOf, uniform } from '../chance.ts';
import type { SimulatedEntity } from './entity.ts';
import type { DiskLife, FleetEvents } from './events.ts';
import { absencesOf } from './host-entities.ts';
import { type Line, lineOf, valueAt } from './line.ts';
import { createMetered } from './metered.ts';
import type { Setting } from './metered-plan.ts';
import { runAt } from './moments.ts';
import type { FleetPlan } from './plan.ts';
import { type Gauge, roundTo } from './series.ts';
import { counterFrom, gaugeOf } from './series-plans.ts';

const day = 86_400;

/** SMART is read at each hour: to ask a disk wakes it. */
const everyRuns = 12;

/** The disks of an invented fleet, as a shop would list them. */
export const models = {
  solid: { model: 'SAMSUNG MZQL21T9HCJR-00A07', description: 'Samsung PM9A3 1.92 TB NVMe', ratedTbw: 3504 },
  platter: { model: 'ST4000NM000A-2HZ100', description: 'Seagate Exos 7E8 4 TB SATA', ratedTbw: null },
};

/** What wears a disk, told as truth too. */
export interface DiskWear {
  /** Bytes written a day. */
  readonly written: Line;
  /** The share of its rated life that is gone; platters do not tell. */
  readonly wear?: Line;
}

/** How a disk wears, from its seed: an SSD in four years or in forty. */
export function wearOf({ seed, begin }: FleetPlan, { serial, bay, from }: DiskLife): DiskWear {
  const chance = seedOf(seed, 'wear', serial);
  const { ratedTbw } = models[bay.isSolid ? 'solid' : 'platter'];
  if (ratedTbw === null) return { written: lineOf(begin, (10 + 50 * uniform(chance, 0)) * 1e9, 0) };
  const lifeYears = 4 * 10 ** uniform(chance, 1);
  const perDay = 1 / (lifeYears * 365.25);
  return {
    written: lineOf(begin, perDay * ratedTbw * 1e12, 0),
    wear: lineOf(begin, (perDay * Math.max(0, begin - from)) / day, perDay).map((piece) =>
      from > begin ? { ...piece, value: piece.value - (perDay * (from - begin)) / day } : piece,
    ),
  };
}

/** A disk, known by its host and its serial number. */
export function diskEntity(
  plan: FleetPlan,
  events: FleetEvents,
  life: DiskLife,
  { written, wear }: DiskWear,
  setting: Setting,
): SimulatedEntity {
  const { bay, serial, from, to } = life;
  const chance = seedOf(plan.seed, 'disk', serial);
  const age = (plan.begin - from) / day;
  const { model } = models[bay.isSolid ? 'solid' : 'platter'];
  const gauges: Gauge[] = [
    {
      ...gaugeOf('temperature_celsius', temperatureOf(plan, life), 0.8, 1, 1.2),
      visitsRatio: 0.04,
    },
    {
      kind: 'derived',
      metric: 'power_on_seconds',
      // Whole hours, as SMART counts them.
      derive:
        (_, { start }) =>
        (run) =>
          roundTo(Math.max(0, runAt(start, run) - from), 3600),
    },
    ...(wear === undefined
      ? []
      : [
          {
            kind: 'derived',
            metric: 'wear_used_ratio',
            line: wear,
            capacity: 1,
            // Whole percents, rounded down.
            derive:
              (_, { start }) =>
              (run) =>
                roundTo(Math.max(0, valueAt(wear, runAt(start, run))), 0.01),
          } satisfies Gauge,
        ]),
  ];
  return createMetered(
    {
      entity: `disk:${bay.host}:${serial}`,
      collector: 'disk',
      everyRuns,
      gauges,
      counters: [
        {
          ...counterFrom(Math.max(0, age))('written_bytes_total', written, 512_000),
          dayNoise: 0.03 + 0.05 * uniform(chance, 0),
          night: 2,
        },
      ],
      facts: () => ({ device: `/dev/${bay.device}`, model, serial }),
      epochs: [],
      absences: [
        { from: Number.NEGATIVE_INFINITY, to: from },
        { from: to, to: Number.POSITIVE_INFINITY },
        ...absencesOf(events, bay.host),
      ],
    },
    setting,
  );
}

/** Warm, and three degrees warmer by the day it died. */
function temperatureOf({ seed, begin }: FleetPlan, { serial, bay, tiresFrom, to }: DiskLife): Line {
  const usual = (bay.isSolid ? 38 : 33) + 6 * uniform(seedOf(seed, 'temperature', serial), 0);
  return lineOf(
    begin,
    usual,
    0,
    tiresFrom === undefined
      ? []
      : [{ at: tiresFrom, perDay: 3 / ((to - tiresFrom) / day), cause: 'disk tires' }],
  );
}
