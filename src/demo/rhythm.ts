import { TZDate } from '@date-fns/tz';

/** How busy libraries are and what machines do at night, at an instant in seconds since 1970. */
export interface Rhythm {
  /** The public's visits: about 1 at the busiest hour of a usual Wednesday or Saturday. */
  visits(seconds: number): number;
  /** Dumps, from 1 to 4 at night: 0 to 1. */
  dumps(seconds: number): number;
  /** What runs on Sunday nights, container snapshots and scrubs: 0 or 1. */
  sundayWork(seconds: number): number;
}

/** Sunday first. Libraries open from Tuesday to Saturday; catalogues are searched from home on the other days. */
const weekdays = [0.3, 0.38, 0.74, 1, 0.68, 0.76, 0.96];
/** January first: the summer and the turn of the year are calm. */
const months = [0.95, 0.97, 1, 0.98, 0.96, 0.9, 0.66, 0.55, 1.02, 1.08, 1.05, 0.84];

interface LocalHour {
  readonly weekday: number;
  readonly hour: number;
  readonly season: number;
}

/** The rhythm of a time zone. */
export function createRhythm(timeZone: string): Rhythm {
  const hours = new Map<number, LocalHour>();

  function localHour(seconds: number): LocalHour {
    const index = Math.floor(seconds / 3600);
    const known = hours.get(index);
    if (known !== undefined) return known;
    const date = new TZDate(index * 3_600_000, timeZone);
    const month = date.getMonth();
    const share = (date.getDate() - 1) / 31;
    const season = (months[month] ?? 1) * (1 - share) + (months[(month + 1) % 12] ?? 1) * share;
    const local = { weekday: date.getDay(), hour: date.getHours(), season };
    hours.set(index, local);
    return local;
  }

  return {
    visits: remembered((seconds) => {
      const { weekday, hour, season } = localHour(seconds);
      const time = hour + (seconds % 3600) / 3600;
      const opening = bell(time, 15.2, 2.9) + 0.45 * bell(time, 10.8, 1.4);
      const evening = 0.32 * bell(time, 20.8, 1.5);
      return season * (0.05 + (weekdays[weekday] ?? 1) * opening + evening * 0.8);
    }),
    dumps: remembered((seconds) => {
      const { hour } = localHour(seconds);
      return bell(hour + (seconds % 3600) / 3600, 2.4, 0.7);
    }),
    sundayWork(seconds) {
      const { weekday, hour } = localHour(seconds);
      return weekday === 0 && hour >= 4 && hour < 8 ? 1 : 0;
    },
  };
}

/** The same, but asked again for the same instant it answers from memory: every host and service asks at each run. */
function remembered(rhythm: (seconds: number) => number): (seconds: number) => number {
  let known = { at: Number.NaN, value: Number.NaN };
  return (seconds) => {
    if (known.at !== seconds) known = { at: seconds, value: rhythm(seconds) };
    return known.value;
  };
}

function bell(hour: number, middle: number, width: number): number {
  return Math.exp(-0.5 * ((hour - middle) / width) ** 2);
}
