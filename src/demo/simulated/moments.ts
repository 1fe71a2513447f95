import { addToDay, type Day, dayBounds } from '../../model/time.ts';
import type { Rhythm } from '../rhythm.ts';

/** How often an invented fleet is read, in seconds. */
export const everySeconds = 300;
/** Cron starts a run on the minute; what it reads, it reads a little later. */
const delaySeconds = 5;
/** Hours at which a day's visits are summed up. */
const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);
/** What the rhythm's visits are on average, about. */
export const usualVisits = 0.313;

/** The runs of a day. */
export interface SimulatedDay {
  readonly day: Day;
  /** 0 on the first day. */
  readonly index: number;
  /** In seconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** How many runs it has: 276, 288 or 300. */
  readonly runs: number;
  /** How busy the public keeps everything at each run, 1 on average over the year, and in the day as a whole. */
  readonly visits: Float64Array;
  readonly visitsOfDay: number;
  /** What runs at night, from 0 to 1. */
  readonly dumps: Float64Array;
}

/** The days of a history by their index, 0 for the first one; days before and after it have one too. */
export interface Calendar {
  readonly dayAt: (index: number) => SimulatedDay;
  /** When a day begins, in seconds since 1970. */
  readonly startOf: (index: number) => number;
  /** `visitsOfDay` of a day without the cost of the rest: counters go on from one day to the next. */
  readonly visitsAt: (index: number) => number;
  /** The day of an instant. */
  readonly indexAt: (seconds: number) => number;
}

/** How many days are kept at a time. */
const keptDays = 64;

/** The calendar of a history that begins on a day. Days that were asked are kept for a while. */
export function createCalendar(first: Day, timeZone: string, rhythm: Rhythm): Calendar {
  const starts = new Map<number, number>();
  const visitsOfDays = new Map<number, number>();
  const kept = new Map<number, SimulatedDay>();
  const startOf = (index: number) =>
    remembered(starts, index, () => dayBounds(addToDay(first, index), timeZone).start);
  const visitsAt = (index: number) =>
    remembered(visitsOfDays, index, () => visitsOfDay(startOf(index), rhythm));
  return {
    startOf,
    visitsAt,
    dayAt(index) {
      const known = kept.get(index);
      if (known !== undefined) return known;
      if (kept.size >= keptDays) kept.clear();
      const [start, end] = [startOf(index), startOf(index + 1)];
      const moment = momentsOf(addToDay(first, index), index, start, end, visitsAt(index), rhythm);
      kept.set(index, moment);
      return moment;
    },
    indexAt(seconds) {
      // No more than an hour off, when clocks have changed.
      const near = Math.floor((seconds - startOf(0)) / 86_400);
      return seconds < startOf(near) ? near - 1 : seconds >= startOf(near + 1) ? near + 1 : near;
    },
  };
}

function remembered(known: Map<number, number>, index: number, find: () => number): number {
  const found = known.get(index) ?? find();
  known.set(index, found);
  return found;
}

function momentsOf(
  day: Day,
  index: number,
  start: number,
  end: number,
  visitsOnAverage: number,
  rhythm: Rhythm,
): SimulatedDay {
  const runs = (end - start) / everySeconds;
  const visits = new Float64Array(runs);
  const dumps = new Float64Array(runs);
  for (let run = 0; run < runs; run += 1) {
    const seconds = runAt(start, run);
    visits[run] = rhythm.visits(seconds) / usualVisits;
    dumps[run] = rhythm.dumps(seconds);
  }
  return { day, index, start, end, runs, visits, visitsOfDay: visitsOnAverage, dumps };
}

/** When a run of a day reads, in seconds since 1970. */
export function runAt(start: number, run: number): number {
  return start + run * everySeconds + delaySeconds;
}

/** The first run at or after an instant. */
export function runAfter(seconds: number): number {
  return Math.ceil((seconds - delaySeconds) / everySeconds) * everySeconds + delaySeconds;
}

/** By the hour. */
function visitsOfDay(start: number, rhythm: Rhythm): number {
  const sum = hoursOfDay.reduce((total, hour) => total + rhythm.visits(start + hour * 3600 + 1800), 0);
  return sum / hoursOfDay.length / usualVisits;
}
